import type { CompletionEntry, Document, KeywordHit, LocalPlace, StatementPath, SymbolNode } from '@halint/core';
import { Ordinals, keptByVersion, offsetOf, pathAt } from '@halint/core';
import type { Assignment, SystemdFile, SystemdUnit, UnitSection } from './ast.ts';
import { KEYWORDS, KNOWN_SECTIONS, TABLE } from './keywords.ts';

type SystemdDocument = Document<SystemdFile, SystemdUnit>;

function assignments(section: UnitSection): Assignment[] {
  return section.statements.filter((statement) => statement.kind === 'assignment');
}

export function keywordAt(document: SystemdDocument, offset: number): KeywordHit | undefined {
  for (const section of document.ast.sections) {
    const hit = assignments(section).find(({ key }) => key.span.start <= offset && offset <= key.span.end);
    if (hit === undefined) continue;
    const row = TABLE.find(hit.key.value, section.name.value);
    return row === undefined ? undefined : { row, span: hit.key.span, where: `[${section.name.value}]` };
  }
  return undefined;
}

/** Heads behind a bracket, directives of the section at the start of a line. */
export function complete(document: SystemdDocument, offset: number): readonly CompletionEntry[] {
  const section = document.sectionAt(offset);
  const text = section.text.slice(0, offset - section.start);
  const line = text.slice(text.lastIndexOf('\n') + 1);
  if (/^\s*\[/.test(line)) return [...KNOWN_SECTIONS].map((label) => ({ label, kind: 'section' }));
  if (/^\s*[#;]/.test(line) || line.includes('=')) return [];
  const where = [...document.ast.sections].reverse().find(({ span }) => span.start < offset)?.name.value;
  return KEYWORDS.filter((row) => where !== undefined && row.in.includes(where)).map(({ word, usage, summary }) => ({
    label: word,
    kind: 'keyword',
    ...(usage === '' ? {} : { detail: usage }),
    ...(summary === undefined ? {} : { documentation: summary }),
  }));
}

export function symbols(document: SystemdDocument): readonly SymbolNode[] {
  return document.ast.sections.map((section) => ({
    name: section.name.value,
    kind: 'section',
    span: section.span,
    nameSpan: section.name.span,
    children: assignments(section).map(({ key, value, span }) => ({
      name: key.value,
      ...(value === undefined ? {} : { detail: value.value }),
      kind: 'statement',
      span,
      nameSpan: key.span,
      children: [],
    })),
  }));
}

/** `Service/ExecStart`, `Service/ExecStart#2`; for a broken line `Service/unreadable`. */
export function statementPath(document: SystemdDocument, at: LocalPlace): string {
  const { sections } = document.ast;
  return pathAt(paths(document), offsetOf(at))?.path ?? sections[sections.length - 1]?.name.value ?? '';
}

const paths = keptByVersion((document: SystemdDocument): readonly StatementPath[] => {
  const ordinals = new Ordinals();
  const { outside, sections } = document.ast;
  const all = [
    { name: '', statements: outside },
    ...sections.map((each) => ({ name: each.name.value, statements: each.statements })),
  ];
  return all.flatMap(({ name, statements }) =>
    statements.map((statement) => {
      const key = statement.kind === 'unreadable' ? 'unreadable' : statement.key.value;
      return { end: statement.span.end, path: ordinals.next(`${name}/${key}`) };
    }),
  );
});
