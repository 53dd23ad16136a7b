import type { Node, Span } from '@halint/core';
import type { HaproxyNode } from '@halint/grammar-haproxy';

/** Called for each node, parents first; `false` leaves out what is below. */
export type Visitor = (node: Node, parents: readonly Node[]) => boolean | void;

/** The same for a tree of haproxy.cfg, whose nodes' kinds narrow their types. */
export type HaproxyVisitor = (node: HaproxyNode, parents: readonly HaproxyNode[]) => boolean | void;

export function visit(ast: HaproxyNode, visitor: HaproxyVisitor): void;
export function visit(ast: Node, visitor: Visitor): void;
/** Walks a typed tree: every node that can be reached through the fields and getters of another. */
export function visit(ast: Node, visitor: Visitor | HaproxyVisitor): void {
  // Whatever is reached from a node of haproxy.cfg is one.
  walk(ast, [], visitor as Visitor, new Set());
}

function walk(node: Node, parents: readonly Node[], visitor: Visitor, seen: Set<object>): void {
  if (seen.has(node)) return;
  seen.add(node);
  if (visitor(node, parents) === false) return;
  const path = [...parents, node];
  for (const child of childrenOf(node)) if (!parents.includes(child)) walk(child, path, visitor, seen);
}

/** Nodes directly below a node, in the order of the text; typed getters may show one line twice, it counts once. */
export function childrenOf(node: Node): readonly Node[] {
  return childrenByField(node).map(([child]) => child);
}

/** The same with the field that holds each, '' for those in lists. */
export function childrenByField(node: Node): readonly (readonly [child: Node, field: string])[] {
  // A span is made whenever it is asked for: once for each child is enough.
  const found = new Map<string, { readonly child: readonly [Node, string]; readonly span: Span }>();
  for (const key of propertyNames(node)) {
    const value = (node as unknown as Record<string, unknown>)[key];
    const list = Array.isArray(value);
    for (const each of list ? (value as unknown[]).flat(Infinity) : [value]) {
      if (!isNode(each) || each === node) continue;
      const { span } = each;
      const id = `${each.kind} ${span.start} ${span.end}`;
      if (!found.has(id)) found.set(id, { child: [each, list ? '' : key], span });
    }
  }
  const children = [...found.values()];
  if (children.length > 1) children.sort(({ span: a }, { span: b }) => a.start - b.start || b.end - a.end);
  return children.map(({ child }) => child);
}

/** Own fields and the getters of the classes: lazily made nodes keep their content in getters. */
export function propertyNames(node: object): readonly string[] {
  const names = new Set(Object.keys(node));
  for (let proto = Object.getPrototypeOf(node) as object | null; proto !== null && proto !== Object.prototype;) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
      if (property.get !== undefined) names.add(name);
    }
    proto = Object.getPrototypeOf(proto) as object | null;
  }
  return [...names];
}

export function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && 'span' in value && typeof value.kind === 'string'
  );
}
