import type { Document, LocalPlace, Section, SymbolNode } from '@halint/core';
import type { SectionUnit } from './unit.ts';
import { keptByLines, type SectionLines } from './lines.ts';
import { nameIndex, sectionName } from './head.ts';
import type { HaproxyDocument } from './parse.ts';

/** `backend ssh_back`, `global`. */
export function sectionTitle(lines: SectionLines): string {
  const name = sectionName(lines);
  return name === '' ? lines.kind : `${lines.kind} ${name}`;
}

/** The line at an offset that is relative to the section. */
export function lineAt(lines: SectionLines, offset: number): number {
  return lines.table.lineAt(offset);
}

/** `backend ssh_back/server#2`: section, keyword and its place among equals; the section alone for its head. */
export function statementPath(_document: Document<never, never> | HaproxyDocument, at: LocalPlace): string {
  const { lines } = (at.section as Section<SectionUnit>).unit;
  const title = sectionTitle(lines);
  const line = lineAt(lines, at.start);
  const keyword = line < lines.body ? '' : (lines.keywords[line] ?? '');
  if (keyword === '') return title;
  return `${title}/${keyword}#${ordinals(lines)[line] ?? 1}`;
}

/** By line, which one of its keyword it is, from 1; a broken section has as many findings as lines. */
const ordinals = keptByLines((lines: SectionLines): Uint32Array => {
  const made = new Uint32Array(lines.keywords.length);
  const counts = new Map<string, number>();
  for (let line = lines.body; line < made.length; line++) {
    const keyword = lines.keywords[line] ?? '';
    const count = (counts.get(keyword) ?? 0) + 1;
    counts.set(keyword, count);
    made[line] = count;
  }
  return made;
});

/** Words that make a statement worth a line in an outline. */
const OUTLINE: ReadonlySet<string> = new Set([
  'bind',
  'server',
  'server-template',
  'acl',
  'use_backend',
  'default_backend',
  'nameserver',
  'peer',
  'user',
]);

function statementSymbol(lines: SectionLines, line: number): SymbolNode {
  const { start, end } = lines.lineAt(line);
  const index = lines.words(line) > 1 ? 1 : 0;
  const base = lines.section.start;
  return {
    name: lines.value(line, index),
    detail: lines.keywords[line] as string,
    kind: 'statement',
    span: { start: base + start, end: base + end },
    nameSpan: { start: base + lines.start(line, index), end: base + lines.end(line, index) },
    children: [],
  };
}

function sectionSymbol(lines: SectionLines): SymbolNode {
  const base = lines.section.start;
  const index = Math.max(0, nameIndex(lines));
  const children: SymbolNode[] = [];
  for (let line = lines.body; line < lines.count; line++) {
    if (OUTLINE.has(lines.keywords[line] as string)) children.push(statementSymbol(lines, line));
  }
  return {
    name: sectionName(lines) || lines.kind,
    detail: lines.kind,
    kind: 'section',
    span: { start: base, end: base + lines.text.length },
    nameSpan: { start: base + lines.start(0, index), end: base + lines.end(0, index) },
    children,
  };
}

export function symbols(document: HaproxyDocument): readonly SymbolNode[] {
  return document.sections
    .map((section) => section.unit.lines)
    .filter((lines) => lines.kind !== 'prelude')
    .map(sectionSymbol);
}
