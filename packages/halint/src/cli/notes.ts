import type { Finding } from '@halint/core';
import type { InternalError, Note, Workspace } from '@halint/engine';
import { visible } from '@halint/report';

/** What kept files from being read, a line each, on stderr. Findings of their own have been made of what matters. */
export function sayNotes(notes: readonly Note[]): void {
  for (const note of notes) {
    if (note.kind === 'same-id') process.stderr.write(`halint: ${visible(note.file)}: ${visible(note.message)}\n`);
  }
}

/** Bugs of ours: what was lost and where; the stack only when it is asked for. */
export function sayErrors(errors: readonly InternalError[]): void {
  const byPlace = new Map<string, unknown>();
  for (const { where, error } of errors) if (!byPlace.has(where)) byPlace.set(where, error);
  for (const [where, error] of byPlace) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`halint: bug in ${where}: ${visible(text)} (its findings are missing; please report it)\n`);
    if (process.env.HALINT_DEBUG !== undefined && error instanceof Error)
      process.stderr.write(`${error.stack ?? ''}\n`);
  }
}

export function sayTimings(timings: ReadonlyMap<string, number> | undefined): void {
  const rows = [...(timings ?? [])].sort((a, b) => b[1] - a[1]);
  for (const [where, ms] of rows) process.stderr.write(`${ms.toFixed(2).padStart(10)} ms  ${where}\n`);
}

/** Findings by rule, and how far the keywords of the languages are known. */
export function sayStats(workspace: Workspace, findings: readonly Finding[]): void {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  for (const [rule, count] of [...counts].sort((a, b) => b[1] - a[1]))
    process.stderr.write(`${String(count).padStart(6)}  ${rule}\n`);
  for (const language of workspace.languages) {
    const by = (use: string): number => language.keywords.filter((row) => row.use === use).length;
    process.stderr.write(
      `${language.title}: ${language.keywords.length} keywords: ${by('modelled')} modelled, ${by('checked')} checked, ${by('known')} known\n`,
    );
  }
}
