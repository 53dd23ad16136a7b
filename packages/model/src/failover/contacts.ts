import { append, canonicalAddress, networkOf } from '@halint/core';
import { realAddresses } from '../addresses.ts';
import { authOnTheWire } from '../auth.ts';
import type { Cluster, RouterMember } from '../cluster.ts';
import type { VrrpInstance } from '../facts/keepalived.ts';
import type { Host } from '../host.ts';
import { syncGroupOf } from '../tracking.ts';
import { arrives } from './adverts.ts';
import { sourceAddress } from './source-address.ts';

/** Things that share a key are connected; groups come in the order of their first one. */
export function connected<T>(
  things: readonly T[],
  keysOf: (thing: T) => readonly string[],
): readonly (readonly [T, ...T[]])[] {
  const groups: [T, ...T[]][] = [];
  const byKey = new Map<string, [T, ...T[]]>();
  for (const thing of things) {
    let own: [T, ...T[]] = [thing];
    groups.push(own);
    for (const key of keysOf(thing)) {
      const known = byKey.get(key);
      if (known !== undefined && known !== own) {
        append(known, own);
        groups.splice(groups.indexOf(own), 1);
        for (const [each, list] of byKey) if (list === own) byKey.set(each, known);
        own = known;
      }
      byKey.set(key, own);
    }
  }
  return groups;
}

/** The sync group of a member: its routers move together. */
export function groupKeys({ host, instance }: RouterMember): readonly string[] {
  const group = host.keepalived === undefined ? undefined : syncGroupOf(instance, host.keepalived);
  return group === undefined ? [] : [`group ${host.id} ${group.name.value}`];
}

/**
 * Whatever members of different routers must have in common for the adverts of one to come to the other: virtual_router_id and family, then for
 * multicast the network, the group and AH or not, for unicast each other's addresses. Networks that are not known are no key.
 */
export function contactKeys({ host, instance }: RouterMember): readonly string[] {
  const id = instance.virtualRouterId?.value;
  if (id === undefined) return [];
  const router = `vrid ${instance.family} ${id} ${authOnTheWire(instance).startsWith('AH ') ? 'ah' : 'vrrp'}`;
  if (instance.unicastPeers.length === 0) {
    const group = canonicalAddress(instance.multicastGroup.value);
    return segmentsOf(host, instance).map((segment) => `${router} ${segment} ${group}`);
  }
  const own = sourceAddress(host, instance);
  const peers = instance.unicastPeers.map((peer) => canonicalAddress(peer.value));
  return own === undefined ? [] : peers.map((peer) => `${router} ${[own, peer].sort().join(' ')}`);
}

/** Do the adverts of a member of another router come to this one? */
export function isInEarshot(to: RouterMember, from: RouterMember): boolean {
  if (to.host === from.host || !arrives(to, from)) return false;
  const keys = contactKeys(to);
  return contactKeys(from).some((key) => keys.includes(key));
}

function segmentsOf(host: Host, instance: VrrpInstance): readonly string[] {
  return (realAddresses(host) ?? [])
    .filter((each) => each.interface === instance.interface?.value && each.address.family === instance.family)
    .filter(({ address }) => !/^fe[89ab]/.test(address.address))
    .map(({ address }) => networkOf(address));
}

/**
 * Clusters that share no address but a virtual_router_id on one segment are played together: what one does may keep the other in BACKUP.
 */
export function playedTogether(clusters: readonly Cluster[]): readonly Cluster[] {
  const keysOf = ({ routers }: Cluster): readonly string[] =>
    routers.flatMap(({ members }) => members.flatMap(contactKeys));
  return connected(clusters, keysOf).map((group) => {
    const [first, ...others] = group;
    if (others.length === 0) return first;
    return {
      id: group.map(({ id }) => id).sort()[0] ?? first.id,
      hosts: [...new Set(group.flatMap(({ hosts }) => hosts))],
      routers: group.flatMap(({ routers }) => routers),
    };
  });
}
