import { parseSample } from '../sample/parse.ts';

/** Tokens of a log-format string, in the order of the token types of its grammar. */
export const TOKEN = { Text: 0, Start: 1, Named: 2, Flags: 3, Alias: 4, Sample: 5, Fault: 6 } as const;

/** What makes the rest of a string unreadable; `Fault` holds the sign that it was found at. */
export type FormatFault = 'truncated' | 'percent' | 'flags' | 'name' | 'bracket';

const PERCENT = 37;
const OPEN_NAME = 40;
const OPEN_SAMPLE = 91;
const CLOSE_SAMPLE = 93;
const OPEN_FLAGS = 123;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);

type Emit = (type: number, start: number, end: number) => void;

class Scanner {
  readonly #text: string;
  readonly #emit: Emit;
  fault: FormatFault | undefined;

  constructor(text: string, emit: Emit) {
    this.#text = text;
    this.#emit = emit;
  }

  /** Ends the scan at `i`. */
  #stop(fault: FormatFault, i: number): number {
    const { length } = this.#text;
    this.fault = fault;
    const start = Math.max(0, Math.min(i, length - 1));
    this.#emit(TOKEN.Fault, start, fault === 'truncated' || fault === 'bracket' ? length : start + 1);
    return length;
  }

  /** `(name:type)` behind a percent sign. */
  #named(i: number): number {
    const text = this.#text;
    let typed = false;
    for (let at = i + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 41) {
        this.#emit(TOKEN.Named, i, at + 1);
        return at + 1;
      }
      if (code === 58 && !typed) typed = true;
      else if (!isDigit(code) && !isLetter(code) && code !== 95 && code !== 45) return this.#stop('name', at);
    }
    return this.#stop('truncated', i - 1);
  }

  #sample(i: number): number {
    const text = this.#text;
    const { rest } = parseSample(text, i + 1);
    this.#emit(TOKEN.Sample, i, rest < text.length ? rest + 1 : rest);
    if (rest >= text.length || text.charCodeAt(rest) !== CLOSE_SAMPLE) return this.#stop('bracket', rest);
    return rest + 1;
  }

  /** What stands behind a percent sign, its name and its flags apart; `i` is behind those. */
  #item(i: number, flagged: boolean): number {
    const text = this.#text;
    const code = text.charCodeAt(i);
    if (code === OPEN_SAMPLE) return this.#sample(i);
    if (isLetter(code) || (flagged && isDigit(code))) {
      let end = i + 1;
      while (end < text.length && (isLetter(text.charCodeAt(end)) || isDigit(text.charCodeAt(end)))) end++;
      this.#emit(TOKEN.Alias, i, end);
      return end;
    }
    if (flagged) return this.#stop('flags', i);
    if (isDigit(code) || code === 32 || code === 9) return this.#stop('percent', i);
    // Any other sign is plain text; a second percent sign stands for one.
    const end = code === PERCENT ? i + 1 : i;
    this.#emit(TOKEN.Text, i, end);
    return end;
  }

  start(i: number, names: boolean): number {
    const text = this.#text;
    this.#emit(TOKEN.Start, i, i + 1);
    let at = i + 1;
    if (names && text.charCodeAt(at) === OPEN_NAME) at = this.#named(at);
    if (this.fault !== undefined) return at;
    const flagged = text.charCodeAt(at) === OPEN_FLAGS;
    if (flagged) {
      const close = text.indexOf('}', at);
      if (close < 0) return this.#stop('truncated', i);
      this.#emit(TOKEN.Flags, at, close + 1);
      at = close + 1;
    }
    return at >= text.length ? this.#stop(flagged ? 'flags' : 'truncated', i) : this.#item(at, flagged);
  }
}

/** Splits a log-format string as lf_expr_compile() does (src/log.c); names in brackets came with 3.0. */
export function scanFormat(text: string, names: boolean, emit: Emit): FormatFault | undefined {
  const scanner = new Scanner(text, emit);
  for (let i = 0; i < text.length;) {
    const percent = text.indexOf('%', i);
    const end = percent < 0 ? text.length : percent;
    if (end > i) emit(TOKEN.Text, i, end);
    i = percent < 0 ? end : scanner.start(percent, names);
  }
  return scanner.fault;
}
