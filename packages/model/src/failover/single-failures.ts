import type { Cluster } from '../cluster.ts';
import type { KeepalivedFacts, Tracking } from '../facts/keepalived.ts';
import type { FailoverEvent } from './types.ts';
import { carriersOf, syncGroupOf, trackedItems } from '../tracking.ts';

/** An event and the words for it. */
export interface Written {
  readonly event: FailoverEvent;
  readonly text: string;
}

export interface SingleFailure {
  readonly fail: Written;
  readonly recover: Written;
}

/** What can fail once: each host, haproxy, keepalived, sshd, VRRP interface and tracked check, and the network between the hosts. */
export function singleFailures(cluster: Cluster): readonly SingleFailure[] {
  const failures: SingleFailure[] = [];
  const pair = (kind: FailoverEvent['kind'], back: FailoverEvent['kind'], host: string, name?: string): void => {
    const write = (each: FailoverEvent['kind']): Written => ({
      event: { kind: each, host, ...(name === undefined ? {} : { name }) } as FailoverEvent,
      text: `${each}:${host}${name === undefined ? '' : `/${name}`}`,
    });
    failures.push({ fail: write(kind), recover: write(back) });
  };
  for (const { id } of cluster.hosts) pair('host-down', 'host-up', id);
  for (const host of cluster.hosts) if (host.haproxy !== undefined) pair('haproxy-down', 'haproxy-up', host.id);
  for (const { id } of cluster.hosts) pair('keepalived-stop', 'keepalived-start', id);
  for (const host of cluster.hosts) if (host.sshd !== undefined) pair('sshd-down', 'sshd-up', host.id);
  for (const [host, name] of interfacesIn(cluster)) pair('interface-down', 'interface-up', host, name);
  for (const [host, name] of checksIn(cluster)) pair('script-fail', 'script-ok', host, name);
  for (const fail of partitions(cluster)) failures.push({ fail, recover: { event: { kind: 'heal' }, text: 'heal' } });
  return failures;
}

/** Names that `script-fail` may take on a host: what its instances and their sync groups track, BFD apart, which has no event. */
export function trackedNames(facts: KeepalivedFacts | undefined): readonly string[] {
  const names = ({ trackScripts, trackProcesses, trackFiles }: Tracking): readonly string[] =>
    [...trackScripts, ...trackProcesses, ...trackFiles].map((use) => use.name.value);
  return [...new Set([...(facts?.instances ?? []), ...(facts?.syncGroups ?? [])].flatMap(names))];
}

/** Names that `interface-down` may take on a host. */
export function interfaceNames(facts: KeepalivedFacts | undefined): readonly string[] {
  const own = (facts?.instances ?? []).flatMap((instance) => [
    ...(instance.interface === undefined ? [] : [instance.interface.value]),
    ...carriersOf(instance),
  ]);
  const tracked = [...(facts?.instances ?? []), ...(facts?.syncGroups ?? [])].flatMap((each) =>
    each.trackInterfaces.map((use) => use.name.value),
  );
  return [...new Set([...own, ...tracked])];
}

type Pair = readonly [host: string, name: string];

function interfacesIn(cluster: Cluster): readonly Pair[] {
  return distinctPairs(cluster, ({ instance, host }) => {
    const group = host.keepalived === undefined ? undefined : syncGroupOf(instance, host.keepalived);
    const tracked = [...instance.trackInterfaces, ...(group?.trackInterfaces ?? [])];
    return [instance.interface?.value, ...carriersOf(instance), ...tracked.map((use) => use.name.value)];
  });
}

/** What a number other than 0 in a weighted file means, nobody can say: such a file has no failure of its own. */
function checksIn(cluster: Cluster): readonly Pair[] {
  return distinctPairs(cluster, ({ instance, host }) =>
    (host.keepalived === undefined ? [] : trackedItems(instance, host.keepalived, host.facts.interfaces))
      .filter(({ kind, weight }) => kind === 'script' || kind === 'process' || (kind === 'file' && weight === 0))
      .map(({ name }) => name),
  );
}

function distinctPairs(
  cluster: Cluster,
  namesOf: (member: Cluster['routers'][number]['members'][number]) => readonly (string | undefined)[],
): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  for (const router of cluster.routers) {
    for (const member of router.members) {
      const { id } = member.host;
      for (const name of namesOf(member)) if (name !== undefined) pairs.set(`${id}/${name}`, [id, name]);
    }
  }
  return [...pairs.values()];
}

function partitions(cluster: Cluster): readonly Written[] {
  const all = cluster.hosts.map((host) => host.id);
  if (all.length < 2) return [];
  if (all.length === 2) return [{ event: { kind: 'partition', sides: [], oneWay: false }, text: 'partition' }];
  return all.map((id) => {
    const others = all.filter((each) => each !== id);
    return {
      event: { kind: 'partition', sides: [[id], others], oneWay: false },
      text: `partition:${id}/${others.join('+')}`,
    };
  });
}
