import { createToken, Lexer, type IToken, type TokenType } from 'chevrotain';
import { scanLines, type Cut, type LineTable, type LineTableBuilder } from '@halint/core';

// keepalived lib/parser.c: decomment() ends a line at `!` or `#` outside quotes, read_line() cuts at braces, alloc_strvec_r()
// splits words at blanks. A template placeholder is part of a word, whatever it holds, and so are ${NAME} and ~SEQ(...).

type Matched = readonly IToken[];
const atLineStart = (matched: Matched): boolean => {
  const last = matched[matched.length - 1];
  return last === undefined || last.tokenType === EndOfLine;
};

/**
 * One part of a word: an escaped comment sign, a placeholder, a definition's use, a repetition, any other character. The bounds keep
 * a line of opening marks without an end from being searched to its end from each of them.
 */
const WORD_PART = String.raw`\\[#!]|\{\{[^\n]{0,256}?\}\}|\{%[^\n]{0,256}?%\}|<%[^\n]{0,256}?%>|\$\{[^{} \t\v\f\r\n]{0,256}\}|~(?:SEQx?|LST)\([^()\n]{0,256}\)|[^ \t\v\f\r\n"{}!#]`;
const WORD = new RegExp(`(?:${WORD_PART})+`, 'y');
/** The same where definitions have been replaced already. */
const PLAIN_WORD = /(?:\\[#!]|\{\{[^\n]{0,256}?\}\}|\{%[^\n]{0,256}?%\}|<%[^\n]{0,256}?%>|[^ \t\v\f\r\n"{}!#])+/y;
const QUOTED = /"[^"\n]*"/y;
const BROKEN = /"[^"\n]*/y;
/** `$NAME=`; sticky: set lastIndex before use. */
export const DEFINITION = /\$[A-Za-z_][A-Za-z0-9_]*=/y;
const CONDITION = /@\^?[^ \t\v\f\r\n{}"!#]+/y;

const custom = (name: string, pattern: RegExp): TokenType =>
  createToken({
    name,
    line_breaks: false,
    pattern: (text: string, offset: number, matched: IToken[]) => {
      if (!atLineStart(matched)) return null;
      pattern.lastIndex = offset;
      return pattern.exec(text);
    },
  });

export const EndOfLine: TokenType = createToken({ name: 'EndOfLine', pattern: /\n/, line_breaks: true });
const Blank = createToken({ name: 'Blank', pattern: /[ \t\v\f\r]+/, group: Lexer.SKIPPED });
export const Word: TokenType = createToken({
  name: 'Word',
  pattern: new RegExp(`(?:${WORD_PART})+`),
  line_breaks: false,
});
export const Quoted: TokenType = createToken({ name: 'Quoted', pattern: /"[^"\n]*"/, line_breaks: false });
/** A quote that the line does not close: the rest of the line. */
export const BrokenQuote: TokenType = createToken({ name: 'BrokenQuote', pattern: /"[^"\n]*/, line_breaks: false });
export const Open: TokenType = createToken({ name: 'Open', pattern: /\{/ });
export const Close: TokenType = createToken({ name: 'Close', pattern: /\}/ });
export const Comment: TokenType = createToken({ name: 'Comment', pattern: /[!#][^\n]*/, line_breaks: false });
/** `$NAME=` at the start of a line. */
export const Definition: TokenType = custom('Definition', DEFINITION);
/** `@id` or `@^id` at the start of a line. */
export const Condition: TokenType = custom('Condition', CONDITION);

/** Token types by their number in the line table. */
export const TOKEN_TYPES: readonly TokenType[] = [
  Word,
  Quoted,
  BrokenQuote,
  Open,
  Close,
  Comment,
  Definition,
  Condition,
];
export const WORD_TOKEN = 0;
export const QUOTED_TOKEN = 1;
export const BROKEN_TOKEN = 2;
export const OPEN_TOKEN = 3;
export const CLOSE_TOKEN = 4;
export const COMMENT_TOKEN = 5;
export const DEFINITION_TOKEN = 6;
export const CONDITION_TOKEN = 7;

/** The definition of the tokens that the scanner is held to by a test. */
export function createLexer(): Lexer {
  return new Lexer([Blank, EndOfLine, Comment, Definition, Condition, Quoted, BrokenQuote, Word, Open, Close], {
    positionTracking: 'onlyOffset',
  });
}

export interface Sink {
  token(type: number, start: number, end: number): void;
}

/** Reads a text into lines of tokens; linear in its length. */
export function scan<Shape>(text: string, builder: LineTableBuilder<Shape>): LineTable<Shape> {
  return scanLines(text, builder, (start, end) => scanLine(text, start, end, builder));
}

const DOUBLE_QUOTE = 34;
const HASH = 35;
const DOLLAR = 36;
const BANG = 33;
const AT = 64;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

function scanLine(text: string, from: number, to: number, out: Sink): void {
  let at = skipBlanks(text, from, to);
  at = scanStart(text, at, out);
  for (at = skipBlanks(text, at, to); at < to; at = skipBlanks(text, at, to)) {
    const code = text.charCodeAt(at);
    if (code === HASH || code === BANG) return out.token(COMMENT_TOKEN, at, to);
    const end = wordEnd(text, at, to);
    if (end > at) out.token(WORD_TOKEN, at, end);
    else if (code === DOUBLE_QUOTE) {
      const quote = matchEnd(QUOTED, text, at);
      out.token(quote > at ? QUOTED_TOKEN : BROKEN_TOKEN, at, quote > at ? quote : matchEnd(BROKEN, text, at));
      at = quote > at ? quote : to;
      continue;
    } else out.token(code === OPEN_BRACE ? OPEN_TOKEN : CLOSE_TOKEN, at, at + 1);
    at = end > at ? end : at + 1;
  }
}

/** `$NAME=` and `@id` count only at the start of a line. */
function scanStart(text: string, at: number, out: Sink): number {
  const code = text.charCodeAt(at);
  if (code !== DOLLAR && code !== AT) return at;
  const end = matchEnd(code === DOLLAR ? DEFINITION : CONDITION, text, at);
  if (end > at) out.token(code === DOLLAR ? DEFINITION_TOKEN : CONDITION_TOKEN, at, end);
  return end;
}

/** Reads a text in which definitions were replaced: braces cut words, what looks like `${NAME}` is none of its own any more. */
export function scanReplaced(text: string, out: Sink): void {
  let at = skipBlanks(text, 0, text.length);
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === HASH || code === BANG) return;
    let end: number;
    if (code === DOUBLE_QUOTE) {
      const quote = matchEnd(QUOTED, text, at);
      end = quote > at ? quote : text.length;
      out.token(quote > at ? QUOTED_TOKEN : BROKEN_TOKEN, at, end);
    } else if ((code === OPEN_BRACE && !opensHole(text, at)) || code === CLOSE_BRACE) {
      end = at + 1;
      out.token(code === OPEN_BRACE ? OPEN_TOKEN : CLOSE_TOKEN, at, end);
    } else {
      end = Math.max(matchEnd(PLAIN_WORD, text, at), at + 1);
      out.token(WORD_TOKEN, at, end);
    }
    at = skipBlanks(text, end, text.length);
  }
}

/** Plain characters are skipped by hand; only those that could begin something longer ask the pattern. */
function wordEnd(text: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const code = text.charCodeAt(at);
    if (isSpecial(code)) return matchEnd(WORD, text, from);
    if (
      code === DOUBLE_QUOTE ||
      code === HASH ||
      code === BANG ||
      code === OPEN_BRACE ||
      code === CLOSE_BRACE ||
      isBlank(code)
    )
      break;
    at++;
  }
  if (at < to && text.charCodeAt(at) === OPEN_BRACE && opensHole(text, at)) return matchEnd(WORD, text, from);
  return at;
}

/** `\`, `$`, `~`, `<`. */
function isSpecial(code: number): boolean {
  return code === 92 || code === DOLLAR || code === 126 || code === 60;
}

function opensHole(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  return next === OPEN_BRACE || next === 37;
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function skipBlanks(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** isspace() of the C locale, but the line feed: a byte order mark or a no-break space is part of a word. */
function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13 && code !== 10);
}

/** Counts braces of the lines fed to it. */
class DepthSink implements Sink {
  depth = 0;
  opened = false;
  some = false;

  token(type: number): void {
    if (type !== COMMENT_TOKEN) this.some = true;
    if (type === OPEN_TOKEN) {
      this.depth++;
      this.opened = true;
    } else if (type === CLOSE_TOKEN && this.depth > 0) this.depth--;
  }
}

/**
 * A section is a top-level block with the comments and blank lines before it, ending with the line that closes it. Top-level
 * statements before the next block stand in its section. `open`: braces are not balanced at the end.
 */
export function cut(text: string): Cut {
  const starts = [0];
  const sink = new DepthSink();
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    scanLine(text, start, end, sink);
    start = end + 1;
    if (sink.opened && sink.depth === 0 && start < text.length) {
      starts.push(start);
      sink.opened = false;
    }
  }
  return { starts, open: sink.depth > 0 };
}
