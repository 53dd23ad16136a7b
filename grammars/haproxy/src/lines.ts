import { keeping, type Keeper } from './kept.ts';
import type { LineTable, LocalPlace, Section } from '@halint/core';
import { readLines, type LineShape } from './grammar.ts';
import { decode, isPlain, kindOf } from './tokens.ts';

/** Words as they came out of many lines, so that the same keyword is the same string everywhere. */
const interned = new Map<string, string>();

function intern(raw: string): string {
  const known = interned.get(raw);
  if (known !== undefined) return known;
  // A file of arbitrary bytes must not fill the memory of a long-running server.
  if (interned.size > 10_000) interned.clear();
  const value = unique(decode(raw));
  interned.set(raw, value);
  return value;
}

/**
 * The one string of the engine for a text, as constants of the code are. Two of these differ when their addresses do, while a slice is
 * compared sign by sign; checks compare each keyword some hundred times.
 */
function unique(text: string): string {
  return Object.keys({ [text]: 0 })[0] as string;
}

/** Longer slices of a text keep the whole text alive. */
const LONGEST_KEPT = 12;
const SLOTS = 4096;
const recent = new Array<string>(SLOTS).fill('');

/** A stretch of a text. Short words are most of a file, and the same ones: a slice for each of them is what lint would spend most memory on. */
function wordAt(text: string, start: number, end: number): string {
  const length = end - start;
  if (length > LONGEST_KEPT || length <= 0) return text.slice(start, end);
  let hash = length;
  for (let i = start; i < end; i++) hash = (hash * 31 + text.charCodeAt(i)) | 0;
  const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
  const known = recent[slot] as string;
  if (known.length === length && text.startsWith(known, start)) return known;
  return (recent[slot] = text.slice(start, end));
}

const bits = new Map<string, number>();

/** The bit of a word that sections are asked for. There are two dozen of these words, and a number holds 32. */
function bitOf(word: string): number {
  let bit = bits.get(word);
  if (bit === undefined) {
    if (bits.size === 32) throw new RangeError(`no bit is left for '${word}'`);
    bits.set(word, (bit = 1 << bits.size));
  }
  return bit;
}

/** The lines of one section, read from typed arrays on request: what checks and facts are made from. */
export class SectionLines implements Keeper {
  readonly section: Section;
  readonly text: string;
  memory: unknown[] | undefined = undefined;
  readonly table: LineTable<LineShape>;
  /** Word that the section starts with; 'prelude' for what stands before the first section. */
  readonly kind: string;
  #keywords: string[] | undefined;
  /** Lines that start with `no` or `default`. */
  #prefixed: Set<number> | undefined;
  #templated: boolean | undefined;
  #directives: boolean | undefined;
  /** Words that mentions() was asked for, and those that it found, as bits. */
  #asked = 0;
  #found = 0;
  /** No line holds a quote or an escape: all words mean what is written. */
  readonly #plain: boolean;

  constructor(section: Section) {
    this.section = section;
    this.text = section.text;
    this.kind = kindOf(section.text);
    this.table = readLines(section.text);
    this.#plain = isPlain(section.text);
  }

  get count(): number {
    return this.table.count;
  }

  /** Index of the first line behind the head. */
  get body(): number {
    return this.kind === 'prelude' ? 0 : 1;
  }

  shape(line: number): LineShape {
    return this.table.shapes[line] as LineShape;
  }

  /** Decoded first word of each line, `no` and `default` skipped; '' for lines that are no statement. */
  get keywords(): readonly string[] {
    if (this.#keywords !== undefined) return this.#keywords;
    const words: string[] = new Array<string>(this.count);
    for (let line = 0; line < this.count; line++) {
      const shape = this.shape(line);
      if (shape.kind !== 'statement') words[line] = '';
      else {
        let word = intern(this.raw(line, 0));
        if (shape.words > 1 && (word === 'no' || word === 'default')) {
          word = intern(this.raw(line, 1));
          (this.#prefixed ??= new Set()).add(line);
        }
        words[line] = word;
      }
    }
    return (this.#keywords = words);
  }

  /** Index of the word that is the keyword: 1 behind `no` or `default`. */
  keywordIndex(line: number): 0 | 1 {
    return this.keywords.length > 0 && this.#prefixed?.has(line) === true ? 1 : 0;
  }

  /** Does a word, or a part of one, stand anywhere in the section? Asked once for a section instead of once for a line. */
  mentions(word: string): boolean {
    const bit = bitOf(word);
    if ((this.#asked & bit) === 0) {
      this.#asked |= bit;
      if (this.text.includes(word)) this.#found |= bit;
    }
    return (this.#found & bit) !== 0;
  }

  /** Some line holds a template placeholder. */
  get templated(): boolean {
    return (this.#templated ??= this.table.shapes.some((shape) => shape.template));
  }

  /** Some line is a directive (.if and its kin). */
  get directives(): boolean {
    return (this.#directives ??= this.table.shapes.some((shape) => shape.kind === 'directive'));
  }

  words(line: number): number {
    return this.shape(line).words;
  }

  /** A token as written. */
  raw(line: number, index: number): string {
    const token = this.table.firstToken(line) + index;
    return wordAt(this.text, this.table.tokenStart(token), this.table.tokenEnd(token));
  }

  /** A word with quotes and escapes resolved; '' when the line has no such word. */
  value(line: number, index: number): string {
    if (index >= this.words(line)) return '';
    const raw = this.raw(line, index);
    return this.#plain ? raw : decode(raw);
  }

  /** All words of a line, resolved. An empty one ends the list, as for the daemon. */
  values(line: number): string[] {
    const values: string[] = [];
    for (let i = 0; i < this.words(line); i++) {
      const value = this.value(line, i);
      if (value === '') break;
      values.push(value);
    }
    return values;
  }

  start(line: number, index: number): number {
    return this.table.tokenStart(this.table.firstToken(line) + index);
  }

  end(line: number, index: number): number {
    return this.table.tokenEnd(this.table.firstToken(line) + index);
  }

  /** Place of a token. */
  at(line: number, index: number): LocalPlace {
    return { section: this.section, start: this.start(line, index), end: this.end(line, index) };
  }

  /** Place of a statement: its first to its last word. */
  lineAt(line: number): LocalPlace {
    const tokens = this.table.firstToken(line + 1) - this.table.firstToken(line);
    const start = this.table.lineStart(line);
    if (tokens === 0) return { section: this.section, start, end: start };
    const last = Math.max(0, this.words(line) - 1);
    return { section: this.section, start: this.start(line, 0), end: this.end(line, last) };
  }
}

/** What is kept with the lines of a section. */
export const keptByLines = keeping<SectionLines>();
