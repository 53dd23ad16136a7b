import type { AclRef, AnonymousAcl, Condition, Criterion, Flag, Term } from '../ast/expressions.ts';
import type * as C from '../condition/ast.ts';
import { parseCondition } from '../condition/parse.ts';
import { ACL_ALIASES } from '../keywords/fetches.ts';
import { nameEnd } from '../sample/tokens.ts';
import { sampleNode } from './expressions.ts';
import { partNode, wordAt, wordNode, wordNodes } from './leaves.ts';
import { makeNode } from './node.ts';
import type { LineWords } from './text.ts';

const ALIASES: ReadonlySet<string> = new Set(ACL_ALIASES.map(({ word }) => word));

/** Flags that take the word behind them. */
const WITH_ARGUMENT: ReadonlySet<string> = new Set(['-f', '-m', '-u']);

/** Index behind the flags that start at `from`; `--` is the last of them. */
function flagsEnd(words: LineWords, from: number, to: number): number {
  let i = from;
  while (i < to && words.value(i).startsWith('-')) {
    const flag = words.value(i);
    if (flag === '--') return i + 1;
    // Any other word with a dash is no flag: the patterns start here.
    if (!WITH_ARGUMENT.has(flag) && flag !== '-i' && flag !== '-M' && flag !== '-n') return i;
    i += WITH_ARGUMENT.has(flag) ? 2 : 1;
  }
  return Math.min(i, to);
}

function flagNodes(words: LineWords, from: number, to: number): readonly Flag[] {
  const flags: Flag[] = [];
  for (let i = from; i < to;) {
    const index = i;
    const next = Math.min(to, WITH_ARGUMENT.has(words.value(i)) ? i + 2 : i + 1);
    flags.push(
      makeNode<Flag>(words.stretch(index, next), 'flag', {
        name: () => wordNode(words.text(index)),
        argument: () => (next > index + 1 ? wordAt(words, index + 1) : undefined),
      }),
    );
    i = next;
  }
  return flags;
}

/** The criterion in the words from one index up to another; there is at least one. */
export function criterionNode(words: LineWords, from: number, to: number): Criterion {
  const first = words.text(from);
  const patterns = flagsEnd(words, from + 1, to);
  return makeNode<Criterion>(words.stretch(from, to), 'criterion', {
    sample: () => sampleNode(first),
    alias: () => ALIASES.has(first.value.slice(0, nameEnd(first.value, 0))),
    flags: () => flagNodes(words, from + 1, patterns),
    patterns: () => wordNodes(words, patterns, to),
  });
}

function termNode(words: LineWords, term: C.Term): Term {
  const text = words.text(term.word);
  if (term.kind === 'name') {
    const { offset } = term;
    return makeNode<AclRef>(text.at(0, text.value.length), 'acl-ref', {
      negated: () => term.negated,
      name: () => partNode(text, offset, text.value.length),
    });
  }
  const last = term.firstWord + term.words + (term.closed ? 1 : 0);
  return makeNode<AnonymousAcl>(words.stretch(term.word, last), 'anonymous-acl', {
    negated: () => term.negated,
    criterion: () => (term.words === 0 ? undefined : criterionNode(words, term.firstWord, term.firstWord + term.words)),
    closed: () => term.closed,
  });
}

/** Does a condition start at the index? */
export function isTest(words: LineWords, index: number): boolean {
  const word = words.value(index);
  return word === 'if' || word === 'unless';
}

/** The condition from its `if` or `unless` at an index to the end of the line; undefined when none starts there. */
export function conditionNode(words: LineWords, index: number): Condition | undefined {
  if (!isTest(words, index)) return undefined;
  return makeNode<Condition>(words.stretch(index, words.count), 'condition', {
    test: () => words.value(index) as 'if' | 'unless',
    keyword: () => wordNode(words.text(index)),
    either: () => parseCondition(words, index + 1).either.map((terms) => terms.map((term) => termNode(words, term))),
  });
}
