import {
  compareVersions,
  inVersions,
  nearest,
  type LocalFinding,
  type LocalPlace,
  type Section,
  type Span,
  type HostTargets,
} from '@halint/core';
import type { Include, MatchBlock, Option, SshdStatement, Unreadable } from '../ast.ts';
import { isKnown, isPassedOver, KEYWORDS, mayStandInMatch, noticeOf, rowOf, type SshdRow } from '../keywords.ts';
import type { SshdUnit } from '../read.ts';
import { redHatKnows } from '../red-hat.ts';
import { seamsOf, withoutSeams } from '../tokens.ts';
import { argumentsOf, isTemplate, splitsLikeShell, type Argument } from './lexical.ts';
import { governsAll, matchProblem } from './match.ts';
import { valueProblem } from './values.ts';
import { mostArguments, needsArgument } from './values/count.ts';
import type { Problem } from './values/form.ts';

/** sshd -t exits 255 for it. */
const REFUSED = { severity: 'error', rejects: true, daemon: 'error' } as const;

interface Scene {
  readonly section: Section<SshdUnit>;
  readonly targets: HostTargets;
  /** The block whose connections the statement is for; undefined where everything is. */
  readonly match: MatchBlock | undefined;
}

/** What `sshd -t` of the target version says of one section. */
export function check(section: Section<SshdUnit>, targets: HostTargets): readonly LocalFinding[] {
  const { match, statements } = section.unit;
  const governed = match === undefined || governsAll(match, targets.openssh);
  const scene: Scene = { section, targets, match: governed ? undefined : match };
  return [
    ...seamsOf(section.text).map((at) => joinedLine(section, at)),
    ...(match === undefined ? [] : checkMatch(match, scene)),
    ...statements.flatMap((each) => checkStatement(each, scene)),
  ];
}

function joinedLine(section: Section, start: number): LocalFinding {
  const message = 'a NUL byte: sshd reads the next line as part of this one';
  return { rule: 'sshd/ignored-line', severity: 'warning', at: { section, start, end: start + 1 }, message };
}

function checkMatch(match: MatchBlock, scene: Scene): readonly LocalFinding[] {
  if (match.head.kind === 'unreadable') return checkUnreadable(match.head, scene);
  const text = textOf(scene.section, match.head.span);
  if (isTemplate(text)) return [];
  const problem = matchProblem(match, scene.targets);
  return problem === undefined ? [] : [findingOf('sshd/match-condition', problem, match.head.span, scene)];
}

function checkStatement(statement: SshdStatement, scene: Scene): readonly LocalFinding[] {
  if (statement.kind === 'unreadable') return checkUnreadable(statement, scene);
  const { value } = statement.keyword;
  // A quoted `#`: sshd passes over such a line.
  if (isTemplate(lineText(statement, scene))) return [];
  if (value.startsWith('#')) return [];
  const row = rowOf(value);
  if (row !== undefined && isKnown(row, scene.targets)) return checkOption(statement, row, scene);
  const patched = redHatKnows(value, scene.targets);
  if (patched === 'no') return [unknown(statement, row, scene)];
  return patched === 'yes' ? [] : [perhapsUnknown(statement, scene)];
}

function perhapsUnknown({ keyword: { value, span } }: Option | Include, { section, targets }: Scene): LocalFinding {
  return {
    rule: 'sshd/unknown-or-unsupported-option',
    severity: 'info',
    at: placeOf(section, span),
    message: `whether OpenSSH ${targets.openssh} of ${targets.os ?? 'this system'} has ${value} is not known`,
    help: 'Red Hat brings the option with a patch: `sshd -t` on the host tells.',
    missing: 'the patches of the package',
  };
}

function checkUnreadable(statement: Unreadable, scene: Scene): readonly LocalFinding[] {
  if (isTemplate(statement.text)) return [];
  const at = placeOf(scene.section, statement.opening ?? statement.span);
  switch (statement.reason) {
    case 'quotes':
      return quotesProblem(at, scene);
    case 'keyword-quotes':
      return [
        {
          rule: 'sshd/ignored-line',
          severity: 'warning',
          at,
          message: 'the quote in the keyword never ends: sshd passes over the line',
        },
      ];
    case 'shape':
      return [{ rule: 'sshd/ignored-line', severity: 'warning', at, message: 'no keyword: sshd passes over the line' }];
  }
}

/** Before 8.7 a single quote was a character like any other, and an odd double quote ended the line's words. */
function quotesProblem(at: LocalPlace, { targets }: Scene): readonly LocalFinding[] {
  const base = { rule: 'sshd/unbalanced-quotes', at, message: 'a quote is opened and never closed' } as const;
  return [splitsLikeShell(targets.openssh) ? { ...base, ...REFUSED } : { ...base, severity: 'warning' }];
}

function unknown(statement: Option | Include, row: SshdRow | undefined, { section, targets }: Scene): LocalFinding {
  const { value, span } = statement.keyword;
  const base = { rule: 'sshd/unknown-or-unsupported-option', ...REFUSED, at: placeOf(section, span) } as const;
  if (row !== undefined) {
    const gone = row.until !== undefined && compareVersions(targets.openssh, row.until) >= 0;
    const when = gone ? `was removed in ${row.until}` : `came with ${row.since}`;
    return { ...base, message: `${row.word} ${when}, you target OpenSSH ${targets.openssh}` };
  }
  if (value.startsWith('\uFEFF')) {
    const mark = { section, start: span.start - section.start, end: span.start - section.start + 1 };
    const fix = { title: 'remove the byte order mark', safety: 'safe', edits: [{ at: mark, text: '' }] } as const;
    return { ...base, message: 'a byte order mark stands before the first keyword', fix };
  }
  const words = KEYWORDS.flatMap((each) =>
    inVersions(targets.openssh, each.since, each.until) ? [each.word.toLowerCase()] : [],
  );
  const near = nearest(value.toLowerCase(), words);
  if (near === undefined) return { ...base, message: `sshd has no option ${value.replaceAll('\f', '\\f')}` };
  const meant = rowOf(near)?.word ?? near;
  const fix = { title: `write ${meant}`, safety: 'unsafe', edits: [{ at: base.at, text: meant }] } as const;
  return { ...base, message: `sshd has no option ${value}; did you mean ${meant}?`, fix };
}

function checkOption(statement: Option | Include, row: SshdRow, scene: Scene): readonly LocalFinding[] {
  const { openssh } = scene.targets;
  const rest = textOf(scene.section, statement.rest.span);
  if (rest === '') {
    return [findingOf('sshd/missing-argument', { message: `${row.word} has no argument` }, statement.span, scene)];
  }
  const outside = placeProblem(statement, row, scene);
  if (outside !== undefined) return [outside];
  const args = argumentsOf(statement, rest, openssh);
  const problem = argumentsProblem(row, args, rest, scene);
  if (problem !== undefined) return [findingOf(problem.rule, problem, statement.span, scene)];
  return deprecated(statement, row, scene);
}

interface Ruled extends Problem {
  readonly rule: string;
}

function argumentsProblem(
  row: SshdRow,
  args: readonly Argument[],
  rest: string,
  { targets: { openssh, services }, match }: Scene,
): Ruled | undefined {
  const { kind } = row.argument;
  if (kind === 'anything' || isPassedOver(row, openssh)) return undefined;
  const raw = kind === 'rest' || kind === 'command';
  const empty = args.length === 0 ? needsArgument(row, openssh) : args[0]?.value === '';
  if (!raw && empty) return { rule: 'sshd/missing-argument', message: `${row.word} has no argument` };
  const problem = valueProblem({ row, args, rest, openssh, services, active: match === undefined });
  if (problem !== undefined) return { ...problem, rule: 'sshd/bad-value' };
  const extra = args[mostArguments(row, openssh)];
  if (extra === undefined || raw) return undefined;
  return {
    rule: 'sshd/extra-arguments',
    argument: extra,
    message: `\`${extra.value}\` is one argument too many for ${row.word}`,
  };
}

function placeProblem(statement: Option | Include, row: SshdRow, scene: Scene): LocalFinding | undefined {
  const { match, targets } = scene;
  if (match === undefined) return undefined;
  if (mayStandInMatch(row, targets.openssh)) return undefined;
  const late = row.in.includes('match') ? ` before ${row.matchSince}, you target ${targets.openssh}` : '';
  return {
    rule: 'sshd/option-not-allowed-in-match',
    ...REFUSED,
    at: placeOf(scene.section, statement.keyword.span),
    message: `${row.word} may not stand in a Match block${late}`,
    help: 'A Match block ends at the next Match or at the end of the file, not at an empty line: move the line above the first Match',
    related: [{ at: placeOf(scene.section, match.head.span), message: 'this Match governs the line' }],
  };
}

function deprecated(statement: Option | Include, row: SshdRow, scene: Scene): readonly LocalFinding[] {
  const base = {
    rule: 'sshd/deprecated-option',
    severity: 'info',
    at: placeOf(scene.section, statement.keyword.span),
  } as const;
  const notice = noticeOf(row, scene.targets.openssh);
  if (notice !== undefined) {
    const daemon = row.silent === true ? 'none' : 'warning';
    const message =
      notice === 'Deprecated'
        ? `${row.word} does nothing since ${row.deprecated}`
        : `${row.word} does nothing: sshd is built without it`;
    if (notice === 'Unsupported') return [{ ...base, daemon, message }];
    const edits = [{ at: wholeLine(scene.section, statement.span), text: '' }];
    return [{ ...base, daemon, message, fix: { title: 'remove the line', safety: 'safe', edits } }];
  }
  const instead = row.instead === undefined ? undefined : rowOf(row.instead);
  if (instead === undefined || !inVersions(scene.targets.openssh, instead.since)) return [];
  const fix = { title: `write ${instead.word}`, safety: 'safe', edits: [{ at: base.at, text: instead.word }] } as const;
  return [{ ...base, daemon: 'none', message: `${row.word} is an old name of ${instead.word}`, fix }];
}

function findingOf(rule: string, problem: Problem, whole: Span, { section }: Scene): LocalFinding {
  const { argument, candidates, message } = problem;
  const at = placeOf(section, argument?.span ?? whole);
  const near = argument && candidates && nearest(argument.value.toLowerCase(), candidates);
  if (near === undefined) return { rule, ...REFUSED, at, message };
  const fix = { title: `write ${near}`, safety: 'unsafe', edits: [{ at, text: near }] } as const;
  return { rule, ...REFUSED, at, message: `${message}; did you mean ${near}?`, fix };
}

function lineText(statement: SshdStatement, { section }: Scene): string {
  const line = wholeLine(section, statement.span);
  return section.text.slice(line.start, line.end);
}

function wholeLine(section: Section, span: Span): LocalPlace {
  const start = section.text.lastIndexOf('\n', span.start - section.start - 1) + 1;
  const newline = section.text.indexOf('\n', span.end - section.start);
  return { section, start, end: newline < 0 ? section.text.length : newline + 1 };
}

function textOf(section: Section, span: Span): string {
  return withoutSeams(section.text.slice(span.start - section.start, span.end - section.start));
}

function placeOf(section: Section, span: Span): LocalPlace {
  return { section, start: span.start - section.start, end: span.end - section.start };
}
