import type { Ip, Place } from '@halint/core';
import { parseIp } from '@halint/core';
import type { Host, InterfaceAddress, VrrpInstance } from '@halint/model';

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

export function ownsAddress(host: Host, address: string): boolean | undefined {
  return realAddresses(host)?.some((each) => each.address.address === address);
}

/** `real` address for messages: the literal in canonical spelling, or the text itself. */
export function canonical(text: string): string {
  return parseIp(text)?.address ?? text;
}

/** What a host's missing address list is called in `missing`. */
export const ADDRESS_FACT = 'facts/ip-address.json';
