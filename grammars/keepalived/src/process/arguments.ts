import type { Place } from '@halint/core';
import type { Value } from '../stream/logical.ts';
import type { Call } from './call.ts';
import { isPlaceholder } from './placeholder.ts';

/** strtol(), strtoul() of base 10: leading blanks and a sign, nothing behind. */
const INTEGER = /^[ \t]*[-+]?\d+$/;
/** strtoull() behind the shift of the point: a plus may stand there. */
const DECIMAL = /^[ \t]*\+?\d*(?:\.\d*)?$/;

/** lib/parser.c read_int_func; undefined when it is no number in the range. */
export function readInt(text: string, low: number, high: number): number | undefined {
  const value = text === '' ? 0 : INTEGER.test(text) ? Number(text) : Number.NaN;
  return value >= low && value <= high ? value : undefined;
}

/** lib/parser.c read_unsigned_func: a minus is refused, whatever follows. */
export function readUnsigned(text: string, low: number, high: number): number | undefined {
  return /^[ \t]*-/.test(text) ? undefined : readInt(text, low, high);
}

/** lib/parser.c read_decimal_unsigned_long_func. */
export function readDecimal(text: string, low: number, high: number): number | undefined {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return value >= low && value <= high ? value : undefined;
}

/** check_true_false() of lib/parser.c. */
export function readBoolean(text: string): boolean | undefined {
  return /^(?:true|on|yes)$/.test(text) ? true : /^(?:false|off|no)$/.test(text) ? false : undefined;
}

/** The argument at `index`, the keyword not counted; without it keepalived ends at once (lib/parser.c null_strvec). */
export function need(call: Call, index = 0): Value | undefined {
  const value = call.args[index];
  if (value === undefined) missing(call);
  return value;
}

export function missing(call: Call): void {
  const before = call.args[call.args.length - 1] ?? call.keyword;
  call.messages.reject(
    'vrrp/missing-argument',
    call.line.at,
    `${call.keyword.text} needs a value behind ${before.text}`,
    {
      help: 'keepalived ends at such a line: nothing behind it is read.',
    },
  );
  call.end();
}

/** Says that a number is none of its range. */
export function outside(call: Call, value: Value, range: string, effect: string): void {
  if (isPlaceholder(value.text)) return;
  call.messages.reject('vrrp/value-out-of-range', value.at, `${call.keyword.text} ${value.text} is not ${range}`, {
    help: effect,
  });
}

const DROPPED = 'keepalived drops the statement and uses the default.';

export type NumberKind = 'unsigned' | 'int' | 'decimal';

const READERS = { unsigned: readUnsigned, int: readInt, decimal: readDecimal } as const;

/** A number of a range as first argument; undefined behind a complaint. */
export function numberArgument(
  call: Call,
  kind: NumberKind,
  low: number,
  high: number,
  {
    index = 0,
    effect = DROPPED,
    places = 6,
  }: { readonly index?: number; readonly effect?: string; readonly places?: number } = {},
): number | undefined {
  const value = need(call, index);
  if (value === undefined) return undefined;
  const number = READERS[kind](value.text, low, high);
  if (kind === 'decimal' && new RegExp(`\\.\\d{${places + 1}}`).test(value.text)) {
    call.messages.reject(
      'vrrp/value-out-of-range',
      value.at,
      `${call.keyword.text} ${value.text} has more than ${places} decimal places: keepalived rounds it`,
    );
    // Rounded it may be in the range.
    if (number !== undefined) return number;
  }
  if (number === undefined)
    outside(call, value, `a ${kind === 'decimal' ? 'number' : 'whole number'} from ${low} to ${high}`, effect);
  return number;
}

/** A boolean that may be left out; undefined behind a complaint. */
export function booleanArgument(call: Call): boolean | undefined {
  const [value] = call.args;
  if (value === undefined) return true;
  const read = readBoolean(value.text);
  if (read === undefined)
    invalid(call, value.at, `${call.keyword.text} ${value.text} is neither on, true, yes nor off, false, no`);
  return read;
}

export function invalid(call: Call, at: Place, message: string, help = DROPPED): void {
  const word = call.line.words.find((each) => each.at === at);
  if (word !== undefined && isPlaceholder(word.text)) return;
  call.messages.reject('vrrp/invalid-argument', at, message, { help });
}

/** What stands for ULONG_MAX: too much for any range, and all its lower 32 bits are set. */
const ULONG_MAX = Number.MAX_SAFE_INTEGER;

/** strtoul() of base 0. */
export function readC(text: string): number {
  const match = /^[ \t]*([-+]?)(0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(text);
  if (match === null) return Number.NaN;
  const digits = match[2] as string;
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  if (value >= 2 ** 64) return ULONG_MAX;
  return match[1] === '-' ? 2 ** 32 - value : value;
}
