import { isLoopback, isWildcard, parseIp, type Family } from '@halint/core';
import type { Cluster } from '../cluster.ts';
import { addressesComplete, vipsOf } from '../addresses.ts';
import { isSwitchedOn, nonlocalBind, sysctlValue, type Host } from '../host.ts';
import type { Presence } from './types.ts';

/** Answers whether an address is there when a service starts, and whether the kernel minds. */
export interface Addresses {
  presence(address: string): Presence;
  /** net.ipv4.ip_nonlocal_bind or its IPv6 sister: each counts for its own family only. */
  nonlocal(family: Family): boolean;
  /** net.ipv6.bindv6only: what a `::` socket does that says nothing about it. */
  readonly v6only: boolean;
}

export function addressesOf(host: Host, cluster: Cluster | undefined): Addresses {
  const vips = new Set([...vipsOf(host).keys(), ...(cluster?.routers ?? []).flatMap((router) => router.vips)]);
  const held = new Set(host.facts.addresses?.map(({ address }) => address.address));
  const complete = { ipv4: addressesComplete(host, 'ipv4'), ipv6: addressesComplete(host, 'ipv6') };
  return {
    presence(address) {
      const ip = parseIp(address);
      if (ip === undefined) return 'unknown';
      if (isWildcard(ip) || isLoopback(ip)) return 'present';
      if (vips.has(ip.address)) return 'vip';
      if (held.has(ip.address)) return 'present';
      return complete[ip.family] ? 'absent' : 'unknown';
    },
    nonlocal: (family) => isSwitchedOn(nonlocalBind(host, family)),
    v6only: isSwitchedOn(sysctlValue(host, 'net.ipv6.bindv6only', '0')),
  };
}
