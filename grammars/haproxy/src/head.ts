import { keptByLines, type SectionLines } from './lines.ts';

const NAMELESS: ReadonlySet<string> = new Set(['prelude', 'global', 'traces', 'namespace_list']);

function fromIndex(lines: SectionLines): number {
  if (lines.kind === 'prelude' || lines.count === 0) return -1;
  for (let i = 1; i <= 2; i++) if (lines.value(0, i) === 'from' && lines.words(0) > i + 1) return i;
  return -1;
}

/** Index of the head's word that is the section's name, or -1. */
export function nameIndex(lines: SectionLines): number {
  if (NAMELESS.has(lines.kind) || lines.count === 0 || lines.words(0) < 2) return -1;
  return lines.kind === 'defaults' && fromIndex(lines) === 1 ? -1 : 1;
}

/** Index of the head's word that names a defaults section, or -1. */
export function fromName(lines: SectionLines): number {
  const at = fromIndex(lines);
  return at < 0 ? -1 : at + 1;
}

/** The name of a section, '' without one. */
export const sectionName = keptByLines((lines: SectionLines): string => {
  const index = nameIndex(lines);
  return index < 0 ? '' : lines.value(0, index);
});
