import type { SectionLines } from '../lines.ts';
import { listed, refuse, suggestion, warn, type Run } from './run.ts';

const DOUBLE = 34;
const DOLLAR = 36;
const SINGLE = 39;
const BACKSLASH = 92;

/** Does the word as written hold a variable? haproxy expands $X only between double quotes. */
export function hasVariable(raw: string): boolean {
  if (!raw.includes('$')) return false;
  let quote = 0;
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    if (code === BACKSLASH && quote !== SINGLE) i++;
    else if (quote !== 0 && code === quote) quote = 0;
    else if (quote === 0 && (code === DOUBLE || code === SINGLE)) quote = code;
    else if (quote === DOUBLE && code === DOLLAR) return true;
  }
  return false;
}

/** The words behind a keyword as the daemon reads them: an empty word ends them, and from a variable on nothing is known. */
export class Args {
  readonly run: Run;
  readonly line: number;
  readonly keyword: string;
  /** Words that are known, the keyword included. */
  readonly count: number;
  /** A variable ends the known words: more may follow. */
  readonly open: boolean;
  readonly #lines: SectionLines;
  readonly #base: number;

  constructor(run: Run, line: number) {
    const { lines } = run;
    this.run = run;
    this.line = line;
    this.keyword = lines.keywords[line] as string;
    this.#lines = lines;
    this.#base = lines.keywordIndex(line);
    const words = lines.words(line);
    let end = words;
    let open = false;
    const text = lines.text.slice(lines.start(line, 0), lines.end(line, words - 1));
    if (text.includes('$') || text.includes('""') || text.includes("''")) {
      for (let i = this.#base + 1; i < end; i++) {
        const raw = lines.raw(line, i);
        open = hasVariable(raw);
        if (open || (raw.length % 2 === 0 && lines.value(line, i) === '')) end = i;
      }
    }
    this.count = end - this.#base;
    this.open = open;
  }

  /** The word at that place, '' where none is known. The keyword is word 0. */
  get(index: number): string {
    return index < this.count ? this.#lines.value(this.line, this.#base + index) : '';
  }

  /** Is it certain that no word stands there? */
  lacks(index: number): boolean {
    return index >= this.count && !this.open;
  }

  /** Nothing is known about the word there, nor about those behind it. */
  unknown(index: number): boolean {
    return index >= this.count && this.open;
  }

  at(index: number): ReturnType<SectionLines['at']> {
    return this.#lines.at(this.line, Math.min(this.#base + index, this.#lines.words(this.line) - 1));
  }

  /** Index among the line's words, for the checks of expressions. */
  place(index: number): number {
    return this.#base + index;
  }

  /** Refuses the line for what it lacks; false, so that a check can end with it. */
  missing(message: string): false {
    refuse(this.run, 'missing-argument', this.#lines.lineAt(this.line), message);
    return false;
  }

  bad(index: number, message: string, rule = 'invalid-argument'): false {
    refuse(this.run, rule, this.at(index), message);
    return false;
  }

  warn(index: number, message: string, rule = 'ignored-keyword'): void {
    warn(this.run, rule, this.at(index), message);
  }

  /** Refuses what stands at `index` or behind it; true when nothing does. */
  ends(index: number): boolean {
    if (index >= this.count) return true;
    return this.bad(
      index,
      `'${this.head(index)}' takes no further word, found '${this.get(index)}'`,
      'unexpected-argument',
    );
  }

  /** Is there a word at `index`? Refuses the line where it surely lacks one. */
  needs(index: number, message: string): boolean {
    if (index < this.count) return true;
    if (!this.open) this.missing(message);
    return false;
  }

  /** One of the words? Refuses another one with a suggestion. */
  among(index: number, words: readonly string[], what: string): boolean {
    const word = this.get(index);
    if (words.includes(word)) return true;
    if (this.unknown(index)) return false;
    if (word === '') return this.missing(`'${this.head(index)}' needs ${what}: ${listed(words)}`);
    const { near, extra } = suggestion(this.at(index), word, words);
    refuse(
      this.run,
      'invalid-argument',
      this.at(index),
      `'${word}' is not ${what}${near || `: '${this.head(index)}' takes ${listed(words)}`}`,
      extra,
    );
    return false;
  }

  /** The keyword, with its second word where that names what the line sets. */
  head(index: number): string {
    return index > 1 && COMPOSED.has(this.keyword) ? `${this.keyword} ${this.get(1)}` : this.keyword;
  }
}

const COMPOSED: ReadonlySet<string> = new Set([
  'capture',
  'compression',
  'declare',
  'email-alert',
  'external-check',
  'filter',
  'http-check',
  'http-request',
  'http-response',
  'http-after-response',
  'option',
  'stats',
  'stick',
  'tcp-check',
  'timeout',
]);
