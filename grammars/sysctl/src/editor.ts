import type { CompletionEntry, Document, KeywordHit, LocalPlace, StatementPath, SymbolNode } from '@halint/core';
import { Ordinals, keptByVersion, offsetOf, pathAt } from '@halint/core';
import type { SysctlFile, SysctlStatement, SysctlUnit } from './ast.ts';
import { normalizeKey } from './key.ts';
import { KEYWORDS, TABLE, tableWord } from './keywords.ts';

type SysctlDocument = Document<SysctlFile, SysctlUnit>;
type Setting = Exclude<SysctlStatement, { readonly kind: 'unreadable' }>;

function settings(document: SysctlDocument): Setting[] {
  return document.ast.statements.filter((statement) => statement.kind !== 'unreadable');
}

export function keywordAt(document: SysctlDocument, offset: number): KeywordHit | undefined {
  const hit = settings(document).find(({ key }) => key.span.start <= offset && offset <= key.span.end);
  if (hit === undefined) return undefined;
  const row = TABLE.all(tableWord(normalizeKey(hit.key.value)))[0];
  return row === undefined ? undefined : { row, span: hit.key.span, where: 'sysctl' };
}

/** Keys where a key may stand, the values of a flag behind its `=`. */
export function complete(document: SysctlDocument, offset: number): readonly CompletionEntry[] {
  const section = document.sectionAt(offset);
  const text = section.text.slice(0, offset - section.start);
  const line = text.slice(text.lastIndexOf('\n') + 1);
  if (/^\s*[#;]/.test(line)) return [];
  const equals = line.indexOf('=');
  if (equals < 0) return KEYWORDS.map(entryOf);
  const key = normalizeKey(line.slice(0, equals).trim().replace(/^-/, ''));
  const usage = TABLE.all(tableWord(key))[0]?.usage;
  return usage === '0|1' ? ['0', '1'].map((label) => ({ label, kind: 'value' })) : [];
}

function entryOf({ word, usage, summary }: (typeof KEYWORDS)[number]): CompletionEntry {
  const label = word.replace('*', 'all');
  return { label, kind: 'keyword', detail: usage, ...(summary === undefined ? {} : { documentation: summary }) };
}

export function symbols(document: SysctlDocument): readonly SymbolNode[] {
  return settings(document).map((statement) => ({
    name: statement.key.value,
    ...(statement.kind === 'assignment' && statement.value !== undefined ? { detail: statement.value.value } : {}),
    kind: 'statement',
    span: statement.span,
    nameSpan: statement.key.span,
    children: [],
  }));
}

/** The key and its ordinal among equals: `net.ipv4.ip_forward`, `net.ipv4.ip_forward#2`; for a broken line `unreadable#3`. */
export function statementPath(document: SysctlDocument, at: LocalPlace): string {
  return pathAt(paths(document), offsetOf(at))?.path ?? '';
}

const paths = keptByVersion((document: SysctlDocument): readonly StatementPath[] => {
  const ordinals = new Ordinals();
  return document.ast.statements.map((statement) => {
    const name = statement.kind === 'unreadable' ? 'unreadable' : normalizeKey(statement.key.value);
    return { end: statement.span.end, path: ordinals.next(name) };
  });
});
