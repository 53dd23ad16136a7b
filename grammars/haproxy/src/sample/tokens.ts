/** Tokens of a sample expression, in the order of the token types of its grammar. */
export const TOKEN = { Name: 0, Open: 1, Text: 2, Comma: 3, Close: 4, Rest: 5 } as const;

const QUOTE = 34;
const APOSTROPHE = 39;
const OPEN = 40;
const CLOSE = 41;
const COMMA = 44;
const BACKSLASH = 92;

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  ' ': ' ',
  '"': '"',
  "'": "'",
  r: '\r',
  n: '\n',
  t: '\t',
};

/** Signs of a keyword: letters, digits and `.-_+` (is_idchar() of include/haproxy/tools.h). */
export function isNameCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 46 ||
    code === 45 ||
    code === 95 ||
    code === 43
  );
}

/** End of the keyword that starts at `i`. */
export function nameEnd(text: string, i: number): number {
  let end = i;
  while (end < text.length && isNameCode(text.charCodeAt(end))) end++;
  return end;
}

/** End of the argument that starts at `i`: its comma, its bracket, or the end of the text (make_arg_list() of src/arg.c). */
export function argumentEnd(text: string, i: number): number {
  let quote = 0;
  for (let at = i; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Before any other sign a backslash is a sign like all others.
    if (code === BACKSLASH && quote !== APOSTROPHE) at += ESCAPES[text[at + 1] as string] === undefined ? 0 : 1;
    else if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === QUOTE || code === APOSTROPHE) quote = code;
    else if (code === COMMA || code === CLOSE) return at;
  }
  return text.length;
}

/** An argument with its own quotes and escapes resolved, which come on top of those of the file. */
export function decodeArgument(text: string): string {
  if (!/["'\\]/.test(text)) return text;
  let value = '';
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const sign = text[i] as string;
    if ((sign === '"' || sign === "'") && (quote === '' || quote === sign)) quote = quote === '' ? sign : '';
    else if (sign === '\\' && quote !== "'" && i + 1 < text.length) {
      const escape = ESCAPES[text[i + 1] as string];
      if (escape === undefined) value += sign;
      else {
        value += escape;
        i++;
      }
    } else value += sign;
  }
  return value;
}

type Emit = (type: number, start: number, end: number) => void;

/** Splits the arguments behind the bracket at `open`; the offset behind them. */
function scanArguments(text: string, open: number, emit: Emit): number {
  emit(TOKEN.Open, open, open + 1);
  for (let i = open + 1; ;) {
    const end = argumentEnd(text, i);
    emit(TOKEN.Text, i, end);
    if (end >= text.length) return text.length;
    const closed = text.charCodeAt(end) === CLOSE;
    emit(closed ? TOKEN.Close : TOKEN.Comma, end, end + 1);
    i = end + 1;
    if (closed) return i;
  }
}

/**
 * Splits a sample expression: a keyword with arguments in brackets, and converters behind commas. Whatever stands where a
 * comma should is the rest, which starts with the first sign that is not part of the expression.
 */
export function scanSample(text: string, from: number, emit: Emit): void {
  let i = from;
  for (let first = true; i < text.length; first = false) {
    const comma = i;
    if (!first) while (text.charCodeAt(i) === COMMA) emit(TOKEN.Comma, i, ++i);
    const end = nameEnd(text, i);
    if (end === i || (!first && i === comma)) break;
    emit(TOKEN.Name, i, end);
    i = text.charCodeAt(end) === OPEN ? scanArguments(text, end, emit) : end;
  }
  if (i < text.length) emit(TOKEN.Rest, i, text.length);
}
