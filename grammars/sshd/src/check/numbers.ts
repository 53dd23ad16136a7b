import { SERVICES } from './services.ts';

const INT_MAX = 2_147_483_647;

/** strtonum() takes blanks and a sign in front; undefined when it refuses, or outside 0 … `most`. */
export function readInt(text: string, most = INT_MAX): number | undefined {
  if (!/^[ \t]*[+-]?\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= 0 && value <= most ? value : undefined;
}

const UNIT: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of `1h30m`, `90` (convtime() in misc.c); undefined when it is none. */
export function readTime(text: string): number | undefined {
  if (!/^(?:\d+[smhdw]?)+$/i.test(text)) return undefined;
  let seconds = 0;
  for (const [, number, unit] of text.matchAll(/(\d+)([smhdw]?)/gi)) {
    seconds += Number(number) * (UNIT[(unit ?? '').toLowerCase()] ?? 1);
  }
  return seconds <= INT_MAX ? seconds : undefined;
}

/** A port by number or by service name, 0 … 65535; undefined for anything else. */
export function readPort(text: string): number | undefined {
  return readInt(text, 65_535) ?? (Object.hasOwn(SERVICES, text) ? SERVICES[text] : undefined);
}
