import type { Converter, Fetch, Format, FormatPart, SampleExpression } from '../ast/expressions.ts';
import type { Argument, Word } from '../ast/leaves.ts';
import type * as F from '../format/ast.ts';
import { parseFormat } from '../format/parse.ts';
import { CONVERTERS } from '../keywords/converters.ts';
import type * as S from '../sample/ast.ts';
import { parseConverters, parseSample } from '../sample/parse.ts';
import { nameEnd } from '../sample/tokens.ts';
import { isOpaque } from '../values.ts';
import { argumentNode, leafMakers, partNode } from './leaves.ts';
import { joined, makeNode, type Makers } from './node.ts';
import type { LineWords, Text } from './text.ts';

type Call = Fetch | Converter;

/** The arguments of a call; undefined without brackets. */
export function argumentNodes(text: Text, call: S.FetchCall | S.ConverterCall): readonly Argument[] | undefined {
  return call.args?.map(({ start, end, value }) => argumentNode(text, start, end, value));
}

function callMakers(text: Text, call: S.FetchCall | S.ConverterCall): Makers<Omit<Call, 'kind' | 'span'>> {
  return {
    name: () => partNode(text, call.nameAt.start, call.nameAt.end),
    args: () => argumentNodes(text, call),
    closed: () => call.closed,
  };
}

function fetchNode(text: Text, call: S.FetchCall): Fetch {
  return makeNode<Fetch>(text.at(call.start, call.end), 'fetch', callMakers(text, call));
}

function converterNode(text: Text, call: S.ConverterCall): Converter {
  return makeNode<Converter>(text.at(call.start, call.end), 'converter', callMakers(text, call));
}

/** The expression that stands in a part of a word; the part ends where it can no longer be read. */
function partSample(text: Text, tree: S.SampleExpression): SampleExpression {
  const at = text.at(tree.start, tree.rest);
  return makeNode<SampleExpression>(at, 'sample', {
    ...leafMakers(at, () => text.value.slice(tree.start, tree.rest)),
    fetch: () => (tree.fetch === undefined ? undefined : fetchNode(text, tree.fetch)),
    converters: () => tree.converters.map((call) => converterNode(text, call)),
    extra: () => undefined,
  });
}

/** The expression that a word is. */
export function sampleNode(text: Text): SampleExpression {
  return samples([text]);
}

/** The expression in the words from one index up to another, the second not included. */
export function sampleNodes(words: LineWords, from: number, to: number): SampleExpression {
  return samples(Array.from({ length: to - from }, (_, i) => words.text(from + i)));
}

function samples(texts: readonly Text[]): SampleExpression {
  const [text, ...others] = texts as readonly [Text, ...Text[]];
  const last = texts[texts.length - 1] as Text;
  const at = joined(text, last);
  const tree = parseSample(text.value);
  const rests = [tree.rest, ...others.map((other) => parseConverters(other.value).rest)];
  const converters = (): readonly Converter[] => [
    ...tree.converters.map((call) => converterNode(text, call)),
    ...others.flatMap((other) => parseConverters(other.value).converters.map((call) => converterNode(other, call))),
  ];
  const extra = (): Word | undefined => {
    const index = rests.findIndex((rest, i) => rest < (texts[i] as Text).value.length);
    const found = texts[index];
    return found === undefined ? undefined : partNode(found, rests[index] as number, found.value.length);
  };
  return makeNode<SampleExpression>(at, 'sample', {
    ...leafMakers(at, () => texts.map(({ value }) => value).join(' ')),
    fetch: () => (tree.fetch === undefined ? undefined : fetchNode(text, tree.fetch)),
    converters,
    extra,
  });
}

const CONVERTER_WORDS: ReadonlySet<string> = new Set(CONVERTERS.map(({ word }) => word));

/** Index behind the expression that starts at `index`: further words belong to it while they start with a converter. */
export function sampleEnd(words: LineWords, index: number): number {
  let end = index + 1;
  if (isOpaque(words.value(index))) return end;
  for (; end < words.count; end++) {
    const word = words.value(end);
    const name = word.slice(0, nameEnd(word, 0));
    if (isOpaque(word) || (!CONVERTER_WORDS.has(name) && !name.startsWith('lua.'))) break;
  }
  return Math.min(end, words.count);
}

function formatPart(text: Text, part: F.FormatPart): FormatPart {
  const at = text.at(part.start, part.end);
  const leaf = leafMakers(at, () => text.value.slice(part.start, part.end));
  if (part.kind === 'text' || part.kind === 'fault') return makeNode(at, part.kind, leaf) as FormatPart;
  const partAt = (span: S.Span | undefined): Word | undefined =>
    span === undefined ? undefined : partNode(text, span.start, span.end);
  const item = { label: () => partAt(part.named), flags: () => partAt(part.flags) };
  if (part.kind === 'alias')
    return makeNode(at, 'alias', { ...item, name: () => partNode(text, part.nameAt.start, part.nameAt.end) });
  const { sample } = part;
  return makeNode(at, 'sample-part', { ...item, sample: () => partSample(text, sample) });
}

/** The log format that a word is. */
export function formatNode(text: Text): Format {
  return makeNode<Format>(text, 'format', {
    ...leafMakers(text, () => text.value),
    parts: () => parseFormat(text.value).parts.map((part) => formatPart(text, part)),
  });
}
