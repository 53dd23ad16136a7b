import type { Location } from 'vscode-languageserver';
import { placeRange } from '../positions.ts';
import type { Workbench } from '../workbench.ts';
import { nameAt, usesOf } from './definition.ts';

/** Every use of the name under the cursor. */
export function references(workbench: Workbench, uri: string, offset: number, withDefinitions: boolean): Location[] {
  const open = workbench.documentOf(uri);
  const name = open === undefined ? undefined : nameAt(open, offset);
  if (open === undefined || name === undefined) return [];
  const uses = usesOf(open, name);
  return [...(withDefinitions ? uses.definitions : []), ...uses.references].map(({ at }) => ({
    uri,
    range: placeRange(at),
  }));
}
