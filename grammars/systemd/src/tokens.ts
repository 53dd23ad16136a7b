import { createToken, Lexer, type TokenType } from 'chevrotain';
import { scanLines, type Cut, type LineTable, type LineTableBuilder } from '@halint/core';

// A line is a section head, `key=value`, a comment, or more of the value above when that ended in a backslash; what it is depends
// on the line before, so that one scanner decides (config_parse() and parse_line() of systemd's conf-parser.c).

const type = (name: string): TokenType => createToken({ name, pattern: Lexer.NA });

/** First character `#` or `;`; it interrupts no continuation. */
export const Comment: TokenType = type('Comment');
export const Open: TokenType = type('Open');
/** What stands in the brackets of a section head. */
export const Name: TokenType = type('Name');
export const Close: TokenType = type('Close');
export const Key: TokenType = type('Key');
export const Equals: TokenType = type('Equals');
/** Everything behind `=`, blanks at both ends left out. */
export const Value: TokenType = type('Value');
/** A line that goes on with the value of the line above. */
export const More: TokenType = type('More');
/** The backslash at the end of a line: the next one belongs to it. */
export const Continuation: TokenType = type('Continuation');

/** Token types by their number in the line table. */
export const TOKEN_TYPES: readonly TokenType[] = [Comment, Open, Name, Close, Key, Equals, Value, More, Continuation];
const [COMMENT, OPEN, NAME, CLOSE, KEY, EQUALS, VALUE, MORE, CONTINUATION] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;

/** Reads a text into lines of tokens; linear in its length. */
export function scan<Shape>(text: string, builder: LineTableBuilder<Shape>): LineTable<Shape> {
  let continued = false;
  return scanLines(text, builder, (start, end) => {
    continued = scanLine(text, start, end, continued, builder);
  });
}

/** Returns whether the next line belongs to this one. */
function scanLine(text: string, from: number, to: number, continued: boolean, out: LineTableBuilder<unknown>): boolean {
  const end = to > from && text.charCodeAt(to - 1) === CR ? to - 1 : to;
  let at = from;
  while (at < end && isBlank(text, at)) at++;
  if (at === end) return false;
  const first = text[at];
  if (first === '#' || first === ';') {
    out.token(COMMENT, at, end);
    return continued;
  }
  const goesOn = endsInBackslash(text, at, end);
  const last = trimmed(text, at, goesOn ? end - 1 : end);
  if (continued) {
    if (last > at) out.token(MORE, at, last);
  } else if (last === at) {
    // Nothing but a backslash: a blank in front of the next line.
    out.token(CONTINUATION, end - 1, end);
    return false;
  } else if (first === '[') scanHead(text, at, last, out);
  else scanAssignment(text, at, last, out);
  if (goesOn) out.token(CONTINUATION, end - 1, end);
  return goesOn;
}

function scanHead(text: string, at: number, end: number, out: LineTableBuilder<unknown>): void {
  out.token(OPEN, at, at + 1);
  const closed = end > at + 1 && text[end - 1] === ']';
  const nameEnd = closed ? end - 1 : end;
  if (nameEnd > at + 1) out.token(NAME, at + 1, nameEnd);
  if (closed) out.token(CLOSE, nameEnd, end);
}

function scanAssignment(text: string, at: number, end: number, out: LineTableBuilder<unknown>): void {
  const found = text.slice(at, end).indexOf('=');
  const equals = found < 0 ? end : at + found;
  const keyEnd = trimmed(text, at, equals);
  if (keyEnd > at) out.token(KEY, at, keyEnd);
  if (equals === end) return;
  out.token(EQUALS, equals, equals + 1);
  let start = equals + 1;
  while (start < end && isBlank(text, start)) start++;
  if (start < end) out.token(VALUE, start, end);
}

/** An odd number of them: `\\` is a backslash, and the line ends with it. */
function endsInBackslash(text: string, from: number, to: number): boolean {
  let at = to;
  while (at > from && text[at - 1] === '\\') at--;
  return (to - at) % 2 === 1;
}

function trimmed(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && isBlank(text, end - 1)) end--;
  return end;
}

const CR = 13;

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 32 || code === 9 || code === CR;
}

/** The whole file is one section: real ones have some dozen lines, and a backslash reaches over comments into the next line. */
export function cut(_text: string): Cut {
  return { starts: [0], open: false };
}
