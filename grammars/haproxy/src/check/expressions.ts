import type { LocalPlace } from '@halint/core';
import { judgeCriterion, reachOf, type Reach } from '../condition/criterion.ts';
import { readCondition, type ConditionTokens, type TermShape } from '../condition/grammar.ts';
import { LATE_PREDEFINED, PREDEFINED } from '../condition/predefined.ts';
import type { Words } from '../condition/tokens.ts';
import { judgeFormat } from '../format/check.ts';
import { continueSample, judgeSample, restProblem } from '../sample/check.ts';
import { EVERYWHERE, sourcesOf, type Places } from '../sample/places.ts';
import type { Problem, SampleVerdict } from '../sample/verdict.ts';
import { isOpaque } from '../values.ts';
import { aclsOf } from './acl-lines.ts';
import { isHttp } from './mode.ts';
import { doubtful, refuse, since, warn, type Run } from './run.ts';

export { AT, type Places } from '../sample/places.ts';
export { checkVariableName } from '../sample/variable.ts';

type Report = typeof refuse;

/** Place of a part of a word: exact when the word is written as it is read, else the word. */
function placeIn(run: Run, line: number, index: number, start: number, end: number): LocalPlace {
  const { lines } = run;
  const word = lines.at(line, index);
  const plain = lines.raw(line, index) === lines.value(line, index) && end > start;
  return plain ? { section: word.section, start: word.start + start, end: word.start + end } : word;
}

/** Reports a problem in word `index`. */
export function reportProblem(run: Run, line: number, index: number, problem: Problem, report: Report = refuse): void {
  const at = placeIn(run, line, index, problem.start, problem.end);
  const { rule, message, help, near } = problem;
  const fix =
    near === undefined || at.end - at.start !== problem.end - problem.start
      ? {}
      : { fix: { title: `Replace by '${near}'`, safety: 'unsafe' as const, edits: [{ at, text: near }] } };
  report(run, rule, at, message, { ...(help === undefined ? {} : { help }), ...fix });
}

/** A fetch that reads what is not there, and a proxy that is meant but is none of the kind that is needed. */
function misplaced(run: Run, verdict: SampleVerdict, places: Places): string | undefined {
  if (verdict.opaque) return undefined;
  if (places !== 0 && (verdict.places & places) === 0)
    return `'${verdict.fetch}' reads ${sourcesOf(verdict.from)}: that is not available here`;
  return ownFault(run, verdict.own, verdict.fetch);
}

/** An argument that is left out stands for the proxy that the expression is in (smp_resolve_args()). */
function ownFault(run: Run, own: SampleVerdict['own'], name: string): string | undefined {
  const { kind } = run.lines;
  if (own === 'backend' && kind === 'frontend') return `'${name}' needs the name of a backend in a frontend`;
  if (own === 'table' && kind !== 'defaults' && !hasTable(run))
    return `'${name}' needs the name of a stick table: this ${kind} has none of its own`;
  if (own === 'frontend' && kind === 'backend') return `'${name}' needs the name of a frontend in a backend`;
  return undefined;
}

function hasTable({ lines, context }: Run): boolean {
  return lines.directives || context.templated || lines.keywords.includes('stick-table');
}

/** Judges the sample expression at word `index`, which may reach over several words; the index behind its last word. */
export function checkSample(run: Run, line: number, index: number, places: Places): number {
  const { lines, version } = run;
  const count = lines.words(line);
  if (index >= count) return count;
  const text = lines.value(line, index);
  const verdict = judgeSample(text, version);
  const problem = verdict.problem ?? (verdict.opaque ? undefined : restProblem(text, verdict.rest));
  if (problem !== undefined) {
    reportProblem(run, line, index, problem);
    return index + 1;
  }
  const message = misplaced(run, verdict, places);
  if (message !== undefined) {
    const span = { start: 0, end: verdict.fetch.length };
    reportProblem(run, line, index, { ...span, rule: 'misplaced-keyword', message });
  }
  if (isOpaque(text)) return index + 1;
  let { type } = verdict;
  for (let next = index + 1; next < count; next++) {
    const chain = continueSample(lines.value(line, next), type, version);
    if (chain === undefined) return next;
    type = chain.type;
    if (chain.problem !== undefined) reportProblem(run, line, next, chain.problem);
  }
  return count;
}

/** Judges the log-format string in word `index`. */
export function checkFormat(run: Run, line: number, index: number, places: Places): void {
  const text = run.lines.value(line, index);
  if (text === '') return;
  const verdict = judgeFormat(text, run.version);
  for (const { start, verdict: sample } of verdict.samples) {
    const message = sample.problem === undefined ? misplaced(run, sample, places) : undefined;
    if (message === undefined) continue;
    const span = { start, end: start + sample.fetch.length };
    return reportProblem(run, line, index, { ...span, rule: 'misplaced-keyword', message });
  }
  if (verdict.problem !== undefined) return reportProblem(run, line, index, verdict.problem);
  if (verdict.old !== undefined) {
    const message = `'%${verdict.old.name}' is an old spelling of a log-format alias, gone with 2.5`;
    reportProblem(run, line, index, { ...verdict.old.nameAt, rule: 'removed-or-deprecated-keyword', message }, warn);
  }
  // From 2.9 on strings are judged when the whole file is read, and rules of all kinds differ in what they let pass.
  if (verdict.http !== undefined && !since(run, '2.9') && isHttp(run) === false) {
    const message = `'%${verdict.http.name}' is only known in HTTP mode`;
    reportProblem(run, line, index, { ...verdict.http.nameAt, rule: 'misplaced-keyword', message });
  }
}

/** The words of the line that is judged: one object, because every rule of a large file asks for it. */
class LineWords implements Words {
  run!: Run;
  line = 0;
  count = 0;

  of(run: Run, line: number): this {
    this.run = run;
    this.line = line;
    this.count = run.lines.words(line);
    return this;
  }

  value(index: number): string {
    return this.run.lines.value(this.line, index);
  }
}

const lineWords = new LineWords();

/** Words from one index to another, the second not included; an empty one ends the list. */
export function wordsOf(run: Run, line: number, from: number, to: number): string[] {
  const words: string[] = [];
  for (let i = from; i < to; i++) {
    const word = run.lines.value(line, i);
    if (word === '') break;
    words.push(word);
  }
  return words;
}

/** Judges the criterion in the words from one index to another; false when it was refused. */
export function checkCriterion(run: Run, line: number, from: number, to: number): boolean {
  const words = wordsOf(run, line, from, to);
  if (words.length === 0) {
    refuse(
      run,
      'missing-argument',
      run.lines.at(line, Math.min(from, run.lines.words(line)) - 1),
      'a criterion is missing here',
    );
    return false;
  }
  const { problem, warning, doubt } = judgeCriterion(words, run.version);
  if (problem !== undefined) {
    reportProblem(run, line, from + problem.word, problem);
    return false;
  }
  if (warning !== undefined) reportProblem(run, line, from + warning.word, warning, warn);
  if (doubt !== undefined) reportProblem(run, line, from + doubt.word, doubt, doubtful);
  const keyword = words[0] as string;
  const message = isOpaque(keyword) ? undefined : ownFault(run, reachOf(keyword, run.version).own, keyword);
  if (message !== undefined)
    reportProblem(run, line, from, { start: 0, end: keyword.length, rule: 'missing-argument', message });
  return true;
}

/**
 * Judges what stands at word `index`: nothing, or `if`/`unless` and a condition that reaches to the end of the line. True when it
 * reads the contents of a request, or may.
 */
export function checkCondition(run: Run, line: number, index: number, places: Places): boolean {
  const { lines } = run;
  const first = lines.value(line, index);
  if (first === '' || isOpaque(first)) return first !== '';
  if (first !== 'if' && first !== 'unless') {
    const message = `'if' or 'unless' is expected here, or nothing: not '${first}'`;
    refuse(run, 'unexpected-argument', lines.at(line, index), message);
    return true;
  }
  const tokens = readCondition(lineWords.of(run, line), index + 1);
  // Criteria are judged with tokens of their own kind only, so these stay valid.
  let warned = places === 0;
  let raw = false;
  let request = false;
  for (const terms of tokens.shape.either) {
    for (const term of terms) {
      const reach = checkTerm(run, line, tokens, term);
      if (reach === undefined) return true;
      request ||= reach === BLIND || REQUEST.some((source) => reaches(reach, source));
      raw ||= reaches(reach, 'L6RE');
      if (!warned) warned = warnOfReach(run, line, tokens.word[term.token] as number, reach, places);
    }
  }
  if (raw && since(run, '2.3') && isHttp(run) === true) {
    const message = 'what this condition reads of the raw content is ignored in HTTP mode';
    warn(run, 'ineffective-condition', lines.at(line, index), message);
  }
  return request;
}

/** Sources of what a client sends: the raw stream, head and body of an HTTP request (SMP_USE_L6REQ, HRQHV, HRQHP, HRQBO). */
const REQUEST: readonly string[] = ['L6REQ', 'HRQHV', 'HRQHP', 'HRQBO'];

function reaches(reach: Reaches, source: string): boolean {
  for (const { from } of reach) if (from.includes(source)) return true;
  return false;
}

/** What a term looks at: one entry for each line that defines its acl. */
type Reaches = readonly (Reach & { readonly keyword: string })[];

const BLIND: Reaches = [];

/** Judges a term; undefined when it is refused, so that nothing behind it counts. */
function checkTerm(run: Run, line: number, tokens: ConditionTokens, term: TermShape): Reaches | undefined {
  const word = tokens.word[term.token] as number;
  if (term.kind === 'name') return checkName(run, line, word, tokens.offset[term.token] as number);
  if (!term.closed) {
    refuse(run, 'invalid-argument', run.lines.at(line, word), "this '{' has no '}': write one as a word of its own");
    return undefined;
  }
  if (!checkCriterion(run, line, word + 1, word + 1 + term.words)) return undefined;
  const keyword = run.lines.value(line, word + 1);
  return isOpaque(keyword) ? BLIND : [{ keyword, ...reachOf(keyword, run.version) }];
}

function checkName(run: Run, line: number, index: number, offset: number): Reaches | undefined {
  const { lines, version } = run;
  const word = lines.value(line, index);
  const name = offset === 0 ? word : word.slice(offset);
  if (isOpaque(name)) return BLIND;
  const acls = aclsOf(lines, version).get(name);
  // Blocks of .if may or may not define it.
  if (lines.directives || run.context.frames.length > 0) return BLIND;
  if (acls !== undefined && (acls[0]?.line ?? 0) < line) return acls;
  const keyword = PREDEFINED.get(name);
  const late = LATE_PREDEFINED.get(name);
  if (keyword !== undefined && (late === undefined || since(run, late))) {
    return [{ keyword, ...reachOf(keyword, version) }];
  }
  // What is nowhere defined is reported with the names of the whole section.
  if (acls === undefined && keyword === undefined) return undefined;
  const message =
    acls === undefined
      ? `haproxy ${version} has no acl '${name}' of its own yet: it came with ${late ?? ''}`
      : `acl '${name}' is defined further below: haproxy reads from top to bottom`;
  refuse(run, 'acl-undefined', placeIn(run, line, index, offset, word.length), message);
  return undefined;
}

/** Warns of an acl that can never match at these places (warnif_cond_conflicts() in src/cfgparse.c); true when it did. */
function warnOfReach(run: Run, line: number, word: number, reaches: Reaches, places: Places): boolean {
  if (reaches === BLIND) return false;
  let any = 0;
  for (const { places: at } of reaches) any |= at;
  const blind = reaches.find((reach) => (reach.places & places) === 0);
  if (blind === undefined || blind.places === EVERYWHERE) return false;
  const never = (any & places) === 0 ? 'it never matches' : 'that part of it never matches';
  const name = run.lines.value(line, word).replace(/^!+/, '');
  const what = name === '{' ? `'${blind.keyword}'` : `acl '${name}'`;
  const message = `${what} reads ${sourcesOf(blind.from)}, which is not available here: ${never}`;
  warn(run, 'ineffective-condition', run.lines.at(line, word), message);
  return true;
}
