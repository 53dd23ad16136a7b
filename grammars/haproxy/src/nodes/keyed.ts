import type { Option, StoreItem } from '../ast/expressions.ts';
import type { Size, Time, Word } from '../ast/leaves.ts';
import type * as S from '../ast/statements.ts';
import { BIND_OPTIONS, SERVER_OPTIONS } from '../options.ts';
import { addressNode, addressNodes } from './address.ts';
import { wordAt, wordNode, wordNodes } from './leaves.ts';
import { plainNode, typedNode } from './line.ts';
import { has, type Maker } from './makers.ts';
import { optionNodes } from './options.ts';
import type { LineWords } from './text.ts';
import { keyedOptions, type Keys, type ValueType } from './values.ts';

const keys = (rows: Readonly<Record<string, readonly ValueType[]>>): Keys => new Map(Object.entries(rows));

/** Words of `log` in front of its facility (parse_logger()). */
const LOG: Keys = keys({ len: ['integer'], format: ['word'], sample: ['word'], profile: ['word'] });

/** Targets that are no address. */
const WORDS: ReadonlySet<string> = new Set(['global', 'stdout', 'stderr']);

/** Highest and lowest level. */
const MOST_LEVELS = 2;

export const log: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 1)) return undefined;
  const target = words.text(at);
  const { options, next } = keyedOptions(words, at + 1, LOG);
  const end = Math.min(words.count, next + 1 + MOST_LEVELS);
  return typedNode<S.Log>(words, 'log', () => end, {
    target: () => (WORDS.has(target.value) ? wordNode(target) : addressNode(target)),
    options: () => options,
    facility: () => wordAt(words, next),
    levels: () => wordNodes(words, next + 1, end),
  });
};

/** Words of a table (parse_stick_table()). */
const TABLE: Keys = keys({
  size: ['size'],
  expire: ['time'],
  type: ['word'],
  len: ['integer'],
  nopurge: [],
  peers: ['word'],
  store: ['store'],
  srvkey: ['word'],
  'write-to': ['word'],
  'recv-only': [],
  'brates-factor': ['integer'],
});

function argumentOf(options: readonly Option[], name: string): Option['args'][number] | undefined {
  return options.find((option) => option.name.value === name)?.args[0];
}

function tableNode(words: LineWords, name: number, from: number): S.StickTable {
  const { options, next } = keyedOptions(words, from, TABLE);
  const makers = {
    name: () => (name < 0 ? undefined : wordAt(words, name)),
    options: () => options,
    store: () =>
      options
        .flatMap((option): readonly Option['args'][number][] => (option.name.value === 'store' ? option.args : []))
        .filter((value): value is StoreItem => value.kind === 'store-item'),
    type: () => argumentOf(options, 'type') as Word | undefined,
    size: () => argumentOf(options, 'size') as Size | undefined,
    expire: () => argumentOf(options, 'expire') as Time | undefined,
  };
  return typedNode<S.StickTable>(words, 'stick-table', () => next, makers, ['store', 'type', 'size', 'expire']);
}

export const stickTable: Maker = (words) => (has(words, 1) ? tableNode(words, -1, words.base + 1) : undefined);

/** `table NAME …` in peers. */
export const peersTable: Maker = (words) =>
  has(words, 2) ? tableNode(words, words.base + 1, words.base + 2) : undefined;

/** `stats socket ADDRESS OPTIONS` in global; other lines of `stats` there have no structure. */
export const statsSocket: Maker = (words) => {
  const at = words.base + 1;
  if (words.value(at) !== 'socket') return plainNode(words, 'statement');
  if (!has(words, 2)) return undefined;
  return typedNode<S.StatsSocket>(words, 'stats-socket', () => words.count, {
    word: () => wordNode(words.text(at)),
    addresses: () => addressNodes(words.text(at + 1)),
    options: () => optionNodes(words, at + 2, BIND_OPTIONS),
  });
};

export const nameserver: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 2)) return undefined;
  return typedNode<S.Nameserver>(words, 'nameserver', () => at + 2, {
    name: () => wordNode(words.text(at)),
    address: () => addressNode(words.text(at + 1)),
  });
};

export const peer: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 2)) return undefined;
  return typedNode<S.Peer>(words, 'peer', () => words.count, {
    name: () => wordNode(words.text(at)),
    address: () => addressNode(words.text(at + 1)),
    options: () => optionNodes(words, at + 2, SERVER_OPTIONS),
  });
};

/** Words behind the name of a user. */
const USER: Keys = keys({ password: ['word'], 'insecure-password': ['word'], groups: ['word'] });

export const user: Maker = (words) => {
  const at = words.base + 1;
  if (!has(words, 1)) return undefined;
  const { options, next } = keyedOptions(words, at + 1, USER);
  return typedNode<S.User>(words, 'user', () => next, {
    name: () => wordNode(words.text(at)),
    options: () => options,
  });
};
