import { isOpaque } from './values.ts';

const DIGITS = /^[\s]*([+-]?\d+)/;
const WHOLE = /^\s*[+-]?\d+$/;
/** Digits that a double holds exactly. */
const EXACT = 15;
const LONG_MAX = 9_223_372_036_854_775_807n;

/** What atol() makes of a text: its leading integer, 0 without one; a double is near enough for every comparison. */
export function toLong(text: string): number {
  const digits = DIGITS.exec(text)?.[1];
  return digits === undefined ? 0 : Number(digits);
}

/** What remains of an atol() or atoi() in an int: the lower 32 bits, with their sign. */
export function toInt(text: string): number {
  const digits = DIGITS.exec(text)?.[1];
  if (digits === undefined) return 0;
  if (digits.length <= EXACT) return Number(digits) | 0;
  const value = digits.length > 21 ? (digits.startsWith('-') ? -LONG_MAX - 1n : LONG_MAX) : BigInt(digits);
  const held = value > LONG_MAX ? LONG_MAX : value < -LONG_MAX - 1n ? -LONG_MAX - 1n : value;
  return Number(BigInt.asIntN(32, held));
}

/** Is the text an integer to its end, as strtol() with a look at the rest sees it? An empty text is (0). */
export function isWhole(text: string): boolean {
  return text === '' || WHOLE.test(text);
}

const SIZE = /^(\d+)([kKmMgGtTpPeE]?)$/;
const SHIFT: Readonly<Record<string, number>> = {
  '': 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
  e: 2 ** 60,
};

/** Bytes of a size with k, m or g (parse_size_err); undefined when it is none or does not fit `most`. */
export function toSize(text: string, most = 0xffff_ffff): number | undefined {
  const [, digits, unit] = SIZE.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  if (most <= 0xffff_ffff && !/^[kmg]?$/i.test(unit)) return undefined;
  const bytes = Number(digits) * (SHIFT[unit.toLowerCase()] as number);
  return bytes > most ? undefined : bytes;
}

const TIME = /^(\d+)(us|ms|s|m|h|d|)/;
const IN_US: Readonly<Record<string, number>> = { us: 1, ms: 1000, s: 1e6, m: 6e7, h: 3.6e9, d: 8.64e10 };

/** A time as parse_time_err() reads it: one number with one unit. What stands behind the unit only gets a warning. */
export interface Time {
  /** In the unit that was asked for; undefined when it is no time. */
  readonly value: number | undefined;
  readonly tail: boolean;
}

export function toTime(text: string, unit: 'ms' | 's', version: string): Time {
  const [, digits, written = ''] = TIME.exec(text) ?? [];
  if (digits === undefined) return { value: undefined, tail: false };
  const rest = text.slice(digits.length + written.length);
  if ((written === '' && rest !== '') || (written === 'us' && version === '2.2'))
    return { value: undefined, tail: false };
  const scale = written === '' ? 1 : (IN_US[written] as number) / (IN_US[unit] as number);
  return { value: Math.ceil(Number(digits) * scale), tail: rest !== '' };
}

/** What is wrong with a time of at most `most` units, in words. */
export function timeProblem(
  text: string,
  version: string,
  unit: 'ms' | 's' = 'ms',
  most = 2_147_483_647,
): string | undefined {
  if (isOpaque(text)) return undefined;
  const { value } = toTime(text, unit, version);
  if (value === undefined) return `'${text}' is not a time: write an integer with us, ms, s, m, h or d`;
  return value > most ? `'${text}' is too long: the most is ${most} ${unit}` : undefined;
}
