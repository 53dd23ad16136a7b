import { keptByRun, type Run } from '../run.ts';

const seen = keptByRun((_: Run) => new Set<string>());

/** Did a line above in the section say that name for that purpose? Remembers it: checks come in the order of the lines. */
export function repeated(run: Run, purpose: string, name: string): boolean {
  const names = seen(run);
  const key = `${purpose}\0${name}`;
  if (names.has(key)) return true;
  names.add(key);
  return false;
}

const firsts = keptByRun((_: Run) => new Map<string, number>());

/** The first line of a section with that keyword, -1 without one; looked for once. */
export function firstLine(run: Run, keyword: string): number {
  const lines = firsts(run);
  let line = lines.get(keyword);
  if (line === undefined) lines.set(keyword, (line = run.lines.keywords.indexOf(keyword)));
  return line;
}
