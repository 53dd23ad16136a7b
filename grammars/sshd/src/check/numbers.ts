import { compareVersions } from '@halint/core';
import { SERVICES } from './services.ts';

export const INT_MAX = 2_147_483_647;

/** strtonum() takes blanks and a sign in front; undefined when it refuses, or outside 0 … `most`. */
export function readInt(text: string, most = INT_MAX): number | undefined {
  if (!/^[ \t\n\v\f\r]*[+-]?\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= 0 && value <= most ? Math.abs(value) : undefined;
}

const UNIT: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * Seconds of `1h30m`, `90` (convtime() in misc.c); undefined when it is none. Since 10.3 seconds may have a fraction, which this leaves as it is
 * (where sshd wants whole seconds it drops it), and stand once.
 */
export function readTime(text: string, openssh: string): number | undefined {
  const fractions = compareVersions(openssh, '10.3') >= 0;
  if (!(fractions ? /^(?:[\d.]+[smhdw]?)+$/i : /^(?:\d+[smhdw]?)+$/i).test(text)) return undefined;
  let seconds = 0;
  let plain = 0;
  for (const [, number = '', unit = ''] of text.matchAll(/([\d.]+)([smhdw]?)/gi)) {
    const factor = UNIT[unit.toLowerCase()] ?? 1;
    if (number.includes('.') && (factor > 1 || !/^\d*\.\d+$/.test(number))) return undefined;
    if (fractions && factor === 1 && ++plain > 1) return undefined;
    seconds += Number(number) * factor;
  }
  return seconds <= INT_MAX ? seconds : undefined;
}

/** A port by number or by service name, 0 … 65535; undefined for anything else. */
export function readPort(text: string): number | undefined {
  return readInt(text, 65_535) ?? (Object.hasOwn(SERVICES, text) ? SERVICES[text] : undefined);
}

const SCALE = 'BKMGTPE';

/** Bytes of `1G`, `1.5K` (scan_scaled()); undefined when it is none. A fraction without a unit is dropped. */
export function readSize(text: string): bigint | undefined {
  const [, sign = '', whole = '', fraction = '', unit = '', rest = ''] =
    /^[ \t\n\v\f\r]*([+-]?)(\d*)(?:\.(\d*))?([bkmgtpe]?)(.*)$/is.exec(text) ?? [];
  if (whole.length > 18 || (rest !== '' && (unit === '' || /^[a-z0-9]/i.test(rest)))) return undefined;
  if (unit === '' && rest !== '') return undefined;
  const factor = 1024n ** BigInt(Math.max(0, SCALE.indexOf(unit.toUpperCase())));
  let value = BigInt(whole === '' ? 0 : whole) * factor;
  if (unit !== '' && fraction !== '') {
    const digits = fraction.slice(0, 17);
    value += (BigInt(digits) * factor) / 10n ** BigInt(digits.length);
  }
  if (value > 9_223_372_036_854_775_807n) return undefined;
  return sign === '-' ? -value : value;
}
