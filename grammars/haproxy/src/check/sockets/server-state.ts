import { keptByLines, type SectionLines } from '../../lines.ts';
import { optionLength, SERVER_OPTIONS } from '../../options.ts';
import { isOpaque } from '../../values.ts';
import { sourcesOf } from '../mode.ts';
import type { Run } from '../run.ts';

/** An option in force: its word, and the word behind it. */
export interface InForce {
  readonly word: string;
  readonly value: string;
  /** It comes from a default-server line. */
  readonly inherited: boolean;
  /** Where it is written; none where a variable may hide it. */
  readonly place?: { readonly lines: SectionLines; readonly line: number; readonly index: number };
}

/** A variable may hide an option. */
const UNKNOWN: InForce = { word: '?', value: '?', inherited: false };

function lastOn(lines: SectionLines, line: number, from: number, words: readonly string[]): InForce | undefined {
  let found: InForce | undefined;
  const inherited = lines.keywords[line] === 'default-server';
  for (let i = from; i < lines.words(line);) {
    const word = lines.value(line, i);
    if (word === '') break;
    if (isOpaque(word)) return UNKNOWN;
    if (words.includes(word))
      found = { word, value: lines.value(line, i + 1), inherited, place: { lines, line, index: i } };
    i += optionLength(SERVER_OPTIONS.get(word), (j) => lines.value(line, j), i);
  }
  return found;
}

/** Lines with `default-server`: asked for every server of a section. */
const defaultLines = keptByLines((lines: SectionLines): readonly number[] => {
  const found: number[] = [];
  const { keywords } = lines;
  for (let line = lines.body; line < lines.count; line++) if (keywords[line] === 'default-server') found.push(line);
  return found;
});

function lastDefault(lines: SectionLines, before: number, words: readonly string[]): InForce | undefined {
  const known = defaultLines(lines);
  for (let i = known.length - 1; i >= 0; i--) {
    const line = known[i] as number;
    if (line >= before) continue;
    const found = lastOn(lines, line, 1, words);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What default-server lines leave in force for a server on that line: those above it, and those of the defaults. */
export function inherited(run: Run, line: number, words: readonly string[]): InForce | undefined {
  const own = lastDefault(run.lines, line, words);
  if (own !== undefined) return own;
  for (const lines of sourcesOf(run).slice(1)) {
    const found = lastDefault(lines, lines.count, words);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Which of some option words is in force for a server: the last one on its line, else what it inherits. */
export function inForce(run: Run, line: number, from: number, words: readonly string[]): InForce | undefined {
  return lastOn(run.lines, line, from, words) ?? inherited(run, line, words);
}

/** Is that option in force? Undefined when a variable may decide it. */
export function isOn(run: Run, line: number, from: number, word: string): boolean | undefined {
  const found = inForce(run, line, from, [word, `no-${word}`])?.word;
  return found === '?' ? undefined : found === word;
}

/** Words of a server line that come before its options. */
export function optionsFrom(lines: SectionLines, line: number): number {
  return lines.keywords[line] === 'server-template' ? 4 : 3;
}
