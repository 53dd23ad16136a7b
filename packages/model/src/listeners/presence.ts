import { isLoopback, isWildcard, parseIp, type Family } from '@halint/core';
import type { Cluster } from '../cluster.ts';
import { sysctlValue, type Host } from '../host.ts';
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
  const vips = new Set(vipsOf(host, cluster));
  const held = new Set(host.facts.addresses?.map(({ address }) => address.address));
  // Only `ip -j address` lists every address; configuration files may leave some out.
  const complete = host.facts.interfaces !== undefined;
  return {
    presence(address) {
      const ip = parseIp(address);
      if (ip === undefined) return 'unknown';
      if (isWildcard(ip) || isLoopback(ip)) return 'present';
      if (vips.has(ip.address)) return 'vip';
      if (held.has(ip.address)) return 'present';
      return complete ? 'absent' : 'unknown';
    },
    nonlocal: (family) => isSet(host, `net.${family}.ip_nonlocal_bind`),
    v6only: isSet(host, 'net.ipv6.bindv6only'),
  };
}

function vipsOf(host: Host, cluster: Cluster | undefined): readonly string[] {
  const own = host.keepalived?.instances ?? [];
  return [
    ...own.flatMap((instance) => [...instance.vips, ...instance.excludedVips].map((vip) => vip.address.value)),
    ...(cluster?.routers ?? []).flatMap((router) => router.vips),
  ];
}

/** Any number but 0 switches the setting on: the kernel takes 7 as well as 1. */
function isSet(host: Host, key: string): boolean {
  return (Number.parseInt(sysctlValue(host, key, '0').value, 10) || 0) !== 0;
}
