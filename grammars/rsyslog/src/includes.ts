import type { Document, IncludeUse } from '@halint/core';
import type { RsyslogFile, RsyslogStatement, RsyslogUnit } from './ast.ts';

/** `$IncludeConfig GLOB` and `include(file="GLOB")`. */
export function includes(document: Document<RsyslogFile, RsyslogUnit>, path: string): readonly IncludeUse[] {
  return document.ast.statements.flatMap((statement) => includeOf(document, statement, path) ?? []);
}

export function includeOf(
  document: Document<RsyslogFile, RsyslogUnit>,
  statement: RsyslogStatement,
  path: string,
): IncludeUse | undefined {
  const pattern = patternOf(statement);
  if (pattern === undefined) return undefined;
  const section = document.sectionAt(statement.span.start);
  const { start, end } = statement.span;
  return {
    pattern,
    at: { section, start: start - section.start, end: end - section.start },
    base: path.slice(0, path.lastIndexOf('/')) || '/',
    required: statement.kind === 'object' && parameter(statement, 'mode') !== 'optional',
  };
}

function patternOf(statement: RsyslogStatement): string | undefined {
  if (statement.kind === 'directive' && /^\$IncludeConfig$/i.test(statement.name.value)) return statement.value?.value;
  if (statement.kind === 'object' && /^include$/i.test(statement.name.value)) return parameter(statement, 'file');
  return undefined;
}

/** The first value of a parameter; names count whatever their case. */
export function parameter(
  statement: Extract<RsyslogStatement, { readonly kind: 'object' }>,
  name: string,
): string | undefined {
  return statement.parameters.find((each) => each.name.value.toLowerCase() === name)?.values[0];
}
