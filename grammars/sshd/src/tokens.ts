import { createToken, Lexer, type IToken, type TokenType } from 'chevrotain';
import { scanLines, type Cut, type LineTable, type LineTableBuilder } from '@halint/core';

// sshd reads a line in two steps: strdelim() takes the keyword and at most one `=`, argv_split() the rest (servconf.c,
// misc.c). Blanks at the end, form feeds included, are cut off before. What a character means depends on what stands
// before it on the line, so the patterns look back at the tokens already matched.

type Matched = readonly IToken[];
type Holds = (matched: Matched) => boolean;

const TRAIL = String.raw`[ \t\r\f]*(?:[\n\0]|$)`;
/** One character of a keyword. */
const K = String.raw`(?:[^ \t\r\n"=\0\f]|\f(?!${TRAIL}))`;
/** One character or escape outside quotes, and a closed quote. */
const PLAIN = String.raw`(?:\\(?:['"\\]|(?!${TRAIL}) )|\\(?!['"\\]|(?!${TRAIL}) )|(?!${TRAIL})[^ \t\n\0\\'"])`;
const IN_DOUBLE = String.raw`(?:\\['"\\]|\\(?!['"\\])|[^"\\\n\0])`;
const IN_SINGLE = String.raw`(?:\\['"\\]|\\(?!['"\\])|[^'\\\n\0])`;
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
const Trail = custom('Trail', String.raw`[ \t\r\f]+(?=[\n\0]|$)`, 'y', always, Lexer.SKIPPED);
const Blank = createToken({ name: 'Blank', pattern: /[ \t]+/, group: Lexer.SKIPPED });
const Return = custom('Return', String.raw`\r`, 'y', beforeArguments, Lexer.SKIPPED);
/** One `=` in front of the keyword is passed over as a blank is. */
const Lead = custom('Lead', String.raw`=(?![ \t\r]*=)`, 'y', isStart, Lexer.SKIPPED);
export const Comment: TokenType = custom('Comment', String.raw`#(?:(?!${TRAIL})[^\n\0])*`, 'y', always);
/** From a NUL to the end of the line: the C string ends there, and sshd glues the next line to it. */
export const Nul: TokenType = custom('Nul', String.raw`\0[^\n]*`, 'y', always);
export const MatchWord: TokenType = custom(
  'MatchWord',
  String.raw`(?:match|"match")(?=[ \t\r=]|${TRAIL})|"match"`,
  'iy',
  isStart,
);
export const OpenKeyword: TokenType = custom(
  'OpenKeyword',
  String.raw`${K}*"(?:(?!${TRAIL})[^"\n\0])*(?=${TRAIL})`,
  'y',
  isStart,
);
export const Keyword: TokenType = custom('Keyword', String.raw`${K}*"[^"\n\0]*"|${K}+`, 'y', isStart);
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
export const TOKEN_TYPES: readonly TokenType[] = [
  Comment,
  Nul,
  MatchWord,
  OpenKeyword,
  Keyword,
  Equals,
  OpenWord,
  Word,
];
export const COMMENT = 0;
export const NUL = 1;
const MATCH = 2;
export const OPEN_KEYWORD = 3;
const KEYWORD = 4;
const EQUALS = 5;
export const OPEN_WORD = 6;
const WORD = 7;

/** The definition of the tokens that the scanner is held to by a test. */
export function createLexer(): Lexer {
  const types = [
    EndOfLine,
    Trail,
    Blank,
    Return,
    Lead,
    Comment,
    Nul,
    Equals,
    MatchWord,
    OpenKeyword,
    Keyword,
    OpenWord,
    Word,
  ];
  return new Lexer(types, { positionTracking: 'onlyOffset' });
}

/** Reads a text into lines of tokens; linear in its length. */
export function scan<Shape>(text: string, out: LineTableBuilder<Shape>): LineTable<Shape> {
  let nul = text.indexOf('\0');
  return scanLines(text, out, (start, end) => {
    if (nul >= 0 && nul < start) nul = text.indexOf('\0', start);
    const hasNul = nul >= 0 && nul < end;
    scanLine(text, start, trimmed(text, start, hasNul ? nul : end), out);
    if (hasNul) out.token(NUL, nul, end);
  });
}

function scanLine(text: string, from: number, to: number, out: LineTableBuilder<unknown>): void {
  let at = skip(text, from, to);
  if (at < to && text.charCodeAt(at) === EQUAL) {
    const next = skip(text, at + 1, to);
    if (next < to && text.charCodeAt(next) === EQUAL) return scanWords(text, at, to, out);
    at = next;
  }
  if (at >= to) return;
  if (text.charCodeAt(at) === HASH) return out.token(COMMENT, at, to);
  at = scanKeyword(text, at, to, out);
  scanWords(text, at, to, out);
}

/** Where the arguments start. */
function scanKeyword(text: string, start: number, to: number, out: LineTableBuilder<unknown>): number {
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

function scanWords(text: string, from: number, to: number, out: LineTableBuilder<unknown>): void {
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

/** End of the line without the blanks at its end. */
function trimmed(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && isTrailing(text.charCodeAt(end - 1))) end--;
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
const MATCH_LINE = /(?<![^\n])[ \t\r]*=?[ \t\r]*(?:match(?=[ \t\r=]|[ \t\r\f]*(?:[\n\0]|$))|"match")/gi;

/** Sections: the head of the file, and each `Match` line with what follows it. */
export function cut(text: string): Cut {
  const starts = [0];
  MATCH_LINE.lastIndex = 0;
  for (let hit = MATCH_LINE.exec(text); hit !== null; hit = MATCH_LINE.exec(text)) {
    if (hit.index > 0) starts.push(hit.index);
  }
  return { starts, open: false };
}

/** Does the text start with a `Match` line? */
export function startsMatch(text: string): boolean {
  MATCH_LINE.lastIndex = 0;
  return MATCH_LINE.exec(text)?.index === 0;
}
