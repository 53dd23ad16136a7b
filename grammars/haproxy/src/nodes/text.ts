import type { SectionLines } from '../lines.ts';
import { decode, mapWord, type WordMap } from '../tokens.ts';
import type { Stretch } from './node.ts';

/** A word with the way back from its value to the file. */
export class Text implements Stretch {
  readonly lines: SectionLines;
  readonly start: number;
  readonly end: number;
  readonly raw: string;
  readonly value: string;
  #map: WordMap | undefined;

  constructor(lines: SectionLines, line: number, index: number) {
    this.lines = lines;
    this.start = lines.start(line, index);
    this.end = lines.end(line, index);
    this.raw = lines.text.slice(this.start, this.end);
    this.value = decode(this.raw);
  }

  /** Where the signs from one offset in the value to another are written. */
  at(from: number, to: number): Stretch {
    const { lines, start } = this;
    if (this.value === this.raw) return { lines, start: start + from, end: start + to };
    // A word that is wholly quoted or escaped and yet reads the same does not exist: here the two differ.
    const { starts, ends } = (this.#map ??= mapWord(this.raw));
    const last = ends.length === 0 ? this.raw.length : (ends[ends.length - 1] as number);
    const first = from < starts.length ? (starts[from] as number) : last;
    return { lines, start: start + first, end: start + (to > from ? (ends[to - 1] as number) : first) };
  }
}

/** Words of one line, as the makers of typed lines read them. */
export class LineWords {
  readonly lines: SectionLines;
  readonly line: number;
  /** Index of the keyword: 1 behind `no` or `default`. */
  readonly base: number;
  readonly count: number;
  readonly #texts: Text[] = [];

  constructor(lines: SectionLines, line: number) {
    this.lines = lines;
    this.line = line;
    const shape = lines.shape(line);
    this.base = shape.kind === 'statement' ? lines.keywordIndex(line) : 0;
    this.count = shape.words;
  }

  /** The word at an index of the line, which must be there. */
  text(index: number): Text {
    return (this.#texts[index] ??= new Text(this.lines, this.line, index));
  }

  /** '' behind the last word. */
  value(index: number): string {
    return index < this.count ? this.text(index).value : '';
  }

  /** The stretch of the words from one index up to another, the second not included. */
  stretch(from: number, to: number): Stretch {
    return { lines: this.lines, start: this.text(from).start, end: this.text(to - 1).end };
  }
}
