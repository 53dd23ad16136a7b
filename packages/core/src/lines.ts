import { floorIndex } from './text.ts';

/**
 * The lines of one section as one typed array: no object per line or per token, because those objects cost more than the parse
 * (100,000 lines hold some 800,000 tokens), and one array, because five for each of 6,000 sections cost as much as the scan.
 * Offsets are relative to the section.
 */
export class LineTable<Shape> {
  /** Number of lines; an empty last line (behind a final LF) is not a line. */
  readonly count: number;
  /** What the grammar made of line i. Lines with the same sequence of token types share one shape. */
  readonly shapes: readonly Shape[];
  /** Line starts, first tokens, starts and ends of tokens in turn, token types four to a number. */
  readonly #data: Uint32Array;
  /** Where the starts and ends of tokens begin, and their types. */
  readonly #tokens: number;
  readonly #types: number;

  constructor(
    shapes: readonly Shape[],
    { lineStart, firstToken, start, end, type }: Columns,
    tokens: number,
    length: number,
  ) {
    const count = shapes.length;
    this.count = count;
    this.shapes = shapes;
    this.#tokens = 2 * (count + 1);
    this.#types = this.#tokens + 2 * tokens;
    const data = new Uint32Array(this.#types + ((tokens + 3) >> 2));
    for (let i = 0; i < count; i++) {
      data[i] = lineStart[i] as number;
      data[count + 1 + i] = firstToken[i] as number;
    }
    data[count] = length;
    data[count + 1 + count] = tokens;
    for (let i = 0, at = this.#tokens; i < tokens; i++) {
      data[at++] = start[i] as number;
      data[at++] = end[i] as number;
      const slot = this.#types + (i >> 2);
      data[slot] = (data[slot] as number) | ((type[i] as number) << ((i & 3) * 8));
    }
    this.#data = data;
  }

  /** Where line i starts; `count` gives the length of the section. */
  lineStart(line: number): number {
    return this.#data[line] as number;
  }

  /** Index of the first token of line i, 0 … count: the tokens of line i are firstToken(i) … firstToken(i + 1) - 1. */
  firstToken(line: number): number {
    return this.#data[this.count + 1 + line] as number;
  }

  tokenStart(token: number): number {
    return this.#data[this.#tokens + 2 * token] as number;
  }

  tokenEnd(token: number): number {
    return this.#data[this.#tokens + 2 * token + 1] as number;
  }

  /** Number of the token's type. */
  tokenType(token: number): number {
    return ((this.#data[this.#types + (token >> 2)] as number) >>> ((token & 3) * 8)) & 0xff;
  }

  /** The token types of a line. */
  typesOf(line: number): number[] {
    const types: number[] = [];
    for (let token = this.firstToken(line); token < this.firstToken(line + 1); token++)
      types.push(this.tokenType(token));
    return types;
  }

  /** The line that an offset stands in; -1 when there are no lines. */
  lineAt(offset: number): number {
    return this.count === 0 ? -1 : floorIndex(this.#data, offset, this.count);
  }
}

/** Where a builder collects lines and tokens. */
interface Columns {
  readonly lineStart: Uint32Array;
  readonly firstToken: Uint32Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  readonly type: Uint8Array;
}

/**
 * The grammar decides on token types alone, so lines with the same sequence of types have the same tree: each distinct
 * sequence is parsed once and its tree (token indices) shared. A trie of types finds it without building a key.
 */
export class ShapeCache<Shape> {
  readonly #types: number;
  readonly #parse: (types: readonly number[]) => Shape;
  #next: Int32Array;
  #nodes = 1;
  readonly #shapes: (Shape | undefined)[] = [undefined];

  /** `types`: number of token types; `parse` gets the type indices of one line and must not throw. */
  constructor(types: number, parse: (types: readonly number[]) => Shape) {
    this.#types = types;
    this.#parse = parse;
    this.#next = new Int32Array(types * 256);
  }

  /** Number of distinct sequences parsed so far and their prefixes: what the cache costs. */
  get nodes(): number {
    return this.#nodes;
  }

  /** The child of trie node `node` by token type `type`; the root is 0. */
  step(node: number, type: number): number {
    const slot = node * this.#types + type;
    const found = this.#next[slot] as number;
    if (found !== 0) return found;
    const fresh = this.#nodes++;
    if ((fresh + 1) * this.#types > this.#next.length) {
      const grown = new Int32Array(this.#next.length * 2);
      grown.set(this.#next);
      this.#next = grown;
    }
    this.#next[slot] = fresh;
    this.#shapes.push(undefined);
    return fresh;
  }

  /** The shape of the sequence that led to `node`. */
  at(node: number, types: Uint8Array, from: number, to: number): Shape {
    const known = this.#shapes[node];
    if (known !== undefined) return known;
    const shape = this.#parse(Array.from(types.subarray(from, to)));
    this.#shapes[node] = shape;
    return shape;
  }

  /** The shape of a sequence too long to keep (see MAX_CACHED_TOKENS): parsed each time, so that memory stays bounded. */
  once(types: Uint8Array, from: number, to: number): Shape {
    return this.#parse(Array.from(types.subarray(from, to)));
  }
}

/** A token without a text: a parser that decides on types alone needs no more. `startOffset` counts the tokens of its line. */
export interface ShapeToken<Type> {
  readonly tokenType: Type;
  readonly tokenTypeIdx: number;
  readonly image: '';
  readonly startOffset: number;
  readonly endOffset: number;
}

/** The line of a shape as the parser's input: type numbers into tokens of those types. */
export function shapeTokens<Type extends { readonly tokenTypeIdx?: number }>(
  types: readonly number[],
  tokenTypes: readonly Type[],
): ShapeToken<Type>[] {
  return types.map((number, i) => {
    const tokenType = tokenTypes[number];
    if (tokenType?.tokenTypeIdx === undefined) throw new RangeError(`no token type ${number}`);
    return { tokenType, tokenTypeIdx: tokenType.tokenTypeIdx, image: '', startOffset: i, endOffset: i };
  });
}

/** Reads a text line by line; `scanLine` gets where a line starts and ends, its LF left out. Linear in the text. */
export function scanLines<Shape>(
  text: string,
  builder: LineTableBuilder<Shape>,
  scanLine: (start: number, end: number) => void,
): LineTable<Shape> {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    builder.startLine(start);
    scanLine(start, end);
    builder.endLine();
    start = end + 1;
  }
  return builder.finish(text.length);
}

/** Lines with more tokens than this are parsed one by one: a 100,000-word line must not grow the trie by 100,000 nodes. */
const MAX_CACHED_TOKENS = 256;

/** Collects the tokens of a section line by line. One builder per language, reused: it is emptied by `finish`. */
export class LineTableBuilder<Shape> {
  readonly #cache: ShapeCache<Shape>;
  #type = new Uint8Array(1024);
  #start = new Uint32Array(1024);
  #end = new Uint32Array(1024);
  #tokens = 0;
  #lineStart = new Uint32Array(256);
  #firstToken = new Uint32Array(256);
  #lines = 0;
  #node = 0;
  readonly #shapes: Shape[] = [];

  constructor(cache: ShapeCache<Shape>) {
    this.#cache = cache;
  }

  startLine(offset: number): void {
    if (this.#lines + 2 > this.#lineStart.length) {
      this.#lineStart = grow(this.#lineStart);
      this.#firstToken = grow(this.#firstToken);
    }
    this.#lineStart[this.#lines] = offset;
    this.#firstToken[this.#lines] = this.#tokens;
    this.#node = 0;
  }

  token(type: number, start: number, end: number): void {
    if (this.#tokens === this.#type.length) {
      const types = new Uint8Array(this.#type.length * 2);
      types.set(this.#type);
      this.#type = types;
      this.#start = grow(this.#start);
      this.#end = grow(this.#end);
    }
    this.#type[this.#tokens] = type;
    this.#start[this.#tokens] = start;
    this.#end[this.#tokens] = end;
    this.#tokens++;
    if (this.#tokens - (this.#firstToken[this.#lines] as number) <= MAX_CACHED_TOKENS) {
      this.#node = this.#cache.step(this.#node, type);
    }
  }

  endLine(): void {
    const from = this.#firstToken[this.#lines] as number;
    const cached = this.#tokens - from <= MAX_CACHED_TOKENS;
    this.#shapes[this.#lines] = cached
      ? this.#cache.at(this.#node, this.#type, from, this.#tokens)
      : this.#cache.once(this.#type, from, this.#tokens);
    this.#lines++;
  }

  finish(length: number): LineTable<Shape> {
    const columns: Columns = {
      lineStart: this.#lineStart,
      firstToken: this.#firstToken,
      start: this.#start,
      end: this.#end,
      type: this.#type,
    };
    const table = new LineTable(this.#shapes.slice(0, this.#lines), columns, this.#tokens, length);
    this.#tokens = 0;
    this.#lines = 0;
    this.#node = 0;
    return table;
  }
}

function grow(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(array.length * 2);
  grown.set(array);
  return grown;
}
