import { strtol } from '../quantity/index.ts';
import { isBadIpv4, isIpv4, isIpv6 } from './hosts.ts';

/** A number of leading bits, from 0 to `most`. */
function isLength(text: string, most: number): boolean {
  const bits = strtol(text, 10);
  return bits !== undefined && bits >= 0 && bits <= most;
}

/** str2mask(): a dotted mask or a number of bits. */
export function isMask4(text: string): boolean {
  return text.includes('.') ? isIpv4(text) : isLength(text, 32);
}

/** str2mask6() */
export function isMask6(text: string): boolean {
  return text.includes(':') ? isIpv6(text) : isLength(text, 128);
}

/** str62net(): an IPv6 address with or without a number of bits. */
export function isIpv6Network(text: string): boolean {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return isIpv6(text);
  return isIpv6(text.slice(0, slash)) && isLength(text.slice(slash + 1), 128);
}

/** str2net(): an IPv4 address, perhaps with a mask. `names` are looked up, which depends on the machine. */
export function isIpv4Network(text: string, names: boolean): boolean {
  const slash = text.lastIndexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  if (slash >= 0 && !isMask4(text.slice(slash + 1))) return false;
  if (!names) return isIpv4(host);
  return /^[\d.]+$/.test(host) ? !isBadIpv4(host) : /[A-Za-z]/.test(host) && !host.includes(':');
}
