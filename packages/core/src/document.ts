import { replaceItems } from './lists.ts';
import { floorIndex, lineStarts, type Position, type Range, type Span } from './text.ts';

/** How a language cuts a text into sections and reads one of them. */
export interface Syntax<Unit> {
  /**
   * Offsets at which sections start; the first is 0 (also for an empty text). Cutting is local: cutting the text of
   * neighbouring sections that are all closed gives the same sections as cutting the whole.
   */
  cut(text: string): Cut;
  /** Reads one section. Never throws, whatever the text; offsets in the result are relative to the section. */
  read(section: Section<Unit>): Unit;
}

export interface Cut {
  readonly starts: readonly number[];
  /** The last section ends only because the text does (an unbalanced brace): more text could belong to it. */
  readonly open: boolean;
}

/**
 * A stretch of a text that is read on its own. Its text never changes: an edit replaces the section. Only where it
 * stands (`start`, `line`) is moved by edits above it.
 */
export class Section<Unit = unknown> {
  readonly text: string;
  /** Offset of the section in its document, UTF-16 code units. */
  start = 0;
  /** Zero-based line of the document on which the section starts. */
  line = 0;
  readonly #syntax: Syntax<Unit>;
  #unit: Unit | undefined;
  #starts: Uint32Array | undefined;
  #breaks = -1;

  constructor(text: string, syntax: Syntax<Unit>) {
    this.text = text;
    this.#syntax = syntax;
  }

  /** The typed tree of the section, read on first use. */
  get unit(): Unit {
    return (this.#unit ??= this.#syntax.read(this));
  }

  get lineStarts(): Uint32Array {
    return (this.#starts ??= lineStarts(this.text));
  }

  /** Number of LFs in the section. Counted without an array: most sections are never asked where their lines start. */
  get lineBreaks(): number {
    if (this.#breaks < 0) {
      let breaks = 0;
      for (let i = this.text.indexOf('\n'); i >= 0; i = this.text.indexOf('\n', i + 1)) breaks++;
      this.#breaks = breaks;
    }
    return this.#breaks;
  }

  /** Absolute position of an offset that is relative to this section. */
  positionAt(relative: number): Position {
    const offset = Math.max(0, Math.min(relative, this.text.length));
    const line = floorIndex(this.lineStarts, offset);
    return { line: this.line + line + 1, column: offset - (this.lineStarts[line] as number) + 1 };
  }

  /** Absolute range of a span that is relative to this section. */
  rangeOf(span: Span): Range {
    return { start: this.positionAt(span.start), end: this.positionAt(span.end) };
  }
}

/** A stretch of a section as a span of its file. */
export function spanAt(section: Section, start: number, end: number): Span {
  return { start: section.start + start, end: section.start + end };
}

/** Sections that an edit took out and put in. */
export interface Change<Unit> {
  /** Index in `sections` of the first added section, or of the one that now stands where the removed ones were. */
  readonly index: number;
  readonly removed: readonly Section<Unit>[];
  readonly added: readonly Section<Unit>[];
}

/**
 * A text with its typed tree. `parse` makes one; `edit` changes it in place and re-reads only the sections whose text
 * changed. `print()` gives back the text, code unit by code unit.
 */
export class Document<Ast = unknown, Unit = unknown> {
  /** Counts edits; whoever caches something about the whole document compares it. */
  version = 0;
  /** What the edit from `version - 1` to `version` replaced. */
  lastChange: Change<Unit> | undefined;
  /**
   * The documents that the daemon reads as one text, in its order, this one included: what stands in one means something in
   * the next. Set by who knows the files of a host; alone by default.
   */
  group: readonly Document<Ast, Unit>[] = [this];
  readonly #syntax: Syntax<Unit>;
  readonly #tree: () => Ast;
  #sections: Section<Unit>[];
  #ast: Ast | undefined;
  #astVersion = -1;

  constructor(text: string, syntax: Syntax<Unit>, tree: (document: Document<Ast, Unit>) => Ast) {
    this.#syntax = syntax;
    this.#tree = () => tree(this);
    this.#sections = this.#split(text);
    this.#place(0);
  }

  get sections(): readonly Section<Unit>[] {
    return this.#sections;
  }

  get ast(): Ast {
    if (this.#astVersion !== this.version) {
      this.#ast = this.#tree();
      this.#astVersion = this.version;
    }
    return this.#ast as Ast;
  }

  print(): string {
    return this.#sections.map((section) => section.text).join('');
  }

  get length(): number {
    const last = this.#sections[this.#sections.length - 1] as Section<Unit>;
    return last.start + last.text.length;
  }

  /** Number of lines, an empty one behind a final LF included. */
  get lineCount(): number {
    const last = this.#sections[this.#sections.length - 1] as Section<Unit>;
    return last.line + last.lineBreaks + 1;
  }

  sectionAt(offset: number): Section<Unit> {
    return this.#sections[this.#indexAt(offset)] as Section<Unit>;
  }

  positionAt(offset: number): Position {
    const section = this.sectionAt(offset);
    return section.positionAt(offset - section.start);
  }

  /** Offset of a position; a column behind the end of its line is the end of that line, a line behind the last the end of the text. */
  offsetAt(position: Position): number {
    const line = position.line - 1;
    if (line < 0) return 0;
    if (line >= this.lineCount) return this.length;
    const index = this.#indexBy(line, (section) => section.line);
    const section = this.#sections[index] as Section<Unit>;
    const relative = line - section.line;
    const from = section.lineStarts[relative] as number;
    const next = section.lineStarts[relative + 1];
    const end = next === undefined ? section.text.length : next - 1;
    return section.start + Math.min(from + Math.max(0, position.column - 1), end);
  }

  /** Replaces a span by `text`. Sections outside the edit keep their identity, and so does what is cached by them. */
  edit(span: Span, text: string): Change<Unit> {
    let first = this.#indexAt(span.start);
    let last = this.#indexAt(span.end);
    // A section's head may have been touched (its text may now belong to the one before), and an edit at the very end of
    // a section may make it swallow the next: take a neighbour on either side.
    if (first > 0) first--;
    if (last < this.#sections.length - 1) last++;
    const start = (this.#sections[first] as Section<Unit>).start;
    let chunk = this.#textOf(first, last);
    chunk = chunk.slice(0, span.start - start) + text + chunk.slice(span.end - start);
    let cut = this.#syntax.cut(chunk);
    while (cut.open && last < this.#sections.length - 1) {
      const from = last + 1;
      last = Math.min(this.#sections.length - 1, last + (last - first + 1));
      chunk += this.#textOf(from, last);
      cut = this.#syntax.cut(chunk);
    }
    let fresh = this.#make(chunk, cut.starts);
    const old = this.#sections.slice(first, last + 1);
    // Sections whose text came out the same stay the same objects.
    let head = 0;
    while (head < fresh.length && head < old.length && fresh[head]?.text === old[head]?.text) head++;
    let tail = 0;
    while (
      tail < fresh.length - head &&
      tail < old.length - head &&
      fresh[fresh.length - 1 - tail]?.text === old[old.length - 1 - tail]?.text
    ) {
      tail++;
    }
    fresh = fresh.slice(head, fresh.length - tail);
    const removed = replaceItems(this.#sections, first + head, old.length - head - tail, fresh);
    this.#place(first + head);
    this.version++;
    this.lastChange = { index: first + head, removed, added: fresh };
    return this.lastChange;
  }

  #split(text: string): Section<Unit>[] {
    return this.#make(text, this.#syntax.cut(text).starts);
  }

  #make(text: string, starts: readonly number[]): Section<Unit>[] {
    return starts.map((start, i) => new Section(text.slice(start, starts[i + 1] ?? text.length), this.#syntax));
  }

  #textOf(first: number, last: number): string {
    let text = '';
    for (let i = first; i <= last; i++) text += (this.#sections[i] as Section<Unit>).text;
    return text;
  }

  #place(from: number): void {
    const before = this.#sections[from - 1];
    let start = before === undefined ? 0 : before.start + before.text.length;
    let line = before === undefined ? 0 : before.line + before.lineBreaks;
    for (let i = from; i < this.#sections.length; i++) {
      const section = this.#sections[i] as Section<Unit>;
      section.start = start;
      section.line = line;
      start += section.text.length;
      line += section.lineBreaks;
    }
  }

  #indexAt(offset: number): number {
    return this.#indexBy(offset, (section) => section.start);
  }

  #indexBy(value: number, key: (section: Section<Unit>) => number): number {
    let low = 0;
    let high = this.#sections.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (key(this.#sections[middle] as Section<Unit>) <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
