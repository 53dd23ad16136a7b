import type { Run } from '../run.ts';

const seen = new WeakMap<Run, Set<string>>();

/** Did a line above in the section say that name for that purpose? Remembers it: checks come in the order of the lines. */
export function repeated(run: Run, purpose: string, name: string): boolean {
  let names = seen.get(run);
  if (names === undefined) seen.set(run, (names = new Set()));
  const key = `${purpose}\0${name}`;
  if (names.has(key)) return true;
  names.add(key);
  return false;
}
