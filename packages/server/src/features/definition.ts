import { offsetOf, type NameUse } from '@halint/core';
import type { Location } from 'vscode-languageserver';
import { placeRange } from '../positions.ts';
import type { OpenFile, Workbench } from '../workbench.ts';

/** The name under the cursor, used or defined. */
export function nameAt(open: OpenFile, offset: number): NameUse | undefined {
  const { document, language } = open;
  const { definitions, references } = language.names(document, document.sectionAt(offset));
  return [...references, ...definitions].find(
    ({ at }) => offsetOf(at) <= offset && offset <= offsetOf(at) + at.end - at.start,
  );
}

/** Every place of a name in its file. */
export function usesOf(
  open: OpenFile,
  name: NameUse,
): { readonly definitions: readonly NameUse[]; readonly references: readonly NameUse[] } {
  const same = (use: NameUse): boolean =>
    use.space === name.space && use.scope === name.scope && use.label === name.label;
  const all = open.document.sections.map((section) => open.language.names(open.document, section));
  return {
    definitions: all.flatMap((each) => each.definitions.filter(same)),
    references: all.flatMap((each) => each.references.filter(same)),
  };
}

/** Where the name under the cursor is defined. */
export function definition(workbench: Workbench, uri: string, offset: number): Location[] {
  const open = workbench.documentOf(uri);
  const name = open === undefined ? undefined : nameAt(open, offset);
  if (open === undefined || name === undefined) return [];
  return usesOf(open, name).definitions.map(({ at }) => ({ uri, range: placeRange(at) }));
}
