import type { Family, Ip, Place } from '@halint/core';
import type { VrrpInstance } from './facts/keepalived.ts';
import type { InterfaceAddress } from './facts/network.ts';
import type { Host } from './host.ts';

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

/**
 * Addresses that are the host's own whatever VRRP does; undefined when no source names any. `ip -j address` of the present
 * master shows VIPs too: those are left out.
 */
export function realAddresses(host: Host): readonly InterfaceAddress[] | undefined {
  const vips = vipsOf(host);
  return host.facts.addresses?.filter(({ address }) => !vips.has(address.address));
}

/** Sources that name an address of a host and say nothing of its others. */
const PARTIAL_SOURCES: readonly string[] = ['unicast_src_ip', '/etc/hosts'];

/**
 * Is every address of a family known, so that another one is none of the host's? `ip -j address` lists all. Network files name
 * every IPv4 address where they leave none to DHCP; IPv6 addresses also come by router advertisements, which the kernel takes
 * without a line (ip-sysctl accept_ra). A single address that keepalived.conf or /etc/hosts names says nothing of the others.
 */
export function addressesComplete(host: Host, family: Family): boolean {
  const { interfaces, addresses = [], dynamic } = host.facts;
  if (interfaces !== undefined) return true;
  const listed = addresses.some(({ source }) => !PARTIAL_SOURCES.includes(source));
  return listed && family === 'ipv4' && !dynamic.some((each) => each.family === 'ipv4');
}
