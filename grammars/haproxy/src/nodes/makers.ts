import type * as S from '../ast/statements.ts';
import { isTest, conditionNode, criterionNode } from './conditions.ts';
import { addressNode, addressNodes } from './address.ts';
import { formatNode, sampleEnd, sampleNodes } from './expressions.ts';
import { timeNode, wordAt, wordNode, wordNodes } from './leaves.ts';
import { plainNode, typedNode } from './line.ts';
import { optionNodes } from './options.ts';
import { BIND_OPTIONS, SERVER_OPTIONS } from '../options.ts';
import type { LineWords } from './text.ts';
import { bracketed, readValues } from './values.ts';

/** Makes the node of a line; undefined when words that it needs are missing. */
export type Maker = (words: LineWords) => S.Line | undefined;

/** Index of the first word from which on a condition reads, or the end of the line. */
export function testIndex(words: LineWords, from: number): number {
  let i = from;
  while (i < words.count && !isTest(words, i)) i++;
  return i;
}

/** Are all words there, and not empty, up to this many behind the keyword? An empty word ends a line for haproxy. */
export function has(words: LineWords, count: number): boolean {
  for (let i = 1; i <= count; i++) if (words.value(words.base + i) === '') return false;
  return true;
}

const nothing = (words: LineWords) => (): number => words.count;

export const bind: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 1)) return undefined;
  return typedNode<S.Bind>(words, 'bind', nothing(words), {
    addresses: () => addressNodes(words.text(at)),
    options: () => optionNodes(words, at + 1, BIND_OPTIONS),
  });
};

export const server: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 2)) return undefined;
  const options = (): S.Server['options'] => optionNodes(words, at + 2, SERVER_OPTIONS);
  return typedNode<S.Server>(words, 'server', nothing(words), {
    name: () => wordNode(words.text(at)),
    address: () => addressNode(words.text(at + 1)),
    port: () => addressNode(words.text(at + 1)).port,
    options,
    check: () =>
      options().reduce(
        (on, { name }) => (name.value === 'check' ? true : name.value === 'no-check' ? false : on),
        false,
      ),
  });
};

export const serverTemplate: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 3)) return undefined;
  return typedNode<S.ServerTemplate>(words, 'server-template', nothing(words), {
    name: () => wordNode(words.text(at)),
    range: () => wordNode(words.text(at + 1)),
    address: () => addressNode(words.text(at + 2)),
    options: () => optionNodes(words, at + 3, SERVER_OPTIONS),
  });
};

export const defaultServer: Maker = (words) =>
  typedNode<S.DefaultServer>(words, 'default-server', nothing(words), {
    options: () => optionNodes(words, words.base + 1, SERVER_OPTIONS),
  });

export const acl: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 2)) return undefined;
  return typedNode<S.Acl>(words, 'acl', nothing(words), {
    name: () => wordNode(words.text(at)),
    criterion: () => criterionNode(words, at + 1, words.count),
  });
};

export const useBackend: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 1)) return undefined;
  const test = testIndex(words, at + 1);
  return typedNode<S.UseBackend>(words, 'use_backend', () => (test > at + 1 ? at + 1 : words.count), {
    backend: () => formatNode(words.text(at)),
    condition: () => (test > at + 1 ? undefined : conditionNode(words, test)),
  });
};

export const useServer: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 1)) return undefined;
  const test = testIndex(words, at + 1);
  return typedNode<S.UseServer>(words, 'use-server', () => (test > at + 1 ? at + 1 : words.count), {
    server: () => formatNode(words.text(at)),
    condition: () => (test > at + 1 ? undefined : conditionNode(words, test)),
  });
};

export const defaultBackend: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 1)) return undefined;
  return typedNode<S.DefaultBackend>(words, 'default_backend', () => at + 1, {
    backend: () => wordNode(words.text(at)),
  });
};

/** `timeout EVENT TIME`. */
export const timeout: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 2)) return undefined;
  return typedNode<S.Timeout>(words, 'timeout', () => at + 2, {
    event: () => wordNode(words.text(at)),
    time: () => timeNode(words.text(at + 1)),
  });
};

export const optionLine: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 1)) return undefined;
  return typedNode<S.OptionLine>(words, 'option-line', nothing(words), {
    name: () => wordNode(words.text(at)),
    args: () => wordNodes(words, at + 1, words.count),
  });
};

export const mode: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 1)) return undefined;
  return typedNode<S.Mode>(words, 'mode', () => at + 1, { mode: () => wordNode(words.text(at)) });
};

/** `balance hash EXPR` takes an expression; others take words. */
export const balance: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 1)) return undefined;
  const first = words.value(at) === 'hash' ? (['sample'] as const) : [];
  return typedNode<S.Balance>(words, 'balance', nothing(words), {
    algorithm: () => bracketed(words.text(at)).name,
    brackets: () => bracketed(words.text(at)).brackets,
    args: () => readValues(words, at + 1, { first }, () => false).nodes,
  });
};

export const filter: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 1)) return undefined;
  return typedNode<S.Filter>(words, 'filter', nothing(words), {
    name: () => wordNode(words.text(at)),
    args: () => wordNodes(words, at + 1, words.count),
  });
};

export const logFormat: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 1)) return undefined;
  const format = formatNode(words.text(at));
  const makers = { format: () => format, parts: () => format.parts };
  return typedNode<S.LogFormat>(words, 'log-format', () => at + 1, makers, ['parts']);
};

/** `stick ACTION EXPR [table NAME] [CONDITION]` */
export const stick: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 2)) return undefined;
  const end = sampleEnd(words, at + 1);
  const table = words.value(end) === 'table' && words.count > end + 1 ? end + 2 : end;
  const conditional = isTest(words, table);
  return typedNode<S.Stick>(words, 'stick', () => (conditional ? words.count : table), {
    action: () => wordNode(words.text(at)),
    sample: () => sampleNodes(words, at + 1, end),
    tableWord: () => (table > end ? wordAt(words, end) : undefined),
    table: () => (table > end ? wordAt(words, end + 1) : undefined),
    condition: () => conditionNode(words, table),
  });
};

/** Lines that may end with a condition; without one they are words. */
export const conditional: Maker = (words) => {
  const test = testIndex(words, words.base + 1);
  const condition = conditionNode(words, test);
  if (condition === undefined) return plainNode(words, 'statement');
  return typedNode<S.Conditional>(words, 'conditional', nothing(words), {
    args: () => wordNodes(words, words.base + 1, test),
    condition: () => condition,
  });
};
