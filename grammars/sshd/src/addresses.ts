import { parseIp } from '@halint/core';
import { matchesPattern } from './patterns.ts';

/** An address as bits, the first one first, and in the spelling of getnameinfo(). */
export interface NumericHost {
  readonly family: 'ipv4' | 'ipv6';
  readonly bits: string;
  /** 10.0.0.1, fe80::1%eth0. */
  readonly text: string;
}

/** A host that getaddrinfo() takes without looking a name up: `10.1` is 10.0.0.1, `0x7f.1` is 127.0.0.1, `fe80::1%eth0` has a zone. */
export function numericHost(text: string): NumericHost | undefined {
  return ipv4(text) ?? ipv6(text);
}

/** inet_aton(): one to four numbers, octal behind 0 and hexadecimal behind 0x; the last one fills the bytes that are left. */
function ipv4(text: string): NumericHost | undefined {
  if (!/^[0-9a-fx.]+$/i.test(text)) return undefined;
  const written = text.split('.');
  if (written.length > 4) return undefined;
  const parts = written.map(numberOf);
  if (parts.some((part) => part === undefined)) return undefined;
  const numbers = parts as number[];
  const last = numbers.pop() as number;
  if (numbers.some((part) => part > 255) || last >= 256 ** (4 - numbers.length)) return undefined;
  const rest = Array.from(
    { length: 4 - numbers.length },
    (_, i, n = 3 - numbers.length - i) => Math.floor(last / 256 ** n) % 256,
  );
  const bytes = [...numbers, ...rest];
  return {
    family: 'ipv4',
    bits: bytes.map((byte) => byte.toString(2).padStart(8, '0')).join(''),
    text: bytes.join('.'),
  };
}

function numberOf(text: string): number | undefined {
  if (/^0x[0-9a-f]*$/i.test(text)) return text.length === 2 ? undefined : Number(text);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

function ipv6(text: string): NumericHost | undefined {
  const percent = text.indexOf('%');
  const ip = parseIp(percent < 0 ? text : text.slice(0, percent));
  if (ip?.family !== 'ipv6') return undefined;
  const bits = groups(ip.address)
    .map((group) => group.toString(2).padStart(16, '0'))
    .join('');
  const zone = percent < 0 ? '' : text.slice(percent);
  return { family: 'ipv6', bits, text: (withDots(bits) ?? ip.address) + zone };
}

/** inet_ntop() writes ::ffff:1.2.3.4 and ::1.2.3.4 with the dots of IPv4, but for addresses of one group such as ::1. */
function withDots(bits: string): string | undefined {
  if (bits.startsWith('0'.repeat(80) + '1'.repeat(16))) return `::ffff:${dotted(bits.slice(96))}`;
  const old = bits.startsWith('0'.repeat(96)) && bits.slice(96, 112).includes('1');
  return old ? `::${dotted(bits.slice(96))}` : undefined;
}

function dotted(bits: string): string {
  return [0, 8, 16, 24].map((at) => Number.parseInt(bits.slice(at, at + 8), 2)).join('.');
}

/** The eight groups of a canonical IPv6 address. */
function groups(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const read = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const front = read(head);
  const back = tail === undefined ? [] : read(tail);
  return [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
}

interface Network {
  readonly family: NumericHost['family'];
  readonly bits: string;
}

/** ADDRESS or ADDRESS/PREFIX (addr_pton_cidr() in addr.c): a network, `inconsistent` for a prefix that does not fit, undefined for a pattern. */
function networkOf(text: string): Network | 'inconsistent' | undefined {
  const slash = text.indexOf('/');
  if (text.length >= 64) return undefined;
  const written = slash < 0 ? undefined : text.slice(slash + 1);
  if (written !== undefined && !/^[ \t]*\+?\d+$/.test(written)) return undefined;
  const host = numericHost(slash < 0 ? text : text.slice(0, slash));
  if (host === undefined) return undefined;
  const prefix = written === undefined ? host.bits.length : Number(written);
  if (prefix > host.bits.length || host.bits.slice(prefix).includes('1')) return 'inconsistent';
  return { family: host.family, bits: host.bits.slice(0, prefix) };
}

const itemsOf = (list: string): readonly string[] => list.split(',').map((item) => item.replace(/^!/, ''));

/** Does sshd refuse a list of addresses (addr_match_list() in addrmatch.c)? An empty item, or a prefix with bits behind it. */
export function isBadAddressList(list: string): boolean {
  return itemsOf(list).some((item) => item === '' || networkOf(item) === 'inconsistent');
}

/** Is the address in the list? An address that is none is in no list. */
export function matchesAddress(address: string, list: string): boolean {
  const host = numericHost(address);
  if (host === undefined) return false;
  let found = false;
  for (const item of list.split(',')) {
    const negated = item.startsWith('!');
    const pattern = negated ? item.slice(1) : item;
    const network = networkOf(pattern);
    if (network === 'inconsistent' || pattern === '') return false;
    const inside =
      network === undefined
        ? matchesPattern(address, pattern)
        : network.family === host.family && host.bits.startsWith(network.bits);
    if (inside && negated) return false;
    found ||= inside;
  }
  return found;
}
