import { MASK, type Document, type LanguageId, type Node, type Span } from '@halint/core';
import { secretSpans, visible } from '@halint/report';
import { childrenOf, isNode, propertyNames } from './visit.ts';

/** Ways through a tree that are not its content: where a node keeps its line, section or relative offsets. */
const PRIVATE = new Set(['local', 'head', 'section', 'unit', 'line', 'table', 'document', 'parent']);

/** Properties that repeat the text of their node: masked whole where the secret was unquoted or unescaped on the way. */
const LITERAL = new Set(['value', 'text']);

/** Longest text of a leaf in the tree for people, in UTF-16 code units. */
const MOST = 60;

/** A stretch of the file that must not be shown, absolute. */
interface Secret extends Span {
  readonly text: string;
}

/** A typed tree as plain data: every field and getter of its nodes, spans absolute, no secret. */
export function treeJson(root: Node, document: Document, language: LanguageId): unknown {
  return plainNode(root, secretsOf(document.print(), language), []);
}

/** A typed tree for people: a node a line, children indented, leaves with their text; no secret. */
export function printNode(root: Node, document: Document, language: LanguageId): string {
  const text = document.print();
  const secrets = secretsOf(text, language);
  const lines: string[] = [];
  const walk = (node: Node, depth: number, parents: readonly Node[]): void => {
    const children = childrenOf(node).filter((child) => !parents.includes(child));
    const shown = children.length > 0 ? '' : ` ${leafText(text, node.span, secrets)}`;
    lines.push(`${'  '.repeat(depth)}${node.kind}${shown} ${placeOf(document, node.span)}\n`);
    for (const child of children) walk(child, depth + 1, [...parents, node]);
  };
  walk(root, 0, []);
  return lines.join('');
}

function plainNode(node: Node, secrets: readonly Secret[], parents: readonly object[]): unknown {
  const near = secrets.length === 0 ? secrets : secrets.filter((secret) => overlaps(secret, node.span));
  return plainObject(node, near, parents);
}

function plainObject(object: object, secrets: readonly Secret[], parents: readonly object[]): object {
  const path = [...parents, object];
  const result: Record<string, unknown> = {};
  for (const name of propertyNames(object)) {
    const value = (object as Record<string, unknown>)[name];
    if (PRIVATE.has(name) || value === undefined || typeof value === 'function') continue;
    if (typeof value === 'object' && value !== null && path.includes(value)) continue;
    result[name] = name === 'kind' || name === 'span' ? value : plainValue(name, value, secrets, path);
  }
  return result;
}

function plainValue(name: string, value: unknown, secrets: readonly Secret[], path: readonly object[]): unknown {
  if (Array.isArray(value)) return value.map((each) => plainValue(name, each, secrets, path));
  if (isNode(value)) return plainNode(value, secrets, path);
  if (typeof value === 'object' && value !== null) return plainObject(value, secrets, path);
  if (typeof value === 'string' || typeof value === 'number') return masked(name, value, secrets);
  return typeof value === 'bigint' ? value.toString() : value;
}

function masked(name: string, value: string | number, secrets: readonly Secret[]): string | number {
  let shown = value;
  for (const { text } of secrets) {
    const now = String(shown);
    if (now.includes(text)) shown = now.replaceAll(text, MASK);
    else if (LITERAL.has(name) && !now.includes(MASK)) shown = MASK;
  }
  return shown;
}

function secretsOf(text: string, language: LanguageId): readonly Secret[] {
  const secrets: Secret[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    for (const span of secretSpans(line, language)) {
      secrets.push({ start: start + span.start, end: start + span.end, text: line.slice(span.start, span.end) });
    }
    start += line.length + 1;
  }
  return secrets.filter((secret) => secret.text !== '').sort((a, b) => a.start - b.start);
}

function leafText(text: string, { start, end }: Span, secrets: readonly Secret[]): string {
  let shown = '';
  let from = start;
  for (const secret of secrets) {
    if (!overlaps(secret, { start: from, end })) continue;
    shown += text.slice(from, Math.max(from, secret.start)) + MASK;
    from = secret.end;
  }
  shown += text.slice(from, Math.max(from, end));
  const [first = ''] = shown.split('\n');
  const cut = first.length > MOST || first.length < shown.length ? `${first.slice(0, MOST)}…` : first;
  return cut.startsWith('"') ? visible(cut) : `"${visible(cut)}"`;
}

function placeOf(document: Document, { start, end }: Span): string {
  const [from, to] = [document.positionAt(start), document.positionAt(end)];
  return `${from.line}:${from.column}-${to.line}:${to.column}`;
}

function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
