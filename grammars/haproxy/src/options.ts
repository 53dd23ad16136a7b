import { inVersions } from '@halint/core';
import { BIND } from './keywords/bind.ts';
import { SERVER } from './keywords/server.ts';
import type { OptionRow } from './keywords/row.ts';

/** The rows of one kind of line by word. */
export type OptionTable = ReadonlyMap<string, OptionRow>;

export const BIND_OPTIONS: OptionTable = new Map(BIND.map((row) => [row.word, row]));
export const SERVER_OPTIONS: OptionTable = new Map(SERVER.map((row) => [row.word, row]));

/** The row of an option word; words with arguments in brackets are found by what stands before the bracket. */
export function optionRow(table: OptionTable, word: string): OptionRow | undefined {
  const row = table.get(word);
  if (row !== undefined) return row;
  const bracket = word.indexOf('(');
  return bracket > 0 ? table.get(word.slice(0, bracket + 1)) : undefined;
}

/**
 * Number of words that an option at `i` takes, itself included. `source` takes its address and whatever of usesrc and
 * interface follows.
 */
export function optionLength(row: OptionRow | undefined, word: (i: number) => string, i: number): number {
  if (row === undefined) return 1;
  if (row.word.endsWith('(')) return 2;
  if (row.args >= 0) return 1 + row.args;
  let length = 2;
  for (;;) {
    const next = word(i + length);
    if (next !== 'usesrc' && next !== 'interface') return length;
    length += 2;
  }
}

export function knows(row: OptionRow | undefined, version: string): boolean {
  return row !== undefined && inVersions(version, row.since, row.until);
}
