import type { Document } from '@halint/core';
import { splitAddress } from './address/index.ts';
import { spanOf, type Address, type Bind, type Comment, type HaproxyFile, type HaproxyUnit, type Line } from './ast.ts';
import type { Option, Server, Statement, Word } from './ast.ts';
import { fromName, nameIndex } from './head.ts';
import type { SectionLines } from './lines.ts';
import { BIND_OPTIONS, optionLength, optionRow, SERVER_OPTIONS, type OptionTable } from './options.ts';
import { decode, TOKEN } from './tokens.ts';

function wordNode(lines: SectionLines, line: number, index: number): Word {
  const raw = lines.raw(line, index);
  const { start, end } = lines.at(line, index);
  return {
    kind: 'word',
    raw,
    get value() {
      return decode(raw);
    },
    get span() {
      return spanOf(lines, start, end);
    },
  };
}

function wordNodes(lines: SectionLines, line: number, from: number, to: number): readonly Word[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => wordNode(lines, line, from + i));
}

function commentNode(lines: SectionLines, line: number): Comment | undefined {
  const index = lines.shape(line).comment;
  if (index < 0) return undefined;
  const { start, end } = lines.at(line, index);
  return {
    kind: 'comment',
    text: lines.raw(line, index),
    get span() {
      return spanOf(lines, start, end);
    },
  };
}

function extent(lines: SectionLines, line: number): { readonly start: number; readonly end: number } {
  const last = (lines.table.firstToken[line + 1] as number) - (lines.table.firstToken[line] as number) - 1;
  const shape = lines.shape(line);
  const to = shape.kind === 'unreadable' || shape.kind === 'scope' ? last : Math.max(0, shape.words - 1);
  return { start: lines.start(line, 0), end: lines.end(line, to) };
}

/** The node of a line; undefined for blank lines and comments. */
export function lineNode(lines: SectionLines, line: number): Line | undefined {
  const shape = lines.shape(line);
  if (shape.kind === 'blank') return undefined;
  const { start, end } = extent(lines, line);
  const span = {
    get span() {
      return spanOf(lines, start, end);
    },
  };
  if (shape.kind === 'unreadable' || shape.kind === 'scope') {
    return Object.defineProperties({ kind: shape.kind, text: lines.text.slice(start, end) }, descriptors(span)) as Line;
  }
  const at = shape.kind === 'statement' ? lines.keywordIndex(line) : 0;
  const node = {
    kind: shape.kind,
    prefix: at === 1 ? wordNode(lines, line, 0) : undefined,
    keyword: wordNode(lines, line, at),
    args: wordNodes(lines, line, at + 1, shape.words),
    comment: commentNode(lines, line),
  };
  return Object.defineProperties(node, descriptors(span)) as Statement;
}

function descriptors(source: object): PropertyDescriptorMap {
  return Object.getOwnPropertyDescriptors(source);
}

function addressNodes(lines: SectionLines, line: number, index: number): readonly Address[] {
  const value = lines.value(line, index);
  const start = lines.start(line, index);
  const plain = value === lines.raw(line, index);
  let offset = 0;
  return value.split(',').map((raw) => {
    const { host, prefix, port, portEnd } = splitAddress(raw);
    // Inside a quoted word the parts cannot be told apart by offset: the whole word stands for each.
    const from = plain ? start + offset : start;
    const to = plain ? from + raw.length : lines.end(line, index);
    offset += raw.length + 1;
    return {
      kind: 'address' as const,
      raw,
      host,
      prefix,
      port,
      portEnd,
      get span() {
        return spanOf(lines, from, to);
      },
    };
  });
}

function optionNodes(lines: SectionLines, line: number, from: number, table: OptionTable): readonly Option[] {
  const options: Option[] = [];
  const count = lines.words(line);
  for (let i = from; i < count;) {
    const row = optionRow(table, lines.value(line, i));
    const to = Math.min(count, i + optionLength(row, (j) => lines.value(line, j), i));
    const start = lines.start(line, i);
    const end = lines.end(line, to - 1);
    options.push({
      kind: 'option',
      name: wordNode(lines, line, i),
      args: wordNodes(lines, line, i + 1, to),
      get span() {
        return spanOf(lines, start, end);
      },
    });
    i = to;
  }
  return options;
}

function bindNode(lines: SectionLines, line: number): Bind {
  const { start, end } = lines.lineAt(line);
  return {
    kind: 'bind',
    addresses: lines.words(line) > 1 ? addressNodes(lines, line, 1) : [],
    options: optionNodes(lines, line, 2, BIND_OPTIONS),
    get span() {
      return spanOf(lines, start, end);
    },
  };
}

function serverNode(lines: SectionLines, line: number): Server {
  const { start, end } = lines.lineAt(line);
  const options = optionNodes(lines, line, 3, SERVER_OPTIONS);
  return {
    kind: 'server',
    name: wordNode(lines, line, 1),
    address: lines.words(line) > 2 ? addressNodes(lines, line, 2)[0] : undefined,
    options,
    check: options.reduce(
      (on, option) => (/^(no-)?check$/.test(option.name.value) ? option.name.value === 'check' : on),
      false,
    ),
    get span() {
      return spanOf(lines, start, end);
    },
  };
}

/** Lines of a section with the given keyword that are statements with at least `words` words. */
export function linesOf(lines: SectionLines, keyword: string, words: number): number[] {
  const found: number[] = [];
  const { keywords } = lines;
  for (let line = lines.body; line < lines.count; line++) {
    if (keywords[line] === keyword && lines.words(line) >= words && lines.keywordIndex(line) === 0) found.push(line);
  }
  return found;
}

const WITH_BINDS: ReadonlySet<string> = new Set(['frontend', 'listen', 'peers', 'ring', 'log-forward']);
const WITH_SERVERS: ReadonlySet<string> = new Set(['backend', 'listen', 'peers', 'ring', 'log-forward']);

/** Adds a property that is computed on first use and then kept. */
function lazily(node: object, key: string, make: () => unknown): void {
  let made: unknown;
  Object.defineProperty(node, key, { enumerable: true, get: () => (made ??= make()) });
}

function bodyNodes(lines: SectionLines): readonly Line[] {
  const nodes: Line[] = [];
  for (let line = lines.body; line < lines.count; line++) {
    const node = lineNode(lines, line);
    if (node !== undefined) nodes.push(node);
  }
  return nodes;
}

/** Builds the typed view of a section; every part of it is made when it is first asked for. */
export function sectionNode(lines: SectionLines): HaproxyUnit {
  const node = {
    kind: lines.kind,
    get span() {
      return spanOf(lines, 0, lines.text.length);
    },
    get name() {
      const index = nameIndex(lines);
      return index < 0 ? undefined : wordNode(lines, 0, index);
    },
    get from() {
      const index = fromName(lines);
      return index < 0 ? undefined : wordNode(lines, 0, index);
    },
    get head() {
      return lines.body === 1 ? lineNode(lines, 0) : undefined;
    },
  };
  lazily(node, 'statements', () => bodyNodes(lines));
  if (WITH_BINDS.has(lines.kind))
    lazily(node, 'binds', () => linesOf(lines, 'bind', 2).map((line) => bindNode(lines, line)));
  if (WITH_SERVERS.has(lines.kind)) {
    lazily(node, 'servers', () => linesOf(lines, 'server', 2).map((line) => serverNode(lines, line)));
  }
  // Not enumerable: who prints a tree wants its nodes, not the arrays behind them.
  Object.defineProperty(node, 'lines', { value: lines });
  // Built property by property: the closed union in ast.ts says which of them a kind has.
  return node as unknown as HaproxyUnit;
}

export function fileNode(document: Document<HaproxyFile, HaproxyUnit>): HaproxyFile {
  const length = document.length;
  return {
    kind: 'file',
    get sections() {
      return document.sections.map((section) => section.unit);
    },
    span: { start: 0, end: length },
  };
}

/** Is the token of a word a placeholder of a template? */
export function isPlaceholder(lines: SectionLines, line: number, index: number): boolean {
  return lines.table.tokenType[(lines.table.firstToken[line] as number) + index] === TOKEN.Placeholder;
}
