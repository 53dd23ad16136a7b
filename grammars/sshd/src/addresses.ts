import { compareVersions, ipNumber, mappedIpv4, parseIp } from '@halint/core';
import { readInt } from './check/numbers.ts';
import { matchesPattern } from './patterns.ts';

/** An address as bits, the first one first, and in the spelling of getnameinfo(). */
export interface NumericHost {
  readonly family: 'ipv4' | 'ipv6';
  readonly bits: string;
  /** 10.0.0.1, fe80::1%eth0. */
  readonly text: string;
  /** eth0 of fe80::1%eth0, in the spelling of getnameinfo(); empty without one. */
  readonly zone: string;
  /** 10.0.0.1 of ::ffff:10.0.0.1: what getaddrinfo() makes of it where IPv4 alone is asked for. */
  readonly mapped?: string;
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
    zone: '',
  };
}

function numberOf(text: string): number | undefined {
  if (/^0x[0-9a-f]*$/i.test(text)) return text.length === 2 ? undefined : Number(text);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

function ipv6(written: string): NumericHost | undefined {
  const percent = written.indexOf('%');
  const ip = parseIp(percent < 0 ? written : written.slice(0, percent));
  if (ip?.family !== 'ipv6') return undefined;
  const bits = ipNumber(ip).toString(2).padStart(128, '0');
  const zone = percent < 0 ? '' : zoneOf(written.slice(percent + 1), bits);
  if (zone === undefined) return undefined;
  const mapped = mappedIpv4(ip)?.address;
  const text = (withDots(bits) ?? ip.address) + (zone === '' ? '' : `%${zone}`);
  return { family: 'ipv6', bits, text, zone, ...(mapped === undefined ? {} : { mapped }) };
}

/** Addresses of a link, one host's or a group's: their zones are printed as names of interfaces. */
const isOfLink = (bits: string): boolean => /^1111111010|^11111111....0010/.test(bits);
/** ff01::/16 and its like: the name of an interface is taken, and its number is printed. */
const isOfNode = (bits: string): boolean => /^11111111....0001/.test(bits);

/** Number of the loopback interface in every network namespace of Linux (LOOPBACK_IFINDEX). */
const LOOPBACK = 1;
/** Longest name of an interface (IFNAMSIZ without its NUL). */
const LONGEST_NAME = 15;

/**
 * A zone as it is printed, empty for 0, which is none; undefined for what does not resolve. glibc (inet/net/if_index.c, inet6_scopeid_pton.c) looks
 * the name of an interface up for addresses of a link or a node alone; behind others stands a number.
 */
function zoneOf(written: string, bits: string): string | undefined {
  if (/^\d+$/.test(written) && Number(written) < 2 ** 32) {
    const number = Number(written);
    if (number === 0) return '';
    return number === LOOPBACK && isOfLink(bits) ? 'lo' : String(number);
  }
  if (written === '' || written.length > LONGEST_NAME || !(isOfLink(bits) || isOfNode(bits))) return undefined;
  return written === 'lo' && isOfNode(bits) ? String(LOOPBACK) : written;
}

/** What of a zone only the host can tell, as it is printed otherwise than it was found. */
export function unknownOfZone({ bits, zone }: NumericHost): string | undefined {
  if (zone === '') return undefined;
  const isNumber = /^\d+$/.test(zone);
  if (isOfLink(bits) && isNumber) return `the name of interface ${zone}`;
  return isOfNode(bits) && !isNumber ? `the number of interface ${zone}` : undefined;
}

/** inet_ntop() writes ::1.2.3.4 with the dots of IPv4 too, but for addresses of one group such as ::1. */
function withDots(bits: string): string | undefined {
  const old = bits.startsWith('0'.repeat(96)) && bits.slice(96, 112).includes('1');
  return old ? `::${dotted(bits.slice(96))}` : undefined;
}

function dotted(bits: string): string {
  return [0, 8, 16, 24].map((at) => Number.parseInt(bits.slice(at, at + 8), 2)).join('.');
}

type Network = Pick<NumericHost, 'family' | 'bits' | 'zone'>;

/** Why a prefix does not fit: bits behind it, or it is longer than the address. */
type Fault = 'bits' | 'prefix';

/**
 * ADDRESS or ADDRESS/PREFIX (addr_pton_cidr() in addr.c): a network, what is wrong with a prefix that does not fit, undefined for a pattern. Until
 * 9.7 a prefix was digits alone, and a number above 128 made it a pattern.
 */
function networkOf(text: string, openssh: string): Network | Fault | undefined {
  const slash = text.indexOf('/');
  if (text.length >= 64) return undefined;
  const written = slash < 0 ? undefined : text.slice(slash + 1);
  const strict = compareVersions(openssh, '9.8') < 0;
  const number = written === undefined ? undefined : prefixOf(written, strict);
  if (written !== undefined && number === undefined) return undefined;
  const host = numericHost(slash < 0 ? text : text.slice(0, slash));
  if (host === undefined) return undefined;
  const prefix = number ?? host.bits.length;
  if (prefix > host.bits.length) return 'prefix';
  if (host.bits.slice(prefix).includes('1')) return 'bits';
  return { family: host.family, bits: host.bits.slice(0, prefix), zone: host.zone };
}

function prefixOf(written: string, strict: boolean): number | undefined {
  if (!strict) return readInt(written);
  return /^\d+$/.test(written) && Number(written) <= 128 ? Number(written) : undefined;
}

/** An item that makes sshd refuse the list it stands in, and where it starts. */
export interface BadItem {
  readonly item: string;
  readonly start: number;
  /** Why, in words behind the item. */
  readonly why: string;
}

/** Why sshd refuses a list of addresses (addr_match_list() in addrmatch.c): an empty item, or a prefix that does not fit. */
export function badAddressOf(list: string, openssh: string): BadItem | undefined {
  let start = 0;
  for (const written of list.split(',')) {
    const item = written.replace(/^!/, '');
    const from = start + written.length - item.length;
    if (item === '') return { item: written, start, why: 'is no address' };
    const network = networkOf(item, openssh);
    if (network === 'bits') return { item, start: from, why: 'has bits behind its prefix' };
    if (network === 'prefix') return { item, start: from, why: 'has a prefix that is too long' };
    start += written.length + 1;
  }
  return undefined;
}

/** What is wrong with the list of addresses of `what`, in words. */
export function addressProblem(what: string, { item, why }: BadItem): string {
  return item === '' ? `${what} has an empty item` : `${what} \`${item}\` ${why}`;
}

/** Is the address in the list? An address that is none is in no list, and one with a zone in no network without it (addr_cmp() in addr.c). */
export function matchesAddress(address: string, list: string, openssh: string): boolean {
  const host = numericHost(address);
  if (host === undefined) return false;
  let found = false;
  for (const item of list.split(',')) {
    const negated = item.startsWith('!');
    const pattern = negated ? item.slice(1) : item;
    const network = networkOf(pattern, openssh);
    if (typeof network === 'string' || pattern === '') return false;
    const inside =
      network === undefined
        ? matchesPattern(address, pattern)
        : network.family === host.family && network.zone === host.zone && host.bits.startsWith(network.bits);
    if (inside && negated) return false;
    found ||= inside;
  }
  return found;
}
