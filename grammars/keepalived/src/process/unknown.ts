import { inVersions, nearest } from '@halint/core';
import type { Value } from '../stream/logical.ts';
import { rowsOf } from '../vocabulary.ts';
import type { Level } from './keyword-tree.ts';
import type { More } from './messages.ts';

const where = (place: string): string => (place === 'root' ? 'at the top level' : `in ${place.replaceAll('/', ' / ')}`);

/** What to say of a word that is no keyword where it stands. */
export function unknownKeyword(
  keyword: Value,
  level: Level,
  place: string,
  version: string,
): { readonly message: string; readonly more: More } {
  const word = keyword.text;
  const message = `${word} is no keyword ${where(place)}: keepalived drops it`;
  const rows = rowsOf(word);
  const here = rows.find((row) => row.in.includes(place));
  if (here !== undefined && !inVersions(version, here.since)) {
    return { message, more: { help: `It is known since ${here.since ?? ''}; you target ${version}.` } };
  }
  if (rows.length > 0) {
    const places = [...new Set(rows.flatMap((row) => row.in))].slice(0, 3).map(where);
    return { message, more: { help: `It stands ${places.join(' or ')}.` } };
  }
  const near = nearest(word, level.keys());
  if (near === undefined) return { message, more: {} };
  const fix = {
    title: `Replace by '${near}'`,
    safety: 'unsafe' as const,
    edits: [{ at: keyword.at, text: near }],
  };
  return { message, more: { help: `Did you mean ${near}?`, fix } };
}
