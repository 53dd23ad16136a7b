/** Token types of a number, a time or a size. */
export const TOKEN = {
  /** Blanks before a number, which strtol() passes over. */
  Blank: 0,
  Sign: 1,
  /** `0x1f` */
  Hex: 2,
  Digits: 3,
  /** Right behind the digits: a unit of time or of size. */
  Unit: 4,
  /** Everything from the first sign on that is none of these. */
  Rest: 5,
} as const;

const ZERO = 48;
const PLUS = 43;
const MINUS = 45;
const M = 109;
const S = 115;
const U = 117;
const X = 120;

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** isspace() of the C locale. */
export function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function isHexDigit(code: number): boolean {
  const lower = code | 32;
  return isDigit(code) || (lower >= 97 && lower <= 102);
}

/** Units of one letter: of time s, m, h, d; of size k, m, g, t, p in either case. */
const LETTERS: ReadonlySet<number> = new Set(Array.from('smhdkKMgGtTpP', (letter) => letter.charCodeAt(0)));

/** Offset behind the signs from `from` on that `is` takes. */
function endOf(text: string, from: number, is: (code: number) => boolean): number {
  let i = from;
  while (i < text.length && is(text.charCodeAt(i))) i++;
  return i;
}

function unitLength(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if ((code === M || code === U) && text.charCodeAt(at + 1) === S) return 2;
  return LETTERS.has(code) ? 1 : 0;
}

/** Cuts a text into tokens; any text gives some, each starts where the one before it ends. */
export function scanQuantity(text: string, token: (type: number, end: number) => void): void {
  let i = endOf(text, 0, isBlank);
  if (i > 0) token(TOKEN.Blank, i);
  const sign = text.charCodeAt(i);
  if (sign === PLUS || sign === MINUS) token(TOKEN.Sign, ++i);
  const hex = text.charCodeAt(i) === ZERO && (text.charCodeAt(i + 1) | 32) === X ? endOf(text, i + 2, isHexDigit) : 0;
  if (hex > i + 2) token(TOKEN.Hex, (i = hex));
  else {
    const digits = endOf(text, i, isDigit);
    const unit = digits > i ? unitLength(text, digits) : 0;
    if (digits > i) token(TOKEN.Digits, (i = digits));
    if (unit > 0) token(TOKEN.Unit, (i += unit));
  }
  if (i < text.length) token(TOKEN.Rest, text.length);
}
