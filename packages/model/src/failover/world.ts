import { canonicalAddress, compareIp, compareVersions, parseIp } from '@halint/core';
import { realAddresses } from '../addresses.ts';
import { authOnTheWire } from '../auth.ts';
import type { Cluster, RouterMember, VirtualRouter } from '../cluster.ts';
import { effectivePriority, trackedItems, type EffectivePriority, type TrackedItem } from '../priority.ts';

/**
 * State of an instance. `off`: keepalived does not run. `ghost`: it was killed while MASTER, the address stayed behind.
 */
export type MemberState = 'master' | 'backup' | 'fault' | 'off' | 'ghost';

/** One host's condition, apart from elections. */
export interface Machine {
  up: boolean;
  keepalived: 'running' | 'stopped' | 'killed';
  haproxy: boolean;
  sshd: boolean;
  readonly interfacesDown: Set<string>;
  readonly failing: Set<string>;
}

/** One possible course of things: where a race decides, there are several. */
export interface World {
  readonly machines: Map<string, Machine>;
  /** Directed: packets from the first do not reach the second. */
  readonly cut: Set<string>;
  /** By router and host. */
  readonly states: Map<string, MemberState>;
  /** Members that wait for their preempt_delay to end. */
  readonly delayed: Set<string>;
}

export function copyWorld(world: World): World {
  const machines = new Map(
    [...world.machines].map(([host, machine]) => [
      host,
      { ...machine, interfacesDown: new Set(machine.interfacesDown), failing: new Set(machine.failing) },
    ]),
  );
  return { machines, cut: new Set(world.cut), states: new Map(world.states), delayed: new Set(world.delayed) };
}

export function newWorld(cluster: Cluster): World {
  const machines = new Map(
    cluster.hosts.map((host) => [
      host.id,
      {
        up: true,
        keepalived: 'stopped',
        haproxy: true,
        sshd: true,
        interfacesDown: new Set<string>(),
        failing: new Set<string>(),
      } satisfies Machine as Machine,
    ]),
  );
  return { machines, cut: new Set(), states: new Map(), delayed: new Set() };
}

export function machineOf(world: World, host: string): Machine {
  const machine = world.machines.get(host);
  if (machine === undefined) throw new Error(`no machine ${host} in this world`);
  return machine;
}

export const memberKey = (router: VirtualRouter, host: string): string => `${router.id}\0${host}`;

export function stateOf(world: World, router: VirtualRouter, host: string): MemberState {
  return world.states.get(memberKey(router, host)) ?? 'off';
}

/** Effective priority of a member in a world. */
export function priorityIn(world: World, member: RouterMember): EffectivePriority {
  const machine = machineOf(world, member.host.id);
  const items = member.host.keepalived === undefined ? [] : trackedItems(member.instance, member.host.keepalived);
  const fails = (item: TrackedItem): boolean =>
    item.kind === 'interface' ? machine.interfacesDown.has(item.name) : machine.failing.has(item.name);
  const priority = effectivePriority(member.instance, items, fails);
  const own = member.instance.interface?.value;
  const primaryDown = own !== undefined && member.instance.tracksPrimary.value && machine.interfacesDown.has(own);
  return primaryDown ? { ...priority, fault: true } : priority;
}

/** Does `to` accept the adverts of `from`? Reachability, then keepalived's own checks (vrrp.c vrrp_check_packet). */
export function hears(world: World, to: RouterMember, from: RouterMember): boolean {
  if (world.cut.has(`${from.host.id}>${to.host.id}`)) return false;
  for (const { host, instance } of [to, from]) {
    const machine = machineOf(world, host.id);
    if (!machine.up || (instance.interface !== undefined && machine.interfacesDown.has(instance.interface.value)))
      return false;
  }
  return rejection(to, from) === undefined;
}

/** Why `to` drops the adverts of `from`; undefined when it takes them. */
export function rejection(to: RouterMember, from: RouterMember): string | undefined {
  const [a, b] = [to.instance, from.instance];
  if (a.virtualRouterId?.value !== b.virtualRouterId?.value) return 'another virtual_router_id';
  if (a.version.value !== b.version.value) return 'another VRRP version';
  if (authOnTheWire(a) !== authOnTheWire(b)) return 'another authentication';
  // Version 3 adopts the master's interval, version 2 drops the packet.
  if (a.version.value === 2 && Math.round(a.advertInt.value) !== Math.round(b.advertInt.value))
    return 'another advert_int';
  const transport = transportProblem(to, from);
  if (transport !== undefined) return transport;
  const lists = [a, b].map((instance) =>
    instance.vips
      .map((vip) => vip.address.value)
      .sort()
      .join(' '),
  );
  if (lists[0] !== lists[1] && compareVersions(to.host.targets.keepalived, '2.3') < 0) return 'another list of VIPs';
  return undefined;
}

function transportProblem(to: RouterMember, from: RouterMember): string | undefined {
  const unicast = [to, from].map(({ instance }) => instance.unicastPeers.length > 0);
  if (unicast[0] !== unicast[1]) return 'unicast against multicast';
  if (unicast[0] !== true) return undefined;
  const own = addressOf(to);
  const peers = from.instance.unicastPeers.map((peer) => canonicalAddress(peer.value));
  return own === undefined || peers.includes(own) ? undefined : 'it is not among the unicast peers';
}

/** The address that a member's adverts come from: unicast_src_ip, else the first of its interface that is no VIP. */
export function addressOf({ host, instance }: RouterMember): string | undefined {
  if (instance.unicastSrcIp !== undefined) return parseIp(instance.unicastSrcIp.value)?.address;
  const family = instance.vips[0]?.family ?? 'ipv4';
  return realAddresses(host)?.find(
    (each) => each.interface === instance.interface?.value && each.address.family === family,
  )?.address.address;
}

/** Of two masters the one with the higher address stays; undefined when an address is not known. */
export function higherAddress(a: RouterMember, b: RouterMember): RouterMember | undefined {
  const [left, right] = [addressOf(a), addressOf(b)].map((address) =>
    address === undefined ? undefined : parseIp(address),
  );
  if (left === undefined || right === undefined) return undefined;
  return compareIp(left, right) > 0 ? a : b;
}
