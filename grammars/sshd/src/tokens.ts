import { createToken, Lexer, type IToken, type TokenType } from 'chevrotain';
import { scanLines, type Cut, type LineTable, type LineTableBuilder } from '@halint/core';

// sshd reads a line in two steps: strdelim() takes the keyword and at most one `=`, argv_split() the rest (servconf.c,
// misc.c). Blanks at the end, form feeds included, are cut off before. What a character means depends on what stands
// before it on the line, so the patterns look back at the tokens already matched.

type Matched = readonly IToken[];
type Holds = (matched: Matched) => boolean;

const TRAIL = String.raw`[ \t\r\f]*(?:\n|$)`;
/** The first character of a line is never cut off, not even a form feed. */
const HEAD = String.raw`(?:^|\n)[ \t\r]*`;
/** One character of a keyword. */
const K = String.raw`(?:[^ \t\r\n"=\f]|\f(?!${TRAIL})|(?<=${HEAD})\f)`;
/** One character or escape outside quotes, and a closed quote. */
const PLAIN = String.raw`(?:\\(?:['"\\]|(?!${TRAIL}) )|\\(?!['"\\]|(?!${TRAIL}) )|(?!${TRAIL})[^ \t\n\\'"])`;
const IN_DOUBLE = String.raw`(?:\\['"\\]|\\(?!['"\\])|[^"\\\n])`;
const IN_SINGLE = String.raw`(?:\\['"\\]|\\(?!['"\\])|[^'\\\n])`;
const PART = `(?:${PLAIN}|"${IN_DOUBLE}*"|'${IN_SINGLE}*')`;

const custom = (name: string, source: string, flags: string, holds: Holds, group?: string): TokenType => {
  const pattern = new RegExp(source, flags);
  return createToken({
    name,
    line_breaks: false,
    ...(group === undefined ? {} : { group }),
    pattern: (text: string, offset: number, matched: IToken[]) => {
      if (!holds(matched)) return null;
      pattern.lastIndex = offset;
      return pattern.exec(text);
    },
  });
};
const always: Holds = () => true;
const isStart: Holds = (matched) => {
  const last = matched[matched.length - 1];
  return last === undefined || last.tokenType === EndOfLine;
};
/** Behind a keyword without quotes one `=` is passed over. */
const atEquals: Holds = (matched) => {
  const last = matched[matched.length - 1];
  return (last?.tokenType === Keyword || last?.tokenType === MatchWord) && !last.image.includes('"');
};
const beforeArguments: Holds = (matched) => {
  const type = matched[matched.length - 1]?.tokenType;
  return isStart(matched) || type === Keyword || type === MatchWord || type === Equals;
};

export const EndOfLine: TokenType = createToken({ name: 'EndOfLine', pattern: /\n/, line_breaks: true });
const Trail = custom(
  'Trail',
  String.raw`(?<=${HEAD})[ \t\r]+(?=\n|$)|(?<!${HEAD})[ \t\r\f]+(?=\n|$)`,
  'y',
  always,
  Lexer.SKIPPED,
);
const Blank = createToken({ name: 'Blank', pattern: /[ \t]+/, group: Lexer.SKIPPED });
const Return = custom('Return', String.raw`\r`, 'y', beforeArguments, Lexer.SKIPPED);
/** One empty word in front of the keyword is passed over: `""`, or what stands before an `=`. */
const Lead = custom('Lead', String.raw`(?:=|"")(?![ \t\r]*(?:=|""))`, 'y', isStart, Lexer.SKIPPED);
export const Comment: TokenType = custom('Comment', String.raw`#(?:(?!${TRAIL})[^\n])*`, 'y', always);
export const MatchWord: TokenType = custom(
  'MatchWord',
  String.raw`(?:match|"match")(?=[ \t\r=]|${TRAIL})|"match"`,
  'iy',
  isStart,
);
export const OpenKeyword: TokenType = custom(
  'OpenKeyword',
  String.raw`(?!"")${K}*"(?:(?!${TRAIL})[^"\n])*(?=${TRAIL})`,
  'y',
  isStart,
);
export const Keyword: TokenType = custom('Keyword', String.raw`(?!"")${K}*"[^"\n]*"|${K}+`, 'y', isStart);
export const Equals: TokenType = custom('Equals', '=', 'y', atEquals);
/** A word whose quote is not closed on the line. */
export const OpenWord: TokenType = custom(
  'OpenWord',
  String.raw`${PART}*(?:"${IN_DOUBLE}*?|'${IN_SINGLE}*?)(?=${TRAIL})`,
  'y',
  always,
);
export const Word: TokenType = custom('Word', `${PART}+`, 'y', always);

/** Token types by their number in the line table. */
export const TOKEN_TYPES: readonly TokenType[] = [Comment, MatchWord, OpenKeyword, Keyword, Equals, OpenWord, Word];
export const COMMENT = 0;
const MATCH = 1;
export const OPEN_KEYWORD = 2;
const KEYWORD = 3;
const EQUALS = 4;
export const OPEN_WORD = 5;
const WORD = 6;

/** The definition of the tokens that the scanner is held to by a test. */
export function createLexer(): Lexer {
  const types = [
    EndOfLine,
    Trail,
    Blank,
    Return,
    Lead,
    Comment,
    Equals,
    MatchWord,
    OpenKeyword,
    Keyword,
    OpenWord,
    Word,
  ];
  return new Lexer(types, { positionTracking: 'onlyOffset' });
}

/** Where tokens go. */
interface Sink {
  token(type: number, start: number, end: number): void;
}

/** Reads a text into lines of tokens; linear in its length. Lines that a NUL joins are one, and a token may reach over what it takes away. */
export function scan<Shape>(text: string, out: LineTableBuilder<Shape>): LineTable<Shape> {
  if (!text.includes('\0'))
    return scanLines(text, out, (start, end) => scanLine(text, start, trimmed(text, start, end), out));
  const { joined, before, behind } = joinLines(text);
  const sink: Sink = { token: (type, start, end) => out.token(type, behind(start), before(end)) };
  let start = 0;
  do {
    const newline = joined.indexOf('\n', start);
    const end = newline < 0 ? joined.length : newline;
    out.startLine(before(start));
    scanLine(joined, start, trimmed(joined, start, end), sink);
    out.endLine();
    start = end + 1;
  } while (start < joined.length);
  return out.finish(text.length);
}

/**
 * What a NUL takes away: sshd copies each line up to its first NUL (load_server_config(), strlen()), the line feed behind it is lost, and so are
 * the blanks in front of the next line.
 */
const SEAM = /\0[^\n]*(?:\n[ \t\r]*|$)/g;

/** The text as sshd reads it: lines with a NUL are joined to the next ones. */
export function withoutSeams(text: string): string {
  return text.includes('\0') ? text.replace(SEAM, '') : text;
}

/** The starts of the NULs that count, one for each line that has any. */
export function seamsOf(text: string): readonly number[] {
  return text.includes('\0') ? Array.from(text.matchAll(SEAM), (seam) => seam.index) : [];
}

interface Joined {
  readonly joined: string;
  /** The offset in the text of an offset in what is joined, in front of a seam that stands there, and behind it. */
  before(offset: number): number;
  behind(offset: number): number;
  /** Does the text end in a seam: would more text be part of its last line? */
  readonly open: boolean;
}

/** The text as sshd reads it, and where its characters stand in what is written. */
export function joinLines(text: string): Joined {
  // Of each seam its offset in what is joined, and the length of all up to it.
  const offsets: number[] = [];
  const lengths: number[] = [0];
  let open = false;
  for (const seam of text.matchAll(SEAM)) {
    const taken = lengths[lengths.length - 1] as number;
    offsets.push(seam.index - taken);
    lengths.push(taken + seam[0].length);
    open = seam.index + seam[0].length === text.length;
  }
  const shifted = (offset: number, passes: (seam: number) => boolean): number => {
    let [low, high] = [0, offsets.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (passes(offsets[middle] as number)) low = middle + 1;
      else high = middle;
    }
    return offset + (lengths[low] as number);
  };
  return {
    joined: text.replace(SEAM, ''),
    before: (offset) => shifted(offset, (seam) => seam < offset),
    behind: (offset) => shifted(offset, (seam) => seam <= offset),
    open,
  };
}

function scanLine(text: string, from: number, to: number, out: Sink): void {
  let at = skip(text, from, to);
  const lead = leadAt(text, at, to);
  if (lead > 0) {
    const next = skip(text, at + lead, to);
    if (leadAt(text, next, to) > 0) return scanWords(text, at, to, out);
    at = next;
  }
  if (at >= to) return;
  if (text.charCodeAt(at) === HASH) return out.token(COMMENT, at, to);
  at = scanKeyword(text, at, to, out);
  scanWords(text, at, to, out);
}

/** Length of the empty word that stands here, 0 for another one. */
function leadAt(text: string, at: number, to: number): number {
  if (at >= to) return 0;
  const code = text.charCodeAt(at);
  if (code === EQUAL) return 1;
  return code === DOUBLE && at + 1 < to && text.charCodeAt(at + 1) === DOUBLE ? 2 : 0;
}

/** Where the arguments start. */
function scanKeyword(text: string, start: number, to: number, out: Sink): number {
  let at = start;
  while (at < to && !endsKeyword(text.charCodeAt(at))) at++;
  if (at < to && text.charCodeAt(at) === DOUBLE) {
    const close = text.indexOf('"', at + 1);
    const closed = close >= 0 && close < to;
    const end = closed ? close + 1 : to;
    out.token(!closed ? OPEN_KEYWORD : isMatch(text, start, end) ? MATCH : KEYWORD, start, end);
    return skip(text, end, to);
  }
  out.token(isMatch(text, start, at) ? MATCH : KEYWORD, start, at);
  at = skip(text, at, to);
  if (at === to || text.charCodeAt(at) !== EQUAL) return at;
  out.token(EQUALS, at, at + 1);
  return skip(text, at + 1, to);
}

function isMatch(text: string, start: number, end: number): boolean {
  const length = end - start;
  return (length === 5 || length === 7) && /^(?:match|"match")$/i.test(text.slice(start, end));
}

function scanWords(text: string, from: number, to: number, out: Sink): void {
  let at = from;
  for (;;) {
    while (at < to && isSpace(text.charCodeAt(at))) at++;
    if (at >= to) return;
    if (text.charCodeAt(at) === HASH) return out.token(COMMENT, at, to);
    const start = at;
    const quote = { open: false };
    at = wordEnd(text, at, to, quote);
    out.token(quote.open ? OPEN_WORD : WORD, start, at);
  }
}

/** End of the word that starts at `from`; `quote.open` tells that a quote in it never ends. */
function wordEnd(text: string, from: number, to: number, quote: { open: boolean }): number {
  let open = 0;
  let at = from;
  for (; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) {
      const next = at + 1 < to ? text.charCodeAt(at + 1) : 0;
      if (next === SINGLE || next === DOUBLE || next === BACKSLASH || (open === 0 && next === SPACE)) at++;
    } else if (open !== 0) {
      if (code === open) open = 0;
    } else if (isSpace(code)) break;
    else if (code === DOUBLE || code === SINGLE) open = code;
  }
  quote.open = open !== 0;
  return at;
}

/** The word as sshd sees it: quotes and escapes removed (argv_split). */
export function unquote(text: string): string {
  if (!/['"\\]/.test(text)) return text;
  let open = '';
  let value = '';
  for (let i = 0; i < text.length; i++) {
    const sign = text[i] as string;
    const next = text[i + 1];
    if (sign === '\\' && (next === "'" || next === '"' || next === '\\' || (open === '' && next === ' '))) {
      value += next;
      i++;
    } else if (open === '' && (sign === '"' || sign === "'")) open = sign;
    else if (sign === open) open = '';
    else value += sign;
  }
  return value;
}

/** End of the line without the blanks at its end; its first character stays. */
function trimmed(text: string, from: number, to: number): number {
  const least = skip(text, from, to) + 1;
  let end = to;
  while (end > least && isTrailing(text.charCodeAt(end - 1))) end--;
  return end;
}

function skip(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isWhite(text.charCodeAt(at))) at++;
  return at;
}

const SPACE = 32;
const DOUBLE = 34;
const HASH = 35;
const SINGLE = 39;
const EQUAL = 61;
const BACKSLASH = 92;

const isSpace = (code: number): boolean => code === SPACE || code === 9;
const isWhite = (code: number): boolean => isSpace(code) || code === 13;
const isTrailing = (code: number): boolean => isWhite(code) || code === 12;
const endsKeyword = (code: number): boolean => isWhite(code) || code === DOUBLE || code === EQUAL;

// `^` with the m flag would also match behind a CR: a line of sshd ends at LF only.
const MATCH_LINE = /(?<![^\n])[ \t\r]*(?:=|"")?[ \t\r]*(?:match(?=[ \t\r=]|[ \t\r\f]*(?:\n|$))|"match")/gi;

/** Sections: the head of the file, and each `Match` line with what follows it. */
export function cut(text: string): Cut {
  if (!text.includes('\0')) return { starts: startsOf(text), open: false };
  const { joined, before, open } = joinLines(text);
  return { starts: startsOf(joined).map((start) => (start === 0 ? 0 : before(start))), open };
}

function startsOf(text: string): readonly number[] {
  const starts = [0];
  MATCH_LINE.lastIndex = 0;
  for (let hit = MATCH_LINE.exec(text); hit !== null; hit = MATCH_LINE.exec(text)) {
    if (hit.index > 0) starts.push(hit.index);
  }
  return starts;
}

/** Does the text start with a `Match` line? */
export function startsMatch(text: string): boolean {
  MATCH_LINE.lastIndex = 0;
  return MATCH_LINE.exec(withoutSeams(text))?.index === 0;
}

/** The keyword as strdelim() sees it: double quotes alone are taken away. */
export function unquoteKeyword(text: string): string {
  return text.replaceAll('"', '');
}

/** Where the quote stands that is never closed (argv_split()); undefined where all are. */
export function openQuote(text: string): number | undefined {
  let open: number | undefined;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] as string;
    if (sign === '\\' && /['"\\ ]/.test(text[at + 1] ?? '') && (text[at + 1] !== ' ' || open === undefined)) at++;
    else if (open !== undefined) open = sign === text[open] ? undefined : open;
    else if (sign === '"' || sign === "'") open = at;
  }
  return open;
}
