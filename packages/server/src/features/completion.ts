import { CompletionItemKind, CompletionItemTag, type CompletionItem } from 'vscode-languageserver';
import type { Workbench } from '../workbench.ts';

const KIND = {
  keyword: CompletionItemKind.Keyword,
  value: CompletionItemKind.Value,
  name: CompletionItemKind.Reference,
  section: CompletionItemKind.Class,
} as const;

/** What may stand at the cursor. */
export function completion(workbench: Workbench, uri: string, offset: number): CompletionItem[] {
  const open = workbench.documentOf(uri);
  if (open === undefined) return [];
  return open.language.complete(open.document, offset, open.targets).map((entry) => ({
    label: entry.label,
    kind: KIND[entry.kind],
    ...(entry.detail === undefined ? {} : { detail: entry.detail }),
    ...(entry.documentation === undefined ? {} : { documentation: entry.documentation }),
    ...(entry.deprecated === true ? { tags: [CompletionItemTag.Deprecated] } : {}),
  }));
}
