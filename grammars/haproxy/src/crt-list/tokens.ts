/** A word or a bracket of a crt-list line, with its place in the text. */
export interface Token {
  readonly kind: 'word' | 'open' | 'close';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const OPEN = 91;
const CLOSE = 93;

/** isspace() of the C locale. */
function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** Splits the line [start, end): blanks and brackets end a word, nothing quotes or escapes (crtlist_parse_line). */
export function tokensOf(text: string, start: number, end: number): readonly Token[] {
  const tokens: Token[] = [];
  for (let i = start; i < end;) {
    const code = text.charCodeAt(i);
    let next = i + 1;
    if (isBlank(code)) {
      i = next;
      continue;
    }
    const kind = code === OPEN ? 'open' : code === CLOSE ? 'close' : 'word';
    while (kind === 'word' && next < end && !ends(text.charCodeAt(next))) next++;
    tokens.push({ kind, text: text.slice(i, next), start: i, end: next });
    i = next;
  }
  return tokens;
}

function ends(code: number): boolean {
  return code === OPEN || code === CLOSE || isBlank(code);
}
