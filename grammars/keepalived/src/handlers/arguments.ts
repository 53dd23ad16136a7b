import type { Place } from '@halint/core';
import { invalid, need, readInt, readUnsigned } from '../process/arguments.ts';
import type { Call, Handler } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import type { Value } from '../stream/logical.ts';

/** UINT_MAX and INT_MAX. */
export const UINT = 4_294_967_295;
export const INT = 2_147_483_647;
/** IFNAMSIZ, the closing zero not counted. */
export const LONGEST_INTERFACE = 15;

/** Keeps the place of the first statement of a keyword, once it was read: later ones complain of it. */
export function keepingPlace(places: Map<string, Place>, { keyword, line }: Call, use: () => void): void {
  const isFirst = !places.has(keyword.text);
  use();
  if (isFirst) places.set(keyword.text, line.at);
}

/** Complains of a statement that stands above already; true where it does. */
export function repeated(call: Call, first: Place | undefined, effect = 'keepalived ignores it here'): boolean {
  if (first === undefined) return false;
  call.messages.reject('vrrp/repeated-statement', call.line.at, `${call.keyword.text} stands above: ${effect}`, {
    related: [{ at: first, message: 'the first one' }],
  });
  return true;
}

/** A word behind the keyword; without one keepalived complains and goes on. */
export function wanted(call: Call, what: string): Value | undefined {
  const [value] = call.args;
  if (value === undefined) {
    call.messages.reject('vrrp/missing-argument', call.line.at, `${call.keyword.text} needs ${what}`, {
      help: 'keepalived drops the statement.',
    });
  }
  return value;
}

/** A name of which keepalived takes the first characters alone. */
export const cutOff =
  (longest: number): Handler =>
  (call) => {
    const value = need(call);
    if (value !== undefined && value.text.length > longest)
      invalid(call, value.at, `${value.text} is longer than ${longest} characters`, 'keepalived cuts it off there.');
  };

/** A number that keepalived complains of, where none stands too. */
export const wantedNumber =
  (kind: 'int' | 'unsigned', low: number, high: number, what: string): Handler =>
  (call) => {
    const value = wanted(call, what);
    if (value === undefined) return;
    const read = kind === 'int' ? readInt : readUnsigned;
    if (read(value.text, low, high) === undefined) outOfRange(call, value, low, high);
  };

export function outOfRange(
  call: Call,
  value: Value,
  low: number,
  high: number,
  help = 'keepalived drops the statement and uses the default.',
): void {
  if (isPlaceholder(value.text)) return;
  call.messages.reject(
    'vrrp/value-out-of-range',
    value.at,
    `${value.text} of ${call.keyword.text} is not a whole number from ${low} to ${high}`,
    { help },
  );
}

/** One of some words; without a word keepalived ends. */
export const oneOf =
  (words: readonly string[]): Handler =>
  (call) => {
    const value = need(call);
    if (value !== undefined && !words.includes(value.text)) notOneOf(call, value, words);
  };

export function notOneOf(call: Call, value: Value, words: readonly string[], help?: string): void {
  const list = words.length === 1 ? words[0] : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;
  invalid(call, value.at, `${value.text} of ${call.keyword.text} is not ${list}`, help);
}
