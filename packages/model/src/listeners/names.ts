import { isLoopback, parseIp, parseZoned, type Family, type Ip } from '@halint/core';
import type { Host } from '../host.ts';

const LOOPBACK = ['127.0.0.1', '::1'];

/**
 * Addresses of a name as getaddrinfo(3) gives them, as far as files say; none where only DNS could. glibc resolves `*` to the loopback
 * addresses; of other names only those of /etc/hosts are known.
 */
export function addressesOfName(name: string, host: Host): readonly string[] {
  if (parseIp(name) !== undefined) return [name];
  const zoned = parseZoned(name);
  if (zoned !== undefined) return [zoned.ip.address];
  if (name === '*') return LOOPBACK;
  return host.facts.names.get(name) ?? (name === 'localhost' ? LOOPBACK : []);
}

/** `none`: no file has the name; `several`: it is not certain which of its addresses comes first. */
export type FirstAddress = Ip | 'none' | 'several';

/**
 * The address that a program takes which takes the first one (haproxy's str2ip2()). Of two families IPv6 comes first where the host can
 * send from both addresses (RFC 6724 section 6, rules 1 to 6): on ::1 and 127.0.0.1, and where it holds both. haproxy 2.6 binds ::1 for
 * `localhost`.
 */
export function firstAddress(
  name: string,
  family: Family | undefined,
  host: Host,
  isHeld: (ip: Ip) => boolean,
): FirstAddress {
  const all = addressesOfName(name, host).flatMap((text) => parseIp(text) ?? []);
  const asked = all.filter((ip) => family === undefined || ip.family === family);
  const distinct = asked.filter((ip, i) => asked.findIndex(({ address }) => address === ip.address) === i);
  const [first, second, ...others] = distinct;
  if (first === undefined) return 'none';
  if (second === undefined) return first;
  if (others.length > 0 || first.family === second.family || isLoopback(first) !== isLoopback(second)) return 'several';
  const [six, four] = first.family === 'ipv6' ? [first, second] : [second, first];
  if (!isHeld(four)) return 'several';
  // A loopback address that is not there: the host has no IPv6.
  return isHeld(six) ? six : isLoopback(six) ? four : 'several';
}
