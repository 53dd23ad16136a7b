import {
  Document,
  LineTableBuilder,
  ShapeCache,
  type LineTable,
  type Node,
  type Section,
  spanAt,
  type Span,
} from '@halint/core';
import { parseLine, type LineShape } from './grammar.ts';
import { cut, scan, TOKEN_TYPES } from './tokens.ts';

/** A unit or a drop-in of one. */
export interface SystemdFile extends Node {
  readonly kind: 'systemd';
  /** Lines above the first section head: they set nothing. */
  readonly outside: readonly UnitStatement[];
  readonly sections: readonly UnitSection[];
}

/** `[Service]` with what stands below it. A section may stand twice; both count. */
export interface UnitSection extends Node {
  readonly kind: 'unit-section';
  readonly name: Word;
  readonly statements: readonly UnitStatement[];
}

export type UnitStatement = Assignment | Unreadable;

/** `key=value`, over several lines where they end in a backslash. */
export interface Assignment extends Node {
  readonly kind: 'assignment';
  readonly key: Word;
  /** Undefined behind an `=` with nothing after it: it resets a list. Continued lines are joined by a blank. */
  readonly value: Word | undefined;
}

/** A line that is neither head nor assignment: it sets nothing. */
export interface Unreadable extends Node {
  readonly kind: 'unreadable';
  readonly text: string;
}

export interface Word extends Node {
  readonly kind: 'word';
  readonly value: string;
}

/** What the one section of a file holds: the lines as arrays, the nodes made on first use. */
export interface SystemdUnit {
  readonly table: LineTable<LineShape>;
  readonly outside: readonly UnitStatement[];
  readonly sections: readonly UnitSection[];
}

export function parseSystemd(text: string): Document<SystemdFile, SystemdUnit> {
  return new Document<SystemdFile, SystemdUnit>(text, { cut, read }, fileOf);
}

let builder: LineTableBuilder<LineShape> | undefined;

function read(section: Section<SystemdUnit>): SystemdUnit {
  builder ??= new LineTableBuilder(new ShapeCache(TOKEN_TYPES.length, parseLine));
  const table = scan(section.text, builder);
  let tree: Pick<SystemdUnit, 'outside' | 'sections'> | undefined;
  const built = (): Pick<SystemdUnit, 'outside' | 'sections'> => (tree ??= build(section, table));
  return {
    table,
    get outside() {
      return built().outside;
    },
    get sections() {
      return built().sections;
    },
  };
}

function fileOf(document: Document<SystemdFile, SystemdUnit>): SystemdFile {
  return {
    kind: 'systemd',
    span: { start: 0, end: document.length },
    outside: document.sections.flatMap(({ unit }) => unit.outside),
    sections: document.sections.flatMap(({ unit }) => unit.sections),
  };
}

interface SectionDraft {
  readonly name: Word;
  readonly statements: UnitStatement[];
  readonly start: number;
  end: number;
}

function build(section: Section, table: LineTable<LineShape>): Pick<SystemdUnit, 'outside' | 'sections'> {
  const outside: UnitStatement[] = [];
  const sections: SectionDraft[] = [];
  for (let line = 0; line < table.count;) {
    const shape = table.shapes[line] as LineShape;
    // `more` here is a backslash by itself: a blank.
    const empty = shape.kind === 'blank' || shape.kind === 'comment' || shape.kind === 'more';
    const next = empty ? line + 1 : endOf(table, line);
    if (shape.kind === 'head') sections.push(draftOf(section, table, line, shape.name));
    else if (!empty) {
      const current = sections[sections.length - 1];
      (current?.statements ?? outside).push(statementOf(section, table, line, next, shape));
      if (current !== undefined) current.end = lastEnd(table, line, next);
    }
    line = next;
  }
  return { outside, sections: sections.map((draft) => sectionOf(section, draft)) };
}

/** The line behind the last that belongs to the statement of `line`: comments stand between without ending it. */
function endOf(table: LineTable<LineShape>, line: number): number {
  let last = line;
  for (let at = line; continues(table, last) && ++at < table.count;) {
    const { kind } = table.shapes[at] as LineShape;
    if (kind === 'comment') continue;
    if (kind !== 'more') break;
    last = at;
  }
  return last + 1;
}

function continues(table: LineTable<LineShape>, line: number): boolean {
  const last = table.firstToken(line + 1) - 1;
  return last >= table.firstToken(line) && table.tokenType(last) === CONTINUATION;
}

const CONTINUATION = TOKEN_TYPES.length - 1;

function draftOf(section: Section, table: LineTable<LineShape>, line: number, name: number): SectionDraft {
  const first = table.firstToken(line);
  return {
    name: wordOf(section, [tokenSpan(table, first + name)]),
    statements: [],
    start: table.tokenStart(first),
    end: lastEnd(table, line, line + 1),
  };
}

function sectionOf(section: Section, { name, statements, start, end }: SectionDraft): UnitSection {
  return {
    kind: 'unit-section',
    name,
    statements,
    get span() {
      return spanAt(section, start, end);
    },
  };
}

/** End of the last token of the lines `from` up to and without `to`; comments in between are left out at the end. */
function lastEnd(table: LineTable<LineShape>, from: number, to: number): number {
  for (let token = table.firstToken(to) - 1; token >= table.firstToken(from); token--) {
    if (table.tokenType(token) !== 0) return table.tokenEnd(token);
  }
  return table.lineStart(from);
}

function statementOf(
  section: Section,
  table: LineTable<LineShape>,
  line: number,
  next: number,
  shape: LineShape,
): UnitStatement {
  const first = table.firstToken(line);
  const start = table.tokenStart(first);
  const end = lastEnd(table, line, next);
  if (shape.kind !== 'assignment') {
    return {
      kind: 'unreadable',
      text: section.text.slice(start, end),
      get span() {
        return spanAt(section, start, end);
      },
    };
  }
  const parts = shape.value === undefined ? [] : [tokenSpan(table, first + shape.value)];
  for (let at = line + 1; at < next; at++) {
    const more = table.shapes[at] as LineShape;
    if (more.kind !== 'more' || more.value === undefined) continue;
    parts.push(tokenSpan(table, table.firstToken(at) + more.value));
  }
  return {
    kind: 'assignment',
    key: wordOf(section, [tokenSpan(table, first + shape.key)]),
    value: parts.length === 0 ? undefined : wordOf(section, parts),
    get span() {
      return spanAt(section, start, end);
    },
  };
}

function tokenSpan(table: LineTable<LineShape>, token: number): Span {
  return { start: table.tokenStart(token), end: table.tokenEnd(token) };
}

function wordOf(section: Section, parts: readonly Span[]): Word {
  const start = parts[0]?.start ?? 0;
  const end = parts[parts.length - 1]?.end ?? start;
  return {
    kind: 'word',
    value: parts.map((part) => section.text.slice(part.start, part.end)).join(' '),
    get span() {
      return spanAt(section, start, end);
    },
  };
}

/** Absolute: the section may have been moved by an edit above it. */
