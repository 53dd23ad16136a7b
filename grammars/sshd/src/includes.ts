import type { Document, IncludeUse } from '@halint/core';
import type { SshdFile, Word } from './ast.ts';
import { globOf } from './glob.ts';
import type { SshdUnit } from './read.ts';

/** Relative patterns start here whatever file they stand in (SSHDIR, set at compile time). */
const BASE = '/etc/ssh';

/** Every file that the document pulls in; that none matches is no error. */
export function includes(document: Document<SshdFile, SshdUnit>): readonly IncludeUse[] {
  const { statements, matches } = document.ast;
  return [statements, ...matches.map((block) => block.statements)]
    .flat()
    .flatMap((statement) => (statement.kind === 'include' ? statement.args : []))
    .map((pattern) => includeUse(pattern, document));
}

export function includeUse(pattern: Word, document: Pick<Document, 'sectionAt'>): IncludeUse {
  const section = document.sectionAt(pattern.span.start);
  const at = { section, start: pattern.span.start - section.start, end: pattern.span.end - section.start };
  return { pattern: pattern.value, at, base: BASE, required: false, globOf };
}
