import type { LineTable } from '@halint/core';
import type { Argument, ConverterCall, FetchCall, SampleExpression, Span } from './ast.ts';
import { readSample, type CallShape, type SampleShape } from './grammar.ts';
import { decodeArgument } from './tokens.ts';

function spanOf(table: LineTable<SampleShape>, token: number): Span {
  return { start: table.tokenStart(token), end: table.tokenEnd(token) };
}

function callOf(text: string, table: LineTable<SampleShape>, shape: CallShape): Omit<FetchCall, 'kind'> {
  const nameAt = spanOf(table, shape.name);
  const args = shape.args.map((token): Argument => {
    const at = spanOf(table, token);
    return { kind: 'argument', value: decodeArgument(text.slice(at.start, at.end)), ...at };
  });
  const last = shape.close >= 0 ? shape.close : (shape.args[shape.args.length - 1] ?? shape.name);
  return {
    name: text.slice(nameAt.start, nameAt.end),
    nameAt,
    args: shape.open < 0 ? undefined : args,
    closed: shape.open < 0 || shape.close >= 0,
    start: nameAt.start,
    end: table.tokenEnd(last),
  };
}

/** Reads the sample expression at offset `from` of a decoded word; it ends where something else than a comma follows. */
export function parseSample(text: string, from = 0): SampleExpression {
  const table = readSample(text, from);
  const shape = table.shapes[0] as SampleShape;
  const calls = shape.calls.map((call) => callOf(text, table, call));
  const [first, ...others] = calls;
  return {
    kind: 'sample',
    fetch: first === undefined ? undefined : { kind: 'fetch', ...first },
    converters: others.map((call): ConverterCall => ({ kind: 'converter', ...call })),
    start: from,
    end: calls[calls.length - 1]?.end ?? from,
    rest: shape.rest < 0 ? text.length : table.tokenStart(shape.rest),
  };
}

/** Reads a word that holds converters only: what may follow an expression in further words. */
export function parseConverters(text: string): {
  readonly converters: readonly ConverterCall[];
  readonly rest: number;
} {
  const { fetch, converters, rest } = parseSample(text);
  return { converters: fetch === undefined ? [] : [{ ...fetch, kind: 'converter' }, ...converters], rest };
}
