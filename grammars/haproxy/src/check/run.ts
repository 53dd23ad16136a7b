import type { FindingText, Fix, LocalFinding, LocalPlace } from '@halint/core';
import { compareVersions, nearest } from '@halint/core';
import type { Context } from '../flow.ts';
import { keeping, type Keeper } from '../kept.ts';
import type { SectionLines } from '../lines.ts';

/** One section being checked. */
export interface Run extends Keeper {
  readonly lines: SectionLines;
  /** Target version, major.minor. */
  readonly version: string;
  /** Kind of section; 'defaults ' with a blank when it has no name. */
  readonly kind: string;
  readonly context: Context;
  readonly findings: LocalFinding[];
}

/** What is kept with a run. */
export const keptByRun = keeping<Run>();

/** A run over the lines of a section; `kind` where it is not the word that they start with. */
export function newRun(
  lines: SectionLines,
  version: string,
  context: Context,
  findings: LocalFinding[] = [],
  kind = lines.kind,
): Run {
  return { lines, version, kind, context, findings, memory: undefined };
}

/** A run with the same context whose findings are its own; of another section where lines are given. */
export function aside(run: Run, lines: SectionLines = run.lines): Run {
  return { ...run, lines, findings: [], memory: undefined };
}

export type Checker = (run: Run, line: number) => void;

/** Where findings go: a run of a section, or what judges sections together. */
export interface Sink {
  readonly findings: LocalFinding[];
}

type Extra = Pick<FindingText, 'help' | 'unset'> & Pick<LocalFinding, 'related'> & { readonly fix?: Fix };

/** Reports what `haproxy -c` refuses. */
export function refuse({ findings }: Sink, rule: string, at: LocalPlace, message: string, extra: Extra = {}): void {
  findings.push({
    rule: `haproxy/${rule}`,
    severity: 'error',
    rejects: true,
    daemon: 'error',
    message,
    at,
    ...extra,
  });
}

/** Reports what haproxy prints a warning for and goes on. */
export function warn({ findings }: Sink, rule: string, at: LocalPlace, message: string, extra: Extra = {}): void {
  findings.push({ rule: `haproxy/${rule}`, severity: 'warning', daemon: 'warning', message, at, ...extra });
}

/** Warns of what haproxy may refuse: the machine decides that, and not the text. */
export function doubtful({ findings }: Sink, rule: string, at: LocalPlace, message: string, extra: Extra = {}): void {
  findings.push({ rule: `haproxy/${rule}`, severity: 'warning', daemon: 'none', message, at, ...extra });
}

/** Was something refused since there were so many findings? */
export function refusedSince(run: Run, count: number): boolean {
  for (let i = count; i < run.findings.length; i++) if (run.findings[i]?.rejects === true) return true;
  return false;
}

/** Says that a line cannot be judged without something that is not at hand. */
export function inform(run: Run, rule: string, at: LocalPlace, message: string, missing: string): void {
  run.findings.push({ rule: `haproxy/${rule}`, severity: 'info', daemon: 'none', message, at, missing });
}

/** "did you mean" for a word with its fix; empty when nothing is near. */
export function suggestion(
  at: LocalPlace,
  word: string,
  candidates: Iterable<string>,
): { readonly near: string; readonly extra: Extra } {
  const near = nearest(word, candidates);
  if (near === undefined) return { near: '', extra: {} };
  const fix: Fix = { title: `Replace by '${near}'`, safety: 'unsafe', edits: [{ at, text: near }] };
  return { near: `, did you mean '${near}'?`, extra: { fix } };
}

/** a, b and c. */
export function listed(words: readonly string[]): string {
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1] as string}`;
}

/** Is the target at least that version? Kept, because checks ask it on every line. */
export function since(run: Run, version: string): boolean {
  return compareVersions(run.version, version) >= 0;
}
