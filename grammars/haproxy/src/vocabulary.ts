import { inVersions, KeywordTable, type KeywordRow } from '@halint/core';
import { ACTIONS } from './keywords/actions.ts';
import { BIND } from './keywords/bind.ts';
import { CONVERTERS } from './keywords/converters.ts';
import { ACL_ALIASES, FETCHES } from './keywords/fetches.ts';
import { GLOBAL } from './keywords/global.ts';
import { PROXY } from './keywords/proxy.ts';
import type { ActionRow, HaproxyRow } from './keywords/row.ts';
import { SECTION_WORDS, SECTIONS } from './keywords/sections.ts';
import { SERVER } from './keywords/server.ts';

/** Every row of the language, for `explain` and statistics. */
export const ROWS: readonly KeywordRow[] = [
  ...SECTIONS,
  ...GLOBAL,
  ...PROXY,
  ...SECTION_WORDS,
  ...BIND,
  ...SERVER,
  ...ACTIONS,
  ...FETCHES,
  ...ACL_ALIASES,
  ...CONVERTERS,
];

/** Rows of statements: what may stand first on a line, with its sub-keywords (`option httplog`). */
export const STATEMENTS = new KeywordTable([...GLOBAL, ...PROXY, ...SECTION_WORDS]);

export const PROXY_KINDS: ReadonlySet<string> = new Set(['defaults', 'frontend', 'listen', 'backend']);

/** What the daemon of a version does with a keyword in a section. */
export type Verdict =
  | { readonly status: 'fine' | 'unknown' }
  | {
      readonly status: 'ignored' | 'misplaced' | 'removed' | 'future' | 'unnamed' | 'deprecated';
      readonly row: HaproxyRow;
    };

const FINE: Verdict = { status: 'fine' };
const UNKNOWN: Verdict = { status: 'unknown' };

const verdicts = new Map<string, Map<string, Verdict>>();

/** The verdicts known so far for a kind of section and a version: fetched once per section, not once per line. */
export function verdictsFor(kind: string, version: string): Map<string, Verdict> {
  const key = `${kind}\0${version}`;
  let known = verdicts.get(key);
  if (known === undefined) verdicts.set(key, (known = new Map()));
  return known;
}

/** Judges a keyword once per kind of section and version. `kind` is 'defaults ' (with a blank) for unnamed defaults. */
export function verdictOf(keyword: string, kind: string, version: string): Verdict {
  const known = verdictsFor(kind, version);
  let verdict = known.get(keyword);
  if (verdict === undefined) {
    if (known.size > 10_000) known.clear();
    known.set(keyword, (verdict = judge(keyword, kind.trimEnd(), kind === 'defaults ', version)));
  }
  return verdict;
}

function judge(keyword: string, kind: string, unnamed: boolean, version: string): Verdict {
  const rows = STATEMENTS.all(keyword) as readonly HaproxyRow[];
  const here = rows.filter(
    (row) => row.in.includes(kind) || row.ignored?.includes(kind) === true || row.tolerated?.includes(kind) === true,
  );
  const row = here.find((candidate) => inVersions(version, candidate.since, candidate.until)) ?? here[0];
  if (row === undefined) {
    const elsewhere = rows.find((candidate) => PROXY_KINDS.has(candidate.in[0] ?? '') && PROXY_KINDS.has(kind));
    const other = elsewhere ?? rows[0];
    return other === undefined ? UNKNOWN : { status: 'misplaced', row: other };
  }
  if (!inVersions(version, row.since)) return { status: 'future', row };
  if (!inVersions(version, undefined, row.until)) return { status: 'removed', row };
  // Rules in defaults came with 2.4, and only for sections that others can name.
  if (row.namedDefaults === true && kind === 'defaults' && (unnamed || !inVersions(version, '2.3')))
    return { status: 'unnamed', row };
  if (row.ignored?.includes(kind) === true) return { status: 'ignored', row };
  if (row.deprecated !== undefined && inVersions(version, row.deprecated)) return { status: 'deprecated', row };
  return FINE;
}

const ACTIONS_BY_WORD = new Map<string, ActionRow[]>();
for (const row of ACTIONS) {
  const rows = ACTIONS_BY_WORD.get(row.word);
  if (rows === undefined) ACTIONS_BY_WORD.set(row.word, [row]);
  else rows.push(row);
}

const TRACK = [...(ACTIONS_BY_WORD.get('track-sc') ?? []), ...(ACTIONS_BY_WORD.get('track-sc0') ?? [])];

/** Rows of an action word, brackets and what follows them removed; track-sc0, track-sc1 … are one action. */
export function actionRows(word: string): readonly ActionRow[] {
  const bracket = word.indexOf('(');
  const bare = bracket < 0 ? word : word.slice(0, bracket);
  return /^track-sc\d+$/.test(bare) ? TRACK : (ACTIONS_BY_WORD.get(bare) ?? []);
}

/** The words that may stand first in a section of that kind. */
export function wordsAt(kind: string, version: string): readonly string[] {
  const words = new Set<string>();
  for (const row of STATEMENTS.at(kind, version)) words.add(row.word.split(' ', 1)[0] as string);
  return [...words];
}
