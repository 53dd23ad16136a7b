import type { Document, SymbolNode } from '@halint/core';
import type { FoldingRange } from 'vscode-languageserver';
import { toPosition } from '../positions.ts';
import type { Workbench } from '../workbench.ts';

/** Sections and blocks of more than one line. */
export function foldingRanges(workbench: Workbench, uri: string): FoldingRange[] {
  const open = workbench.documentOf(uri);
  if (open === undefined) return [];
  const text = open.document.print();
  return open.language.symbols(open.document).flatMap((node) => foldsOf(node, open.document, text));
}

function foldsOf(node: SymbolNode, document: Document, text: string): FoldingRange[] {
  const startLine = toPosition(document, node.span.start).line;
  const endLine = lastLine(node, document, text);
  const inner = node.children.flatMap((child) => foldsOf(child, document, text));
  return endLine > startLine ? [{ startLine, endLine }, ...inner] : inner;
}

/** The last line that folds away: blank lines behind a section stay, and so does the line of a closing brace. */
function lastLine(node: SymbolNode, document: Document, text: string): number {
  let end = node.span.end;
  while (end > node.span.start && /\s/.test(text.charAt(end - 1))) end--;
  const { line } = toPosition(document, end);
  return text.charAt(end - 1) === '}' ? line - 1 : line;
}
