import { compareVersions, offsetOf, type LocalFinding, type Section, type Targets } from '@halint/core';
import type { HaproxyUnit } from '../ast.ts';
import { conditionOf, contextOf, step } from '../flow.ts';
import { nameIndex, sectionName } from '../head.ts';
import type { HaproxyDocument } from '../parse.ts';
import { ONCE } from './global/settings.ts';
import { checkGlobals, checkSectionNames, checkUse } from './sections/file.ts';

type Proxies = Map<string, Section<HaproxyUnit>[]>;

/** Proxies of a document by name, kept up to date edit by edit. */
interface Index {
  version: number;
  readonly byName: Proxies;
  /** Names that more than one proxy has. */
  readonly shared: Set<string>;
}

const indexes = new WeakMap<HaproxyDocument, Index>();

function proxyName(section: Section<HaproxyUnit>): string {
  const { lines } = section.unit;
  const isProxy = lines.kind === 'frontend' || lines.kind === 'backend' || lines.kind === 'listen';
  return isProxy && !lines.shape(0).template ? sectionName(lines) : '';
}

function enter(index: Index, section: Section<HaproxyUnit>): void {
  const name = proxyName(section);
  if (name === '') return;
  const known = index.byName.get(name);
  if (known === undefined) index.byName.set(name, [section]);
  else {
    known.push(section);
    index.shared.add(name);
  }
}

function leave(index: Index, section: Section<HaproxyUnit>): void {
  const name = proxyName(section);
  const rest = index.byName.get(name)?.filter((other) => other !== section) ?? [];
  index.byName.set(name, rest);
  if (rest.length < 2) index.shared.delete(name);
  if (rest.length === 0) index.byName.delete(name);
}

function indexOf(document: HaproxyDocument): Index {
  const known = indexes.get(document);
  if (known?.version === document.version) return known;
  const change = document.lastChange;
  if (known !== undefined && change !== undefined && known.version === document.version - 1) {
    for (const section of change.removed) leave(known, section);
    for (const section of change.added) enter(known, section);
    known.version = document.version;
    return known;
  }
  const index: Index = { version: document.version, byName: new Map(), shared: new Set() };
  for (const section of document.sections) enter(index, section);
  indexes.set(document, index);
  return index;
}

/** Which of two proxies may share a name: a frontend and a backend, until 3.3. */
function clash(a: string, b: string, version: string): boolean {
  if (a === b || a === 'listen' || b === 'listen') return true;
  return compareVersions(version, '3.4') >= 0;
}

/** What is wrong with the file as a whole. */
export function checkFile(document: HaproxyDocument, targets: Targets): readonly LocalFinding[] {
  const findings: LocalFinding[] = [];
  const version = targets.haproxy;
  missingNewline(document, version, findings);
  openBlock(document, findings);
  duplicates(document, version, findings);
  checkSectionNames(document, version, findings);
  checkGlobals(document, version, findings, ONCE);
  checkUse(document, version, findings);
  return findings;
}

function missingNewline(document: HaproxyDocument, version: string, findings: LocalFinding[]): void {
  const section = document.sections[document.sections.length - 1];
  if (
    section === undefined ||
    section.text === '' ||
    section.text.endsWith('\n') ||
    compareVersions(version, '2.3') < 0
  )
    return;
  const end = section.text.length;
  findings.push({
    rule: 'haproxy/missing-final-newline',
    severity: 'error',
    rejects: true,
    daemon: 'error',
    message: 'the last line does not end with a newline',
    help: 'haproxy takes the file for cut short and refuses it.',
    at: { section, start: end - 1, end },
    fix: { title: 'Add a newline', safety: 'safe', edits: [{ at: { section, start: end, end }, text: '\n' }] },
  });
}

function openBlock(document: HaproxyDocument, findings: LocalFinding[]): void {
  const section = document.sections[document.sections.length - 1];
  if (section === undefined) return;
  let frames = contextOf(document, section).frames;
  const { lines } = section.unit;
  if (frames.length === 0 && !lines.directives) return;
  let last = -1;
  for (let line = 0; line < lines.count; line++) {
    if (lines.shape(line).kind !== 'directive') continue;
    frames = step(frames, lines.value(line, 0), conditionOf(lines, line));
    last = line;
  }
  if (frames.length === 0) return;
  const at = last < 0 ? { section, start: 0, end: 0 } : lines.lineAt(last);
  const text = { rule: 'haproxy/unclosed-if', severity: 'error', rejects: true, daemon: 'error' } as const;
  findings.push({ ...text, message: "this '.if' has no '.endif'", at });
}

function duplicates(document: HaproxyDocument, version: string, findings: LocalFinding[]): void {
  const { byName, shared } = indexOf(document);
  for (const name of shared) {
    // Branches of an .if may well define the same proxy.
    const sections = (byName.get(name) ?? []).filter((section) => contextOf(document, section).frames.length === 0);
    sections.sort((a, b) => a.start - b.start);
    sections.forEach((section, i) => {
      const first = sections.find((other, j) => j < i && clash(other.unit.kind, section.unit.kind, version));
      if (first !== undefined) findings.push(duplicate(first, section, name));
    });
  }
  findings.sort((a, b) => offsetOf(a.at) - offsetOf(b.at));
}

function duplicate(first: Section<HaproxyUnit>, section: Section<HaproxyUnit>, name: string): LocalFinding {
  const place = ({ unit }: Section<HaproxyUnit>): LocalFinding['at'] => unit.lines.at(0, nameIndex(unit.lines));
  return {
    rule: 'haproxy/duplicate-proxy',
    severity: 'error',
    rejects: true,
    daemon: 'error',
    message: `${section.unit.kind} '${name}' has the name of a ${first.unit.kind} above`,
    at: place(section),
    related: [{ at: place(first), message: 'first defined here' }],
  };
}
