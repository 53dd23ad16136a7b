import {
  inVersions,
  type CompletionEntry,
  type KeywordHit,
  type KeywordRow,
  type Section,
  type Targets,
} from '@halint/core';
import type { SectionUnit } from './unit.ts';
import { contextOf } from './flow.ts';
import { SECTIONS } from './keywords/sections.ts';
import type { SectionLines } from './lines.ts';
import { sectionName } from './head.ts';
import { BIND_OPTIONS, optionRow, SERVER_OPTIONS, type OptionTable } from './options.ts';
import type { HaproxyDocument } from './parse.ts';
import { lineAt, sectionTitle } from './paths.ts';
import { actionRows, ROWS, STATEMENTS } from './vocabulary.ts';

/** Keywords whose lines carry options, with the index of the first. */
const OPTION_LINES: ReadonlyMap<string, readonly [OptionTable, number]> = new Map([
  ['bind', [BIND_OPTIONS, 2]],
  ['server', [SERVER_OPTIONS, 3]],
  ['server-template', [SERVER_OPTIONS, 4]],
  ['default-server', [SERVER_OPTIONS, 1]],
]);

/** Keywords that are followed by the name of a section of a kind. */
const NAMED: ReadonlyMap<string, readonly string[]> = new Map([
  ['default_backend', ['backend', 'listen']],
  ['use_backend', ['backend', 'listen']],
  ['errorfiles', ['http-errors']],
  ['use-fcgi-app', ['fcgi-app']],
]);

function indexAt(lines: SectionLines, line: number, offset: number): number {
  for (let i = 0; i < lines.words(line); i++)
    if (offset >= lines.start(line, i) && offset <= lines.end(line, i)) return i;
  return -1;
}

function ruleSet(lines: SectionLines, line: number): readonly [set: string, index: number] | undefined {
  const keyword = lines.keywords[line] as string;
  if (/^http-(?:request|response|after-response)$|^quic-initial$/.test(keyword)) return [keyword, 1];
  return /^tcp-re(?:quest|sponse)$/.test(keyword) ? [`${keyword} ${lines.value(line, 1)}`, 2] : undefined;
}

function rowAt(lines: SectionLines, line: number, index: number, version: string): KeywordRow | undefined {
  const keyword = lines.keywords[line] as string;
  const at = lines.keywordIndex(line);
  if (line < lines.body && index === 0) return SECTIONS.find((row) => row.word === lines.kind);
  const find = (word: string): KeywordRow | undefined =>
    STATEMENTS.find(word, lines.kind, version) ?? STATEMENTS.find(word, lines.kind) ?? STATEMENTS.all(word)[0];
  if (index === at) return find(keyword);
  if (index === at + 1) {
    const sub = find(`${keyword} ${lines.value(line, index)}`);
    if (sub !== undefined) return sub;
  }
  const options = OPTION_LINES.get(keyword);
  if (options !== undefined && index >= options[1]) return optionRow(options[0], lines.value(line, index));
  const rule = ruleSet(lines, line);
  if (rule !== undefined && index === rule[1])
    return actionRows(lines.value(line, index)).find((row) => row.in.includes(rule[0]));
  const word = /^!?([a-z][a-z0-9_.-]*)/.exec(lines.value(line, index))?.[1];
  return word === undefined
    ? undefined
    : ROWS.find((row) => row.word === word && /^(?:sample|acl)$/.test(row.in[0] ?? ''));
}

/** The vocabulary row of the word at an absolute offset. */
export function keywordAt(document: HaproxyDocument, offset: number, targets: Targets): KeywordHit | undefined {
  const section = document.sectionAt(offset);
  const { lines } = section.unit;
  const line = lineAt(lines, offset - section.start);
  if (line < 0) return undefined;
  const index = indexAt(lines, line, offset - section.start);
  const row = index < 0 ? undefined : rowAt(lines, line, index, targets.haproxy);
  if (row === undefined) return undefined;
  const span = { start: section.start + lines.start(line, index), end: section.start + lines.end(line, index) };
  return { row, span, where: sectionTitle(lines) };
}

function entry(row: KeywordRow, label: string, version: string): CompletionEntry {
  return {
    label,
    kind: 'keyword',
    ...(row.usage === '' ? {} : { detail: row.usage }),
    ...(row.summary === undefined ? {} : { documentation: row.summary }),
    ...(row.deprecated !== undefined && inVersions(version, row.deprecated) ? { deprecated: true } : {}),
  };
}

function rowsFor(rows: Iterable<KeywordRow>, version: string, label: (row: KeywordRow) => string): CompletionEntry[] {
  const entries = new Map<string, CompletionEntry>();
  for (const row of rows) {
    if (!inVersions(version, row.since, row.until)) continue;
    const text = label(row);
    if (text !== '' && !entries.has(text)) entries.set(text, entry(row, text, version));
  }
  return [...entries.values()];
}

function namesOf(document: HaproxyDocument, kinds: readonly string[]): CompletionEntry[] {
  return document.sections
    .map((section) => section.unit.lines)
    .filter((lines) => kinds.includes(lines.kind) && sectionName(lines) !== '')
    .map((lines) => ({ label: sectionName(lines), kind: 'name', detail: lines.kind }));
}

/** What may be written at an absolute offset. */
export function complete(document: HaproxyDocument, offset: number, targets: Targets): readonly CompletionEntry[] {
  const section = document.sectionAt(offset);
  const { lines } = section.unit;
  const relative = offset - section.start;
  const lineStart = section.text.lastIndexOf('\n', relative - 1) + 1;
  const before = section.text.slice(lineStart, relative);
  // Everything behind a `#` is a comment, quoted signs apart: rare enough to offer nothing there.
  if (before.includes('#')) return [];
  const words = before.trimStart().split(/\s+/);
  const version = targets.haproxy;
  const kind = lineStart === 0 && lines.body === 1 ? 'file' : kindAt(document, section, lines);
  if (words.length <= 1) return firstWords(kind, version);
  return laterWords(document, words, kind, version);
}

function kindAt(document: HaproxyDocument, section: Section<SectionUnit>, lines: SectionLines): string {
  return contextOf(document, section).frames.length > 0 && lines.kind === 'prelude' ? 'global' : lines.kind;
}

function firstWords(kind: string, version: string): CompletionEntry[] {
  const sections = rowsFor(SECTIONS, version, (row) => row.word).map((item) => ({ ...item, kind: 'section' as const }));
  const statements =
    kind === 'file' ? [] : rowsFor(STATEMENTS.at(kind, version), version, (row) => row.word.split(' ', 1)[0] as string);
  return [...statements, ...sections];
}

function laterWords(
  document: HaproxyDocument,
  words: readonly string[],
  kind: string,
  version: string,
): CompletionEntry[] {
  const first = (words[0] === 'no' ? words[1] : words[0]) ?? '';
  const index = words.length - (words[0] === 'no' ? 2 : 1);
  const options = OPTION_LINES.get(first);
  if (options !== undefined && index >= options[1]) return rowsFor(options[0].values(), version, (row) => row.word);
  if (first === 'mode' && index === 1) return values(['tcp', 'http', ...(inVersions(version, '2.9') ? ['log'] : [])]);
  if (first === 'balance' && index === 1)
    return values(['roundrobin', 'leastconn', 'source', 'static-rr', 'first', 'uri', 'random']);
  const named = NAMED.get(first);
  if (named !== undefined && index === 1) return namesOf(document, named);
  if (words[words.length - 2] === 'from') return namesOf(document, ['defaults']);
  const set = /^http-re|^http-after|^quic/.test(first) ? first : `${first} ${words[1] ?? ''}`;
  const actions = ROWS.filter((row) => row.in.includes(set));
  if (actions.length > 0 && index === set.split(' ').length) return rowsFor(actions, version, (row) => row.word);
  if (index !== 1) return [];
  const subs = STATEMENTS.at(kind, version).filter((row) => row.word.startsWith(`${first} `));
  return rowsFor(subs, version, (row) => row.word.split(' ')[1] ?? '');
}

function values(labels: readonly string[]): CompletionEntry[] {
  return labels.map((label) => ({ label, kind: 'value' }));
}
