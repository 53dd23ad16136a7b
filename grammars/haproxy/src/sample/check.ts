import { nearest } from '@halint/core';
import { keptByText } from '../kept.ts';
import { CONVERTERS } from '../keywords/converters.ts';
import { FETCHES } from '../keywords/fetches.ts';
import { isOpaque } from '../values.ts';
import { judgeArguments, valueProblem, valuesOf } from './arguments.ts';
import type { ConverterCall, FetchCall, SampleExpression } from './ast.ts';
import { parseConverters, parseSample } from './parse.ts';
import { EVERYWHERE } from './places.ts';
import { convertersOf, elsewhere, fetchesOf, type Fetch } from './signature.ts';
import { castable, typeBehind, type SampleType } from './types.ts';
import { CONVERTER_VALUES, FETCH_VALUES } from './values.ts';
import type { Problem, SampleVerdict } from './verdict.ts';

const UNKNOWN: Omit<SampleVerdict, 'problem' | 'rest'> = {
  type: 'any',
  places: EVERYWHERE,
  from: 'CONST',
  fetch: '',
  opaque: true,
  converters: 0,
  own: undefined,
};

function unknown(call: FetchCall | ConverterCall, version: string): Problem {
  const isFetch = call.kind === 'fetch';
  const what = isFetch ? 'sample fetch' : 'converter';
  const { start, end } = call.nameAt;
  const when = elsewhere(isFetch ? FETCHES : CONVERTERS, call.name, version);
  const at = { start, end, rule: 'unknown-keyword' };
  if (when !== undefined) return { ...at, message: `haproxy ${version} has no ${what} '${call.name}': ${when}` };
  const near = nearest(call.name, (isFetch ? fetchesOf(version) : convertersOf(version)).keys());
  const hint = near === undefined ? '' : `, did you mean '${near}'?`;
  return { ...at, message: `there is no ${what} '${call.name}'${hint}`, ...(near === undefined ? {} : { near }) };
}

/** Lua scripts bring fetches and converters of their own. */
const isLua = (name: string): boolean => name.startsWith('lua.');

/** What is wrong with the call of a known fetch. */
export function judgeFetch(call: FetchCall, fetch: Fetch, version: string): Problem | undefined {
  const wrong = judgeArguments(call, fetch.signature, version);
  if (wrong !== undefined) return wrong;
  const judge = FETCH_VALUES.get(call.name);
  const values = judge === undefined ? undefined : valuesOf(call, fetch.signature);
  const found = values === undefined ? undefined : judge?.(values, version);
  return found === undefined ? undefined : valueProblem(call, found);
}

/** Type behind a chain of converters, and the first fault in it. */
export interface Chain {
  readonly type: SampleType;
  readonly problem: Problem | undefined;
  /** Converter that means the table of the proxy itself. */
  readonly own?: string;
}

export function judgeChain(calls: readonly ConverterCall[], type: SampleType, version: string): Chain {
  const known = convertersOf(version);
  let current = type;
  let own: string | undefined;
  for (const call of calls) {
    const converter = known.get(call.name);
    if (converter === undefined) {
      if (!isLua(call.name)) return { type: current, problem: unknown(call, version) };
      current = 'any';
      continue;
    }
    const { takes, gives, signature } = converter;
    if (!castable(current, takes, version)) {
      const { start, end } = call.nameAt;
      const message = `'${call.name}' takes a sample of type ${takes}, and ${current} cannot be made into that`;
      return { type: current, problem: { start, end, rule: 'invalid-argument', message } };
    }
    current = typeBehind(current, takes, gives);
    const wrong = judgeArguments(call, signature, version);
    if (wrong !== undefined) return { type: current, problem: wrong };
    if (signature.types[0] === 'table' && (call.args?.[0]?.value ?? '') === '') own ??= call.name;
    const found = CONVERTER_VALUES.get(call.name)?.(valuesOf(call, signature) ?? [], version);
    if (found !== undefined) return { type: current, problem: valueProblem(call, found) };
  }
  return own === undefined ? { type: current, problem: undefined } : { type: current, problem: undefined, own };
}

const OWN: Readonly<Record<string, SampleVerdict['own']>> = {
  backend: 'backend',
  frontend: 'frontend',
  table: 'table',
};

/** The proxy itself is meant where the first argument, which is needed, is empty. */
export function ownOf(call: FetchCall, fetch: Fetch): SampleVerdict['own'] {
  if (fetch.signature.least === 0 || (call.args?.[0]?.value ?? '') !== '') return undefined;
  return OWN[fetch.signature.types[0] as string];
}

/** A comma before the rest calls for a converter that is not there. */
function danglingComma(text: string, tree: SampleExpression): Problem | undefined {
  if (tree.rest >= text.length || tree.rest === tree.end || tree.fetch === undefined) return undefined;
  const at = { start: tree.rest - 1, end: tree.rest + 1 };
  return { ...at, rule: 'unknown-keyword', message: 'a converter is missing behind the comma' };
}

/** The dollar of a JSON path, `$.a`, starts no variable; with a dot in front only these are there (src/cfgparse.c). */
export function withoutPaths(text: string): string {
  return text.includes('$.') ? text.replace(/\$\.(?!(?:FILE|LINE|SECTION)\b)/g, '.') : text;
}

function judge(text: string, version: string): SampleVerdict {
  const tree = parseSample(text);
  const { fetch: call, rest } = tree;
  if (isOpaque(withoutPaths(text))) return { ...UNKNOWN, problem: undefined, rest };
  if (call === undefined) {
    const at = { start: 0, end: Math.min(1, text.length) };
    const message = 'a sample fetch is missing here';
    return { ...UNKNOWN, problem: { ...at, rule: 'missing-argument', message }, rest };
  }
  const fetch = fetchesOf(version).get(call.name);
  if (fetch === undefined) {
    const problem = isLua(call.name) ? judgeChain(tree.converters, 'any', version).problem : unknown(call, version);
    return { ...UNKNOWN, problem, rest };
  }
  const wrong = judgeFetch(call, fetch, version);
  const chain = judgeChain(tree.converters, fetch.type, version);
  return {
    problem: wrong ?? chain.problem ?? danglingComma(text, tree),
    type: chain.type,
    places: fetch.places,
    from: fetch.row.from,
    fetch: call.name,
    opaque: false,
    converters: tree.converters.length,
    own: ownOf(call, fetch) ?? (chain.own === undefined ? undefined : 'table'),
    rest,
  };
}

/** Judges the expression that a text starts with. */
export const judgeSample = keptByText(20_000, judge);

/** Fault of what stands behind an expression that should reach to the end of its word. */
export function restProblem(text: string, rest: number): Problem | undefined {
  if (rest >= text.length) return undefined;
  const message = `a comma and a converter, or nothing, is expected before '${text.slice(rest)}'`;
  return { start: rest, end: text.length, rule: 'invalid-argument', message };
}

/** Judges a further word of an expression; undefined when its first word is no converter, and so not part of it. */
export function continueSample(word: string, type: SampleType, version: string): Chain | undefined {
  if (word === '' || isOpaque(word)) return undefined;
  const { converters, rest } = parseConverters(word);
  const [first] = converters;
  if (first === undefined || (!convertersOf(version).has(first.name) && !isLua(first.name))) return undefined;
  const chain = judgeChain(converters, type, version);
  return chain.problem === undefined ? { ...chain, problem: restProblem(word, rest) } : chain;
}
