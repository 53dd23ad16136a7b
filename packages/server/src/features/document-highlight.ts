import { DocumentHighlightKind, type DocumentHighlight } from 'vscode-languageserver';
import { placeRange } from '../positions.ts';
import type { Workbench } from '../workbench.ts';
import { nameAt, usesOf } from './definition.ts';

/** Every place in the file of the name under the cursor; a definition counts as a write. */
export function documentHighlights(workbench: Workbench, uri: string, offset: number): DocumentHighlight[] {
  const open = workbench.documentOf(uri);
  const name = open === undefined ? undefined : nameAt(open, offset);
  if (open === undefined || name === undefined) return [];
  const { definitions, references } = usesOf(open, name);
  return [
    ...definitions.map(({ at }) => ({ range: placeRange(at), kind: DocumentHighlightKind.Write })),
    ...references.map(({ at }) => ({ range: placeRange(at), kind: DocumentHighlightKind.Read })),
  ];
}
