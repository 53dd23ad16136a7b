import { canonicalAddress, compareVersions } from '@halint/core';
import { authOnTheWire } from '../auth.ts';
import type { RouterMember } from '../cluster.ts';
import type { VrrpInstance } from '../facts/keepalived.ts';
import { sourceAddress } from './source-address.ts';

/** The sender does not send to this host at all. */
export const NOT_A_PEER = 'it is not among the unicast peers';
const STRANGE_SENDER = 'the sender is not among its unicast peers';

/** Seconds between adverts, as keepalived rounds them: version 2 to whole seconds, version 3 to hundredths (vrrp.c vrrp_complete_instance). */
export function advertInterval({ advertInt, version }: VrrpInstance): number {
  if (version.value === 2) return Math.max(1, Math.floor(advertInt.value + 0.5));
  return Math.min(40.95, Math.max(0.01, Math.floor(advertInt.value * 100 + 0.5) / 100));
}

/** Why `to` drops the adverts of `from` (vrrp.c vrrp_check_packet); undefined when it takes them. Holds whatever happens to the hosts. */
export function rejection(to: RouterMember, from: RouterMember): string | undefined {
  const [a, b] = [to.instance, from.instance];
  if (a.virtualRouterId?.value !== b.virtualRouterId?.value) return 'another virtual_router_id';
  if (a.family !== b.family) return 'another address family';
  const transport = transportProblem(to, from);
  if (transport !== undefined) return transport;
  if (a.version.value !== b.version.value) return 'another VRRP version';
  if (authOnTheWire(a) !== authOnTheWire(b)) return 'another authentication';
  // Version 3 adopts the master's interval, version 2 drops the packet.
  if (a.version.value === 2 && advertInterval(a) !== advertInterval(b)) return 'another advert_int';
  if (!takesChecksum(a, b)) return 'another checksum';
  if (a.ownerIgnoresAdverts) return 'as address owner it ignores all adverts';
  return listProblem(to, from);
}

/**
 * Does the daemon of `to` get to see the adverts of `from`, to take or to drop them? Those of another router, socket or protocol it never
 * sees (vrrp_scheduler.c vrrp_dispatcher_read).
 */
export function arrives(to: RouterMember, from: RouterMember): boolean {
  const [a, b] = [to.instance, from.instance];
  if (a.virtualRouterId?.value !== b.virtualRouterId?.value || a.family !== b.family) return false;
  const isAh = [a, b].map((instance) => authOnTheWire(instance).startsWith('AH '));
  const problem = transportProblem(to, from);
  return isAh[0] === isAh[1] && (problem === undefined || problem === STRANGE_SENDER);
}

/** Up to 2.2 another list of VIPs makes a packet invalid, skip_check_adv_addr or not: a first advert is always checked. 2.3 only logs it. */
function listProblem(to: RouterMember, from: RouterMember): string | undefined {
  if (compareVersions(to.host.targets.keepalived, '2.3') >= 0) return undefined;
  const list = ({ instance }: RouterMember): string =>
    instance.vips
      .map((vip) => vip.address.value)
      .sort()
      .join(' ');
  return list(to) === list(from) ? undefined : 'another list of VIPs';
}

/** v3_checksum_as_v2 takes any checksum and sends the old one; of unicast ones the receiver adapts unless told. Version 3 over IPv4 only. */
function takesChecksum(to: VrrpInstance, from: VrrpInstance): boolean {
  if (to.version.value !== 3 || to.family !== 'ipv4' || to.v3ChecksumAsV2) return true;
  if (from.v3ChecksumAsV2) return false;
  if (to.unicastPeers.length === 0) return true;
  return from.oldUnicastChecksum === 'always' ? to.oldUnicastChecksum !== 'never' : to.oldUnicastChecksum !== 'always';
}

function transportProblem(to: RouterMember, from: RouterMember): string | undefined {
  const [mine, theirs] = [to.instance, from.instance];
  const unicast = [mine, theirs].map((instance) => instance.unicastPeers.length > 0);
  if (unicast[0] !== unicast[1]) return 'unicast against multicast';
  if (unicast[0] !== true) {
    const same = canonicalAddress(mine.multicastGroup.value) === canonicalAddress(theirs.multicastGroup.value);
    return same ? undefined : 'another multicast group';
  }
  const own = sourceAddress(to.host, mine);
  if (own !== undefined && !peersOf(theirs).includes(own)) return NOT_A_PEER;
  const sender = sourceAddress(from.host, theirs);
  const strange = mine.checksUnicastSource && sender !== undefined && !peersOf(mine).includes(sender);
  return strange ? STRANGE_SENDER : undefined;
}

function peersOf(instance: VrrpInstance): readonly string[] {
  return instance.unicastPeers.map((peer) => canonicalAddress(peer.value));
}
