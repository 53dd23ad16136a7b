import type { Condition, Term } from './ast.ts';
import { readCondition, type TermShape } from './grammar.ts';
import type { Words } from './tokens.ts';

/** Reads a condition, `if` or `unless` left out. Word indices are those of `words`. */
export function parseCondition(words: Words | readonly string[], from = 0): Condition {
  const source: Words = 'count' in words ? words : { count: words.length, value: (index) => words[index] ?? '' };
  const tokens = readCondition(source, from);
  const termOf = ({ kind, negated, token, words: size, closed }: TermShape): Term => {
    const word = tokens.word[token] as number;
    if (kind === 'anonymous') return { kind, negated, word, firstWord: word + 1, words: size, closed };
    const offset = tokens.offset[token] as number;
    return { kind, negated, word, offset, name: source.value(word).slice(offset) };
  };
  return { kind: 'condition', either: tokens.shape.either.map((terms) => terms.map(termOf)) };
}
