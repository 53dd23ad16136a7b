import { MASK, type Document, type LanguageId, type Node, type Span } from '@halint/core';
import { secretSpans, visible } from '@halint/report';
import { childrenByField, isNode, propertyNames, visit } from './visit.ts';

/** Ways through a tree that are not its content: where a node keeps its line, section or relative offsets. */
const PRIVATE = new Set(['local', 'head', 'section', 'unit', 'line', 'table', 'document', 'parent']);

/** Properties that repeat the text of their node: masked whole where the secret was unquoted or unescaped on the way. */
const LITERAL = new Set(['value', 'text']);

/** Width of the tree for people, in UTF-16 code units. */
const COLUMNS = 80;

/** Least width of a leaf's text, however deep it stands. */
const LEAST = 12;

/** Facts about a node with others below it that its text alone would not show. */
const FLAGS = ['negated', 'check'] as const;

/** Words of haproxy.cfg that a secret follows. */
const SECRET_WORDS: ReadonlySet<string> = new Set(['password', 'insecure-password', 'ca-sign-pass', 'secret']);

/** A stretch of the file that must not be shown, absolute. */
interface Secret extends Span {
  readonly text: string;
}

/** A typed tree as plain data: every field and getter of its nodes, spans absolute, no secret. */
export function treeJson(root: Node, document: Document, language: LanguageId): unknown {
  return plainNode(root, secretsOf(root, document.print(), language), []);
}

/** A typed tree for people: a node a line, children indented, leaves with their text; no secret. */
export function printNode(root: Node, document: Document, language: LanguageId): string {
  const text = document.print();
  const secrets = secretsOf(root, text, language);
  const lines: string[] = [];
  const walk = (node: Node, field: string, depth: number, parents: readonly Node[]): void => {
    const children = childrenByField(node).filter(([child]) => !parents.includes(child));
    const name = field === '' || field === node.kind ? node.kind : `${field}: ${node.kind}`;
    const head = '  '.repeat(depth) + name + flagsOf(node);
    const place = placeOf(document, node.span);
    const room = Math.max(LEAST, COLUMNS - head.length - place.length - 5);
    lines.push(`${head}${children.length > 0 ? '' : ` ${leafText(text, node.span, secrets, room)}`} ${place}\n`);
    for (const [child, key] of children) walk(child, key, depth + 1, [...parents, node]);
  };
  walk(root, '', 0, []);
  return lines.join('');
}

function flagsOf(node: Node): string {
  const fields = node as unknown as Readonly<Record<string, unknown>>;
  return FLAGS.map((flag) => (fields[flag] === true ? ` ${flag}` : '')).join('');
}

/** The secrets that a node touches. */
interface Near {
  readonly secrets: readonly Secret[];
  /** All of the node is a secret, or a part of one. */
  readonly inside: boolean;
}

function plainNode(node: Node, secrets: readonly Secret[], parents: readonly object[]): unknown {
  const { span } = node;
  const near = secrets.length === 0 ? secrets : secrets.filter((secret) => overlaps(secret, span));
  const inside = near.some((secret) => secret.start <= span.start && span.end <= secret.end);
  return plainObject(node, { secrets: near, inside }, parents);
}

function plainObject(object: object, near: Near, parents: readonly object[]): object {
  const path = [...parents, object];
  const result: Record<string, unknown> = {};
  for (const name of propertyNames(object)) {
    const value = (object as Record<string, unknown>)[name];
    if (PRIVATE.has(name) || value === undefined || typeof value === 'function') continue;
    if (typeof value === 'object' && value !== null && path.includes(value)) continue;
    result[name] = name === 'kind' || name === 'span' ? value : plainValue(name, value, near, path);
  }
  return result;
}

function plainValue(name: string, value: unknown, near: Near, path: readonly object[]): unknown {
  if (Array.isArray(value)) return value.map((each) => plainValue(name, each, near, path));
  if (isNode(value)) return plainNode(value, near.secrets, path);
  if (typeof value === 'object' && value !== null) return plainObject(value, near, path);
  if (typeof value === 'string' || typeof value === 'number')
    return near.inside ? MASK : masked(name, value, near.secrets);
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

function secretsOf(root: Node, text: string, language: LanguageId): readonly Secret[] {
  const secrets: Secret[] = language === 'haproxy' ? wordSecrets(root) : [];
  let start = 0;
  for (const line of text.split('\n')) {
    for (const span of secretSpans(line, language)) {
      secrets.push({ start: start + span.start, end: start + span.end, text: line.slice(span.start, span.end) });
    }
    start += line.length + 1;
  }
  return secrets.filter((secret) => secret.text !== '').sort((a, b) => a.start - b.start);
}

/** A word as the lines of haproxy.cfg hold it. */
interface RawWord extends Node {
  readonly raw: string;
  readonly value: string;
}

/** Secrets behind keywords that are quoted or escaped themselves, which no pattern finds. */
function wordSecrets(root: Node): Secret[] {
  const secrets: Secret[] = [];
  visit(root, (node) => {
    const { words } = node as Node & { readonly words?: readonly RawWord[] };
    if (words === undefined) return;
    words.forEach(({ raw, span }, i) => {
      const auth = words[i - 1]?.value === 'auth' && words[i - 2]?.value === 'stats';
      if (!auth && !SECRET_WORDS.has(words[i - 1]?.value ?? '')) return;
      const from = auth ? raw.indexOf(':') + 1 : 0;
      secrets.push({ start: span.start + from, end: span.end, text: raw.slice(from) });
    });
    return false;
  });
  return secrets;
}

function leafText(text: string, { start, end }: Span, secrets: readonly Secret[], room: number): string {
  let shown = '';
  let from = start;
  for (const secret of secrets) {
    if (!overlaps(secret, { start: from, end })) continue;
    shown += text.slice(from, Math.max(from, secret.start)) + MASK;
    from = secret.end;
  }
  shown += text.slice(from, Math.max(from, end));
  const [first = ''] = shown.split('\n');
  const cut = first.length > room || first.length < shown.length ? `${first.slice(0, room)}…` : first;
  return cut.startsWith('"') ? visible(cut) : `"${visible(cut)}"`;
}

function placeOf(document: Document, { start, end }: Span): string {
  const [from, to] = [document.positionAt(start), document.positionAt(end)];
  return `${from.line}:${from.column}-${to.line}:${to.column}`;
}

function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
