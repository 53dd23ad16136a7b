import type { KeywordRow } from '@halint/core';
import { checksOf } from './check/registry.ts';
import { ROWS } from './vocabulary.ts';

/** Tables whose rows are judged as a whole: arguments of fetches and converters, criteria of ACLs. */
const JUDGED: ReadonlySet<string> = new Set(['sample', 'converter', 'acl']);

/** Is there a check for what follows the word, in every kind of section that takes it? */
function isChecked({ word, in: places }: KeywordRow): boolean {
  const [first = word] = word.split(' ', 1);
  return places.length > 0 && places.every((place) => JUDGED.has(place) || checksOf(place).has(first));
}

let rows: readonly KeywordRow[] | undefined;

/** Every keyword with how far it is known; a row says `modelled` itself, and `checked` follows from the checks that there are. */
export function keywords(): readonly KeywordRow[] {
  return (rows ??= ROWS.map((row) => (row.use === 'known' && isChecked(row) ? { ...row, use: 'checked' } : row)));
}
