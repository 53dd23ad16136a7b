import { contains, isLoopback, isWildcard, mappedIpv4, parseIp, type Cited, type Family, type Ip } from '@halint/core';
import type { Cluster } from '../cluster.ts';
import { addressesComplete, isGroupOrBroadcast, localPrefixes, staticAddresses, vipsOf } from '../addresses.ts';
import { isSwitchedOn, nonlocalBind, sysctlValue, type Host, type KernelSwitch } from '../host.ts';
import { firstAddress, type FirstAddress } from './names.ts';
import type { Presence } from './types.ts';

/** Answers whether an address is there when a service starts, and whether the kernel minds. */
export interface Addresses {
  /** With `on` for a socket that is bound to an interface: an IPv6 address must be there then (af_inet6.c __inet6_bind()). */
  presence(address: string, on?: string): Presence;
  /** The address of a name for a program that takes the first one. */
  first(name: string, family: Family | undefined): FirstAddress;
  /** net.ipv4.ip_nonlocal_bind or its IPv6 sister: each counts for its own family only. */
  nonlocal(family: Family): KernelSwitch;
  /** net.ipv6.bindv6only: what a `::` socket does that says nothing about it. */
  readonly v6only: boolean;
}

export function addressesOf(host: Host, cluster: Cluster | undefined): Addresses {
  const vips = new Set([...vipsOf(host).keys(), ...(cluster?.routers ?? []).flatMap((router) => router.vips)]);
  const held = new Map(host.facts.addresses?.map(({ address, interface: device }) => [address.address, device]));
  const prefixes = localPrefixes(host);
  const isShared = isGroupOrBroadcast(host);
  const complete = { ipv4: addressesComplete(host, 'ipv4'), ipv6: addressesComplete(host, 'ipv6') };
  const statics = staticAddresses(host);
  // Asked for each of many binds.
  const nonlocal = { ipv4: nonlocalBind(host, 'ipv4'), ipv6: nonlocalBind(host, 'ipv6') };
  const presence = (address: string, on?: string): Presence => {
    const written = parseIp(address);
    if (written === undefined) return 'unknown';
    const ip = mappedIpv4(written) ?? written;
    if (isWildcard(ip)) return 'present';
    const device = isLoopback(ip) ? 'lo' : held.get(ip.address);
    if (ip.family === 'ipv6' && (ipv6Switch(host, device) !== undefined || isElsewhere(host, device, on)))
      return 'absent';
    if (isLoopback(ip) || prefixes.some((net) => contains(net, ip))) return 'present';
    if (vips.has(ip.address)) return 'vip';
    if (held.has(ip.address) || isShared(ip)) return 'present';
    // Whether keepalived has added it when a service starts is not known.
    return complete[ip.family] && !statics.has(ip.address) ? 'absent' : 'unknown';
  };
  return {
    presence,
    first: (name, family) => firstAddress(name, family, host, (ip) => presence(ip.address) === 'present'),
    nonlocal: (family) => nonlocal[family],
    v6only: isSwitchedOn(sysctlValue(host, 'net.ipv6.bindv6only', '0')),
  };
}

/** haproxy 2.6 with `bind [::1]:80 interface v0`: "Cannot assign requested address". An interface that is not there is passed over. */
function isElsewhere({ facts }: Host, device: string | undefined, on: string | undefined): boolean {
  if (device === undefined || on === undefined || device === on) return false;
  return facts.interfaces?.includes(on) !== false;
}

/**
 * Does a device carry no IPv6 address? Not even ::1 can be bound then ("Cannot assign requested address"), while `::` can: sshd 9.2 and
 * haproxy 2.6 in a network namespace with net.ipv6.conf.all.disable_ipv6=1. Files count before what ran, as everywhere.
 */
function ipv6Switch(host: Host, device: string | undefined): Ipv6Switch | undefined {
  const all = 'net.ipv6.conf.all.disable_ipv6';
  const own = device === undefined || device === '' ? undefined : `net.ipv6.conf.${device}.disable_ipv6`;
  const keys = own === undefined ? [all] : [own, all];
  const written = keys.find((key) => host.sysctl?.value(key) !== undefined);
  const running = own !== undefined && host.facts.sysctl?.has(own) === true ? own : all;
  const key = written ?? running;
  const setting = sysctlValue(host, key, '0');
  return isSwitchedOn(setting) ? { key, setting } : undefined;
}

/** A setting with which a device carries no IPv6 address. */
export interface Ipv6Switch {
  readonly key: string;
  readonly setting: Cited<string>;
}

/** What keeps an address from its host, were it one of the host's. */
export function ipv6SwitchOf(host: Host, ip: Ip): Ipv6Switch | undefined {
  if (ip.family !== 'ipv6') return undefined;
  const device = host.facts.addresses?.find(({ address }) => address.address === ip.address)?.interface;
  return ipv6Switch(host, isLoopback(ip) ? 'lo' : device);
}
