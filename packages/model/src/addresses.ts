import { contains, isMulticast, type Cidr, type Family, type Ip, type Place } from '@halint/core';
import type { VrrpInstance } from './facts/keepalived.ts';
import type { InterfaceAddress } from './facts/network.ts';
import type { Host } from './host.ts';
import { unreadOf } from './unread.ts';

/** A VIP that a host may hold and the instance that brings it. */
export interface HeldVip extends Ip {
  readonly instance: VrrpInstance;
  readonly at: Place;
}

/** Every address that keepalived may put on the host, excluded ones too. */
export function vipsOf(host: Host): ReadonlyMap<string, HeldVip> {
  const vips = new Map<string, HeldVip>();
  for (const instance of host.keepalived?.instances ?? []) {
    for (const vip of [...instance.vips, ...instance.excludedVips]) {
      const { value } = vip.address;
      if (!vips.has(value))
        vips.set(value, { family: vip.family, address: value, instance, at: vip.address.at ?? instance.at });
    }
  }
  return vips;
}

/** Addresses that keepalived gives the host when it starts, master or not; before, they are not there. */
export function staticAddresses(host: Host): ReadonlySet<string> {
  return new Set(host.keepalived?.staticAddresses.map(({ address }) => address.value));
}

/**
 * Addresses that are the host's own whatever VRRP does; undefined when no source names any. `ip -j address` of the present
 * master shows VIPs too: those are left out.
 */
export function realAddresses(host: Host): readonly InterfaceAddress[] | undefined {
  const vips = vipsOf(host);
  return host.facts.addresses?.filter(({ address }) => !vips.has(address.address));
}

/**
 * Prefixes of which every address is local to the kernel: those of IPv4 addresses on lo (fib_frontend.c fib_add_ifaddr()). haproxy 2.6, 3.0 and 3.2
 * bind 10.1.7.7 with 10.1.0.5/16 on lo; not fd77::5 with fd77::1/64 there, and not 10.2.0.9 with 10.2.0.1/16 on another interface. Routes of the
 * type local do the same, and no fact tells of them.
 */
export function localPrefixes({ facts }: Host): readonly Cidr[] {
  return (facts.addresses ?? []).flatMap(({ interface: device, address }) =>
    device === 'lo' && address.family === 'ipv4' && address.prefix < 32 ? [address] : [],
  );
}

/**
 * Addresses of no interface that bind() takes all the same: IPv4 groups, 255.255.255.255, and the last address of an interface's network, which the
 * kernel keeps for broadcasts (fib_frontend.c fib_add_ifaddr(), prefixes below 31). Seen on Linux with a socket of TCP; ff02::12 is refused.
 */
export function isGroupOrBroadcast({ facts }: Pick<Host, 'facts'>): (ip: Ip) => boolean {
  const broadcasts = new Set(['255.255.255.255']);
  for (const { address } of facts.addresses ?? []) {
    if (address.family !== 'ipv4' || address.prefix > 30) continue;
    const bytes = address.address.split('.').map(Number);
    const last = bytes.map((byte, i) => byte | (0xff >> Math.min(8, Math.max(0, address.prefix - 8 * i))));
    broadcasts.add(last.join('.'));
  }
  return (ip) => ip.family === 'ipv4' && (isMulticast(ip) || broadcasts.has(ip.address));
}

/** Is an address the host's whatever VRRP does, by itself or by a prefix on lo? Undefined when no source names any address. */
export function ownsAddress(host: Host, ip: Ip): boolean | undefined {
  const own = realAddresses(host);
  if (own === undefined) return undefined;
  return (
    own.some(({ address }) => address.address === ip.address) || localPrefixes(host).some((net) => contains(net, ip))
  );
}

/** Sources that name an address of a host and say nothing of its others. */
const PARTIAL_SOURCES: readonly string[] = ['unicast_src_ip', '/etc/hosts', 'wg-quick'];

/** Interfaces that no host is reached by alone: who configures them need not be who configures the others. */
const INNER_INTERFACE = /^(?:lo|dummy\d*|wg\d*|tun\d*|tap\d*|docker\d*|virbr\d*|veth.*)$/;

/** Does a source that names this address name those of the host's other interfaces too? */
export function saysOfOthers({ source, interface: device }: InterfaceAddress): boolean {
  return !PARTIAL_SOURCES.includes(source) && !INNER_INTERFACE.test(device);
}

/**
 * Is every address of a family known, so that another one is none of the host's? `ip -j address` lists all. Network files name
 * every IPv4 address where they leave none to DHCP; IPv6 addresses also come by router advertisements, which the kernel takes
 * without a line (ip-sysctl accept_ra). Files of lo alone leave the others to somebody else. A single address that keepalived.conf
 * or /etc/hosts names says nothing of the others. A keepalived.conf that could not be read may bring any.
 */
export function addressesComplete(host: Host, family: Family): boolean {
  const { interfaces, addresses = [], dynamic } = host.facts;
  if (unreadOf(host, 'keepalived').length > 0) return false;
  if (interfaces !== undefined) return true;
  const listed = addresses.some(saysOfOthers);
  return listed && family === 'ipv4' && !dynamic.some((each) => each.family === 'ipv4');
}
