import { globMatches, isGlob } from './key.ts';
import { KEYWORDS, valueKind, type ValueKind } from './keywords.ts';

/** Numbers that the kernel takes for a key, both ends included; it answers others with EINVAL. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** The first Linux that is so strict; undefined: as long as there are hosts. */
  readonly since?: string;
}

/** proc_dointvec: what does not fit into an int is refused. */
const INT: Range = { from: -2147483648, to: 2147483647 };
/** proc_dou8vec_minmax without ends of its own: -1 and 256 are refused, 7 is not. */
const BYTE: Range = { from: 0, to: 255, since: '5.13' };

/** Releases before Linux 5.13, in which the switches were ints. The 4.18 of rhel8 has later changes in it: nothing more is certain there. */
const BEFORE_BYTES = /^(?:debian(?:9|10|11)|rhel[78]|ubuntu(?:18|20)\.04)$/;

/**
 * Known ranges. Linux 6.18, written to /proc/sys in a namespace of its own; include/net/netns/ipv[46].h of 5.11 (int) and 5.13 (u8);
 * ip_privileged_port_max of net/ipv4/sysctl_net_ipv4.c; sysctl_nr_open_min, which is the bits of a long, and _max of fs/file.c. Some
 * kernels are stricter: somaxconn ended at 65535 before 5.4, and ip_unprivileged_port_start may not pass ip_local_port_range.
 */
const RANGES = new Map<string, Range>([
  ['net.ipv4.ip_nonlocal_bind', BYTE],
  ['net.ipv6.ip_nonlocal_bind', BYTE],
  ['net.ipv6.bindv6only', BYTE],
  ['net.ipv4.ip_forward', INT],
  ['net.core.somaxconn', { from: 0, to: INT.to }],
  ['net.ipv4.ip_unprivileged_port_start', { from: 0, to: 65535 }],
  ['fs.nr_open', { from: 32, to: 2147483584 }],
]);

/** Undefined: the key is none of those whose range is known, and no number is called refused. */
export function rangeOf(key: string, os: string | undefined): Range | undefined {
  const known = /^net\.ipv[46]\.conf\./.test(key) && valueKind(key) === 'int' ? INT : RANGES.get(key);
  return known === BYTE && os !== undefined && BEFORE_BYTES.test(os) ? INT : known;
}

/** The value of a key that nothing sets; undefined where it is not known. Switches are off. */
export function kernelDefault(key: string): string | undefined {
  return valueKind(key) === 'flag' ? '0' : undefined;
}

/** Keys of the vocabulary that a glob names, those of interfaces apart. */
export function knownKeys(glob: string): readonly string[] {
  return KEYWORDS.flatMap(({ word }) => (!isGlob(word) && globMatches(glob, word) ? [word] : []));
}

/** The key itself, or one that stands for what a glob names. */
export function exampleOf(key: string): string {
  return isGlob(key) && valueKind(key) === undefined ? (knownKeys(key)[0] ?? key) : key;
}

/**
 * What the kernel makes of a value: of numbers those before the first blank that is followed by something else; undefined = refused.
 * Of keys that the vocabulary does not know, and of texts, nothing is said: the value is what is written.
 */
export function taken(key: string, value: string, os: string | undefined): string | undefined {
  const kind = valueKind(key);
  if (!isNumeric(kind) || isOpaque(value)) return value;
  const numbers: string[] = [];
  for (const word of value.trim().split(/[ \t]+/)) {
    const number = plainNumber(word);
    if (number === undefined) break;
    numbers.push(number);
  }
  const [first] = numbers;
  if (first === undefined) return undefined;
  if (kind === 'ints') return numbers.join(' ');
  if (!isInside(first, rangeOf(key, os))) return undefined;
  return first === '-0' ? '0' : first;
}

export function isNumeric(kind: ValueKind | undefined): boolean {
  return kind !== undefined && kind !== 'text';
}

/** Is a plain number one that a range has? A byte has no minus: the kernel refuses even -0. */
export function isInside(number: string, range: Range | undefined): boolean {
  if (range === undefined) return true;
  const value = Number(number);
  return range.from <= value && value <= range.to && !(range === BYTE && number.startsWith('-'));
}

/**
 * A number as the kernel shows it again: sysctl.c strtoul_lenient() takes the base from the first digits. Written to ip_nonlocal_bind, 0x1
 * and 0X1 give 1, 010 gives 8, 00 gives 0; 08, 0x and +1 are refused, and so are 21 digits and more (Linux 6, by both tools).
 */
export function plainNumber(word: string): string | undefined {
  if (word.length > 20) return undefined;
  const [, minus = '', digits = ''] = /^(-?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(word) ?? [];
  if (digits === '') return undefined;
  const octal = /^0[0-7]/.test(digits);
  return `${minus}${BigInt(octal ? `0o${digits.slice(1)}` : digits)}`;
}

/** A template's placeholder: its value is not known here. */
export function isOpaque(value: string): boolean {
  return value.includes('{{') || value.includes('<%') || value.includes('${');
}
