import {
  compareVersions,
  inVersions,
  type KeywordRow,
  type LocalFinding,
  type Section,
  type Targets,
} from '@halint/core';
import type { SectionUnit } from './unit.ts';
import { checkDirective } from './check/directive.ts';
import { checkEmptyWord, mayHoldEmptyWords } from './check/empty-word.ts';
import { report } from './check/keyword.ts';
import { judgedBy } from './check/older.ts';
import { checkWhole } from './check/proxy/whole.ts';
import { checksOf } from './check/registry.ts';
import { newRun, refuse, suggestion, warn, type Run } from './check/run.ts';
import { WHOLE_CHECKS } from './check/sections.ts';
import { checkSectionHead } from './check/sections/heads.ts';
import { checkSocketsWhole } from './check/sockets/whole.ts';
import { hasNewVariable } from './check/variables.ts';
import { conditionOf, contextOf, isActive, step, type Context } from './flow.ts';
import { SECTIONS } from './keywords/sections.ts';
import { looksLikeHead } from './foreign.ts';
import { fromName, nameIndex, sectionName } from './head.ts';
import type { SectionLines } from './lines.ts';
import type { HaproxyDocument } from './parse.ts';
import { faultOf, SECTION_WORDS, type WordFault } from './tokens.ts';
import { badSign } from './values.ts';
import { PROXY_KINDS, STATEMENTS, verdictOf, verdictsFor, wordsAt } from './vocabulary.ts';

/** MAX_LINE_ARGS (include/haproxy/defaults.h): words of a line, the keyword included. */
const MOST_WORDS = 64;

/** What a leading `no` may stand before (cfgparse.c). */
const NEGATABLE: ReadonlySet<string> = new Set([
  'option',
  'log',
  'busy-polling',
  'set-dumpable',
  'strict-limits',
  'insecure-fork-wanted',
  'numa-cpu-mapping',
]);
const ROW_OF: ReadonlyMap<string, KeywordRow> = new Map(SECTIONS.map((row) => [row.word, row]));

const FAULTS: Readonly<Record<WordFault, string>> = {
  quote: 'this quote is never closed on its line',
  hex: '\\x needs two hexadecimal digits',
  variable: 'a variable starts with a letter, _ or .: write \\$ for a plain dollar sign',
  brace: 'this ${ is never closed',
  nul: 'a NUL byte',
};

/** What `haproxy -c` of the target refuses or warns of in one section, names apart. */
export function check(
  document: HaproxyDocument,
  section: Section<SectionUnit>,
  targets: Targets,
): readonly LocalFinding[] {
  const context = contextOf(document, section);
  return judgedBy(targets.haproxy, (version) => checkLinesOf(section.unit.lines, context, version));
}

/** The same for the lines of a section, wherever they come from, in a context. */
export function checkLinesOf(lines: SectionLines, context: Context, version: string): readonly LocalFinding[] {
  const unnamed = lines.kind === 'defaults' && sectionName(lines) === '';
  const run = newRun(lines, version, context, [], unnamed ? 'defaults ' : lines.kind);
  // A head inside a block that is not read, or may not be: what follows belongs to who knows which section.
  const known = isActive(run.context.frames, run.version) === true && checkHead(run);
  checkLines(run, known);
  if (known && PROXY_KINDS.has(lines.kind)) {
    checkWhole(run);
    checkSocketsWhole(run);
  }
  if (known) WHOLE_CHECKS.get(lines.kind)?.(run);
  return run.findings;
}

function checkLines(run: Run, read: boolean): void {
  const { lines } = run;
  const checks = checksOf(lines.kind);
  const { keywords } = lines;
  const verdicts = verdictsFor(run.kind, run.version);
  const empties = mayHoldEmptyWords(run);
  let frames = run.context.frames;
  let known = read;
  let active = known;
  /** Below the head of a section that haproxy does not know: only further ones are told. */
  let lost = false;
  const old = compareVersions(run.version, '2.4') < 0 && lines.text.includes('$');
  for (let line = 0; line < lines.count; line++) {
    const shape = lines.shape(line);
    if (shape.words > MOST_WORDS && !shape.template) {
      refuse(
        run,
        'too-many-words',
        lines.at(line, MOST_WORDS),
        `a line may have ${MOST_WORDS} words, this one has ${shape.words}`,
      );
    }
    if (empties) checkEmptyWord(run, line);
    if (old) oldVariables(run, line);
    if (shape.kind === 'unreadable') unreadable(run, line);
    else if (shape.kind === 'scope') checkScope(run, line);
    else if (shape.kind === 'directive') {
      if (known) checkDirective(run, line, frames, active);
      frames = step(frames, lines.value(line, 0), conditionOf(lines, line, run.context));
      active = known && isActive(frames, run.version) === true;
    } else if (shape.kind === 'statement' && active && line >= lines.body && !shape.template) {
      const keyword = keywords[line] as string;
      // A line whose first word is empty has no words at all.
      if (keyword === '' && lines.keywordIndex(line) === 0) continue;
      const verdict = verdicts.get(keyword) ?? verdictOf(keyword, run.kind, run.version);
      if ((verdict.status !== 'fine' || lines.keywordIndex(line) === 1) && !checkKeyword(run, line)) {
        // What stands in an unknown section is not judged, but for what no section could hold.
        if (startsUnknownSection(run, line)) {
          active = known = false;
          lost = frames.length === 0;
        }
        continue;
      }
      checks.get(keyword)?.(run, line);
    } else if (lost && shape.kind === 'statement' && !shape.template && isUnknownHead(run, line))
      checkKeyword(run, line);
  }
}

/** Before 2.4 a variable has neither a default nor a dot. */
function oldVariables(run: Run, line: number): void {
  const { lines } = run;
  for (let i = 0; i < lines.words(line); i++) {
    if (!hasNewVariable(lines.raw(line, i))) continue;
    const message = `haproxy ${run.version} takes no variable with a default or a dot: they came with 2.4`;
    return refuse(run, 'unreadable-line', lines.at(line, i), message);
  }
}

function unreadable(run: Run, line: number): void {
  const { lines } = run;
  const shape = lines.shape(line);
  if (shape.template) return;
  const start = lines.start(line, shape.broken);
  const { fault, at } = faultOf(lines.raw(line, shape.broken));
  const place = { section: lines.section, start: start + at, end: Math.min(start + at + 1, lines.text.length) };
  if (fault === 'nul' && compareVersions(run.version, '2.3') < 0) warn(run, 'unreadable-line', place, FAULTS.nul);
  else refuse(run, 'unreadable-line', place, FAULTS[fault]);
}

/** A scope name has letters, digits and -_.: in brackets; haproxy stops at once at any other. */
function checkScope(run: Run, line: number): void {
  const text = run.lines.raw(line, 0);
  const name = /^\[([^\]]*)/.exec(text)?.[1]?.trim() ?? '';
  const sign = badSign(name);
  if (sign !== undefined && text.includes(']')) {
    return refuse(run, 'invalid-name', run.lines.at(line, 0), `'${sign}' is not allowed in the name of a scope`);
  }
  const rest = /^\[[^\]]*\]\s*([^\s#])/.exec(text)?.[1];
  if (rest !== undefined)
    refuse(
      run,
      'unexpected-argument',
      run.lines.at(line, 0),
      `'${rest}' stands behind a scope, where nothing may stand`,
    );
}

/** Judges a keyword that is not simply fine; true when its arguments are to be checked. */
function checkKeyword(run: Run, line: number): boolean {
  const { lines } = run;
  const keyword = lines.keywords[line] as string;
  const index = lines.keywordIndex(line);
  const at = lines.at(line, index);
  if (lines.kind === 'prelude') {
    const bom = keyword.startsWith('\uFEFF') ? ': the file starts with a byte order mark, save it without' : '';
    refuse(run, 'unknown-section', at, `'${keyword.replace('\uFEFF', '')}' stands before any section${bom}`);
    return false;
  }
  if (index === 1 && !NEGATABLE.has(keyword)) {
    refuse(run, 'invalid-negation', lines.at(line, 0), `'${keyword}' cannot be negated`);
    return false;
  }
  const verdict = verdictOf(keyword, run.kind, run.version);
  // A namespace_list passes over what it does not know.
  if (lines.kind === 'namespace_list' && keyword !== 'no' && keyword !== 'namespace') return false;
  // A word with a variable may become anything; words that a build option brings are rows without a version.
  if (verdict.status !== 'unknown') return report(run, verdict, at, keyword);
  if (keyword.includes('$') || STATEMENTS.at(lines.kind).length === 0) return false;
  const { near, extra } = suggestion(at, keyword, [...wordsAt(lines.kind, run.version), ...SECTION_WORDS]);
  refuse(run, 'unknown-keyword', at, `'${keyword}' is no keyword of ${lines.kind}${near}`, extra);
  return false;
}

/** A further head of a section that haproxy does not know. */
function isUnknownHead({ lines, kind, version }: Run, line: number): boolean {
  const unknown =
    lines.kind === 'prelude' || verdictOf(lines.keywords[line] as string, kind, version).status === 'unknown';
  return unknown && looksLikeHead(lines, line);
}

/** An unknown word at the margin with indented lines below starts a section that haproxy does not know: one finding is enough. */
function startsUnknownSection(run: Run, line: number): boolean {
  const { lines } = run;
  if (lines.kind === 'prelude') return true;
  if (verdictOf(lines.keywords[line] as string, run.kind, run.version).status !== 'unknown') return false;
  return looksLikeHead(lines, line);
}

/** Judges the line that starts the section; false when nothing below it can be judged. */
function checkHead(run: Run): boolean {
  const { lines, version } = run;
  if (lines.kind === 'prelude' || lines.shape(0).template || lines.shape(0).kind !== 'statement') return true;
  const row = ROW_OF.get(lines.kind);
  const at = lines.at(0, 0);
  if (row !== undefined && !inVersions(version, row.since, row.until)) {
    const when = inVersions(version, row.since) ? `was removed in ${row.until ?? ''}` : `came with ${row.since ?? ''}`;
    refuse(run, 'unknown-section', at, `haproxy ${version} has no section '${lines.kind}': it ${when}`);
    return false;
  }
  if (!PROXY_KINDS.has(lines.kind)) return checkSectionHead(run);
  const name = sectionName(lines);
  if (name === '' && lines.kind !== 'defaults') {
    refuse(run, 'missing-argument', at, `'${lines.kind}' needs a name`);
    return false;
  }
  if (lines.kind === 'defaults' && lines.words(0) === 3 && lines.value(0, 2) === 'from') {
    refuse(run, 'missing-argument', lines.at(0, 2), "'from' needs the name of a defaults section");
  }
  const sign = lines.kind === 'defaults' ? undefined : badSign(name);
  if (sign !== undefined && compareVersions(version, '3.3') < 0) {
    refuse(
      run,
      'invalid-name',
      lines.at(0, nameIndex(lines)),
      `'${sign}' is not allowed in the name of a ${lines.kind}`,
    );
    return false;
  }
  return checkHeadWords(run);
}

/** The first line below the head that is read for sure, or -1: it stands in no `.if` block. */
function firstStatement(lines: SectionLines): number {
  let depth = 0;
  for (let line = 1; line < lines.count; line++) {
    const { kind } = lines.shape(line);
    if (kind === 'statement' && depth === 0) return line;
    if (kind !== 'directive') continue;
    const word = lines.value(line, 0);
    if (word === '.if') depth++;
    else if (word === '.endif') depth--;
  }
  return -1;
}

/** Words behind the name: only `from NAME`. */
function checkHeadWords(run: Run): boolean {
  const { lines, version } = run;
  if (!/^(?:frontend|backend|listen)$/.test(lines.kind)) return true;
  const from = fromName(lines);
  if (from > 0 && compareVersions(version, '2.4') < 0) {
    refuse(
      run,
      'unknown-keyword',
      lines.at(0, from - 1),
      `haproxy ${version} does not know 'from' yet: it came with 2.4`,
    );
    return false;
  }
  const extra = from > 0 ? from + 1 : 2;
  const word = lines.value(0, extra);
  if (word === '') return true;
  // Before 3.1 the head alone was let pass; the first line below it was refused.
  const body = firstStatement(lines);
  const old = compareVersions(version, '2.3') >= 0 && compareVersions(version, '3.1') < 0;
  if (body < 0 && old) {
    if (lines.kind !== 'backend')
      warn(run, 'unexpected-argument', lines.at(0, extra), `'${lines.kind}' takes a name only, found '${word}'`);
    return true;
  }
  // Of a backend nothing was said at its head.
  const place = old && lines.kind === 'backend' && from < 0 ? lines.at(body, 0) : lines.at(0, extra);
  const help = /:\d/.test(word) ? { help: `Write the address on a line of its own: bind ${word}` } : {};
  refuse(run, 'unexpected-argument', place, `'${lines.kind}' takes a name only, found '${word}'`, help);
  return false;
}
