import { Document, LineTableBuilder, ShapeCache, type LineTable, type Node, type Section, spanAt } from '@halint/core';
import { parseStatement, type StatementShape } from './grammar.ts';
import { cut, scan, TOKEN_TYPES } from './tokens.ts';

/** rsyslog.conf or a file that it includes. Blocks are not nested: braces are statements of their own. */
export interface RsyslogFile extends Node {
  readonly kind: 'rsyslog';
  readonly statements: readonly RsyslogStatement[];
}

export type RsyslogStatement = Directive | RsyslogObject | Filter | Script | Unreadable;

/** `$ModLoad imudp`. */
export interface Directive extends Node {
  readonly kind: 'directive';
  /** With its dollar. */
  readonly name: Word;
  readonly value: Word | undefined;
}

/** `input(type="imudp" port="514")`. */
export interface RsyslogObject extends Node {
  readonly kind: 'object';
  readonly name: Word;
  readonly parameters: readonly Parameter[];
}

export interface Parameter extends Node {
  readonly kind: 'parameter';
  readonly name: Word;
  /** Quotes removed; several for an array. */
  readonly values: readonly string[];
}

/** What chooses messages, with the action on the same line where one stands there. */
export interface Filter extends Node {
  readonly kind: 'selector' | 'filter' | 'condition' | 'and';
  readonly filter: Word;
  readonly action: Word | undefined;
}

/** Braces, blocks of BSD, and statements of RainerScript that are not looked into. */
export interface Script extends Node {
  readonly kind: 'script' | 'brace' | 'block';
  readonly text: string;
}

/** No statement. rsyslogd passes over a broken line of the old notations and reads nothing behind a broken one of RainerScript. */
export interface Unreadable extends Node {
  readonly kind: 'unreadable';
  readonly text: string;
}

export interface Word extends Node {
  readonly kind: 'word';
  readonly value: string;
}

/** What the one section of a file holds: the statements as arrays, the nodes made on first use. */
export interface RsyslogUnit {
  readonly table: LineTable<StatementShape>;
  readonly statements: readonly RsyslogStatement[];
}

export function parseRsyslog(text: string): Document<RsyslogFile, RsyslogUnit> {
  return new Document<RsyslogFile, RsyslogUnit>(text, { cut, read }, fileOf);
}

let builder: LineTableBuilder<StatementShape> | undefined;

function read(section: Section<RsyslogUnit>): RsyslogUnit {
  builder ??= new LineTableBuilder(new ShapeCache(TOKEN_TYPES.length, parseStatement));
  const table = scan(section.text, builder);
  let statements: readonly RsyslogStatement[] | undefined;
  return {
    table,
    get statements() {
      return (statements ??= statementsOf(section, table));
    },
  };
}

function fileOf(document: Document<RsyslogFile, RsyslogUnit>): RsyslogFile {
  const statements = document.sections.flatMap((section) => section.unit.statements);
  return { kind: 'rsyslog', span: { start: 0, end: document.length }, statements };
}

function statementsOf(section: Section, table: LineTable<StatementShape>): RsyslogStatement[] {
  const statements: RsyslogStatement[] = [];
  for (let i = 0; i < table.count; i++) {
    const statement = statementOf(section, table, i);
    if (statement !== undefined) statements.push(statement);
  }
  return statements;
}

function statementOf(section: Section, table: LineTable<StatementShape>, index: number): RsyslogStatement | undefined {
  const shape = table.shapes[index] as StatementShape;
  if (shape.kind === 'blank' || shape.kind === 'comment') return undefined;
  const first = table.firstToken(index);
  const last = table.firstToken(index + 1) - 1;
  const start = table.tokenStart(first);
  const end = table.tokenEnd(last);
  const word = (token: number): Word => wordOf(section, table.tokenStart(first + token), table.tokenEnd(first + token));
  const text = section.text.slice(start, end);
  switch (shape.kind) {
    case 'directive':
      return {
        kind: shape.kind,
        name: word(0),
        value: shape.value === undefined ? undefined : word(shape.value),
        get span() {
          return spanAt(section, start, end);
        },
      };
    case 'object': {
      const parameters = shape.parameters.map((name) => parameterOf(word(name), word(name + 2)));
      return {
        kind: shape.kind,
        name: word(0),
        parameters,
        get span() {
          return spanAt(section, start, end);
        },
      };
    }
    case 'selector':
    case 'filter':
    case 'condition':
    case 'and':
      return {
        kind: shape.kind,
        filter: word(0),
        action: shape.action === undefined ? undefined : word(shape.action),
        get span() {
          return spanAt(section, start, end);
        },
      };
    case 'script':
    case 'brace':
    case 'block':
    case 'unreadable':
      return {
        kind: shape.kind,
        text,
        get span() {
          return spanAt(section, start, end);
        },
      };
  }
}

/** Does rsyslogd stop reading here? (rsyslogd 8.2302: "could not interpret master config file".) */
export function stopsReading({ text }: Unreadable): boolean {
  return /^(?:if\b|\w+\s*\()/i.test(text);
}

function parameterOf(name: Word, text: Word): Parameter {
  return {
    kind: 'parameter',
    name,
    get values() {
      return text.value.startsWith('[')
        ? (text.value.match(/"(?:[^"\\]|\\.)*"/g) ?? []).map(unquoted)
        : [unquoted(text.value)];
    },
    get span() {
      return { start: name.span.start, end: text.span.end };
    },
  };
}

function unquoted(text: string): string {
  return text.replace(/^"|"$/g, '').replace(/\\([\s\S])/g, '$1');
}

function wordOf(section: Section, start: number, end: number): Word {
  return {
    kind: 'word',
    // A backslash at the end of a line joins it with the next.
    value: section.text.slice(start, end).replace(/\\\r?\n[ \t]*/g, ''),
    get span() {
      return spanAt(section, start, end);
    },
  };
}

/** Absolute: the section may have been moved by an edit above it. */
