import { createToken, Lexer, type TokenType } from 'chevrotain';
import type { Cut, LineTable, LineTableBuilder } from '@halint/core';

// rsyslog.conf mixes three notations (rsyslog.conf(5)): `$Directive value`, selector lines of syslogd, and RainerScript, whose
// objects reach over lines and may stand behind `then` on one. Where a statement ends depends on how it begins, so that a scanner
// cuts statements, and each is a row of the line table.

const type = (name: string): TokenType => createToken({ name, pattern: Lexer.NA });

export const Comment: TokenType = type('Comment');
/** `$ModLoad`, the dollar included. */
export const Directive: TokenType = type('Directive');
/** The rest of a directive's line. */
export const Value: TokenType = type('Value');
/** `module`, `input`, `action` … before a parenthesis. */
export const ObjectName: TokenType = type('ObjectName');
export const Open: TokenType = type('Open');
export const Name: TokenType = type('Name');
export const Equals: TokenType = type('Equals');
/** Value of a parameter: a string with its quotes, or an array with its brackets. */
export const Text: TokenType = type('Text');
export const Close: TokenType = type('Close');
/** `&`: one more action for the filter above. */
export const And: TokenType = type('And');
/** What a filter does: the rest of its line. */
export const Action: TokenType = type('Action');
/** `:programname, isequal, "haproxy"`. */
export const Filter: TokenType = type('Filter');
/** `local0.*;mail.none`. */
export const Selector: TokenType = type('Selector');
/** `if …` up to `then`. */
export const Condition: TokenType = type('Condition');
export const Then: TokenType = type('Then');
/** Other statements of RainerScript: `else`, `stop`, `set …;`, `call …`. */
export const Script: TokenType = type('Script');
export const Brace: TokenType = type('Brace');
/** `!program`, `+host`, `-host` of BSD. */
export const Block: TokenType = type('Block');
/** Anything else. */
export const Other: TokenType = type('Other');

/** Token types by their number in the line table. */
export const TOKEN_TYPES: readonly TokenType[] = [
  Comment,
  Directive,
  Value,
  ObjectName,
  Open,
  Name,
  Equals,
  Text,
  Close,
  And,
  Action,
  Filter,
  Selector,
  Condition,
  Then,
  Script,
  Brace,
  Block,
  Other,
];
const number = (wanted: TokenType): number => TOKEN_TYPES.indexOf(wanted);

const OBJECTS =
  'module|input|action|ruleset|template|global|main_queue|lookup_table|parser|timezone|include|property|constant|dyn_stats|percentile_stats|ratelimit';
const OBJECT = new RegExp(`(${OBJECTS})[ \\t\\r\\n]*\\(`, 'iy');
const BLANKS = /[ \t\r]*/y;
const PARAMETER_BLANKS = /(?:[ \t\r\n]+|#[^\n]*)+/y;
const PARAMETER = /[A-Za-z_][\w.]*/y;
const DIRECTIVE = /\$[A-Za-z]\w*/y;
const FILTER = /:[^,\n]*,[^,\n]*,[ \t]*(?:"(?:[^"\\\n]|\\[^\n])*"|[^ \t\r\n"]+)/y;
/** An action by itself: inside a block of a filter. */
const ACTION = /[/@~|^]|:om\w+:/y;
const SELECTOR = /[\w*,=!]+\.(?:[\w*=!,;.]+|\\\r?\n[ \t]*)+/y;
const SCRIPT = /(?:else|stop|continue|return)(?![\w.])|(?:set|unset|reset|call|call_indirect|foreach)[ \t(][^;\n]*;?/iy;
const IF = /if(?=[\s(])/iy;
/** A line that begins another statement for sure: what is not closed above it ends there. */
const FRESH = new RegExp(`\\n(?=(?:${OBJECTS})[ \\t]*\\(|\\$[A-Za-z]\\w*[ \\t])`, 'iy');

function end(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null ? undefined : at + match[0].length;
}

/** Reads a text into statements of tokens; linear in its length. */
export function scan<Shape>(text: string, builder: LineTableBuilder<Shape>): LineTable<Shape> {
  for (let at = 0; at < text.length;) {
    builder.startLine(at);
    at = scanStatement(text, at, builder);
    builder.endLine();
  }
  return builder.finish(text.length);
}

/** Returns where the next statement starts: always behind `from`. */
function scanStatement(text: string, from: number, out: LineTableBuilder<unknown>): number {
  const at = end(BLANKS, text, from) ?? from;
  if (at === text.length) return at;
  const char = text[at] as string;
  if (char === '\n') return at + 1;
  if (char === '#') return take(Comment, at, lineEnd(text, at), out);
  // Placeholders of templates stand for any statement.
  if (/[{<]/.test(char) && /[{%]/.test(text[at + 1] ?? '')) {
    return take(Script, at, trimmed(text, at, lineEnd(text, at)), out);
  }
  if (char === '{' || char === '}') return take(Brace, at, at + 1, out);
  if (text.startsWith('/*', at)) {
    const closed = text.indexOf('*/', at + 2);
    return take(Comment, at, closed < 0 ? text.length : closed + 2, out);
  }
  if (char === '&') {
    take(And, at, at + 1, out);
    return scanAction(text, at + 1, out);
  }
  if (char === '!' || char === '+' || char === '-') return take(Block, at, trimmed(text, at, lineEnd(text, at)), out);
  const object = objectAt(text, at);
  if (object !== undefined) return scanObject(text, at, object, out);
  return scanOther(text, at, out);
}

function scanOther(text: string, at: number, out: LineTableBuilder<unknown>): number {
  const directive = end(DIRECTIVE, text, at);
  if (directive !== undefined) {
    take(Directive, at, directive, out);
    return scanRest(Value, text, directive, out);
  }
  if (end(IF, text, at) !== undefined) return scanCondition(text, at, out);
  const script = end(SCRIPT, text, at);
  if (script !== undefined) return take(Script, at, trimmed(text, at, script), out);
  if (end(ACTION, text, at) !== undefined) return scanRest(Action, text, at, out);
  const filter = end(FILTER, text, at);
  if (filter !== undefined) {
    take(Filter, at, filter, out);
    return scanAction(text, filter, out);
  }
  const selector = end(SELECTOR, text, at);
  if (selector !== undefined) {
    take(Selector, at, selector, out);
    return scanAction(text, selector, out);
  }
  return scanRest(Other, text, at, out);
}

/** Length of the name of an object whose parenthesis opens; undefined where none begins. */
function objectAt(text: string, at: number): number | undefined {
  OBJECT.lastIndex = at;
  return OBJECT.exec(text)?.[1]?.length;
}

function scanObject(text: string, from: number, length: number, out: LineTableBuilder<unknown>): number {
  take(ObjectName, from, from + length, out);
  let at = text.indexOf('(', from) + 1;
  take(Open, at - 1, at, out);
  for (;;) {
    const next = blanksEnd(text, at);
    if (next.fresh) return next.at;
    at = next.at;
    if (at >= text.length) return at;
    const char = text[at] as string;
    if (char === ')') return take(Close, at, at + 1, out);
    if (char === '=') {
      at = take(Equals, at, at + 1, out);
      const value = blanksEnd(text, at);
      if (value.fresh) return value.at;
      at = scanText(text, value.at, out);
      continue;
    }
    const name = end(PARAMETER, text, at);
    at = name === undefined ? take(Other, at, at + 1, out) : take(Name, at, name, out);
  }
}

/** Skips blanks and comments between parameters, up to a line that begins another statement. */
function blanksEnd(text: string, from: number): { readonly at: number; readonly fresh: boolean } {
  const to = end(PARAMETER_BLANKS, text, from) ?? from;
  for (let line = text.indexOf('\n', from); line >= 0 && line < to; line = text.indexOf('\n', line + 1)) {
    if (end(FRESH, text, line) !== undefined) return { at: line + 1, fresh: true };
  }
  return { at: to, fresh: false };
}

/** A string or an array of them; single quotes and bare words are no values (rsyslogd: "syntax error"). */
function scanText(text: string, at: number, out: LineTableBuilder<unknown>): number {
  const char = text[at];
  if (char === '"') return take(Text, at, closing(text, at, char), out);
  return char === '[' ? take(Text, at, closing(text, at, ']'), out) : at;
}

/** Behind the closing character; at the start of a line that begins another statement when there is none. */
function closing(text: string, from: number, close: string): number {
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === close) return at + 1;
    else if (char === '\n' && end(FRESH, text, at) !== undefined) return at;
  }
  return text.length;
}

const THEN = /then(?![\w.])/iy;

/** Up to `then`, over lines, strings left alone. */
function scanCondition(text: string, from: number, out: LineTableBuilder<unknown>): number {
  for (let at = from + 2; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '"' || char === "'") at = closing(text, at, char) - 1;
    else if (char === '\n' && end(FRESH, text, at) !== undefined)
      return take(Condition, from, trimmed(text, from, at), out);
    else if (/[\s)]/.test(char)) {
      const then = end(THEN, text, at + 1);
      if (then === undefined) continue;
      take(Condition, from, trimmed(text, from, at + 1), out);
      take(Then, then - 4, then, out);
      return scanAction(text, then, out);
    }
  }
  return take(Condition, from, trimmed(text, from, text.length), out);
}

/** The action behind a filter: the rest of the line, where no block and no object follows. */
function scanAction(text: string, from: number, out: LineTableBuilder<unknown>): number {
  const at = end(BLANKS, text, from) ?? from;
  const char = text[at];
  if (char === undefined || char === '\n' || char === '{' || char === '#') return at;
  if (objectAt(text, at) !== undefined || end(IF, text, at) !== undefined || end(SCRIPT, text, at) !== undefined)
    return at;
  return scanRest(Action, text, at, out);
}

/** The rest of a line, those behind a trailing backslash included. */
function scanRest(kind: TokenType, text: string, from: number, out: LineTableBuilder<unknown>): number {
  const at = end(BLANKS, text, from) ?? from;
  let to = lineEnd(text, at);
  while (to < text.length && /\\\r?$/.test(text.slice(Math.max(at, to - 2), to))) to = lineEnd(text, to + 1);
  const last = trimmed(text, at, to);
  if (last > at) take(kind, at, last, out);
  return to > from ? to : Math.max(from, at);
}

function take(kind: TokenType, from: number, to: number, out: LineTableBuilder<unknown>): number {
  out.token(number(kind), from, to);
  return to;
}

function lineEnd(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  return found < 0 ? text.length : found;
}

function trimmed(text: string, from: number, to: number): number {
  let last = to;
  while (last > from && /[ \t\r\n]/.test(text[last - 1] as string)) last--;
  return last;
}

/** The whole file is one section: real ones have some dozen statements, and an object reaches over lines. */
export function cut(_text: string): Cut {
  return { starts: [0], open: false };
}
