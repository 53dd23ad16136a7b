import type { SectionLines } from '../lines.ts';
import { optionLength, SERVER_OPTIONS } from '../options.ts';
import { isOpaque } from '../values.ts';
import { defaultsChain } from './mode.ts';
import type { Run } from './run.ts';

/** The last of some option words on a line from the word at `from` on; '?' when a variable may hide one. */
function lastOn(lines: SectionLines, line: number, from: number, words: readonly string[]): string | undefined {
  let found: string | undefined;
  for (let i = from; i < lines.words(line);) {
    const word = lines.value(line, i);
    if (word === '') break;
    if (isOpaque(word)) return '?';
    if (words.includes(word)) found = word;
    i += optionLength(SERVER_OPTIONS.get(word), (j) => lines.value(line, j), i);
  }
  return found;
}

function lastDefault(lines: SectionLines, before: number, words: readonly string[]): string | undefined {
  const { keywords } = lines;
  for (let line = before - 1; line >= lines.body; line--) {
    if (keywords[line] !== 'default-server') continue;
    const found = lastOn(lines, line, 1, words);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Which of some option words is in force for a server: the last one on its line, else on the default-server lines above it
 * and in the defaults of its proxy. '?' when that is not known.
 */
export function optionInForce(run: Run, line: number, from: number, words: readonly string[]): string | undefined {
  const own = lastOn(run.lines, line, from, words) ?? lastDefault(run.lines, line, words);
  if (own !== undefined) return own;
  for (const lines of defaultsChain(run)) {
    const found = lastDefault(lines, lines.count, words);
    if (found !== undefined) return found;
  }
  return undefined;
}
