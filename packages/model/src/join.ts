import { contains, networkOf } from '@halint/core';
import type { Cluster, Fleet, RouterMember, VirtualRouter } from './cluster.ts';
import type { Host } from './host.ts';

/**
 * Groups the instances of all hosts into virtual routers and the hosts into clusters: by shared VIP first, so that a mistyped
 * virtual_router_id shows; instances without a shared VIP by VRID on one segment, or as unicast peers of each other.
 */
export function joinFleet(hosts: readonly Host[]): Fleet {
  const members = hosts.flatMap((host) => (host.keepalived?.instances ?? []).map((instance) => ({ host, instance })));
  const sets = new DisjointSets(members.length);
  joinBy(members, sets, ({ instance }) => instance.vips.map((vip) => `${vip.family} ${vip.address.value}`));
  joinBy(members, sets, ({ instance }) =>
    instance.excludedVips.map((vip) => `excluded ${vip.family} ${vip.address.value}`),
  );
  joinByRouterId(members, sets);
  const routers = sets.groups().map((indexes) => routerOf(indexes.map((i) => members[i] as RouterMember)));
  return { hosts, clusters: clustersOf(routers) };
}

/** Joins members of different hosts that share a key; of one host only the first of a key counts. */
function joinBy(
  members: readonly RouterMember[],
  sets: DisjointSets,
  keysOf: (member: RouterMember) => readonly string[],
): void {
  const first = new Map<string, number>();
  for (const [i, member] of members.entries()) {
    for (const key of keysOf(member)) {
      const other = first.get(key);
      if (other === undefined) first.set(key, i);
      else if (members[other]?.host !== member.host) sets.join(other, i);
    }
  }
}

/** The same VRID, family and segment: two instances that share no address (a mistyped VIP) still are one router. */
function joinByRouterId(members: readonly RouterMember[], sets: DisjointSets): void {
  const byId = new Map<string, number[]>();
  for (const [i, { instance }] of members.entries()) {
    const id = instance.virtualRouterId?.value;
    if (id === undefined) continue;
    const key = `${instance.family} ${id}`;
    const same = byId.get(key);
    if (same === undefined) byId.set(key, [i]);
    else same.push(i);
  }
  for (const indexes of byId.values()) joinNeighbours(members, sets, indexes);
}

function joinNeighbours(members: readonly RouterMember[], sets: DisjointSets, indexes: readonly number[]): void {
  // Members that already have a partner by VIP are left alone: two clusters may use one VRID on different segments. Of those
  // without one, equal segment keys find each other without comparing all pairs.
  const bySegment = new Map<string, number>();
  for (const i of indexes) {
    if (sets.size(i) > 1) continue;
    for (const key of segmentKeys(members[i] as RouterMember)) {
      const other = bySegment.get(key);
      if (other === undefined) bySegment.set(key, i);
      else if (members[other]?.host !== members[i]?.host) sets.join(other, i);
    }
  }
}

/** Keys that two members of one segment have in common: the subnets of the interface, and pairs of unicast addresses. */
function segmentKeys({ host, instance }: RouterMember): readonly string[] {
  const own = (host.facts.addresses ?? []).filter((each) => each.interface === instance.interface?.value);
  if (instance.unicastPeers.length === 0) {
    const vip = instance.vips[0];
    const nets = own.map(({ address }) => address).filter((net) => net.prefix < (net.family === 'ipv4' ? 32 : 128));
    const fitting =
      vip === undefined
        ? nets
        : nets.filter((net) => contains(net, { family: vip.family, address: vip.address.value }));
    return (fitting.length > 0 ? fitting : nets).map(networkOf);
  }
  const sources =
    instance.unicastSrcIp === undefined ? own.map(({ address }) => address.address) : [instance.unicastSrcIp.value];
  return sources.flatMap((source) => instance.unicastPeers.map((peer) => [source, peer.value].sort().join(' ')));
}

function routerOf(members: readonly RouterMember[]): VirtualRouter {
  const vips = [...new Set(members.flatMap(({ instance }) => instance.vips.map((vip) => vip.address.value)))];
  const vrid = members.find(({ instance }) => instance.virtualRouterId !== undefined)?.instance.virtualRouterId?.value;
  return { id: vips[0] ?? `vrid ${vrid ?? 'none'}`, vips, members };
}

function clustersOf(routers: readonly VirtualRouter[]): readonly Cluster[] {
  const sets = new DisjointSets(routers.length);
  const first = new Map<Host, number>();
  for (const [i, router] of routers.entries()) {
    for (const { host } of router.members) {
      const other = first.get(host);
      if (other === undefined) first.set(host, i);
      else sets.join(other, i);
    }
  }
  return sets.groups().map((indexes) => {
    const own = indexes.map((i) => routers[i] as VirtualRouter);
    const hosts = [...new Set(own.flatMap((router) => router.members.map(({ host }) => host)))];
    const ids = own.flatMap((router) => (router.vips.length > 0 ? router.vips : [router.id]));
    return { id: [...ids].sort()[0] ?? 'empty', hosts, routers: own };
  });
}

/** Union-find with path halving: near-linear over 10,000 hosts. Groups come in the order of their first member. */
class DisjointSets {
  readonly #parent: Int32Array;
  readonly #size: Int32Array;

  constructor(count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, i) => i);
    this.#size = new Int32Array(count).fill(1);
  }

  size(i: number): number {
    return this.#size[this.#root(i)] as number;
  }

  join(a: number, b: number): void {
    const [left, right] = [this.#root(a), this.#root(b)].sort((x, y) => x - y) as [number, number];
    if (left === right) return;
    this.#parent[right] = left;
    this.#size[left] = (this.#size[left] as number) + (this.#size[right] as number);
  }

  groups(): number[][] {
    const groups = new Map<number, number[]>();
    for (let i = 0; i < this.#parent.length; i++) {
      const root = this.#root(i);
      const group = groups.get(root);
      if (group === undefined) groups.set(root, [i]);
      else group.push(i);
    }
    return [...groups.values()];
  }

  #root(i: number): number {
    let node = i;
    while (this.#parent[node] !== node) {
      this.#parent[node] = this.#parent[this.#parent[node] as number] as number;
      node = this.#parent[node] as number;
    }
    return node;
  }
}
