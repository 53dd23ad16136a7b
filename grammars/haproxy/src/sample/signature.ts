import { inVersions } from '@halint/core';
import { CONVERTERS } from '../keywords/converters.ts';
import { ACL_ALIASES, FETCHES } from '../keywords/fetches.ts';
import type { AliasRow, ConverterRow, FetchRow, HaproxyRow } from '../keywords/row.ts';
import { placesOf, type Places } from './places.ts';
import type { SampleType } from './types.ts';

/** What a call takes: types of its arguments, of which the first `least` must be there. */
export interface Signature {
  readonly types: readonly string[];
  readonly least: number;
}

export interface Fetch {
  readonly row: FetchRow;
  readonly signature: Signature;
  readonly type: SampleType;
  readonly places: Places;
}

export interface Converter {
  readonly row: ConverterRow;
  readonly signature: Signature;
  readonly takes: SampleType;
  readonly gives: SampleType;
}

/** `(string,string[,string])` -> three strings, two of them needed. */
function signatureOf(row: HaproxyRow): Signature {
  const usage = row.usage.slice(1, -1);
  const bracket = usage.indexOf('[');
  const needed = (bracket < 0 ? usage : usage.slice(0, bracket)).split(',').filter((type) => type !== '');
  const optional = bracket < 0 ? [] : usage.slice(bracket + 1, -1).split(',');
  return { types: [...needed, ...optional.filter((type) => type !== '')], least: needed.length };
}

/** The rows of a version by their word. */
function tableOf<Row extends HaproxyRow, Value>(
  rows: readonly Row[],
  make: (row: Row) => Value,
): (version: string) => ReadonlyMap<string, Value> {
  const tables = new Map<string, ReadonlyMap<string, Value>>();
  return (version) => {
    let table = tables.get(version);
    if (table === undefined) {
      const here = rows.filter((row) => inVersions(version, row.since, row.until));
      table = new Map(here.map((row) => [row.word, make(row)]));
      tables.set(version, table);
    }
    return table;
  };
}

export const fetchesOf = tableOf(FETCHES, (row): Fetch => {
  const places = row.at ?? placesOf(row.from);
  return { row, signature: signatureOf(row), type: row.type as SampleType, places };
});

export const convertersOf = tableOf(CONVERTERS, (row): Converter => {
  return { row, signature: signatureOf(row), takes: row.takes as SampleType, gives: row.gives as SampleType };
});

export const aliasesOf = tableOf(ACL_ALIASES, (row): AliasRow => row);

/** How another version than the target knows a word: a part of a message, or undefined. */
export function elsewhere(rows: readonly HaproxyRow[], word: string, version: string): string | undefined {
  const row = rows.find((candidate) => candidate.word === word);
  if (row === undefined) return undefined;
  return inVersions(version, row.since)
    ? `it was removed in ${row.until ?? ''}, the target is ${version}`
    : `it came with ${row.since ?? ''}, the target is ${version}`;
}
