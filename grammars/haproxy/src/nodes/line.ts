import type { Line, Scope, Statement, TypedStatement, Unreadable } from '../ast/statements.ts';
import type { SectionLines } from '../lines.ts';
import { STATEMENTS } from '../vocabulary.ts';
import { commentNode, wordAt, wordNode, wordNodes } from './leaves.ts';
import { makeNode, type Makers, type Stretch } from './node.ts';
import { LineWords } from './text.ts';

/** From the first word of a line to its last one or its comment. */
function extent(lines: SectionLines, line: number): Stretch {
  const { kind, words, comment } = lines.shape(line);
  const last = lines.table.firstToken(line + 1) - lines.table.firstToken(line) - 1;
  const whole = kind === 'unreadable' || kind === 'scope';
  const to = whole ? last : comment >= 0 ? comment : Math.max(0, words - 1);
  return { lines, start: lines.start(line, 0), end: lines.end(line, to) };
}

type Base = 'prefix' | 'keyword' | 'words' | 'comment';

function baseMakers(words: LineWords): Makers<Pick<Statement, Base>> {
  return {
    prefix: () => (words.base === 1 ? wordAt(words, 0) : undefined),
    keyword: () => wordNode(words.text(words.base)),
    words: () => wordNodes(words, 0, words.count),
    comment: () => commentNode(words.lines, words.line),
  };
}

/** A line with structure; what its fields do not hold goes to `extra` from the index `end` on. */
export function typedNode<N extends TypedStatement>(
  words: LineWords,
  kind: N['kind'],
  end: () => number,
  makers: Omit<Makers<N>, Base | 'extra'>,
  hidden: readonly (keyof N & string)[] = [],
): N {
  const all = { ...baseMakers(words), ...makers, extra: () => wordNodes(words, end(), words.count) };
  // The kinds differ in their own fields only, and those are checked above.
  return makeNode<N>(extent(words.lines, words.line), kind, all as unknown as Makers<N>, ['words', ...hidden]);
}

/** A line without structure of its own. */
export function plainNode(words: LineWords, kind: 'statement' | 'directive'): Line {
  const args = { args: () => wordNodes(words, words.base + 1, words.count) };
  return makeNode<Statement>(extent(words.lines, words.line), kind as 'statement', { ...baseMakers(words), ...args }, [
    'words',
  ]);
}

export function unreadableNode(words: LineWords, reason: Unreadable['reason']): Unreadable {
  const { lines, line } = words;
  const at = extent(lines, line);
  return makeNode<Unreadable>(at, 'unreadable', {
    text: () => lines.text.slice(at.start, at.end),
    reason: () => reason,
    words: () => (reason === 'words' ? [] : wordNodes(words, 0, words.count)),
    comment: () => (reason === 'words' ? undefined : commentNode(lines, line)),
  });
}

export function scopeNode(lines: SectionLines, line: number): Scope {
  const at = extent(lines, line);
  return makeNode<Scope>(at, 'scope', { text: () => lines.text.slice(at.start, at.end) });
}

/** Does any haproxy know the keyword, in any section? */
export function isKnown(keyword: string): boolean {
  return STATEMENTS.all(keyword).length > 0;
}
