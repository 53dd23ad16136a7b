import { append } from '@halint/core';
import type { Option, StoreItem, Value } from '../ast/expressions.ts';
import type { Argument, Word } from '../ast/leaves.ts';
import { parseSample } from '../sample/parse.ts';
import type * as S from '../sample/ast.ts';
import { addressNode } from './address.ts';
import { argumentNodes, formatNode, sampleEnd, sampleNode, sampleNodes } from './expressions.ts';
import { integerNode, leafMakers, partNode, sizeNode, timeNode, wordNode } from './leaves.ts';
import { makeNode } from './node.ts';
import type { LineWords, Text } from './text.ts';

/** What a word is read as; `store` is a list of what a table stores. */
export type ValueType = 'word' | 'integer' | 'time' | 'size' | 'address' | 'sample' | 'format' | 'store';

type Single = Exclude<ValueType, 'store'>;

const MAKERS: { readonly [T in Single]: (text: Text) => Value } = {
  word: wordNode,
  integer: integerNode,
  time: timeNode,
  size: sizeNode,
  address: (text) => addressNode(text),
  sample: sampleNode,
  format: formatNode,
};

function storeItem(text: Text, call: S.FetchCall | S.ConverterCall): StoreItem {
  const at = text.at(call.start, call.end);
  return makeNode<StoreItem>(at, 'store-item', {
    ...leafMakers(at, () => text.value.slice(call.start, call.end)),
    name: () => partNode(text, call.nameAt.start, call.nameAt.end),
    args: () => argumentNodes(text, call),
  });
}

/** `a,b(10s),c` is built as an expression is. */
function storeItems(text: Text): readonly Value[] {
  const { fetch, converters, rest } = parseSample(text.value);
  const calls = fetch === undefined ? [] : [fetch, ...converters];
  const items: Value[] = calls.map((call) => storeItem(text, call));
  return rest < text.value.length ? [...items, partNode(text, rest, text.value.length)] : items;
}

/** What words mean that follow a name: types in order, by the name. */
export type Keys = ReadonlyMap<string, readonly ValueType[]>;

/** Types of the first words, then of those that follow certain names. */
export interface Form {
  readonly first: readonly ValueType[];
  readonly keys?: Keys;
}

class Values {
  readonly nodes: Value[] = [];
  readonly #words: LineWords;
  #index: number;

  constructor(words: LineWords, index: number) {
    this.#words = words;
    this.#index = index;
  }

  take(type: ValueType): void {
    const words = this.#words;
    const from = this.#index;
    if (from >= words.count) return;
    this.#index = type === 'sample' ? sampleEnd(words, from) : from + 1;
    if (type === 'store') append(this.nodes, storeItems(words.text(from)));
    else if (type === 'sample') this.nodes.push(sampleNodes(words, from, this.#index));
    else this.nodes.push(MAKERS[type](words.text(from)));
  }

  get index(): number {
    return this.#index;
  }
}

/** The words from an index on, read by a form, up to the first for which `stop` holds behind the fixed ones. */
export function readValues(
  words: LineWords,
  index: number,
  form: Form,
  stop: (index: number) => boolean,
): { readonly nodes: readonly Value[]; readonly next: number } {
  const values = new Values(words, index);
  for (const type of form.first) values.take(type);
  while (values.index < words.count && !stop(values.index)) {
    const types = form.keys?.get(words.value(values.index));
    values.take('word');
    for (const type of types ?? []) values.take(type);
  }
  return { nodes: values.nodes, next: values.index };
}

/** A name with arguments in brackets behind it: `set-var(txn.x)`. Any other word is all name. */
export function bracketed(text: Text): { readonly name: Word; readonly brackets: readonly Argument[] | undefined } {
  // Most words have no bracket, and reading an expression costs more than the look for one.
  if (!text.value.includes('(')) return { name: wordNode(text), brackets: undefined };
  const { fetch, converters, rest } = parseSample(text.value);
  if (fetch?.args === undefined || converters.length > 0 || rest < text.value.length)
    return { name: wordNode(text), brackets: undefined };
  return { name: partNode(text, 0, fetch.nameAt.end), brackets: argumentNodes(text, fetch) };
}

/** An option with the words up to `to`, read as the types say; further ones are words. */
export function optionNode(words: LineWords, from: number, to: number, types: readonly ValueType[]): Option {
  const name = words.text(from);
  const args = (): readonly Value[] => {
    const nodes: Value[] = [];
    for (let i = from + 1; i < to; i++) {
      const type = types[i - from - 1] ?? 'word';
      if (type === 'store') append(nodes, storeItems(words.text(i)));
      else nodes.push(MAKERS[type](words.text(i)));
    }
    return nodes;
  };
  return makeNode<Option>(words.stretch(from, to), 'option', {
    name: () => bracketed(name).name,
    brackets: () => bracketed(name).brackets,
    args,
  });
}

/** Options of a line whose names take the words that `keys` says; a name that it lacks ends them. */
export function keyedOptions(
  words: LineWords,
  from: number,
  keys: Keys,
): { readonly options: readonly Option[]; readonly next: number } {
  const options: Option[] = [];
  let i = from;
  for (; i < words.count;) {
    const types = keys.get(words.value(i));
    if (types === undefined) break;
    const to = Math.min(words.count, i + 1 + types.length);
    options.push(optionNode(words, i, to, types));
    i = to;
  }
  return { options, next: i };
}
