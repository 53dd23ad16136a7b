import { nearest } from '@halint/core';
import { keptByText } from '../kept.ts';
import { judgeChain, judgeFetch, judgeSample, continueSample, ownOf, restProblem } from '../sample/check.ts';
import { parseSample } from '../sample/parse.ts';
import { EVERYWHERE, type Places } from '../sample/places.ts';
import { aliasesOf, fetchesOf } from '../sample/signature.ts';
import { nameEnd } from '../sample/tokens.ts';
import { castable, type SampleType } from '../sample/types.ts';
import type { Problem, SampleVerdict } from '../sample/verdict.ts';
import { isOpaque } from '../values.ts';
import { KIND_OF_TYPE, METHODS, PatternJudge, type PatternKind } from './patterns.ts';

/** A fault with the index of its word in the criterion. */
export interface WordProblem extends Problem {
  readonly word: number;
}

/** What the daemon of a version makes of a criterion: what stands behind the name of an acl, or between braces. */
export interface CriterionVerdict {
  readonly problem: WordProblem | undefined;
  /** What it warns of. */
  readonly warning: WordProblem | undefined;
  /** What it may refuse: that depends on the machine. */
  readonly doubt?: WordProblem | undefined;
}

export interface Reach {
  readonly places: Places;
  /** What the fetch reads: SMP_USE_* names. */
  readonly from: string;
  readonly own: SampleVerdict['own'];
}

interface Subject {
  readonly problem: WordProblem | undefined;
  readonly type: SampleType;
  readonly kind: PatternKind | undefined;
  readonly places: Places;
  readonly from: string;
  readonly opaque: boolean;
  readonly own: SampleVerdict['own'];
  /** A word that only ACLs know. */
  readonly alias: boolean;
}

const at = (word: number, problem: Problem | undefined): WordProblem | undefined =>
  problem === undefined ? undefined : { ...problem, word };

function wordProblem(
  words: readonly string[],
  word: number,
  rule: string,
  message: string,
  near?: string,
): WordProblem {
  const end = words[word]?.length ?? 0;
  return { word, start: 0, end, rule, message, ...(near === undefined ? {} : { near }) };
}

/** ACL words with a parser of their own (acl_keyword.parse). */
const OWN_PARSERS: ReadonlyMap<string, PatternKind> = new Map<string, PatternKind>([
  ['method', 'meth'],
  ['req.ssl_ver', 'dotted'],
  ['req_ssl_ver', 'dotted'],
]);

/** A word that only ACLs know: its converters stand in the same word, and they undo its match method. */
function aliasSubject(text: string, name: string, version: string): Subject | undefined {
  const alias = aliasesOf(version).get(name);
  const fetch = alias === undefined ? undefined : fetchesOf(version).get(alias.fetch);
  if (alias === undefined || fetch === undefined) return undefined;
  const tree = parseSample(text);
  const { fetch: call } = tree;
  if (call === undefined) return undefined;
  const chain = judgeChain(tree.converters, fetch.type, version);
  const problem = judgeFetch(call, fetch, version) ?? chain.problem ?? restProblem(text, tree.rest);
  const converted = tree.converters.length > 0;
  const kind = converted ? KIND_OF_TYPE[chain.type] : (OWN_PARSERS.get(name) ?? METHODS.get(alias.match)?.kind);
  const { places, row } = fetch;
  const own = ownOf(call, fetch) ?? (chain.own === undefined ? undefined : 'table');
  return { problem: at(0, problem), type: chain.type, kind, places, from: row.from, opaque: false, own, alias: true };
}

function sampleSubject(text: string, version: string): Subject {
  const verdict = judgeSample(text, version);
  const { type, places, from, opaque, own } = verdict;
  const problem = at(0, verdict.problem ?? restProblem(text, verdict.rest));
  return { problem, type, kind: KIND_OF_TYPE[type], places, from, opaque, own, alias: false };
}

/** What the first word of a criterion is. */
const subjectOf = keptByText(20_000, (text, version): Subject => {
  const name = text.slice(0, nameEnd(text, 0));
  return (isOpaque(text) ? undefined : aliasSubject(text, name, version)) ?? sampleSubject(text, version);
});

/** Further words of an expression are tried as converters, and are patterns all the same; words that only ACLs know have none. */
function withConverters(subject: Subject, words: readonly string[], version: string): Subject {
  if (subject.alias || subject.opaque || subject.problem !== undefined) return subject;
  let result = subject;
  for (let i = 1; i < words.length && result.problem === undefined; i++) {
    const chain = continueSample(words[i] as string, result.type, version);
    if (chain === undefined) break;
    const { type } = chain;
    result = { ...result, type, kind: KIND_OF_TYPE[type], problem: at(i, chain.problem) };
  }
  return result;
}

interface Flags {
  /** Index of the first pattern. */
  readonly next: number;
  readonly kind: PatternKind | undefined;
  readonly names: boolean;
  readonly problem: WordProblem | undefined;
  readonly opaque: boolean;
}

function methodProblem(
  words: readonly string[],
  i: number,
  type: SampleType,
  version: string,
): WordProblem | undefined {
  const word = words[i + 1] ?? '';
  const place = word === '' ? i : i + 1;
  const method = METHODS.get(word);
  if (method === undefined) {
    const near = nearest(word, METHODS.keys());
    const hint = near === undefined ? `: ${[...METHODS.keys()].join(', ')} are` : `, did you mean '${near}'?`;
    return wordProblem(words, place, 'invalid-argument', `'${word}' is no match method${hint}`, near);
  }
  if (word === 'found' || castable(type, method.type, version)) return undefined;
  const message = `'-m ${word}' matches samples of type ${method.type}, and ${type} cannot be made into that`;
  return wordProblem(words, place, 'invalid-argument', message);
}

const NEEDS_METHOD = 'a sample of this type has no match method of its own';

function readFlags(words: readonly string[], subject: Subject, version: string): Flags {
  let { kind } = subject;
  let names = true;
  let loaded = false;
  let i = 1;
  const stop = (problem?: WordProblem): Flags => ({ next: i, kind, names, problem, opaque: problem === undefined });
  for (; i < words.length && (words[i] as string).startsWith('-'); i++) {
    const flag = words[i] as string;
    const value = words[i + 1] ?? '';
    if (isOpaque(flag)) return stop();
    if (flag === '--') return { next: i + 1, kind, names, problem: undefined, opaque: false };
    if (flag === '-i' || flag === '-M') continue;
    if (flag === '-n') names = false;
    else if (flag === '-u' || flag === '-f' || flag === '-m') {
      if (isOpaque(value)) return stop();
      if (flag === '-u' && !/^\s*[+-]?\d*$/.test(value))
        return stop(wordProblem(words, i + 1, 'invalid-argument', `'-u' is followed by an integer, not by '${value}'`));
      if (flag === '-f') {
        if (value === '') return stop(wordProblem(words, i, 'missing-argument', "'-f' needs the name of a file"));
        if (kind === undefined) return stop(needsMethod(words, subject));
        loaded = true;
      } else if (flag === '-m') {
        if (loaded) return stop(wordProblem(words, i, 'invalid-argument', "'-m' must stand before files and patterns"));
        const problem = methodProblem(words, i, subject.type, version);
        if (problem !== undefined) return stop(problem);
        kind = METHODS.get(value)?.kind;
      }
      i++;
    } else {
      const message = `'${flag}' is no option of an acl: write '--' before patterns that start with a dash`;
      return stop(wordProblem(words, i, 'invalid-argument', message));
    }
  }
  return { next: i, kind, names, problem: undefined, opaque: false };
}

function needsMethod(words: readonly string[], subject: Subject): WordProblem {
  return wordProblem(words, 0, 'missing-argument', `${NEEDS_METHOD} (${subject.type}): choose one with '-m'`);
}

function patternProblem(words: readonly string[], flags: Flags, kind: PatternKind): WordProblem | undefined {
  if (kind === 'str' || kind === 'bool' || kind === 'found' || kind === 'meth') return undefined;
  const judge = new PatternJudge(kind, flags.names);
  for (let i = flags.next; i < words.length; i++) {
    const word = words[i] as string;
    const fault = isOpaque(word) && kind !== 'reg' ? undefined : judge.fault(word);
    if (fault !== undefined && !/\$[A-Za-z_{.]|\{\{|\{%|<%|\{#/.test(word))
      return wordProblem(words, i, 'invalid-argument', fault);
  }
  return undefined;
}

/** An acl that compares with nothing never matches; a bracket apart from its word is a pattern. */
function warningOf(words: readonly string[], subject: Subject): WordProblem | undefined {
  if (subject.kind !== undefined && subject.type !== 'bool' && words.length === 1) {
    const message = `'${words[0] ?? ''}' is compared with nothing: it never matches`;
    return wordProblem(words, 0, 'ineffective-condition', message);
  }
  const bracket = words[1]?.startsWith('(') === true && words[0]?.includes('(') === false;
  if (!bracket) return undefined;
  const message = `'${words[1] ?? ''}' is a pattern here: arguments follow '${words[0] ?? ''}' without a blank`;
  return wordProblem(words, 1, 'ineffective-condition', message);
}

/** Digits, dots and dashes, as of a range of addresses: looked up as a host name, which only a hosts file of the machine could hold. */
function nameDoubt(words: readonly string[], from: number): WordProblem | undefined {
  for (let i = from; i < words.length; i++) {
    const word = words[i] as string;
    if (!/^[\d.]+-[\d.-]*$/.test(word)) continue;
    const message = `'${word}' is looked up as a host name, and haproxy does not start when there is none: a range is written as networks, such as 10.0.0.0/24`;
    return wordProblem(words, i, 'invalid-address', message);
  }
  return undefined;
}

/** Where a criterion may be used, by its first word. */
export function reachOf(text: string, version: string): Reach {
  const { places, from, own, opaque } = subjectOf(text, version);
  return { places: opaque ? EVERYWHERE : places, from, own };
}

/** Judges the words of a criterion (parse_acl_expr() in src/acl.c). */
export function judgeCriterion(words: readonly string[], version: string): CriterionVerdict {
  const subject = withConverters(subjectOf(words[0] ?? '', version), words, version);
  if (subject.problem !== undefined || subject.opaque) return { problem: subject.problem, warning: undefined };
  const flags = readFlags(words, subject, version);
  let { problem } = flags;
  if (problem === undefined && !flags.opaque)
    problem = flags.kind === undefined ? needsMethod(words, subject) : patternProblem(words, flags, flags.kind);
  const doubt = problem === undefined && flags.kind === 'ip' && flags.names ? nameDoubt(words, flags.next) : undefined;
  return { problem, warning: warningOf(words, subject), doubt };
}
