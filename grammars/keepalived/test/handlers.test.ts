import { expect, test } from 'vitest';
import { HANDLERS } from '../src/handlers/index.ts';
import { KEYWORDS } from '../src/keywords.ts';

/** `path/word` of every place of a keyword. */
const places = KEYWORDS.flatMap((row) =>
  row.in.map((place) => ({ row, path: place === 'root' ? row.word : `${place}/${row.word}` })),
);

test('every handler is of a keyword', () => {
  const known = new Set(places.map(({ path }) => path));
  const unknown = [...HANDLERS.statements.keys(), ...HANDLERS.ends.keys()].filter((path) => !known.has(path));
  expect(unknown).toEqual([]);
});

// auth_hmac came with 2.4, which no daemon here could confirm.
test('every keyword that both daemons know has a handler, or a plain one in its row', () => {
  const without = places
    .filter(({ row }) => row.since !== '2.4.0' && row.block !== 'keywords' && row.takes === undefined)
    .map(({ path }) => path)
    .filter((path) => !HANDLERS.statements.has(path));
  expect(without).toEqual([]);
});

test('no keyword has both a handler and a plain one', () => {
  const both = places
    .filter(({ row, path }) => row.takes !== undefined && HANDLERS.statements.has(path))
    .map(({ path }) => path);
  expect(both).toEqual([]);
});
