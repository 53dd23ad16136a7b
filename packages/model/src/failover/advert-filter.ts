import type { RouterMember } from '../cluster.ts';
import { AH, isToGroup, placeName, VRRP, type Packet } from '../firewall.ts';
import type { Host } from '../host.ts';
import { firewallVerdict, type HostVerdict } from '../host-filter.ts';
import { sourceAddress } from './source-address.ts';

/** With which adverts are sent, and without which they are no adverts (RFC 9568 5.1.1.3). */
const TTL = 255;

/** What the packet filter of a host does with the adverts of one member to another; never that it lets them pass. */
export interface FilteredAdverts {
  /** Whose filter it is: the receiver's, or the sender's for what it lets out. */
  readonly host: Host;
  readonly packet: Packet;
  readonly verdict: HostVerdict;
  /**
   * `until-takeover`: dropped until the receiver has been MASTER once and sent adverts itself, by which connection tracking knows the
   * conversation. `unknown`: the rules are not followed, or it is not known whether they are in force.
   */
  readonly effect: 'dropped' | 'until-takeover' | 'unknown';
}

/** What the filter of `to` does with the adverts of `from`; undefined when it lets them in. */
export function receivedAdverts(to: RouterMember, from: RouterMember): FilteredAdverts | undefined {
  // Conversations of unicast become known to connection tracking by what the host itself sends.
  return filtered(to.host, incoming(to, from), () => isLetOut(to, from));
}

/**
 * What the filter of `from` does with the adverts that it sends to `to`; undefined when it lets them out. They pass the hook output, raw packets
 * too (Linux 6, test/around/nft-out.test.ts).
 */
export function sentAdverts(from: RouterMember, to: RouterMember): FilteredAdverts | undefined {
  // What the other sends first makes a conversation of unicast known, and adverts are its replies.
  return filtered(
    from.host,
    outgoing(from, to),
    () => isLetOut(to, from) && firewallVerdict(from.host, incoming(from, to))?.verdict !== 'drop',
  );
}

/** What keeps the adverts of `from` from coming to `to` for certain, else what is not known of it, else what does so for a while. */
export function filteredAdverts(to: RouterMember, from: RouterMember): FilteredAdverts | undefined {
  const found = [receivedAdverts(to, from), sentAdverts(from, to)];
  const first = (effect: FilteredAdverts['effect']) => found.find((each) => each?.effect === effect);
  return first('dropped') ?? first('unknown') ?? first('until-takeover');
}

function isLetOut(from: RouterMember, to: RouterMember): boolean {
  return firewallVerdict(from.host, outgoing(from, to))?.verdict !== 'drop';
}

/** @param mayBegin does the receiver begin a conversation of unicast when it is MASTER? Adverts to a group belong to none. */
function filtered(host: Host, packet: Packet, mayBegin: () => boolean): FilteredAdverts | undefined {
  const verdict = firewallVerdict(host, packet);
  if (verdict === undefined || verdict.verdict === 'accept') return undefined;
  if (verdict.verdict === 'unknown' || verdict.missing !== undefined)
    return { host, packet, verdict, effect: 'unknown' };
  const isKnown = firewallVerdict(host, { ...packet, state: 'established' })?.verdict === 'accept';
  const later = !isToGroup(packet) && isKnown && mayBegin();
  return { host, packet, verdict, effect: later ? 'until-takeover' : 'dropped' };
}

function protocolOf({ instance }: RouterMember): number {
  return instance.auth?.type.value === 'AH' ? AH : VRRP;
}

function destination(from: RouterMember, to: RouterMember): string | undefined {
  const { unicastPeers, multicastGroup } = from.instance;
  return unicastPeers.length > 0 ? sourceAddress(to.host, to.instance) : multicastGroup.value;
}

function incoming(to: RouterMember, from: RouterMember): Packet {
  return {
    family: to.instance.family,
    protocol: protocolOf(from),
    source: sourceAddress(from.host, from.instance),
    destination: destination(from, to),
    interface: to.instance.interface?.value,
    ttl: TTL,
    state: 'new',
  };
}

function outgoing(from: RouterMember, to: RouterMember): Packet {
  const { family, useVmac, interface: device } = from.instance;
  return {
    way: 'out',
    family,
    protocol: protocolOf(from),
    source: sourceAddress(from.host, from.instance),
    destination: destination(from, to),
    // With use_vmac adverts leave through an interface of their own.
    interface: useVmac?.value === true ? undefined : device?.value,
    ttl: TTL,
    state: 'new',
  };
}

/** `nftables of b drops the adverts of a: /etc/nftables.conf line 2 decides`. */
export function filterReason({ host, verdict, effect, packet }: FilteredAdverts, to: RouterMember, from: RouterMember) {
  const does = packet.way === 'out' ? `the adverts that it sends to ${to.host.id}` : `the adverts of ${from.host.id}`;
  const { service } = verdict.firewall;
  if (effect === 'unknown') {
    const lets = packet.way === 'out' ? 'out' : 'in';
    return `whether ${service} of ${host.id} lets ${does} ${lets} is not known: ${verdict.missing ?? 'its rules'}`;
  }
  const until = effect === 'until-takeover' ? ` until ${to.host.id} has taken over once` : '';
  const place = verdict.at === undefined ? '' : `: ${placeName(verdict.at)} decides`;
  return `${service} of ${host.id} drops ${does}${until}${place}`;
}
