import { compareVersions } from '@halint/core';
import { isOpaque } from '../values.ts';
import { wrapped } from './integers.ts';
import { readQuantity } from './grammar.ts';

/** The unit that stands for none. */
export type DefaultUnit = 'ms' | 's';

/** A time as parse_time_err() reads it (src/tools.c): one unit; what follows it is passed over with a warning. */
export interface Time {
  /** In the default unit, rounded up; 0 when it is no time. */
  readonly value: number;
  /** What follows the unit. */
  readonly rest: string;
  /** No time at all, one that does not fit, or one that 64 bits wrapped to nothing. */
  readonly wrong?: 'form' | 'over' | 'under';
}

/** Largest time, in the default unit: 31 bits. */
const MOST = 2_147_483_647;

/** Microseconds of a unit. */
const MICROSECONDS: ReadonlyMap<string, bigint> = new Map([
  ['us', 1n],
  ['ms', 1000n],
  ['s', 1_000_000n],
  ['m', 60_000_000n],
  ['h', 3_600_000_000n],
  ['d', 86_400_000_000n],
]);

const NO_TIME: Time = { value: 0, rest: '', wrong: 'form' };

/** Reads a time; `us` came with 2.3. The value is counted in unsigned 64 bits, which wrap. */
export function readTime(text: string, version: string, defaultUnit: DefaultUnit = 'ms'): Time {
  const { blank, sign, digits, unit, rest } = readQuantity(text);
  if (blank || sign !== '' || digits === '' || (unit === '' && rest !== '')) return NO_TIME;
  const micros = MICROSECONDS.get(unit === '' ? defaultUnit : unit);
  if (micros === undefined || (unit === 'us' && compareVersions(version, '2.3') < 0)) return NO_TIME;
  const value = scaled(digits, micros, MICROSECONDS.get(defaultUnit) as bigint);
  if (value > MOST) return { value, rest, wrong: 'over' };
  return value === 0 && wrapped(digits) !== 0n ? { value, rest, wrong: 'under' } : { value, rest };
}

/** Digits that can be scaled by any unit within what a double holds exactly: 86,400,000 is the largest factor. */
const FEW_DIGITS = 7;

function scaled(digits: string, unit: bigint, into: bigint): number {
  if (digits.length <= FEW_DIGITS) return Math.ceil((Number(digits) * Number(unit)) / Number(into));
  const value = wrapped(digits);
  if (unit >= into) return Number(BigInt.asUintN(64, value * (unit / into)));
  const divisor = into / unit;
  return Number(BigInt.asUintN(64, value + divisor - 1n) / divisor);
}

/** A version that knows every unit, for readers that do not judge. */
const NEWEST = '99';

/** Milliseconds of a time, whatever follows its unit; undefined for what is none. */
export function parseTime(text: string): number | undefined {
  const { value, wrong } = readTime(text, NEWEST);
  return wrong === 'form' ? undefined : value;
}

const LENGTHS: Readonly<Record<DefaultUnit, string>> = { ms: 'about 24.8 days', s: 'about 68 years' };

/** A time with what haproxy says of it. */
export interface JudgedTime {
  readonly value: number;
  /** What it is refused for, in words. */
  readonly fault?: string;
  readonly warning?: string;
}

/** Reads and judges a time of at most `most` default units. */
export function judgeTime(text: string, version: string, unit: DefaultUnit = 'ms', most = MOST): JudgedTime {
  const { value, rest, wrong } = readTime(text, version, unit);
  if (wrong === 'form') return { value, fault: `'${text}' is not a time: ${formOf(text, version)}` };
  if (wrong === 'under') return { value, fault: `'${text}' is not a time: it does not fit 64 bits` };
  if (value > most) {
    const length = most === MOST ? `, ${LENGTHS[unit]}` : '';
    return { value, fault: `'${text}' is too long: the most is ${most} ${unit}${length}` };
  }
  return rest === '' ? { value } : { value, warning: restWarning(text, rest) };
}

function formOf(text: string, version: string): string {
  return readTime(text, NEWEST).wrong === 'form'
    ? 'write an integer with us, ms, s, m, h or d'
    : `haproxy ${version} has no us`;
}

function restWarning(text: string, rest: string): string {
  return `haproxy reads '${text}' up to '${text.slice(0, text.length - rest.length)}' and ignores '${rest}'`;
}

/** What is wrong with a time, in words, or undefined; nothing is said of a variable. */
export function timeFault(text: string, version: string, unit: DefaultUnit = 'ms', most = MOST): string | undefined {
  const { fault } = judgeTime(text, version, unit, most);
  return fault === undefined || isOpaque(text) ? undefined : fault;
}

/** What haproxy warns of in a time that it takes, or undefined. */
export function timeWarning(text: string): string | undefined {
  return judgeTime(text, NEWEST).warning;
}

/** Is it a number below `least` without a unit? haproxy 3.1 and above suspects a forgotten unit (warn_if_lower()). */
export function lacksUnit(text: string, least: number): boolean {
  const { digits } = readQuantity(text);
  return digits !== '' && digits === text && Number(digits) < least;
}
