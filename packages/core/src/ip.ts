import { Address4, Address6 } from 'ip-address';

export type Family = 'ipv4' | 'ipv6';

/** An IP address in one canonical spelling, so that equal addresses are equal strings. */
export interface Ip {
  readonly family: Family;
  /** 192.168.2.1, fd99::100, ::ffff:192.168.2.1: RFC 5952 form for IPv6, without zone or prefix. */
  readonly address: string;
}

const cache = new Map<string, Ip | undefined>();

/** Reads a literal address (no prefix, no brackets, no name). Undefined for anything else; 1.2 and 010.0.0.1 are not addresses. */
export function parseIp(text: string): Ip | undefined {
  if (text.length > 45) return undefined;
  if (cache.has(text)) return cache.get(text);
  const ip = readIp(text);
  if (cache.size > 100_000) cache.clear();
  cache.set(text, ip);
  return ip;
}

function readIp(text: string): Ip | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    return text.split('.').every((part) => Number(part) <= 255 && String(Number(part)) === part)
      ? { family: 'ipv4', address: text }
      : undefined;
  }
  if (!text.includes(':') || /[^0-9a-fA-F:.]/.test(text)) return undefined;
  try {
    return { family: 'ipv6', address: withDots(new Address6(text).correctForm()) };
  } catch {
    // ip-address reports a malformed literal by throwing: it is simply no address.
    return undefined;
  }
}

/** The last 32 bits of an IPv4-mapped address are written with dots (RFC 5952 section 5), as ss(8) shows them. */
function withDots(address: string): string {
  const [, high = '', low = ''] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ?? [];
  if (high === '') return address;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return `::ffff:${[a >> 8, a & 255, b >> 8, b & 255].join('.')}`;
}

/** The canonical spelling of a literal address; any other text as it is. */
export function canonicalAddress(text: string): string {
  return parseIp(text)?.address ?? text;
}

/** An address with a prefix length: 192.168.2.232/24. */
export interface Cidr extends Ip {
  readonly prefix: number;
}

/** Reads ADDR/LEN; without a length the whole address counts (/32, /128). */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const ip = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (ip === undefined) return undefined;
  const most = ip.family === 'ipv4' ? 32 : 128;
  if (slash < 0) return { ...ip, prefix: most };
  const length = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(length) || Number(length) > most) return undefined;
  return { ...ip, prefix: Number(length) };
}

/** Does the network of `net` contain the address? */
export function contains(net: Cidr, ip: Ip): boolean {
  if (net.family !== ip.family) return false;
  return net.family === 'ipv4'
    ? new Address4(ip.address).isInSubnet(new Address4(`${net.address}/${net.prefix}`))
    : new Address6(ip.address).isInSubnet(new Address6(`${net.address}/${net.prefix}`));
}

/** First address and length of a network: equal for all addresses of a subnet. */
export function networkOf(net: Cidr): string {
  const whole = `${net.address}/${net.prefix}`;
  const first = net.family === 'ipv4' ? new Address4(whole).startAddress() : new Address6(whole).startAddress();
  return `${first.correctForm()}/${net.prefix}`;
}

/** Orders addresses as VRRP does when two masters meet: as numbers, most significant byte first. Negative when a is lower. */
export function compareIp(a: Ip, b: Ip): number {
  const left = ipNumber(a);
  const right = ipNumber(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The bits of an address as a number. */
export function ipNumber(ip: Ip): bigint {
  return ip.family === 'ipv4' ? new Address4(ip.address).bigInt() : new Address6(ip.address).bigInt();
}

/** 127.0.0.0/8 or ::1. */
export function isLoopback(ip: Ip): boolean {
  return ip.family === 'ipv4' ? ip.address.startsWith('127.') : ip.address === '::1';
}

/** 224.0.0.0/4 and ff00::/8. */
export function isMulticast({ family, address }: Ip): boolean {
  return family === 'ipv4' ? /^2(?:2[4-9]|3\d)\./.test(address) : /^ff[\da-f]{2}:/i.test(address);
}

/** 0.0.0.0 or ::. */
export function isWildcard(ip: Ip): boolean {
  return ip.address === '0.0.0.0' || ip.address === '::';
}

/** HOST:PORT for people: IPv6 in brackets. */
export function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
