import { compareVersions } from '@halint/core';

const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  '': 1,
};

/** Largest time the daemon takes, in milliseconds (TIMER_INFINITE, parse_time_err). */
const MOST = 2_147_483_647;

/** A variable or template placeholder: what the text will be is not known. */
export function isOpaque(text: string): boolean {
  return /[$]|\{\{|\{%|<%|\{#/.test(text);
}

/**
 * Milliseconds of a time: an integer with us, ms, s, m, h or d, several of which may follow each other (1d12h). `unit`
 * counts where none is written. Undefined for anything else.
 */
export function parseTime(text: string): number | undefined {
  if (!/^(?:\d+(?:us|ms|[smhd])?)+$/.test(text)) return undefined;
  let total = 0;
  for (const part of text.matchAll(/(\d+)(us|ms|[smhd])?/g))
    total += Number(part[1]) * (UNITS[part[2] ?? ''] as number);
  return total;
}

/** What is wrong with a time argument, in words, or undefined. */
export function timeFault(text: string, version: string): string | undefined {
  if (isOpaque(text)) return undefined;
  const time = parseTime(text);
  if (time === undefined) return `'${text}' is not a time: write an integer with us, ms, s, m, h or d`;
  if (text.includes('us') && compareVersions(version, '2.3') < 0)
    return `'${text}' is not a time: haproxy ${version} has no us`;
  return time > MOST ? `'${text}' is too long: the most is ${MOST} ms, about 24.8 days` : undefined;
}

/** A host made of digits and dots that is no IPv4 address: never a name either. */
export function isBadIpv4(host: string): boolean {
  if (!/^[\d.]+$/.test(host)) return false;
  const parts = host.split('.');
  return (
    parts.length > 4 ||
    (parts.length === 4 && parts.some((part) => part === '' || (Number(part) > 255 && !part.startsWith('0'))))
  );
}

/** First sign that a name may not hold (invalid_char() in src/tools.c), or undefined. */
export function badSign(name: string): string | undefined {
  return isOpaque(name) ? undefined : /[^A-Za-z0-9_.:-]/.exec(name)?.[0];
}
