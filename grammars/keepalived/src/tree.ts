import { Document, LineTableBuilder, ShapeCache, type LineTable, type Section, type Span } from '@halint/core';
import type { AnyBlock, ConditionNode, KeepalivedFile, KeepalivedUnit, Statement, Word } from './ast.ts';
import { isBlock } from './ast.ts';
import { parseLine, type LineShape, type Piece } from './grammar.ts';
import { COMMENT_TOKEN, cut, DEFINITION, QUOTED_TOKEN, scan, TOKEN_TYPES, WORD_TOKEN } from './tokens.ts';
import { typedBlock } from './typed/blocks.ts';

/** Reads any text; never throws. */
export function parseKeepalived(text: string): Document<KeepalivedFile, KeepalivedUnit> {
  return new Document<KeepalivedFile, KeepalivedUnit>(text, { cut, read }, fileOf);
}

let builder: LineTableBuilder<LineShape> | undefined;

function read(section: Section<KeepalivedUnit>): KeepalivedUnit {
  builder ??= new LineTableBuilder(new ShapeCache(TOKEN_TYPES.length, parseLine));
  const table = scan(section.text, builder);
  let statements: readonly Statement[] | undefined;
  return {
    table,
    get statements() {
      return (statements ??= new TreeBuilder(section, table).build());
    },
  };
}

function fileOf(document: Document<KeepalivedFile, KeepalivedUnit>): KeepalivedFile {
  const statements = document.sections.flatMap((section) => section.unit.statements);
  return {
    kind: 'file',
    span: { start: 0, end: document.length },
    statements,
    globalDefs: statements.find(
      (each): each is AnyBlock & { kind: 'block' } => each.kind === 'block' && each.keyword?.value === 'global_defs',
    ),
    scripts: statements.filter((each) => each.kind === 'vrrp_script'),
    instances: statements.filter((each) => each.kind === 'vrrp_instance'),
    syncGroups: statements.filter((each) => each.kind === 'vrrp_sync_group'),
    trackProcesses: statements.filter((each) => each.kind === 'vrrp_track_process'),
    trackFiles: statements.filter((each) => each.kind === 'track_file'),
    bfdInstances: statements.filter((each) => each.kind === 'bfd_instance'),
    virtualServers: statements.filter((each) => each.kind === 'virtual_server'),
    virtualServerGroups: statements.filter((each) => each.kind === 'virtual_server_group'),
  };
}

/** Offsets in a section as a node sees them: absolute, moved with the section. */
export function spanIn(section: Section, local: Span): Span {
  return { start: section.start + local.start, end: section.start + local.end };
}

interface Frame {
  readonly keyword: Word | undefined;
  readonly args: readonly Word[];
  readonly condition: ConditionNode | undefined;
  readonly head: Span;
  readonly children: Statement[];
}

/** No keyword of keepalived stands deeper than five blocks; a bound keeps everything that walks the tree from overflowing. */
const MAX_DEPTH = 64;

/** Nesting is not the grammar's: each line has its pieces, and a stack puts them into blocks. */
class TreeBuilder {
  readonly #section: Section;
  readonly #table: LineTable<LineShape>;
  readonly #top: Statement[] = [];
  readonly #stack: Frame[] = [];
  /** Words at the end of a line may be the head of a block whose `{` stands on a later line. */
  #waiting: Statement | undefined;
  /** Blocks that are open beyond MAX_DEPTH: their braces are counted and nothing more. */
  #beyond = 0;

  constructor(section: Section, table: LineTable<LineShape>) {
    this.#section = section;
    this.#table = table;
  }

  build(): readonly Statement[] {
    const { count, shapes } = this.#table;
    for (let line = 0; line < count; line++) {
      const shape = shapes[line];
      if (shape === undefined || (shape.pieces.length === 0 && shape.definition === undefined)) continue;
      this.#line(line, shape);
    }
    while (this.#stack.length > 0) this.#close(this.#section.text.length, false);
    return this.#top;
  }

  #line(line: number, shape: LineShape): void {
    const first = this.#table.firstToken(line);
    const condition = shape.condition === undefined ? undefined : this.#condition(first + shape.condition);
    if (shape.definition !== undefined) {
      this.#definition(line, first + shape.definition, condition);
      return;
    }
    if (shape.condition !== undefined && this.#defines(line, first + shape.condition + 1)) {
      this.#definition(line, first + shape.condition + 1, condition);
      return;
    }
    for (const piece of shape.pieces) this.#piece(piece, first, condition);
  }

  #piece(piece: Piece, first: number, condition: ConditionNode | undefined): void {
    const table = this.#table;
    const start = table.tokenStart(first + piece.from);
    if (piece.kind === 'close' && this.#beyond > 0) {
      this.#beyond--;
      return;
    }
    if (piece.kind === 'close') {
      if (this.#stack.length > 0) this.#close(table.tokenEnd(first + piece.from), true);
      else this.#add(this.#unreadable('brace', { start, end: start + 1 }, condition));
      return;
    }
    const words = this.#words(first + piece.from, first + piece.to);
    const end = piece.to > piece.from ? table.tokenEnd(first + piece.to - 1) : start + 1;
    if (piece.kind === 'open' && this.#stack.length >= MAX_DEPTH) {
      this.#beyond++;
      this.#add(this.#unreadable('brace', { start, end }, condition));
    } else if (piece.kind === 'open') this.#open(words, { start, end }, condition);
    else if (piece.kind === 'broken') this.#add(this.#unreadable('quote', { start, end }, condition));
    else this.#add(this.#simple(words, { start, end }, condition));
  }

  #open(words: readonly Word[], head: Span, condition: ConditionNode | undefined): void {
    const waiting = this.#waiting;
    if (words.length === 0 && waiting?.kind === 'statement') {
      // keepalived takes a `{` on the next line (lib/parser.c process_stream need_bob).
      const siblings = this.#children;
      siblings.pop();
      this.#stack.push({
        keyword: waiting.keyword,
        args: waiting.args,
        condition: waiting.condition,
        head: waiting.local,
        children: [],
      });
    } else {
      this.#stack.push({ keyword: words[0], args: words.slice(1), condition, head, children: [] });
    }
    this.#waiting = undefined;
  }

  #close(end: number, closed: boolean): void {
    const frame = this.#stack.pop();
    if (frame === undefined) return;
    const local = { start: frame.head.start, end };
    const section = this.#section;
    this.#add(
      typedBlock({
        kind: 'block',
        ...frame,
        closed,
        local,
        get span() {
          return spanIn(section, local);
        },
      }),
    );
    this.#waiting = undefined;
  }

  get #children(): Statement[] {
    return this.#stack[this.#stack.length - 1]?.children ?? this.#top;
  }

  #add(statement: Statement): void {
    this.#children.push(statement);
    this.#waiting = isBlock(statement) ? undefined : statement;
  }

  #simple(words: readonly Word[], local: Span, condition: ConditionNode | undefined): Statement {
    const [keyword, ...args] = words as [Word, ...Word[]];
    const section = this.#section;
    return {
      kind: /^include[armwb]?$/.test(keyword.value) ? 'include' : 'statement',
      keyword,
      args,
      condition,
      local,
      get span() {
        return spanIn(section, local);
      },
    };
  }

  #unreadable(reason: 'quote' | 'brace', local: Span, condition: ConditionNode | undefined): Statement {
    const section = this.#section;
    return {
      kind: 'unreadable',
      reason,
      text: section.text.slice(local.start, local.end),
      condition,
      local,
      get span() {
        return spanIn(section, local);
      },
    };
  }

  /** Behind a condition the lexer sees no start of a line: `$NAME=` and its value are one word there. */
  #defines(line: number, token: number): boolean {
    const table = this.#table;
    if (token >= table.firstToken(line + 1) || table.tokenType(token) !== WORD_TOKEN) return false;
    DEFINITION.lastIndex = table.tokenStart(token);
    return DEFINITION.test(this.#section.text);
  }

  #definition(line: number, token: number, condition: ConditionNode | undefined): void {
    const table = this.#table;
    const section = this.#section;
    const start = table.tokenStart(token);
    const valueStart = section.text.indexOf('=', start) + 1;
    let last = table.firstToken(line + 1) - 1;
    if (table.tokenType(last) === COMMENT_TOKEN) last--;
    const end = Math.max(valueStart, table.tokenEnd(last));
    const local = { start, end };
    this.#add({
      kind: 'definition',
      name: section.text.slice(start + 1, valueStart - 1),
      value: section.text.slice(valueStart, end),
      condition,
      local,
      get span() {
        return spanIn(section, local);
      },
    });
  }

  #condition(token: number): ConditionNode {
    const section = this.#section;
    const local = { start: this.#table.tokenStart(token), end: this.#table.tokenEnd(token) };
    const text = section.text.slice(local.start + 1, local.end);
    const negated = text.startsWith('^');
    return {
      kind: 'condition',
      id: negated ? text.slice(1) : text,
      negated,
      get span() {
        return spanIn(section, local);
      },
    };
  }

  #words(from: number, to: number): readonly Word[] {
    const words: Word[] = [];
    for (let token = from; token < to; token++) words.push(this.#word(token));
    return words;
  }

  #word(token: number): Word {
    const section = this.#section;
    const local = { start: this.#table.tokenStart(token), end: this.#table.tokenEnd(token) };
    const quoted = this.#table.tokenType(token) === QUOTED_TOKEN;
    const text = section.text.slice(local.start, local.end);
    return {
      kind: 'word',
      value: quoted ? text.slice(1, -1) : text.replace(/\\([#!])/g, '$1'),
      quoted,
      local,
      get span() {
        return spanIn(section, local);
      },
    };
  }
}
