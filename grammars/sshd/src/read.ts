import { Document, LineTableBuilder, ShapeCache, spanAt, type LineTable, type Section, type Span } from '@halint/core';
import type {
  Criterion,
  MatchBlock,
  MatchHead,
  SshdFile,
  SshdStatement,
  Unreadable,
  UnreadableReason,
  Word,
} from './ast.ts';
import { parseLine, type LineShape } from './grammar.ts';
import {
  cut,
  joinLines,
  OPEN_KEYWORD,
  OPEN_WORD,
  openQuote,
  scan,
  startsMatch,
  TOKEN_TYPES,
  unquote,
  unquoteKeyword,
  withoutSeams,
} from './tokens.ts';

/** What one section holds: the lines as arrays, the nodes made on first use. */
export interface SshdUnit {
  readonly table: LineTable<LineShape>;
  /** The `Match` block that the section is, or undefined for the head of the file. */
  readonly match: MatchBlock | undefined;
  readonly statements: readonly SshdStatement[];
}

export function parseSshd(text: string): Document<SshdFile, SshdUnit> {
  return new Document<SshdFile, SshdUnit>(text, { cut, read }, fileOf);
}

let builder: LineTableBuilder<LineShape> | undefined;

function read(section: Section<SshdUnit>): SshdUnit {
  builder ??= new LineTableBuilder(new ShapeCache(TOKEN_TYPES.length, parseLine));
  const lines = { section, table: scan(section.text, builder) };
  const isMatch = startsMatch(section.text.slice(0, lines.table.lineStart(1)));
  let statements: readonly SshdStatement[] | undefined;
  let match: MatchBlock | undefined;
  return {
    table: lines.table,
    get match() {
      return isMatch ? (match ??= matchOf(lines, this.statements)) : undefined;
    },
    get statements() {
      return (statements ??= statementsOf(lines, isMatch ? 1 : 0));
    },
  };
}

function fileOf(document: Document<SshdFile, SshdUnit>): SshdFile {
  const units = document.sections.map((section) => section.unit);
  return {
    kind: 'sshd',
    span: { start: 0, end: document.length },
    statements: units[0]?.match === undefined ? (units[0]?.statements ?? []) : [],
    matches: units.flatMap((unit) => unit.match ?? []),
  };
}

/** A section and its lines. */
interface Lines {
  readonly section: Section<SshdUnit>;
  readonly table: LineTable<LineShape>;
}

function statementsOf(lines: Lines, from: number): SshdStatement[] {
  const statements: SshdStatement[] = [];
  for (let line = from; line < lines.table.count; line++) {
    const shape = lines.table.shapes[line] as LineShape;
    if (shape.kind === 'unreadable') statements.push(unreadableOf(lines, line));
    else if (shape.kind === 'option') statements.push(optionOf(lines, line, shape));
  }
  return statements;
}

type WordShape = Extract<LineShape, { readonly keyword: number }>;

function optionOf(lines: Lines, line: number, shape: WordShape): SshdStatement {
  const keyword = keywordOf(lines, line, shape.keyword);
  const args = Array.from({ length: shape.to - shape.from }, (_, i) => tokenWord(lines, line, shape.from + i));
  const { start, end } = restOf(lines, line, shape);
  const from = tokenStart(lines, line, shape.keyword);
  const to = tokenEnd(lines, line, Math.max(shape.keyword, shape.to - 1));
  const { section } = lines;
  return {
    kind: keyword.value.toLowerCase() === 'include' ? 'include' : 'option',
    keyword,
    args,
    rest: wordOf(section, start, end),
    get span() {
      return spanAt(section, from, to);
    },
  };
}

/** Extent of everything behind the keyword and its `=`, the comment included. */
function restOf(lines: Lines, line: number, shape: WordShape): Span {
  const last = tokenCount(lines, line) - 1;
  if (shape.from > last) {
    const end = tokenEnd(lines, line, last);
    return { start: end, end };
  }
  return { start: tokenStart(lines, line, shape.from), end: tokenEnd(lines, line, last) };
}

function unreadableOf(lines: Lines, line: number): Unreadable {
  const start = tokenStart(lines, line, 0);
  const end = tokenEnd(lines, line, tokenCount(lines, line) - 1);
  const { section } = lines;
  const opening = openingOf(lines, line);
  return {
    kind: 'unreadable',
    text: section.text.slice(start, end),
    reason: reasonOf(lines, line),
    get opening() {
      return opening === undefined ? undefined : spanAt(section, opening, opening + 1);
    },
    get span() {
      return spanAt(section, start, end);
    },
  };
}

/** Offset of the quote that never ends. */
function openingOf(lines: Lines, line: number): number | undefined {
  const types = lines.table.typesOf(line);
  const token = types.findIndex((type) => type === OPEN_KEYWORD || type === OPEN_WORD);
  if (token < 0) return undefined;
  const start = tokenStart(lines, line, token);
  const text = lines.section.text.slice(start, tokenEnd(lines, line, token));
  const at = types[token] === OPEN_KEYWORD ? text.indexOf('"') : openQuote(text);
  return at === undefined || at < 0 ? undefined : start + at;
}

function reasonOf({ table }: Lines, line: number): UnreadableReason {
  const types = table.typesOf(line);
  if (types.includes(OPEN_KEYWORD)) return 'keyword-quotes';
  return types.includes(OPEN_WORD) ? 'quotes' : 'shape';
}

function matchOf(lines: Lines, statements: readonly SshdStatement[]): MatchBlock {
  const { section } = lines;
  const shape = lines.table.shapes[0] as LineShape;
  const head = shape.kind === 'match' ? matchHeadOf(lines, shape) : unreadableOf(lines, 0);
  const criteria = head.kind === 'match-head' ? criteriaOf(section, head.rest) : [];
  return {
    kind: 'match',
    head,
    criteria,
    all: criteria.length === 1 && criteria[0]?.name.value.toLowerCase() === 'all' && criteria[0].value === undefined,
    statements,
    get span() {
      return spanAt(section, 0, section.text.length);
    },
  };
}

function matchHeadOf(lines: Lines, shape: WordShape): MatchHead {
  const { start, end } = restOf(lines, 0, shape);
  const from = tokenStart(lines, 0, shape.keyword);
  const { section } = lines;
  return {
    kind: 'match-head',
    keyword: keywordOf(lines, 0, shape.keyword),
    args: Array.from({ length: shape.to - shape.from }, (_, i) => tokenWord(lines, 0, shape.from + i)),
    rest: wordOf(section, start, end),
    get span() {
      return spanAt(section, from, Math.max(end, tokenEnd(lines, 0, shape.keyword)));
    },
  };
}

/** A word by the rules of strdelim(): ends at a blank or one `=`; `"…"` may hold both, and the words end where one is not closed. */
const CRITERION_WORD = /[ \t\r]*([^ \t\r"=]*"[^"]*"|[^ \t\r"=]+(?![^ \t\r=]))[ \t\r]*=?/y;

/** Criteria are words in pairs, `all` alone; the words may be joined by `=`. */
function criteriaOf(section: Section, rest: Word): Criterion[] {
  const from = rest.span.start - section.start;
  const { joined: text, before, behind } = joinLines(section.text.slice(from, rest.span.end - section.start));
  const words: Word[] = [];
  CRITERION_WORD.lastIndex = 0;
  for (let hit = CRITERION_WORD.exec(text); hit !== null; hit = CRITERION_WORD.exec(text)) {
    const written = hit[1] as string;
    if (written.startsWith('#')) break;
    const start = hit.index + hit[0].indexOf(written);
    const end = start + written.length;
    words.push(wordOf(section, from + behind(start), from + before(end), unquoteKeyword(written)));
  }
  const criteria: Criterion[] = [];
  for (let i = 0; i < words.length;) {
    const name = words[i++] as Word;
    const value = name.value.toLowerCase() === 'all' ? undefined : words[i++];
    const span = { start: name.span.start - section.start, end: (value ?? name).span.end - section.start };
    criteria.push({
      kind: 'criterion',
      name,
      value,
      get span() {
        return spanAt(section, span.start, span.end);
      },
    });
  }
  return criteria;
}

function tokenCount({ table }: Lines, line: number): number {
  return table.firstToken(line + 1) - table.firstToken(line);
}

function tokenStart({ table }: Lines, line: number, token: number): number {
  return table.tokenStart(table.firstToken(line) + token);
}

function tokenEnd({ table }: Lines, line: number, token: number): number {
  return table.tokenEnd(table.firstToken(line) + token);
}

function tokenWord(lines: Lines, line: number, token: number): Word {
  return wordOf(lines.section, tokenStart(lines, line, token), tokenEnd(lines, line, token));
}

function keywordOf(lines: Lines, line: number, token: number): Word {
  const { section } = lines;
  const [start, end] = [tokenStart(lines, line, token), tokenEnd(lines, line, token)];
  return wordOf(section, start, end, unquoteKeyword(withoutSeams(section.text.slice(start, end))));
}

function wordOf(
  section: Section,
  start: number,
  end: number,
  value = unquote(withoutSeams(section.text.slice(start, end))),
): Word {
  return {
    kind: 'word',
    value,
    get span() {
      return spanAt(section, start, end);
    },
  };
}

/** Absolute: the section may have been moved by an edit above it. */
