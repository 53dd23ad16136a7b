import type { LocalPlace, Place, Section, SourceFile, Targets } from '@halint/core';
import type { SectionUnit } from '../unit.ts';
import { addressesWith, environmentBehind, sureValue } from '../environment.ts';
import { conditionOf, contextOf, defaultsOf, isActive, step } from '../flow.ts';
import { fromName } from '../head.ts';
import type { SectionLines } from '../lines.ts';
import { optionLength, optionRow, SERVER_OPTIONS, type OptionTable } from '../options.ts';
import type { HaproxyDocument } from '../parse.ts';

/** Whose facts: one file of one host. */
export interface Owner {
  readonly host: string;
  readonly file: SourceFile;
  readonly document: HaproxyDocument;
  readonly targets: Targets;
  /** Variables that haproxy is started with; undefined where not all are known. */
  readonly started?: ReadonlyMap<string, string> | undefined;
}

export function placed(owner: Owner, at: LocalPlace): Place {
  return { section: at.section, start: at.start, end: at.end, host: owner.host, file: owner.file };
}

/** The addresses of a list, which is a word of a line, as haproxy of the host reads them. */
export function addressesAt(
  { document, started }: Owner,
  section: Section<SectionUnit>,
  line: number,
  index: number,
): readonly string[] {
  const { lines } = section.unit;
  const raw = lines.raw(line, index);
  // Nearly all: no look at what stands above.
  if (!raw.includes('$')) return lines.value(line, index).split(',');
  const environment = environmentBehind(lines, contextOf(document, section).environment, line);
  return addressesWith(raw, (name, otherwise) => sureValue(environment, name, started, otherwise));
}

/**
 * Lines of a section with a keyword that the daemon of the target reads; a block whose condition cannot be evaluated here
 * counts as read.
 */
export function activeLines(owner: Owner, section: Section<SectionUnit>, keyword: string): readonly number[] {
  return readLines(owner, section, keyword, (lines, line) => lines.keywordIndex(line) === 0);
}

/** The same for `no KEYWORD`. */
export function negatedLines(owner: Owner, section: Section<SectionUnit>, keyword: string): readonly number[] {
  return readLines(
    owner,
    section,
    keyword,
    (lines, line) => lines.keywordIndex(line) === 1 && lines.value(line, 0) === 'no',
  );
}

function readLines(
  owner: Owner,
  section: Section<SectionUnit>,
  keyword: string,
  counts: (lines: SectionLines, line: number) => boolean,
): readonly number[] {
  const { lines } = section.unit;
  const context = contextOf(owner.document, section);
  let { frames } = context;
  const found: number[] = [];
  const { keywords } = lines;
  let active = isActive(frames, owner.targets.haproxy) !== false;
  for (let line = lines.body; line < lines.count; line++) {
    if (keywords[line] === keyword) {
      if (active && counts(lines, line)) found.push(line);
    } else if (keywords[line] === '' && lines.shape(line).kind === 'directive') {
      frames = step(frames, lines.value(line, 0), conditionOf(lines, line, context));
      active = isActive(frames, owner.targets.haproxy) !== false;
    }
  }
  return found;
}

/** The section and the defaults sections that it starts from, nearest first. */
export function chainOf(owner: Owner, section: Section<SectionUnit>): readonly Section<SectionUnit>[] {
  const chain = [section];
  let current = section;
  // `defaults b from a`: bounded, because a file may well name them in a ring.
  for (let depth = 0; depth < 32; depth++) {
    const context = contextOf(owner.document, current);
    const isProxy = current.unit.lines.kind !== 'defaults';
    const next = isProxy || fromName(current.unit.lines) >= 0 ? defaultsOf(current, context) : undefined;
    if (next === undefined || chain.includes(next)) break;
    chain.push(next);
    current = next;
  }
  return chain;
}

/** Of `disabled` and `enabled` the last one of a section counts; undefined where it has neither. */
export function isSwitchedOff(owner: Owner, section: Section<SectionUnit>): boolean | undefined {
  if (!section.unit.lines.mentions('abled')) return undefined;
  const last = (keyword: string): number => activeLines(owner, section, keyword).at(-1) ?? -1;
  const [off, on] = [last('disabled'), last('enabled')];
  return off === on ? undefined : off > on;
}

/** The last line with `keyword` (and, if given, that second word) of the section or its defaults. */
export function inForce(
  owner: Owner,
  section: Section<SectionUnit>,
  keyword: string,
  second?: string,
): { readonly lines: SectionLines; readonly line: number } | undefined {
  for (const link of chainOf(owner, section)) {
    const { lines } = link.unit;
    const found = activeLines(owner, link, keyword).filter(
      (line) => second === undefined || lines.value(line, 1) === second,
    );
    const line = found[found.length - 1];
    if (line !== undefined) return { lines, line };
  }
  return undefined;
}

/** Index of the last of the given option words on a line, or -1. */
export function optionIndex(
  lines: SectionLines,
  line: number,
  from: number,
  words: readonly string[],
  table: OptionTable = SERVER_OPTIONS,
): number {
  let found = -1;
  const count = lines.words(line);
  for (let i = from; i < count;) {
    const word = lines.value(line, i);
    if (words.includes(word)) found = i;
    i += optionLength(optionRow(table, word), (j) => lines.value(line, j), i);
  }
  return found;
}
