import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { toOffset } from '../positions.ts';
import type { Workbench } from '../workbench.ts';

/** Applies the changes of one notification in order: each range is meant in the text that the ones before it left. */
export function applyChanges(
  workbench: Workbench,
  uri: string,
  changes: readonly TextDocumentContentChangeEvent[],
): void {
  for (const change of changes) {
    if (!('range' in change)) {
      workbench.change(uri, [{ text: change.text }]);
      continue;
    }
    const open = workbench.documentOf(uri);
    if (open === undefined) continue;
    const span = { start: toOffset(open.document, change.range.start), end: toOffset(open.document, change.range.end) };
    workbench.change(uri, [{ span, text: change.text }]);
  }
}
