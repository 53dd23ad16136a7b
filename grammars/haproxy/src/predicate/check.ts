import type { LineTable } from '@halint/core';
import { keptByText } from '../kept.ts';
import { parseSample } from '../sample/parse.ts';
import { isOpaque } from '../values.ts';
import { readPredicate, type PredicateParse, type PredicateShape } from './grammar.ts';
import { argumentFault, isPredicate, predicateSince, predicateValue, type Truth } from './predicates.ts';

export type { Truth } from './predicates.ts';

/** What the daemon of a version makes of the expression of `.if`. */
export interface PredicateVerdict {
  readonly value: Truth;
  /** Why it is refused, in words. */
  readonly fault: string | undefined;
}

interface Reader {
  readonly text: string;
  readonly table: LineTable<PredicateParse>;
  readonly version: string;
  fault: string | undefined;
}

const textOf = ({ text, table }: Reader, token: number): string =>
  text.slice(table.tokenStart(token), table.tokenEnd(token));

/** C reads a number with a leading 0 in base 8. */
function isZero(text: string): boolean {
  return /^[+-]?0[xX]?0*$/.test(text);
}

function call(reader: Reader, token: number): Truth {
  const text = textOf(reader, token);
  const { fetch } = parseSample(text);
  if (fetch === undefined) return undefined;
  const args = fetch.args?.map(({ value }) => value) ?? [''];
  if (!fetch.closed) reader.fault ??= `the bracket behind '${fetch.name}' is not closed`;
  reader.fault ??= argumentFault(fetch.name, args.length);
  return isOpaque(text) ? undefined : predicateValue(fetch.name, args, reader.version);
}

/** All parts are read, because a fault in any of them is a fault of the whole. */
function valueOf(reader: Reader, shape: PredicateShape): Truth {
  if ('token' in shape) return shape.kind === 'call' ? call(reader, shape.token) : !isZero(textOf(reader, shape.token));
  if ('part' in shape) {
    const value = valueOf(reader, shape.part);
    return value === undefined ? undefined : !value;
  }
  const deciding = shape.kind === 'or';
  let result: Truth = !deciding;
  for (const part of shape.parts) {
    const value = valueOf(reader, part);
    if (value === deciding) result = deciding;
    else if (value === undefined && result !== deciding) result = undefined;
  }
  return result;
}

function wrongAt(reader: Reader, token: number): string {
  if (token < 0) return 'the condition is not complete';
  const rest = reader.text.slice(reader.table.tokenStart(token));
  const word = /^[a-z_]*/.exec(rest)?.[0] ?? '';
  const since = predicateSince(word);
  return since === undefined || isPredicate(word, reader.version)
    ? `a condition cannot be read from '${rest}' on`
    : `haproxy ${reader.version} does not know '${word}' yet: it came with ${since}`;
}

function judge(text: string, version: string): PredicateVerdict {
  // An empty expression is false.
  if (text.trim() === '') return { value: false, fault: undefined };
  const table = readPredicate(text, (word) => isPredicate(word, version));
  const parse = table.shapes[0] as PredicateParse;
  const reader: Reader = { text, table, version, fault: undefined };
  if ('wrong' in parse) {
    const fault = isOpaque(text) ? undefined : wrongAt(reader, parse.wrong);
    return { value: undefined, fault };
  }
  const value = valueOf(reader, parse.tree);
  return reader.fault === undefined
    ? { value, fault: undefined }
    : { value: undefined, fault: isOpaque(text) ? undefined : reader.fault };
}

/** Judges the expression of `.if` for a version. */
export const judgePredicate = keptByText(2000, judge);

/** What an expression is for a version; whatever cannot be read or known is undefined, never false. */
export function evaluate(text: string, version: string): Truth {
  return judgePredicate(text, version).value;
}
