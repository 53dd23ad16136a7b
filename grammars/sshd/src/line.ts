import type { LowerContext, Place, Services, SourceFile, Span } from '@halint/core';
import { argumentsOf, isTemplate } from './check/lexical.ts';
import { valueProblem } from './check/values.ts';
import type { Option } from './ast.ts';
import { isKnown, isPassedOver, rowOf, type SshdRow } from './keywords.ts';
import { placeOf } from './reading.ts';
import { withoutSeams } from './tokens.ts';

/** A line of an option as the target takes it. */
export interface Line {
  /** Name that the value is kept under: an old name counts as the new one. */
  readonly key: string;
  readonly row: SshdRow;
  readonly args: readonly string[];
  /** What stands behind the keyword, as it is written: what ForceCommand and its like take. */
  readonly text: string;
  readonly at: Place;
  readonly openssh: string;
  readonly services: Services | undefined;
  /** Where an argument stands; the whole line where there is none of that number. */
  argumentAt(index: number): Place;
}

/** Does a statement stand in a line with a placeholder of a template? */
export function isTemplateLine({ span }: { readonly span: Span }, file: SourceFile): boolean {
  const section = file.document.sectionAt(span.start);
  const start = span.start - section.start;
  const end = section.text.indexOf('\n', start);
  return isTemplate(section.text.slice(start, end < 0 ? undefined : end));
}

/** Undefined for what sshd does not know, passes over or refuses. */
export function lineOf(option: Option, file: SourceFile, { host, targets }: LowerContext): Line | undefined {
  const { openssh, services } = targets;
  const section = file.document.sectionAt(option.span.start);
  const text = withoutSeams(
    section.text.slice(option.rest.span.start - section.start, option.rest.span.end - section.start),
  );
  const row = rowOf(option.keyword.value);
  if (row === undefined || text === '' || !isKnown(row, targets) || isPassedOver(row, openssh)) return undefined;
  const args = argumentsOf(option, text, openssh);
  // A list that a comment leaves empty changes nothing; flags are none then.
  const { kind } = row.argument;
  if (args.length === 0 && kind !== 'flags' && kind !== 'rest' && kind !== 'command') return undefined;
  if (valueProblem({ row, args, rest: text, openssh, services, active: true }) !== undefined) return undefined;
  return {
    key: (row.instead ?? row.word).toLowerCase(),
    row,
    args: args.map(({ value }) => value),
    text,
    at: placeOf(file, option.span, host),
    openssh,
    services,
    argumentAt: (index) => placeOf(file, args[index]?.span ?? option.span, host),
  };
}
