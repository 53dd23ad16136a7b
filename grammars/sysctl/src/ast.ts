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

/** sysctl.conf or a file of sysctl.d. */
export interface SysctlFile extends Node {
  readonly kind: 'sysctl';
  readonly statements: readonly SysctlStatement[];
}

export type SysctlStatement = Assignment | Exclusion | Unreadable;

/** A line that says something of a key. */
export type Setting = Assignment | Exclusion;

/** `key = value`. */
export interface Assignment extends Node {
  readonly kind: 'assignment';
  readonly key: Word;
  /** Undefined behind an `=` with nothing after it. */
  readonly value: Word | undefined;
  /** A leading `-`: it is no failure when the kernel refuses. */
  readonly optional: boolean;
}

/** `-key`: globs leave this key alone. */
export interface Exclusion extends Node {
  readonly kind: 'exclusion';
  readonly key: Word;
}

/** A line that is neither: it sets nothing. */
export interface Unreadable extends Node {
  readonly kind: 'unreadable';
  readonly text: string;
  readonly words: readonly Word[];
}

export interface Word extends Node {
  readonly kind: 'word';
  readonly value: string;
}

/** `- key = 1`: the blank behind the minus is no part of the key for everybody. */
export function hasBlankKey(setting: Setting): boolean {
  if (setting.kind === 'assignment' && !setting.optional) return false;
  return setting.key.span.start > setting.span.start + 1;
}

/** What one section holds: the lines as arrays, the nodes made on first use. */
export interface SysctlUnit {
  readonly table: LineTable<LineShape>;
  readonly statements: readonly SysctlStatement[];
}

export function parseSysctl(text: string): Document<SysctlFile, SysctlUnit> {
  return new Document<SysctlFile, SysctlUnit>(text, { cut, read }, fileOf);
}

let builder: LineTableBuilder<LineShape> | undefined;

function read(section: Section<SysctlUnit>): SysctlUnit {
  builder ??= new LineTableBuilder(new ShapeCache(TOKEN_TYPES.length, parseLine));
  const table = scan(section.text, builder);
  let statements: readonly SysctlStatement[] | undefined;
  return {
    table,
    get statements() {
      return (statements ??= statementsOf(section, table));
    },
  };
}

function fileOf(document: Document<SysctlFile, SysctlUnit>): SysctlFile {
  const statements = document.sections.flatMap((section) => section.unit.statements);
  return { kind: 'sysctl', span: { start: 0, end: document.length }, statements };
}

function statementsOf(section: Section, table: LineTable<LineShape>): SysctlStatement[] {
  const statements: SysctlStatement[] = [];
  for (let line = 0; line < table.count; line++) {
    const statement = statementOf(section, table, line);
    if (statement !== undefined) statements.push(statement);
  }
  return statements;
}

function statementOf(section: Section, table: LineTable<LineShape>, line: number): SysctlStatement | undefined {
  const shape = table.shapes[line] as LineShape;
  if (shape.kind === 'blank' || shape.kind === 'comment') return undefined;
  const first = table.firstToken(line);
  const last = table.firstToken(line + 1) - 1;
  const word = (token: number): Word => wordOf(section, table.tokenStart(token), table.tokenEnd(token));
  const span = (): Span => spanAt(section, table.tokenStart(first), table.tokenEnd(last));
  if (shape.kind === 'unreadable') {
    return {
      kind: shape.kind,
      text: section.text.slice(table.tokenStart(first), table.tokenEnd(last)),
      get words() {
        return Array.from({ length: last - first + 1 }, (_, i) => word(first + i));
      },
      get span() {
        return span();
      },
    };
  }
  return settingOf(shape, word, first, span);
}

type SettingShape = Extract<LineShape, { readonly key: number }>;

function settingOf(
  shape: SettingShape,
  word: (token: number) => Word,
  first: number,
  span: () => Span,
): Assignment | Exclusion {
  const key = word(first + shape.key);
  if (shape.kind === 'exclusion') {
    return {
      kind: shape.kind,
      key,
      get span() {
        return span();
      },
    };
  }
  return {
    kind: shape.kind,
    key,
    value: shape.value === undefined ? undefined : word(first + shape.value),
    optional: shape.optional,
    get span() {
      return span();
    },
  };
}

function wordOf(section: Section, start: number, end: number): Word {
  return {
    kind: 'word',
    value: section.text.slice(start, end),
    get span() {
      return spanAt(section, start, end);
    },
  };
}

/** Absolute: the section may have been moved by an edit above it. */
