import { compareVersions, offsetOf, type LocalFinding, type Section, type Targets } from '@halint/core';
import type { HaproxyUnit } from '../ast.ts';
import { conditionOf, contextOf, step } from '../flow.ts';
import type { SectionLines } from '../lines.ts';
import { nameIndex, sectionName } from '../nodes.ts';
import type { HaproxyDocument } from '../parse.ts';

interface Named {
  readonly section: Section<HaproxyUnit>;
  readonly kind: string;
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
  return findings;
}

function missingNewline(document: HaproxyDocument, version: string, findings: LocalFinding[]): void {
  const section = document.sections[document.sections.length - 1];
  if (section === undefined || section.text === '' || section.text.endsWith('\n') || compareVersions(version, '2.3') < 0) return;
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
  const seen = new Map<string, Named[]>();
  for (const section of document.sections) {
    const { lines } = section.unit;
    const { kind } = lines;
    if ((kind !== 'frontend' && kind !== 'backend' && kind !== 'listen') || lines.shape(0).template) continue;
    // Branches of an .if may well define the same proxy.
    if (contextOf(document, section).frames.length > 0) continue;
    const name = sectionName(lines);
    const before = seen.get(name);
    if (before === undefined) seen.set(name, [{ section, kind }]);
    else {
      const first = before.find((other) => clash(other.kind, kind, version));
      if (first !== undefined && name !== '') findings.push(duplicate(first, section, kind, name));
      before.push({ section, kind });
    }
  }
  findings.sort((a, b) => offsetOf(a.at) - offsetOf(b.at));
}

function duplicate(first: Named, section: Section<HaproxyUnit>, kind: string, name: string): LocalFinding {
  const place = (lines: SectionLines): LocalFinding['at'] => lines.at(0, nameIndex(lines));
  return {
    rule: 'haproxy/duplicate-proxy',
    severity: 'error',
    rejects: true,
    daemon: 'error',
    message: `${kind} '${name}' has the name of a ${first.kind} above`,
    at: place(section.unit.lines),
    related: [{ at: place(first.section.unit.lines), message: 'first defined here' }],
  };
}
