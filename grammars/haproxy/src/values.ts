import { compareVersions } from '@halint/core';

/** Largest time the daemon takes, in milliseconds (parse_time_err() in src/tools.c). */
const MOST = 2_147_483_647;

const OPEN = 123;
const LESS = 60;
const PERCENT = 37;
const HASH = 35;

/** Does a sign behind a dollar start a variable or placeholder? A letter, `_`, `.`, `{`, `(`, `[` or `<`; else the dollar is plain text. */
function startsVariable(code: number): boolean {
  return (
    (code >= 97 && code <= 123) ||
    (code >= 65 && code <= 91) ||
    code === 95 ||
    code === 46 ||
    code === 40 ||
    code === LESS
  );
}

/** A variable or template placeholder (`$X`, `{{`, `{%`, `{#`, `<%`): what the text will be is not known. */
export function isOpaque(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 36) {
      if (startsVariable(text.charCodeAt(i + 1))) return true;
      continue;
    }
    if (code !== OPEN && code !== LESS) continue;
    const next = text.charCodeAt(i + 1);
    if (next === PERCENT || (code === OPEN && (next === OPEN || next === HASH))) return true;
  }
  return false;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Offset behind the digits that start at `from`. */
function digitsEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length && isDigit(text.charCodeAt(i))) i++;
  return i;
}

/** Milliseconds of the units with one letter. */
const LETTERS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Milliseconds of one unit at `i`, and how many signs it has; undefined when there is no unit. */
function unitAt(text: string, i: number): { readonly ms: number; readonly length: number } | undefined {
  if (text.startsWith('ms', i)) return { ms: 1, length: 2 };
  if (text.startsWith('us', i)) return { ms: 0.001, length: 2 };
  const ms = LETTERS.get(text[i] ?? '');
  return ms === undefined ? undefined : { ms, length: 1 };
}

/** A time as parse_time_err() reads it: what follows the unit is passed over with a warning. */
interface ReadTime {
  readonly ms: number;
  /** Offset of what follows the unit; the length of the text when nothing does. */
  readonly rest: number;
}

/** Digits beyond this many may pass 2^53; the daemon counts in 64 bits and lets them wrap. */
const EXACT_DIGITS = 15;

function readTime(text: string, unitless: number): ReadTime | undefined {
  const end = digitsEnd(text, 0);
  if (end === 0) return undefined;
  const unit = end === text.length ? { ms: unitless, length: 0 } : unitAt(text, end);
  if (unit === undefined) return undefined;
  if (end > EXACT_DIGITS) {
    // Unsigned 64-bit arithmetic in microseconds or milliseconds, as the daemon does it.
    const wrapped = BigInt.asUintN(64, BigInt(text.slice(0, end)));
    const scaled = unit.ms < 1 ? wrapped / 1000n : BigInt.asUintN(64, wrapped * BigInt(unit.ms));
    return { ms: Number(scaled), rest: end + unit.length };
  }
  return { ms: Math.ceil(Number(text.slice(0, end)) * unit.ms), rest: end + unit.length };
}

/**
 * Milliseconds of a time: an integer with us, ms, s, m, h or d; milliseconds where no unit is written. Signs behind the
 * unit are passed over, as haproxy does. Undefined for anything else.
 */
export function parseTime(text: string): number | undefined {
  return readTime(text, 1)?.ms;
}

/** What is wrong with a time argument, in words, or undefined. `unitless` is the length in ms of a unit not written. */
export function timeFault(text: string, version: string, unitless = 1): string | undefined {
  if (isOpaque(text)) return undefined;
  const time = readTime(text, unitless);
  if (time === undefined) return `'${text}' is not a time: write an integer with us, ms, s, m, h or d`;
  if (text.includes('us') && compareVersions(version, '2.3') < 0)
    return `'${text}' is not a time: haproxy ${version} has no us`;
  return time.ms > MOST
    ? `'${text}' is too long for haproxy ${version}: the most is ${MOST} ms, about 24.8 days`
    : undefined;
}

/** What follows the unit of a time: haproxy warns of it and reads on (parse_time_err()). */
export function timeRest(text: string): string {
  const time = readTime(text, 1);
  return time === undefined ? '' : text.slice(time.rest);
}

/** Is it a number below `least` without a unit? haproxy 3.1 and above suspects a forgotten unit (warn_if_lower()). */
export function lacksUnit(text: string, least: number): boolean {
  return digitsEnd(text, 0) === text.length && text !== '' && Number(text) < least;
}

/** What is wrong with a size argument (parse_size_err()), or undefined: up to 4 GiB less one, with k, m or g. */
export function sizeFault(text: string): string | undefined {
  if (isOpaque(text)) return undefined;
  return parseSize(text) === undefined
    ? `'${text}' is not a size: write an integer with k, m or g, below 4g`
    : undefined;
}

const SHIFTS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1024,
  K: 1024,
  m: 1024 ** 2,
  M: 1024 ** 2,
  g: 1024 ** 3,
  G: 1024 ** 3,
};

/** Bytes of a size; undefined for what parse_size_err() refuses, above 32 bits included. */
export function parseSize(text: string): number | undefined {
  const end = digitsEnd(text, 0);
  const shift = SHIFTS[text.slice(end)];
  if (end === 0 || shift === undefined) return undefined;
  const size = Number(text.slice(0, end)) * shift;
  return size <= 4_294_967_295 ? size : undefined;
}

/** atol() into an int: blanks, a sign, digits; whatever follows is ignored, nothing counts as 0, high bits are lost. */
export function toInt(text: string): number {
  let i = 0;
  while (i < text.length && (text.charCodeAt(i) === 32 || (text.charCodeAt(i) >= 9 && text.charCodeAt(i) <= 13))) i++;
  const negative = text.charCodeAt(i) === 45;
  if (negative || text.charCodeAt(i) === 43) i++;
  const end = digitsEnd(text, i);
  if (end === i) return 0;
  if (end - i <= 9) return negative ? -Number(text.slice(i, end)) : Number(text.slice(i, end));
  const value = BigInt(text.slice(i, end));
  const most = 9_223_372_036_854_775_807n;
  // strtol() stops at the largest long, whose low 32 bits are -1 (or 0 for the smallest).
  if (value > most) return negative ? 0 : -1;
  return Number(BigInt.asIntN(32, negative ? -value : value));
}

/** Digits only, with an optional sign before them: what strtol() reads to its end. */
export function isInteger(text: string): boolean {
  const from = text.startsWith('-') || text.startsWith('+') ? 1 : 0;
  return text.length > from && digitsEnd(text, from) === text.length;
}

/** A host made of digits and dots that is no IPv4 address in any spelling of inet_aton(): never a name either. */
export function isBadIpv4(host: string): boolean {
  let dots = 0;
  for (let i = 0; i < host.length; i++) {
    const code = host.charCodeAt(i);
    if (code === 46) dots++;
    else if (!isDigit(code)) return false;
  }
  if (host === '') return false;
  if (dots === host.length || dots > 3) return true;
  const parts = host.split('.');
  if (parts.some((part) => part === '')) return true;
  return parts.some((part, i) => {
    const octal = part.length > 1 && part.startsWith('0');
    if (octal && /[89]/.test(part)) return true;
    const most = i < parts.length - 1 ? 255 : 256 ** (5 - parts.length) - 1;
    return Number.parseInt(part, octal ? 8 : 10) > most;
  });
}

/** First sign that a name may not hold (invalid_char() in src/tools.c), or undefined. */
export function badSign(name: string): string | undefined {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    const fine =
      (code >= 97 && code <= 122) ||
      (code >= 48 && code <= 58) ||
      (code >= 65 && code <= 90) ||
      code === 95 ||
      code === 46 ||
      code === 45;
    if (!fine) return isOpaque(name) ? undefined : String.fromCodePoint(name.codePointAt(i) ?? 0);
  }
  return undefined;
}
