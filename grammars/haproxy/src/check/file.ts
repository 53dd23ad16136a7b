import { compareVersions, type LocalFinding, type LocalPlace, type Targets } from '@halint/core';
import { contextOf } from '../flow.ts';
import type { HaproxyDocument } from '../parse.ts';
import { judgedBy } from './older.ts';
import { refuse } from './run.ts';
import { checkTogether } from './together.ts';
import { checkExpandedVariables } from './expanded-variables.ts';

/** What is wrong with the file as a whole. */
export function checkFile(document: HaproxyDocument, targets: Targets): readonly LocalFinding[] {
  return judgedBy(targets.haproxy, (version) => findingsOf(document, version));
}

function findingsOf(document: HaproxyDocument, version: string): readonly LocalFinding[] {
  const findings: LocalFinding[] = [];
  missingNewline(document, version, findings);
  openBlock(document, findings);
  return [...findings, ...checkTogether(document, version), ...checkExpandedVariables(document, version)];
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
  const at = { section, start: end - 1, end };
  refuse({ findings }, 'missing-final-newline', at, 'the last line does not end with a newline', {
    help: 'haproxy takes the file for cut short and refuses it.',
    fix: { title: 'Add a newline', safety: 'safe', edits: [{ at: { section, start: end, end }, text: '\n' }] },
  });
}

/** The daemon names the last line; the `.if` that is open is where the mistake is. */
function openBlock(document: HaproxyDocument, findings: LocalFinding[]): void {
  const section = document.sections[document.sections.length - 1];
  if (section === undefined) return;
  const { lines } = section.unit;
  const before = contextOf(document, section).frames;
  if (before.length === 0 && !lines.directives) return;
  const open: LocalPlace[] = [];
  for (const each of before.length === 0 ? [section] : document.sections) openedIn(each, open);
  const opened = open[open.length - 1];
  if (opened === undefined) return;
  const last = Math.max(0, lines.count - 1);
  const at = lines.count === 0 ? opened : lines.lineAt(last);
  refuse({ findings }, 'unclosed-if', at, "the file ends inside a block: its '.if' has no '.endif'", {
    related: [{ at: opened, message: 'opened here' }],
  });
}

/** Follows the blocks of a section: the places of those that are open behind it. */
function openedIn({ unit: { lines } }: HaproxyDocument['sections'][number], open: LocalPlace[]): void {
  if (!lines.directives) return;
  for (let line = 0; line < lines.count; line++) {
    if (lines.shape(line).kind !== 'directive') continue;
    const word = lines.value(line, 0);
    if (word === '.if') open.push(lines.lineAt(line));
    else if (word === '.endif') open.pop();
  }
}
