import { argumentEnd } from '../sample/tokens.ts';

/** Tokens of the expression of `.if`, in the order of the token types of its grammar. */
export const TOKEN = { Not: 0, And: 1, Or: 2, Open: 3, Close: 4, Number: 5, Call: 6, Rest: 7 } as const;

/** Brackets deeper than this are not read: the daemon has a limit too, and the stack stays bounded. */
export const MOST_NESTED = 200;

/** A number as strtol() reads it, with any base. */
const NUMBER = /[+-]?(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/y;
const WORD = /[a-z_]+/y;

type Emit = (type: number, start: number, end: number) => void;

/** End of the call of a predicate: its word, and its brackets when they follow at once. */
function callEnd(text: string, i: number): number {
  if (text[i] !== '(') return i;
  for (let at = i + 1; ;) {
    at = argumentEnd(text, at);
    if (at >= text.length) return at;
    if (text[at] === ')') return at + 1;
    at++;
  }
}

function match(pattern: RegExp, text: string, i: number): number {
  pattern.lastIndex = i;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** Splits the expression of `.if` (src/cfgcond.c); what cannot be read is the rest. */
export function scanPredicate(text: string, isPredicate: (word: string) => boolean, emit: Emit): void {
  let depth = 0;
  for (let i = 0; i < text.length;) {
    const sign = text[i] as string;
    const pair = text.slice(i, i + 2);
    if (sign === ' ' || sign === '\t') i++;
    else if (sign === '!') emit(TOKEN.Not, i, ++i);
    else if (sign === '(' && depth < MOST_NESTED) {
      depth++;
      emit(TOKEN.Open, i, ++i);
    } else if (sign === ')') {
      depth--;
      emit(TOKEN.Close, i, ++i);
    } else if (pair === '&&' || pair === '||') {
      emit(pair === '&&' ? TOKEN.And : TOKEN.Or, i, i + 2);
      i += 2;
    } else {
      const number = match(NUMBER, text, i);
      const word = number < 0 ? match(WORD, text, i) : -1;
      const call = word > 0 && isPredicate(text.slice(i, word)) ? callEnd(text, word) : -1;
      const end = Math.max(number, call);
      if (end < 0) return emit(TOKEN.Rest, i, text.length);
      emit(number < 0 ? TOKEN.Call : TOKEN.Number, i, end);
      i = end;
    }
  }
}
