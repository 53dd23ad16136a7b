import { compareVersions, TCP_SERVICES, type Services } from '@halint/core';

export const INT_MAX = 2_147_483_647;

/** strtonum() takes blanks and a sign in front; undefined when it refuses, or outside 0 … `most`. */
export function readInt(text: string, most = INT_MAX): number | undefined {
  if (!/^[ \t\n\v\f\r]*[+-]?\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= 0 && value <= most ? Math.abs(value) : undefined;
}

const UNIT: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * Seconds of `1h30m`, `90` (convtime() in misc.c), 0 … 2^31 - 1; undefined when it is none. Since 10.3 seconds may have a fraction, which this
 * leaves as it is (where sshd wants whole seconds it drops it), and stand once. Until 9.7 strtol() read the numbers: blanks and a sign may stand
 * in front of each, but the number must not be below 0.
 */
export function readTime(text: string, openssh: string): number | undefined {
  const seconds = secondsOf(text, openssh);
  return seconds !== undefined && seconds <= INT_MAX ? seconds : undefined;
}

/** The same where sshd works with fractions since 10.3 (convtime_double()): then there is no most. */
export function readDuration(text: string, openssh: string): number | undefined {
  return compareVersions(openssh, '10.3') >= 0 ? secondsOf(text, openssh) : readTime(text, openssh);
}

const DIGITS = /^(?:\d+[smhdw]?)+$/i;
const SIGNED = /^(?:[ \t\n\v\f\r]*[+-]?\d+[smhdw])*(?:[ \t\n\v\f\r]*[+-]?\d+)?$/i;
const FRACTIONS = /^(?:[\d.]+[smhdw]?)+$/i;

function secondsOf(text: string, openssh: string): number | undefined {
  const fractions = compareVersions(openssh, '10.3') >= 0;
  const signed = compareVersions(openssh, '9.8') < 0;
  if (text === '' || !(fractions ? FRACTIONS : signed ? SIGNED : DIGITS).test(text)) return undefined;
  let seconds = 0;
  let plain = 0;
  for (const [, sign = '', number = '', unit = ''] of text.matchAll(/([+-]?)([\d.]+)([smhdw]?)/gi)) {
    const factor = UNIT[unit.toLowerCase()] ?? 1;
    if (number.includes('.') && (factor > 1 || !/^\d*\.\d+$/.test(number))) return undefined;
    if (fractions && factor === 1 && ++plain > 1) return undefined;
    if (sign === '-' && Number(number) > 0) return undefined;
    seconds += Number(number) * factor;
  }
  return Number.isFinite(seconds) ? seconds : undefined;
}

const LONG_MAX = 9_223_372_036_854_775_807n;

/** Numbers joined by colons as `%d` of sscanf() reads them: strtol(), cut to 32 bits. It stops at what follows; undefined without a first one. */
export function scanInts(text: string, most: 2 | 3): readonly number[] | undefined {
  const found = /^\s*([+-]?\d+)(?::\s*([+-]?\d+))?(?::\s*([+-]?\d+))?/.exec(text)?.slice(1, most + 1);
  return found?.flatMap((digits) => (digits === undefined ? [] : [toInt(digits)]));
}

function toInt(digits: string): number {
  const [least, value] = [-LONG_MAX - 1n, BigInt(digits.replace(/^\+/, ''))];
  return Number(BigInt.asIntN(32, value > LONG_MAX ? LONG_MAX : value < least ? least : value));
}

/**
 * A port by number or by service name, 0 … 65535; undefined for anything else.
 * @param services those of the host; without them the usual ones count.
 */
export function readPort(text: string, services: Services | undefined): number | undefined {
  const number = readInt(text, 65_535);
  return number ?? (services ?? TCP_SERVICES).get(text);
}

const SCALE = 'BKMGTPE';

/** Digits in front of the point, and digits behind it that count (MAX_DIGITS of fmt_scaled.c). */
const MOST_DIGITS = 20;
const MOST_FRACTION = 19;

/** Bytes of `1G`, `1.5K` (scan_scaled()); undefined when it is none. A fraction without a unit is dropped. */
export function readSize(text: string, openssh: string): bigint | undefined {
  const [, sign = '', whole = '', fraction = '', unit = '', rest = ''] =
    /^[ \t\n\v\f\r]*([+-]?)(\d*)(?:\.(\d*))?([bkmgtpe]?)(.*)$/is.exec(text) ?? [];
  const part = BigInt(fraction === '' ? 0 : fraction.slice(0, MOST_FRACTION));
  if (whole.length > MOST_DIGITS || part > LONG_MAX || (rest !== '' && (unit === '' || /^[a-z0-9]/i.test(rest))))
    return undefined;
  const power = Math.max(0, SCALE.indexOf(unit.toUpperCase()));
  let value = BigInt(whole === '' ? 0 : whole) * 1024n ** BigInt(power);
  if (value > LONG_MAX) return undefined;
  if (unit !== '') value += scaled(part, Math.min(fraction.length, MOST_FRACTION), power, openssh);
  return sign === '-' ? -value : value;
}

/**
 * part * 1024^power / 10^digits in steps that fit 64 bits. Until 10.3 the digits that did not fit were dropped first: 1.9E was 1E; since then the
 * steps take turns.
 */
function scaled(part: bigint, digits: number, power: number, openssh: string): bigint {
  let [value, times, divided] = [part, power, digits];
  if (compareVersions(openssh, '10.4') < 0) {
    const factor = 1024n ** BigInt(power);
    for (; value >= LONG_MAX / factor; divided--) value /= 10n;
    value *= factor;
    times = 0;
  }
  while (times > 0 && divided > 0) {
    if (value <= LONG_MAX / 1024n) {
      value *= 1024n;
      times--;
    } else {
      value /= 10n;
      divided--;
    }
  }
  return (value * 1024n ** BigInt(times)) / 10n ** BigInt(Math.max(0, divided));
}

/** A mask of permissions from 0 to 0777; strtol() stops at what follows. */
export function isOctalMask(value: string): boolean {
  const digits = /^\s*([+-]?[0-7]+)/.exec(value)?.[1];
  const mask = digits === undefined ? -1 : Number.parseInt(digits, 8);
  return mask >= 0 && mask <= 0o777;
}
