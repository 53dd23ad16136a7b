import type { Document, SymbolNode } from '@halint/core';
import { SymbolKind, type DocumentSymbol } from 'vscode-languageserver';
import { toRange } from '../positions.ts';
import type { Workbench } from '../workbench.ts';

const KIND = { section: SymbolKind.Class, block: SymbolKind.Object, statement: SymbolKind.Property } as const;

/** The outline of a file. */
export function documentSymbols(workbench: Workbench, uri: string): DocumentSymbol[] {
  const open = workbench.documentOf(uri);
  return open === undefined ? [] : open.language.symbols(open.document).map((node) => symbol(node, open.document));
}

function symbol(node: SymbolNode, document: Document): DocumentSymbol {
  return {
    name: node.name === '' ? '?' : node.name,
    ...(node.detail === undefined ? {} : { detail: node.detail }),
    kind: KIND[node.kind],
    range: toRange(document, node.span),
    selectionRange: toRange(document, node.nameSpan),
    children: node.children.map((child) => symbol(child, document)),
  };
}
