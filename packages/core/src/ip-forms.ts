import { parseIp, type Ip } from './ip.ts';

/**
 * An IPv4 address in any spelling of inet_aton(3), which getaddrinfo() takes too: one to four numbers, decimal, octal or hexadecimal, the
 * last of which fills the bytes that are left. sshd 9.2 and haproxy 2.6 listen on 0.0.0.0 for `0`, and on 10.0.0.1 for `10.1`.
 */
export function parseInetAton(text: string): Ip | undefined {
  const parts = text.split('.');
  if (parts.length > 4 || !parts.every((part) => /^(?:0[xX][0-9a-fA-F]{1,8}|0[0-7]{0,11}|[1-9]\d{0,9})$/.test(part)))
    return undefined;
  const numbers = parts.map((part) => (/^0[0-7]/.test(part) ? Number.parseInt(part, 8) : Number(part)));
  const last = numbers.pop() ?? 0;
  if (numbers.some((each) => each > 255) || last >= 256 ** (4 - numbers.length)) return undefined;
  const value = numbers.reduce((sum, each, i) => sum + each * 256 ** (3 - i), 0) + last;
  const bytes = [3, 2, 1, 0].map((power) => Math.floor(value / 256 ** power) % 256);
  return { family: 'ipv4', address: bytes.join('.') };
}

/** An IPv6 address with an interface: fe80::1%eth0. */
export function parseZoned(text: string): { readonly ip: Ip; readonly zone: string } | undefined {
  const [, written = '', zone = ''] = /^([0-9a-fA-F:.]+)%([^\s%/]+)$/.exec(text) ?? [];
  const ip = parseIp(written);
  return ip?.family === 'ipv6' ? { ip, zone } : undefined;
}

/** The IPv4 address inside of an IPv6 one (::ffff:10.0.0.1): a socket on it is an IPv4 socket to the kernel. */
export function mappedIpv4({ family, address }: Ip): Ip | undefined {
  return family === 'ipv6' && address.startsWith('::ffff:') ? parseDotted(address.slice('::ffff:'.length)) : undefined;
}

function parseDotted(text: string): Ip | undefined {
  const ip = parseIp(text);
  return ip?.family === 'ipv4' ? ip : undefined;
}
