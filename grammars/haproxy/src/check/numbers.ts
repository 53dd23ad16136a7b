import { since, type Run } from './run.ts';

/** atol(): the number that a text starts with, 0 for none. */
export function atol(text: string): number {
  const digits = /^[\t-\r ]*[+-]?\d+/.exec(text)?.[0];
  return digits === undefined ? 0 : Number(digits);
}

/** strtol() or strtoul() to the end of the text, base 0 (0x10, 010) or 10; undefined when something is left over. */
export function whole(text: string, base: 0 | 10): number | undefined {
  const parts = /^[\t-\r ]*([+-]?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(text);
  if (parts === null) return undefined;
  const [, sign, digits = ''] = parts;
  const hex = /^0[xX]/.test(digits);
  if (base === 10 && hex) return undefined;
  const octal = base === 0 && !hex && digits.length > 1 && digits.startsWith('0');
  if (octal && /[89]/.test(digits)) return undefined;
  const value = octal ? Number.parseInt(digits, 8) : Number(digits);
  return sign === '-' ? -value : value;
}

/** Seconds of a unit of time. */
const SECONDS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 };

/** A time as parse_time_err() reads it (src/tools.c): one unit; what follows the unit is left with a warning. */
export interface Time {
  /** In the unit that stands for none. */
  readonly value: number;
  readonly fault?: string;
  readonly warning?: string;
}

/** Reads a time whose default unit is a millisecond or a second. */
export function readTime(run: Run, text: string, unit: 'ms' | 's'): Time {
  const parts = /^(\d+)(us|ms|[smhd])?(.*)$/s.exec(text);
  const bad = `'${text}' is not a time: write an integer with us, ms, s, m, h or d`;
  if (parts === null) return { value: 0, fault: bad };
  const [, digits = '', suffix = '', rest = ''] = parts;
  if ((suffix === '' && rest !== '') || (suffix === 'us' && !since(run, '2.4'))) return { value: 0, fault: bad };
  const factor = suffix === '' ? 1 : (SECONDS[suffix] as number) * (unit === 'ms' ? 1000 : 1);
  const value = Math.ceil(Number(digits) * factor - 1e-9);
  if (value > 2_147_483_647) {
    const most = unit === 'ms' ? '2147483647 ms, about 24.8 days' : '2147483647 s, about 68 years';
    return { value, fault: `'${text}' is too long: the most is ${most}` };
  }
  if (rest === '') return { value };
  return { value, warning: `haproxy reads '${text}' up to '${digits}${suffix}' and ignores '${rest}'` };
}

const SHIFTS: Readonly<Record<string, number>> = { k: 1024, m: 1_048_576, g: 1_073_741_824 };

/** A size as parse_size_err() reads it: digits with k, m or g; undefined for anything else or more than 32 bits. */
export function readSize(text: string): number | undefined {
  const parts = /^(\d+)([kmgKMG]?)$/.exec(text);
  if (parts === null) return undefined;
  const value = Number(parts[1]) * (SHIFTS[(parts[2] as string).toLowerCase()] ?? 1);
  return value > 4_294_967_295 ? undefined : value;
}
