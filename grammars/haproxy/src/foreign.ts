import type { SectionLines } from './lines.ts';
import { STATEMENTS } from './vocabulary.ts';

/** Does a line stand at the margin with an indented one below, as the head of a section does? */
export function looksLikeHead(lines: SectionLines, line: number): boolean {
  const margin = (at: number): boolean => lines.start(at, 0) === lines.table.lineStart(at);
  if (!margin(line) || lines.count < 2) return false;
  for (let next = line + 1; next < lines.count; next++) {
    if (lines.shape(next).kind === 'statement') return !margin(next);
  }
  return false;
}

/** Is it such a line with a word that no section knows? What stands below belongs to a section whose name is misspelt. */
export function startsForeign(lines: SectionLines, line: number, keyword: string): boolean {
  return line > 0 && STATEMENTS.all(keyword).length === 0 && looksLikeHead(lines, line);
}
