import { offsetOf, type Edit, type Finding, type LanguageId, type Place } from '@halint/core';
import { createTwoFilesPatch } from 'diff';
import type { Workspace } from './workspace.ts';

/** A file that fixes change. */
export interface FixedFile {
  readonly display: string;
  readonly language: LanguageId;
  readonly before: string;
  readonly after: string;
  readonly rules: readonly string[];
  readonly encoding?: 'latin1';
}

/**
 * The files with all fixes applied that may be: safe ones, and unsafe ones when asked for. Of two fixes that touch the same
 * text the first wins; a fix with several edits is applied whole or not at all.
 */
export function applyFixes(workspace: Workspace, findings: readonly Finding[], unsafe: boolean): readonly FixedFile[] {
  const byFile = new Map<string, { edits: Edit<Place>[]; rules: Set<string> }>();
  for (const { fix, rule } of findings) {
    if (fix === undefined || fix.edits.length === 0 || fix.safety === 'manual' || (fix.safety === 'unsafe' && !unsafe))
      continue;
    const clash = fix.edits.some(
      (edit) => byFile.get(edit.at.file.display)?.edits.some((other) => overlap(edit.at, other.at)) === true,
    );
    if (clash) continue;
    for (const edit of fix.edits) {
      const known = byFile.get(edit.at.file.display) ?? { edits: [], rules: new Set<string>() };
      known.edits.push(edit);
      known.rules.add(rule);
      byFile.set(edit.at.file.display, known);
    }
  }
  return [...byFile].flatMap(([display, { edits, rules }]) => {
    const file = workspace.file(display);
    if (file === undefined) return [];
    const before = file.document.print();
    const encoding = workspace.hostsOf(display)[0]?.snapshot.files.get(file.path)?.encoding;
    return [
      {
        display,
        language: file.language,
        before,
        after: edited(before, edits),
        rules: [...rules],
        ...(encoding === undefined ? {} : { encoding }),
      },
    ];
  });
}

function overlap(a: Place, b: Place): boolean {
  const [x, y] = [offsetOf(a), offsetOf(b)];
  return x < y + (b.end - b.start) && y < x + (a.end - a.start);
}

function edited(text: string, edits: readonly Edit<Place>[]): string {
  const sorted = [...edits].sort((a, b) => offsetOf(b.at) - offsetOf(a.at));
  return sorted.reduce(
    (now, { at, text: put }) => now.slice(0, offsetOf(at)) + put + now.slice(offsetOf(at) + at.end - at.start),
    text,
  );
}

/** The change as a unified patch, with the rules that ask for it above. */
export function patchOf(file: FixedFile): string {
  return `# ${file.rules.join(', ')}\n${createTwoFilesPatch(`a/${file.display}`, `b/${file.display}`, file.before, file.after, '', '', { context: 3 })}`;
}
