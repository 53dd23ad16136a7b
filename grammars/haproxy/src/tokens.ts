import { scanLines, type Cut, type LineTable, type LineTableBuilder } from '@halint/core';
import { SECTIONS } from './keywords/sections.ts';

/** Token types of a line; blanks and line ends separate and are no tokens. */
export const TOKEN = {
  /** One argument as the daemon counts them: quotes and escapes included, quotes may start in the middle. */
  Word: 0,
  /** A first word that starts with a dot: .if, .notice. */
  Directive: 1,
  /** A line whose first sign is `[`: the scope of the lines below, for programs that share the file. */
  Scope: 2,
  Comment: 3,
  /** A word with a template placeholder, `{{ }}`, `{% %}`, `{# #}` or `<% %>`: what it becomes is not known. */
  Placeholder: 4,
  /** From a word that cannot be read (open quote, bad escape or variable, NUL) to the end of the line. */
  Broken: 5,
  /** What stands behind a carriage return that ends a word: the daemon never looks at it. */
  Ignored: 6,
} as const;

export const TOKEN_TYPES = 7;

const CR = 13;
const SPACE = 32;
const DOUBLE = 34;
const HASH = 35;
const DOLLAR = 36;
const PERCENT = 37;
const SINGLE = 39;
const MINUS = 45;
const LOW_LINE = 95;
const DOT = 46;
const LESS = 60;
const BRACKET = 91;
const BACKSLASH = 92;
const LOW_X = 120;
const OPEN = 123;
const CLOSE = 125;

/** isspace() of the C locale: what separates words. */
export function isBlank(code: number): boolean {
  return code === SPACE || (code >= 9 && code <= CR);
}

/** Why a line cannot be read, or what a word is. */
export type WordFault = 'quote' | 'hex' | 'variable' | 'brace' | 'nul';

/** State of the word scanner: module variables, because an object per word costs more than the scan. */
let placeholder = false;
let fault: WordFault | undefined;
let faultAt = 0;
/** Line end up to which a search for the end of a placeholder has failed: it would fail again (keeps the scan linear). */
let searched = [-1, -1, -1, -1];

const CLOSERS = ['}}', '%}', '#}', '%>'];

function closerOf(first: number, second: number): number {
  if (first === OPEN) return second === OPEN ? 0 : second === PERCENT ? 1 : second === HASH ? 2 : -1;
  return second === PERCENT ? 3 : -1;
}

/** End of the placeholder that starts at `i`, or -1. It must end on its line. */
function placeholderEnd(text: string, i: number, end: number): number {
  const kind = closerOf(text.charCodeAt(i), i + 1 < end ? text.charCodeAt(i + 1) : 0);
  if (kind < 0 || searched[kind] === end) return -1;
  const closer = CLOSERS[kind] as string;
  for (let j = i + 2; j + 1 < end; j++) {
    if (text.charCodeAt(j) === 0) break;
    if (text.startsWith(closer, j)) return j + 2;
  }
  searched[kind] = end;
  return -1;
}

function isHex(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

function isName(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}

/** Behind the backslash at `i`: only the escapes that parse_line() knows take the next sign with them. */
function escapeEnd(text: string, i: number, end: number): number {
  if (i + 1 >= end) return i + 1;
  const next = text.charCodeAt(i + 1);
  if (next === LOW_X) {
    if (i + 3 < end && isHex(text.charCodeAt(i + 2)) && isHex(text.charCodeAt(i + 3))) return i + 4;
    return failed('hex', i);
  }
  return ' \\tnr#\'"$'.includes(String.fromCharCode(next)) ? i + 2 : i + 1;
}

function failed(why: WordFault, at: number): number {
  fault = why;
  faultAt = at;
  return -1;
}

/** Behind the `$` at `i` inside double quotes: $NAME, ${NAME}, ${NAME-default}, ${NAME[*]}. */
function variableEnd(text: string, i: number, end: number): number {
  const braced = i + 1 < end && text.charCodeAt(i + 1) === OPEN;
  let j = braced ? i + 2 : i + 1;
  const first = j < end ? text.charCodeAt(j) : 0;
  if (first !== DOT && (!isName(first) || (first >= 48 && first <= 57))) return failed('variable', i);
  j++;
  while (j < end && isName(text.charCodeAt(j))) j++;
  if (!braced) return j;
  if (j < end && text.charCodeAt(j) === MINUS) {
    while (j < end && text.charCodeAt(j) !== CLOSE && text.charCodeAt(j) !== CR && text.charCodeAt(j) !== 0) j++;
  } else if (text.startsWith('[*]', j)) {
    j += 3;
  }
  return j < end && text.charCodeAt(j) === CLOSE ? j + 1 : failed('brace', i);
}

/** Behind the closing quote of the quoted part that starts at `i`, or -1. */
function quoteEnd(text: string, i: number, end: number): number {
  const quote = text.charCodeAt(i);
  let j = i + 1;
  while (j < end) {
    const code = text.charCodeAt(j);
    if (code === quote) return j + 1;
    if (code === CR || code === 0) break;
    if (code === OPEN || code === LESS) {
      const close = placeholderEnd(text, j, end);
      if (close > 0) placeholder = true;
      j = close > 0 ? close : j + 1;
    } else if (quote === DOUBLE && (code === BACKSLASH || code === DOLLAR)) {
      j = code === BACKSLASH ? escapeEnd(text, j, end) : variableEnd(text, j, end);
      if (j < 0) return -1;
    } else {
      j++;
    }
  }
  return failed('quote', i);
}

/** End of the word that starts at `i` (a NUL, `#` or blank ends it), or -1 with `fault` set. */
function wordEnd(text: string, i: number, end: number): number {
  placeholder = false;
  let j = i;
  while (j < end) {
    const code = text.charCodeAt(j);
    if (code <= SPACE ? code === 0 || isBlank(code) : code === HASH) break;
    if (code === SINGLE || code === DOUBLE) j = quoteEnd(text, j, end);
    else if (code === BACKSLASH) j = escapeEnd(text, j, end);
    else if (code === OPEN || code === LESS) {
      const close = placeholderEnd(text, j, end);
      if (close > 0) placeholder = true;
      j = close > 0 ? close : j + 1;
    } else j++;
    if (j < 0) return -1;
  }
  return j;
}

type Emit = Pick<LineTableBuilder<unknown>, 'token'>;

/** What is left of a line from `i` without words: comment, carriage return, NUL. */
function scanRest(text: string, i: number, end: number, type: number, out: Emit): void {
  const nul = text.indexOf('\0', i);
  const cut = nul >= 0 && nul < end ? nul : end;
  if (cut > i) out.token(type, i, cut);
  if (cut < end) out.token(TOKEN.Broken, cut, end);
}

/** Splits the line [i, end) as parse_line() of the daemon does (src/tools.c). `end` excludes the LF. */
function scanLine(text: string, start: number, end: number, out: Emit): void {
  let i = start;
  let first = true;
  for (;;) {
    while (i < end && isBlank(text.charCodeAt(i))) i++;
    if (i >= end) return;
    const code = text.charCodeAt(i);
    if (code === HASH || code === 0) return scanRest(text, i, end, TOKEN.Comment, out);
    if (first && code === BRACKET) return scanRest(text, i, end, TOKEN.Scope, out);
    const stop = wordEnd(text, i, end);
    if (stop < 0) return out.token(TOKEN.Broken, i, end);
    const plain = first && code === DOT ? TOKEN.Directive : TOKEN.Word;
    out.token(placeholder ? TOKEN.Placeholder : plain, i, stop);
    first = false;
    i = stop;
    // A carriage return right behind a word ends the line; behind a blank it is a blank itself.
    if (i + 1 < end && text.charCodeAt(i) === CR) return scanRest(text, i, end, TOKEN.Ignored, out);
  }
}

/** Fills the builder with the tokens of a text. */
export function scan<Shape>(text: string, builder: LineTableBuilder<Shape>): LineTable<Shape> {
  searched = [-1, -1, -1, -1];
  return scanLines(text, builder, (start, end) => scanLine(text, start, end, builder));
}

/** What is wrong with a Broken token, and where: an offset in `raw`. */
export function faultOf(raw: string): { readonly fault: WordFault; readonly at: number } {
  searched = [-1, -1, -1, -1];
  fault = undefined;
  if (raw.charCodeAt(0) !== 0) wordEnd(raw, 0, raw.length);
  return fault === undefined ? { fault: 'nul', at: 0 } : { fault, at: faultAt };
}

const ESCAPED: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };

/** A stretch of a word as written, and what it stands for. */
type Piece = (start: number, end: number, value: string) => void;

/** The stretches of a word that stand for something, in order; quotes stand for nothing. */
function eachPiece(raw: string, emit: Piece): void {
  searched = [-1, -1, -1, -1];
  let quote = 0;
  for (let i = 0; i < raw.length;) {
    const code = raw.charCodeAt(i);
    const close = code === OPEN || code === LESS ? placeholderEnd(raw, i, raw.length) : -1;
    const variable = quote === DOUBLE && code === DOLLAR ? variableEnd(raw, i, raw.length) : -1;
    let next = Math.max(close, variable, i + 1);
    if ((code === SINGLE || code === DOUBLE) && (quote === 0 || quote === code)) quote = quote === 0 ? code : 0;
    else if (code === BACKSLASH && quote !== SINGLE) {
      next = Math.max(escapeEnd(raw, i, raw.length), i + 1);
      emit(i, next, unescape(raw.slice(i, next)));
    } else emit(i, next, raw.slice(i, next));
    i = next;
  }
}

/** Has a text neither quotes nor escapes? */
export function isPlain(text: string): boolean {
  return !text.includes('"') && !text.includes("'") && !text.includes('\\');
}

/**
 * The value of a word: quotes removed, escapes resolved. Variables and placeholders stay as written, because their value
 * is not known here.
 */
export function decode(raw: string): string {
  if (isPlain(raw)) return raw;
  let value = '';
  eachPiece(raw, (_start, _end, piece) => (value += piece));
  return value;
}

/** A variable inside double quotes of a word: `$NAME`, `${NAME}`, `${NAME-default}`, `${NAME[*]}`. Offsets in the word as written. */
export interface Variable {
  readonly start: number;
  readonly end: number;
  /** A pseudo variable keeps its dot: `.LINE`. */
  readonly name: string;
  /** Behind the minus; undefined without one. */
  readonly otherwise: string | undefined;
}

/** The variables of a word that parse_line() of the daemon expands. */
export function variablesOf(raw: string): readonly Variable[] {
  if (!raw.includes('$')) return [];
  const variables: Variable[] = [];
  eachPiece(raw, (start, end) => {
    // A dollar alone is an escape's or stands outside double quotes.
    if (raw.charCodeAt(start) !== DOLLAR || end - start < 2) return;
    const inner = raw.charCodeAt(start + 1) === OPEN ? raw.slice(start + 2, end - 1) : raw.slice(start + 1, end);
    const minus = inner.indexOf('-');
    variables.push({
      start,
      end,
      name: minus < 0 ? inner.replace('[*]', '') : inner.slice(0, minus),
      otherwise: minus < 0 ? undefined : inner.slice(minus + 1),
    });
  });
  return variables;
}

/** Where each sign of a decoded word is written: offsets in the word as written. */
export interface WordMap {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** The way back from decode(). */
export function mapWord(raw: string): WordMap {
  const starts = new Uint32Array(raw.length);
  const ends = new Uint32Array(raw.length);
  let length = 0;
  eachPiece(raw, (start, end, piece) => {
    // Variables and placeholders are as long as what they are written as; an escape gives one sign.
    const whole = piece.length === end - start;
    for (let i = 0; i < piece.length; i++, length++) {
      starts[length] = whole ? start + i : start;
      ends[length] = whole ? start + i + 1 : end;
    }
  });
  return { starts: starts.subarray(0, length), ends: ends.subarray(0, length) };
}

function unescape(escape: string): string {
  if (escape.length === 4) return String.fromCharCode(Number.parseInt(escape.slice(2), 16));
  if (escape.length === 1) return escape;
  const sign = escape.slice(1);
  return ESCAPED[sign] ?? sign;
}

/** Words that start a section, in any version. */
export const SECTION_WORDS: ReadonlySet<string> = new Set(SECTIONS.map((row) => row.word));

/** By their first sign. */
const HEADS = new Map<number, string[]>();
for (const word of SECTION_WORDS) HEADS.set(word.charCodeAt(0), [...(HEADS.get(word.charCodeAt(0)) ?? []), word]);

function isSectionSign(code: number): boolean {
  return (code >= 97 && code <= 122) || code === MINUS || code === LOW_LINE;
}

/** The section word [i, end), looked for without a slice: nearly all lines start none. */
function plainHead(text: string, i: number, end: number): string | undefined {
  const words = HEADS.get(text.charCodeAt(i));
  if (words === undefined) return undefined;
  for (const word of words) if (word.length === end - i && text.startsWith(word, i)) return word;
  return undefined;
}

/** The section word that the line at `i` starts with, quotes resolved; undefined when it starts no section. */
function headAt(text: string, start: number, end: number): string | undefined {
  let i = start;
  while (i < end && isBlank(text.charCodeAt(i))) i++;
  if (i >= end) return undefined;
  // Section words are lower case letters and signs; a quote or a backslash may hide one.
  let j = i;
  while (j < end && isSectionSign(text.charCodeAt(j))) j++;
  const next = j < end ? text.charCodeAt(j) : SPACE;
  if (next === HASH || next === 0 || isBlank(next)) return plainHead(text, i, j);
  if (next !== DOUBLE && next !== SINGLE && next !== BACKSLASH) return undefined;
  const stop = wordEnd(text, i, end);
  if (stop < 0 || stop - i > 64 || placeholder) return undefined;
  const word = decode(text.slice(i, stop));
  return SECTION_WORDS.has(word) ? word : undefined;
}

/** The kind of section that a text starts with: 'prelude' when its first line is no head. */
export function kindOf(text: string): string {
  searched = [-1, -1, -1, -1];
  const lf = text.indexOf('\n');
  return headAt(text, 0, lf < 0 ? text.length : lf) ?? 'prelude';
}

/** A section reaches from its head to the next head; what stands before the first head is a section too. */
export function cut(text: string): Cut {
  searched = [-1, -1, -1, -1];
  const starts = [0];
  for (let i = 0; i < text.length;) {
    const lf = text.indexOf('\n', i);
    const end = lf < 0 ? text.length : lf;
    if (i > 0 && headAt(text, i, end) !== undefined) starts.push(i);
    i = end + 1;
  }
  return { starts, open: false };
}
