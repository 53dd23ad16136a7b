import { compareVersions, inVersions, nearest } from '@halint/core';
import { keptByText } from '../kept.ts';
import { judgeSample } from '../sample/check.ts';
import type { Problem, SampleVerdict } from '../sample/verdict.ts';
import { withoutPaths } from '../sample/check.ts';
import { isOpaque } from '../values.ts';
import { FORMAT_ALIASES, type FormatAlias } from './aliases.ts';
import type { AliasPart, FaultPart, LogFormat, SamplePart } from './ast.ts';
import { parseFormat } from './parse.ts';

/** A sample in a log-format string, with its place there. */
export interface FormatSample {
  readonly start: number;
  readonly end: number;
  readonly verdict: SampleVerdict;
}

/** What the daemon of a version makes of a log-format string. */
export interface FormatVerdict {
  /** The first fault: the daemon reads no further. */
  readonly problem: Problem | undefined;
  readonly samples: readonly FormatSample[];
  /** The first alias that only HTTP proxies have. */
  readonly http: AliasPart | undefined;
  /** The first alias in an old spelling, which is warned of. */
  readonly old: AliasPart | undefined;
}

const NOTHING: FormatVerdict = { problem: undefined, samples: [], http: undefined, old: undefined };

const aliases = new Map<string, ReadonlyMap<string, FormatAlias>>();

function aliasesOf(version: string): ReadonlyMap<string, FormatAlias> {
  let known = aliases.get(version);
  if (known === undefined) {
    const rows = FORMAT_ALIASES.filter(({ since, until }) => inVersions(version, since, until));
    aliases.set(version, (known = new Map(rows.map((row) => [row.name, row]))));
  }
  return known;
}

function faultProblem(text: string, { start, end, fault }: FaultPart): Problem {
  const at = { start, end, rule: 'invalid-argument' };
  const sign = text.slice(start, start + 1);
  switch (fault) {
    case 'percent':
      return { ...at, message: `a '%' before '${sign}' means nothing: write '%%' for a percent sign` };
    case 'flags':
      return { ...at, message: 'flags in braces are followed by an alias or by a sample in square brackets' };
    case 'name':
      return { ...at, message: `'${sign}' is not allowed in the name of a part` };
    case 'bracket':
      return start < text.length - 1 || sign !== ''
        ? { ...at, message: `']' is expected before '${text.slice(start)}'` }
        : { ...at, message: "']' is missing at the end" };
    case 'truncated':
      return { ...at, message: `the text ends within '${text.slice(start)}'` };
  }
}

function aliasProblem({ name, nameAt }: AliasPart, version: string): Problem | undefined {
  const known = aliasesOf(version);
  if (known.has(name)) return undefined;
  const near = nearest(name, known.keys());
  const hint = near === undefined ? '' : `, did you mean '%${near}'?`;
  const help = "Write '%%' for a percent sign.";
  const message = `there is no log-format alias '%${name}' in haproxy ${version}${hint}`;
  return { ...nameAt, rule: 'unknown-keyword', message, help, ...(near === undefined ? {} : { near }) };
}

/** 'raw' is missing in the first releases of 3.0 only. */
const TYPES = /:(?:str|sint|bool|raw)\)$/;

function namedProblem(text: string, part: AliasPart | SamplePart): Problem | undefined {
  if (part.named === undefined) return undefined;
  const name = text.slice(part.named.start, part.named.end);
  if (!name.includes(':') || TYPES.test(name)) return undefined;
  const message = `'${name}': the types of a part are str, sint, bool and raw`;
  return { ...part.named, rule: 'invalid-argument', message };
}

function shifted(problem: Problem | undefined, by: number): Problem | undefined {
  return problem === undefined ? undefined : { ...problem, start: problem.start + by, end: problem.end + by };
}

function judge(text: string, version: string): FormatVerdict {
  if (isOpaque(withoutPaths(text))) return NOTHING;
  const tree: LogFormat = parseFormat(text, compareVersions(version, '3.0') >= 0);
  const samples: FormatSample[] = [];
  let http: AliasPart | undefined;
  let old: AliasPart | undefined;
  for (const part of tree.parts) {
    if (part.kind === 'text') continue;
    if (part.kind === 'fault') return { problem: faultProblem(text, part), samples, http, old };
    let problem = namedProblem(text, part);
    if (part.kind === 'alias') {
      problem ??= aliasProblem(part, version);
      if (aliasesOf(version).get(part.name)?.http === true) http ??= part;
      if (aliasesOf(version).get(part.name)?.until !== undefined) old ??= part;
    } else {
      const { start, end, rest } = part.sample;
      // With the sign behind it, which a comma at the end needs.
      const verdict = judgeSample(text.slice(start, rest + 1), version);
      samples.push({ start, end, verdict });
      problem ??= shifted(verdict.problem, start);
    }
    if (problem !== undefined) return { problem, samples, http, old };
  }
  return { problem: undefined, samples, http, old };
}

const judged = keptByText(10_000, judge);

/** Judges a log-format string. */
export function judgeFormat(text: string, version: string): FormatVerdict {
  return text.includes('%') ? judged(text, version) : NOTHING;
}
