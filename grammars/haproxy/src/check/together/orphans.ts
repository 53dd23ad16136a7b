import type { LocalPlace } from '@halint/core';
import type { SectionLines } from '../../lines.ts';
import { sampleReferences } from '../../sample/references.ts';

/** What a rule of a defaults section means without naming it: in a proxy that is the proxy's own, here there is none. */
export interface Orphan {
  readonly at: LocalPlace;
  readonly line: number;
  readonly message: string;
}

const RULES: ReadonlySet<string> = new Set([
  'http-request',
  'http-response',
  'http-after-response',
  'tcp-request',
  'tcp-response',
]);

/** Rules whose server or stick table nobody can find (smp_resolve_args() and check_trk_action() for a defaults section). */
export function orphansOf(lines: SectionLines): readonly Orphan[] {
  const found: Orphan[] = [];
  if (lines.kind !== 'defaults' || lines.directives || lines.templated) return found;
  const { keywords } = lines;
  for (let line = lines.body; line < lines.count; line++) {
    const keyword = keywords[line] as string;
    if (!RULES.has(keyword) || lines.words(line) < 2) continue;
    trackOrphan(lines, line, keyword.startsWith('tcp') ? 2 : 1, found);
    serverOrphans(lines, line, found);
  }
  return found;
}

function trackOrphan(lines: SectionLines, line: number, index: number, found: Orphan[]): void {
  const count = lines.words(line);
  if (count <= index + 1 || !lines.raw(line, index).startsWith('track-sc')) return;
  for (let i = index + 2; i < count; i++) {
    const word = lines.raw(line, i);
    if (word === 'table' || word.includes('$')) return;
    if (word === 'if' || word === 'unless') break;
  }
  const message = `'${lines.raw(line, index)}' needs 'table': a defaults section has no stick-table of its own`;
  found.push({ at: lines.at(line, index), line, message });
}

function serverOrphans(lines: SectionLines, line: number, found: Orphan[]): void {
  sampleReferences(lines.text, lines.start(line, 1), lines.end(line, lines.words(line) - 1), (use) => {
    if (use.space !== 'server' || use.label.includes('/')) return;
    const at = { section: lines.section, start: use.start, end: use.end };
    found.push({
      at,
      line,
      message: `server '${use.label}' needs its backend in defaults: write BACKEND/${use.label}`,
    });
  });
}
