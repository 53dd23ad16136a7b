import type { CompletionEntry, Document, KeywordHit, LocalPlace, StatementPath, SymbolNode } from '@halint/core';
import { Ordinals, keptByVersion, offsetOf, pathAt } from '@halint/core';
import type { RsyslogFile, RsyslogStatement, RsyslogUnit } from './ast.ts';
import { KEYWORDS, TABLE } from './keywords.ts';

type RsyslogDocument = Document<RsyslogFile, RsyslogUnit>;

function named(document: RsyslogDocument): Extract<RsyslogStatement, { readonly kind: 'directive' | 'object' }>[] {
  return document.ast.statements.filter((each) => each.kind === 'directive' || each.kind === 'object');
}

export function keywordAt(document: RsyslogDocument, offset: number): KeywordHit | undefined {
  const hit = named(document).find(({ name }) => name.span.start <= offset && offset <= name.span.end);
  if (hit === undefined) return undefined;
  const row = TABLE.all(hit.name.value.toLowerCase())[0];
  return row === undefined ? undefined : { row, span: hit.name.span, where: 'rsyslog' };
}

/** Directives and objects at the start of a line. */
export function complete(document: RsyslogDocument, offset: number): readonly CompletionEntry[] {
  const section = document.sectionAt(offset);
  const text = section.text.slice(0, offset - section.start);
  if (!/^\s*\$?\w*$/.test(text.slice(text.lastIndexOf('\n') + 1))) return [];
  return KEYWORDS.map(({ word, usage, summary }) => ({
    label: word,
    kind: 'keyword',
    detail: usage,
    ...(summary === undefined ? {} : { documentation: summary }),
  }));
}

export function symbols(document: RsyslogDocument): readonly SymbolNode[] {
  return document.ast.statements.flatMap((statement): SymbolNode[] => {
    if (statement.kind === 'directive' || statement.kind === 'object') {
      const { name, span } = statement;
      return [{ name: name.value, kind: 'statement', span, nameSpan: name.span, children: [] }];
    }
    if (!('filter' in statement) || statement.kind === 'and') return [];
    const { filter, span } = statement;
    return [{ name: filter.value, kind: 'statement', span, nameSpan: filter.span, children: [] }];
  });
}

/** `$ModLoad`, `input#2`, `selector`: the kind or name of the statement and its ordinal among equals. */
export function statementPath(document: RsyslogDocument, at: LocalPlace): string {
  return pathAt(paths(document), offsetOf(at))?.path ?? '';
}

const paths = keptByVersion((document: RsyslogDocument): readonly StatementPath[] => {
  const ordinals = new Ordinals();
  return document.ast.statements.map((statement) => ({
    end: statement.span.end,
    path: ordinals.next('name' in statement ? statement.name.value : statement.kind),
  }));
});
