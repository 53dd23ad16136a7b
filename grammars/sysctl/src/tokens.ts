import { createToken, Lexer, type IToken, type TokenType } from 'chevrotain';
import { scanLines, type Cut, type LineTable, type LineTableBuilder } from '@halint/core';

// A line is `[-]key[=value]`; blanks are space, tab and CR (systemd's WHITESPACE). What a character means depends on
// what stands before it on the line, so the patterns look back at the tokens already matched.

type Matched = readonly IToken[];
const atLineStart = (matched: Matched): boolean => {
  const last = matched[matched.length - 1];
  return last === undefined || last.tokenType === EndOfLine;
};
const match = (pattern: RegExp, text: string, offset: number): RegExpExecArray | null => {
  pattern.lastIndex = offset;
  return pattern.exec(text);
};
const custom = (name: string, pattern: RegExp, holds: (matched: Matched) => boolean): TokenType =>
  createToken({
    name,
    line_breaks: false,
    pattern: (text: string, offset: number, matched: IToken[]) =>
      holds(matched) ? match(pattern, text, offset) : null,
  });

export const EndOfLine: TokenType = createToken({ name: 'EndOfLine', pattern: /\n/, line_breaks: true });
const Blank = createToken({ name: 'Blank', pattern: /[ \t\r]+/, group: Lexer.SKIPPED });
/** Everything behind `=`, blanks at both ends left out: `#` and `;` belong to the value there. */
export const Value: TokenType = custom(
  'Value',
  /[^ \t\r\n](?:[^\n]*[^ \t\r\n])?/y,
  (matched) => matched[matched.length - 1]?.tokenType === Equals,
);
export const Comment: TokenType = custom('Comment', /[#;][^\n]*/y, atLineStart);
export const Minus: TokenType = custom('Minus', /-/y, atLineStart);
export const Equals: TokenType = createToken({ name: 'Equals', pattern: /=/ });
export const Key: TokenType = createToken({ name: 'Key', pattern: /[^ \t\r\n=]+/, line_breaks: false });

/** Token types by their number in the line table. */
export const TOKEN_TYPES: readonly TokenType[] = [Comment, Minus, Key, Equals, Value];
const COMMENT = 0;
const MINUS = 1;
const KEY = 2;
const EQUALS = 3;
const VALUE = 4;

/** The definition of the tokens that the scanner is held to by a test. */
export function createLexer(): Lexer {
  return new Lexer([Blank, EndOfLine, Value, Comment, Minus, Equals, Key], { positionTracking: 'onlyOffset' });
}

/** Reads a text into lines of tokens; linear in its length. */
export function scan<Shape>(text: string, builder: LineTableBuilder<Shape>): LineTable<Shape> {
  return scanLines(text, builder, (start, end) => scanLine(text, start, end, builder));
}

function scanLine(text: string, from: number, to: number, out: LineTableBuilder<unknown>): void {
  let at = skipBlanks(text, from, to);
  if (at === to) return;
  const first = text.charCodeAt(at);
  if (first === HASH || first === SEMICOLON) return out.token(COMMENT, at, to);
  if (first === DASH) {
    out.token(MINUS, at, at + 1);
    at = skipBlanks(text, at + 1, to);
  }
  while (at < to) {
    if (text.charCodeAt(at) === EQUAL) {
      out.token(EQUALS, at, at + 1);
      return scanValue(text, skipBlanks(text, at + 1, to), to, out);
    }
    const start = at;
    while (at < to && !isBlank(text.charCodeAt(at)) && text.charCodeAt(at) !== EQUAL) at++;
    out.token(KEY, start, at);
    at = skipBlanks(text, at, to);
  }
}

function scanValue(text: string, from: number, to: number, out: LineTableBuilder<unknown>): void {
  let end = to;
  while (end > from && isBlank(text.charCodeAt(end - 1))) end--;
  if (end > from) out.token(VALUE, from, end);
}

function skipBlanks(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(text.charCodeAt(at))) at++;
  return at;
}

const HASH = 35;
const DASH = 45;
const SEMICOLON = 59;
const EQUAL = 61;

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13;
}

/** The whole file is one section: real files have some dozen lines, and no line depends on another. */
export function cut(_text: string): Cut {
  return { starts: [0], open: false };
}
