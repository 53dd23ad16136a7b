import { rangeOf, type Place } from '@halint/core';
import { visible } from './visible.ts';

/** A value in force and the line that it comes from; a default has none. */
export interface EffectiveValue {
  readonly name: string;
  readonly values: readonly string[];
  readonly at?: Place;
}

/** `{ version: 1, host, options: [{ name, values, file?, line?, default }] }`. */
export function effectiveJson(host: string, options: readonly EffectiveValue[]): string {
  const rows = options.map(({ name, values, at }) => ({
    name,
    values,
    ...(at === undefined ? {} : { file: at.file.display, line: rangeOf(at).start.line }),
    default: at === undefined,
  }));
  return JSON.stringify({ version: 1, host, options: rows }, null, 2) + '\n';
}

/** A line each: name and values as the daemon prints them, a tab, and the place or `default`. */
export function effectiveText(options: readonly EffectiveValue[]): string {
  return options
    .map(({ name, values, at }) => {
      const place = at === undefined ? 'default' : `${visible(at.file.display)}:${rangeOf(at).start.line}`;
      return `${visible([name, ...values].join(' '))}\t${place}\n`;
    })
    .join('');
}
