import { scanLines, type LineTable, type LineTableBuilder } from '@halint/core';
import { isBlank } from '../quantity/tokens.ts';

/** Token types of a crt-list line. */
export const TOKEN = {
  Word: 0,
  Open: 1,
  Close: 2,
  /** A line with a `#` as its very first sign. */
  Comment: 3,
} as const;

const HASH = 35;
const OPEN = 91;
const CLOSE = 93;

function endsWord(code: number): boolean {
  return code === OPEN || code === CLOSE || isBlank(code);
}

type Emit = (type: number, start: number, end: number) => void;

/** Splits the line [start, end): blanks and brackets end a word, nothing quotes or escapes (crtlist_parse_line). */
function scanLine(text: string, start: number, end: number, token: Emit): void {
  if (start < end && text.charCodeAt(start) === HASH) return token(TOKEN.Comment, start, end);
  for (let i = start; i < end;) {
    const code = text.charCodeAt(i);
    let next = i + 1;
    if (code === OPEN || code === CLOSE) token(code === OPEN ? TOKEN.Open : TOKEN.Close, i, next);
    else if (!isBlank(code)) {
      while (next < end && !endsWord(text.charCodeAt(next))) next++;
      token(TOKEN.Word, i, next);
    }
    i = next;
  }
}

/** Fills the builder with the tokens of a text. */
export function scan<Shape>(text: string, builder: LineTableBuilder<Shape>): LineTable<Shape> {
  return scanLines(text, builder, (start, end) =>
    scanLine(text, start, end, (type, from, to) => builder.token(type, from, to)),
  );
}
