import type { Quantity } from './ast.ts';
import { readQuantity } from './grammar.ts';
import { isBlank, isDigit } from './tokens.ts';

/** Digits that a double holds exactly, and those of a chunk that is multiplied in at once. */
const EXACT = 15;
const CHUNK = 9;
const CHUNK_BASE = 10n ** BigInt(CHUNK);
const LONG_MAX = 9_223_372_036_854_775_807n;
/** More digits than this, leading zeros apart, pass 64 bits. */
const LONG_DIGITS = 20;

/** Digits as an unsigned integer of 64 bits: `value = value * 10 + digit`, which wraps. Linear in the digits. */
export function wrapped(digits: string): bigint {
  let value = BigInt(digits.slice(0, digits.length % CHUNK));
  for (let i = digits.length % CHUNK; i < digits.length; i += CHUNK)
    value = BigInt.asUintN(64, value * CHUNK_BASE + BigInt(digits.slice(i, i + CHUNK)));
  return value;
}

function withoutZeros(digits: string): string {
  let i = 0;
  while (i < digits.length - 1 && digits.charCodeAt(i) === 48) i++;
  return i === 0 ? digits : digits.slice(i);
}

/** Digits with their sign as strtol() holds them: a value outside 64 bits becomes the nearest one inside. */
function clamped({ sign, digits }: Quantity): bigint {
  const short = withoutZeros(digits);
  const value = short.length > LONG_DIGITS ? LONG_MAX + 1n : BigInt(short);
  if (sign === '-') return value > LONG_MAX ? -LONG_MAX - 1n : -value;
  return value > LONG_MAX ? LONG_MAX : value;
}

/** The value of few digits and nothing else, which most numbers are; -1 for any other text. */
function plain(text: string): number {
  if (text.length === 0 || text.length > CHUNK) return -1;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) return -1;
    value = value * 10 + code - 48;
  }
  return value;
}

/** atol(): the integer that a text starts with, 0 without one; a double is near enough to compare it. */
export function atol(text: string): number {
  const value = plain(text);
  if (value >= 0) return value;
  const quantity = readQuantity(text);
  return quantity.digits === '' ? 0 : Number(clamped(quantity));
}

/** atol() or atoi() into an int: the lower 32 bits, with their sign. */
export function atoi(text: string): number {
  const value = plain(text);
  if (value >= 0) return value;
  const quantity = readQuantity(text);
  if (quantity.digits === '') return 0;
  if (quantity.digits.length <= EXACT) return Number(`${quantity.sign}${quantity.digits}`) | 0;
  return Number(BigInt.asIntN(32, clamped(quantity)));
}

/** strtol() to the end of the text, base 10 or by prefix (0: 0x10, 010); undefined when something else is there. */
export function strtol(text: string, base: 0 | 8 | 10): number | undefined {
  const { sign, hex, digits, unit, rest } = readQuantity(text);
  if (unit !== '' || rest !== '' || (hex === '' ? digits === '' : base !== 0)) return undefined;
  const octal = base === 8 || (base === 0 && hex === '' && digits.length > 1 && digits.startsWith('0'));
  if (octal && /[89]/.test(digits)) return undefined;
  const value = hex === '' ? (octal ? Number.parseInt(digits, 8) : Number(digits)) : Number(hex);
  return sign === '-' ? -value : value;
}

/** Is the text an integer to its end, as strtol() with a look at the rest sees it? An empty text is (0). */
export function isWhole(text: string): boolean {
  return text === '' || strtol(text, 10) !== undefined;
}

/** Digits with or without a sign and nothing else, as read_int64() and make_arg_list() take them. */
export function isInteger(text: string): boolean {
  const first = text.charCodeAt(0);
  if (text === '' || isBlank(first)) return false;
  return isDigit(text.charCodeAt(text.length - 1)) && strtol(text, 10) !== undefined;
}

/** strl2llrc() of src/tools.c: an optional minus and digits, or nothing but the minus; a value outside 64 bits is refused. */
export function isPatternNumber(text: string): boolean {
  if (text === '-') return true;
  const quantity = readQuantity(text);
  if (quantity.blank || quantity.sign === '+' || !isInteger(text)) return false;
  const digits = withoutZeros(quantity.digits);
  if (digits.length > LONG_DIGITS) return false;
  const value = BigInt(digits);
  return quantity.sign === '-' ? value <= LONG_MAX + 1n : value <= LONG_MAX;
}
