import { rangeOf, type Place } from '@halint/core';
import { joinedBytes, visibleBytes } from './bytes.ts';
import { visible } from './visible.ts';

/** A value in force and the line that it comes from; a default has none. */
export interface EffectiveValue {
  readonly name: string;
  readonly values: readonly string[];
  readonly at?: Place;
  /** What would tell whether it is so, for people; none where all is known. */
  readonly missing?: readonly string[];
  /** The file of the line is not UTF-8: the values have a code unit for each byte. */
  readonly encoding?: 'latin1';
}

/** `{ version: 1, host, options: [{ name, values, file?, line?, default, missing?, encoding? }] }`: with `missing` the value may come from
 * there, and is no sure default; with `encoding: "latin1"` each character of the values is a byte. */
export function effectiveJson(host: string, options: readonly EffectiveValue[]): string {
  const rows = options.map(({ name, values, at, missing, encoding }) => ({
    name,
    values,
    ...(at === undefined ? {} : { file: at.file.display, line: rangeOf(at).start.line }),
    default: at === undefined && missing === undefined,
    ...(missing === undefined ? {} : { missing }),
    ...(encoding === undefined ? {} : { encoding }),
  }));
  return JSON.stringify({ version: 1, host, options: rows }, null, 2) + '\n';
}

/** A line each: name and values as the daemon prints them, a tab, and the place or `default`; behind it what was not read and may say otherwise. */
export function effectiveText(options: readonly EffectiveValue[]): Uint8Array {
  const encoder = new TextEncoder();
  const lines = options.map(({ name, values, at, missing, encoding }) => {
    const place = at === undefined ? 'default' : `${visible(at.file.display)}:${rangeOf(at).start.line}`;
    const said = [name, ...values].join(' ');
    const shown = encoding === 'latin1' ? visibleBytes(said) : encoder.encode(visible(said));
    const unless = missing === undefined ? '' : `, unless set by ${missing.map(visible).join(', ')}`;
    return [shown, encoder.encode(`\t${place}${unless}\n`)];
  });
  return joinedBytes(lines.flat());
}
