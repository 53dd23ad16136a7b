import { compareVersions, type LocalFinding, type Targets } from '@halint/core';
import { conditionOf, contextOf, step } from '../flow.ts';
import type { HaproxyDocument } from '../parse.ts';
import { checkAcross } from './sections/across.ts';
import { checkTogether } from './together.ts';

/** What is wrong with the file as a whole. */
export function checkFile(document: HaproxyDocument, targets: Targets): readonly LocalFinding[] {
  const findings: LocalFinding[] = [];
  const version = targets.haproxy;
  missingNewline(document, version, findings);
  openBlock(document, findings);
  return [...findings, ...checkTogether(document, version), ...checkAcross(document, version)];
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
