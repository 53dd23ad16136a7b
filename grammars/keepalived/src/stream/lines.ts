import type { LowerContext, Place, Section, SourceFile } from '@halint/core';
import type { KeepalivedUnit } from '../ast.ts';
import {
  BROKEN_TOKEN,
  CLOSE_TOKEN,
  COMMENT_TOKEN,
  CONDITION_TOKEN,
  DEFINITION_TOKEN,
  OPEN_TOKEN,
  QUOTED_TOKEN,
  scanReplaced,
} from '../tokens.ts';
import { Allowance } from './allowance.ts';
import { Definitions } from './definitions.ts';
import type { LineFault } from './fault.ts';
import { includeOf } from './include.ts';
import type { Logical, Value } from './logical.ts';
import { joined, mapped, slice, splice, spread, trimmed, type Mapped } from './mapped.ts';
import { endOfLine, escapedComment, isContinued, isUnterminated } from './physical.ts';
import { readRepeat } from './repeats.ts';

export interface Lines {
  readonly lines: readonly Logical[];
  readonly faults: readonly LineFault[];
  /** Every file that lines came from. */
  readonly read: readonly SourceFile[];
  /** The parent, which reads the files themselves, ends some definition elsewhere than the processes that read its copy. */
  readonly parentDiffers: boolean;
  /** Names that conditions ask about. */
  readonly hostNames: ReadonlySet<string>;
}

/** Definitions and repetitions that bring each other. */
const MOST_NESTED = 32;
/** Files that are read within each other; keepalived follows includes as deep as it may open files, which are 1024 for most services. */
const MOST_FILES_OPEN = 200;
/** Unclosed blocks that have a fault each, from the outermost; the last of them counts those within. */
const MOST_UNCLOSED = 100;

/**
 * The lines that keepalived reads on one host: includes in place, `@id` lines by the host's name, `$NAME` replaced by what was defined
 * above, `~SEQ` and `~LST` written out, comments gone, lines cut at braces (lib/parser.c read_line, decomment). The processes that heed
 * blocks read a copy that the parent wrote, with comments and includes gone from its lines.
 */
export function readLines(
  files: readonly SourceFile[],
  context: LowerContext,
  reads: 'copy' | 'files' = 'copy',
): Lines {
  const reader = new Reader(context, reads);
  for (const file of files) reader.file(file);
  return reader.finish();
}

/** Where a line stands. */
interface Spot {
  readonly file: SourceFile;
  readonly section: Section<KeepalivedUnit>;
}

/** The token a word or brace was read from: offsets in its text. */
interface Piece {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

class Reader {
  readonly #context: LowerContext;
  readonly #definitions: Definitions;
  /** The host's name up to the first dot: config_id of core/main.c. */
  readonly #id: string;
  readonly #lines: Logical[] = [];
  readonly #faults: LineFault[] = [];
  /** In the order they include each other. */
  readonly #reading = new Set<SourceFile>();
  /** Files that include each other in a circle: nothing is learned from reading them again. */
  readonly #circular = new Set<SourceFile>();
  readonly #allowance = new Allowance();
  #isSpent = false;
  /** Blocks that are open: what stands before their braces. */
  readonly #open: Place[] = [];
  readonly #read = new Set<SourceFile>();
  /** A definition that goes on in the next line. */
  #growing: { readonly name: string; readonly lines: string[]; readonly includes: string[] } | undefined;
  readonly #reads: 'copy' | 'files';
  #parentDiffers = false;
  readonly #hostNames = new Set<string>();

  constructor(context: LowerContext, reads: 'copy' | 'files') {
    this.#context = context;
    this.#reads = reads;
    this.#id = context.hostName.split('.')[0] ?? context.hostName;
    this.#definitions = new Definitions(this.#id);
  }

  file(file: SourceFile): void {
    this.#reading.add(file);
    this.#read.add(file);
    for (const section of file.document.sections as readonly Section<KeepalivedUnit>[]) {
      const { table } = section.unit;
      for (let line = 0; line < table.count; line++) this.#physical({ file, section }, line);
    }
    this.#reading.delete(file);
  }

  finish(): Lines {
    const told = this.#open.slice(0, MOST_UNCLOSED);
    for (const [i, at] of told.entries()) {
      const more = i === MOST_UNCLOSED - 1 ? this.#open.length - MOST_UNCLOSED : 0;
      this.#faults.push({ kind: 'unclosed', at, text: more > 0 ? String(more) : '' });
    }
    return {
      lines: this.#lines,
      faults: this.#faults,
      read: [...this.#read],
      parentDiffers: this.#parentDiffers,
      hostNames: this.#hostNames,
    };
  }

  /** One line as it stands in the file. */
  #physical(spot: Spot, line: number): void {
    const { text, unit } = spot.section;
    const { table } = unit;
    const first = table.firstToken(line);
    let end = table.firstToken(line + 1);
    const from = table.lineStart(line);
    const to = endOfLine(text, from, table.lineStart(line + 1));
    const continued = isContinued(text, from, to);
    const commented = end > first && table.tokenType(end - 1) === COMMENT_TOKEN;
    if (commented) end--;
    if (end === first) {
      if (continued) this.#text(spot, mapped('\\', to - 1), 0);
      else if (this.#growing !== undefined) this.#emptyInDefinition(from === to);
      return;
    }
    const start = table.tokenStart(first);
    const stop = table.tokenEnd(end - 1);
    const type = table.tokenType(first);
    const raw = text.slice(start, stop);
    if (isUnterminated(raw))
      this.#faults.push({ kind: 'unterminated', at: place(this.#context, spot, start, stop), text: raw });
    const escaped = escapedComment(raw);
    if (continued || escaped >= 0) {
      const content = raw.slice(0, escaped >= 0 ? escaped : commented ? raw.length : -1).trimEnd();
      const source = mapped(content, start);
      return this.#text(spot, continued ? joined(source, mapped('\\', to - 1)) : source, 0);
    }
    const plain =
      this.#growing === undefined &&
      type !== DEFINITION_TOKEN &&
      type !== CONDITION_TOKEN &&
      !/^[~@]/.test(raw) &&
      !raw.includes('$');
    if (!plain) return this.#text(spot, mapped(raw, start), 0);
    const pieces: Piece[] = [];
    for (let token = first; token < end; token++) {
      pieces.push({
        type: table.tokenType(token),
        start: table.tokenStart(token) - start,
        end: table.tokenEnd(token) - start,
      });
    }
    this.#cut(spot, raw, pieces, (offset) => [start + offset, start + offset + 1]);
  }

  /** A line that conditions, definitions or repetitions decide about. */
  #text(spot: Spot, source: Mapped, depth: number): void {
    if (depth > MOST_NESTED) return;
    if (this.#growing !== undefined) return this.#grow(source.text);
    let line = source;
    for (let round = 0; round < MOST_NESTED; round++) {
      if (line.text.startsWith('@')) {
        const rest = this.#conditional(line);
        if (rest === undefined) return;
        line = rest;
      }
      const definition = /^\$([A-Za-z_]\w*)=[ \t]*/.exec(line.text);
      if (definition !== null) return this.#define(definition[1] ?? '', line.text.slice(definition[0].length));
      if (/^~(?:SEQ|LST)/.test(line.text)) return this.#repeat(spot, line, depth);
      if (line.text.startsWith('~') || !line.text.includes('$')) break;
      const { text, further, includes, isLong } = this.#definitions.replace(line);
      if (isLong) {
        this.#faults.push({ kind: 'too-long', at: this.#extent(spot, line), text: '' });
        return;
      }
      if (text === line) break;
      if (!this.#mayAdd(this.#extent(spot, line), 0, text.text.length - line.text.length)) return;
      line = trimmed(text);
      if (further.length > 0 || includes.length > 0) {
        this.#whole(spot, line);
        for (const each of further) {
          if (!this.#mayAdd(this.#extent(spot, line), 1, each.length)) return;
          this.#text(spot, spread(each, line), depth + 1);
        }
        for (const each of includes) this.#include(spot, each, this.#extent(spot, line));
        return;
      }
      if (!line.text.startsWith('@') && !line.text.includes('$')) break;
    }
    if (/^~(?:SEQ|LST)/.test(line.text)) return this.#repeat(spot, line, depth);
    this.#whole(spot, line);
  }

  /** What is left of an `@id` line where it holds (lib/parser.c read_line); nothing behind the id is nothing at all. */
  #conditional(line: Mapped): Mapped | undefined {
    const match = /^@(\^?)([^ \t]*)[ \t]+/.exec(line.text);
    if (match === null) return undefined;
    this.#hostNames.add(match[2] ?? '');
    if ((match[2] === this.#id) === (match[1] === '^')) return undefined;
    return slice(line, match[0].length);
  }

  #define(name: string, value: string): void {
    if (value.endsWith('\\')) {
      const first = value.slice(0, -1).trimEnd();
      this.#growing = { name, lines: first === '' ? [] : [first], includes: [] };
    } else this.#definitions.set(name, { lines: [value], includes: [] });
  }

  #grow(text: string): void {
    const growing = this.#growing;
    if (growing === undefined) return;
    const more = text.endsWith('\\');
    const line = (more ? text.slice(0, -1) : text).trim();
    const include = includeOf(line);
    if (include !== undefined) this.#parentDiffers = true;
    // The parent puts the file where the definition is used; the copy has an empty line instead of the include.
    if (include !== undefined && this.#reads === 'copy') {
      growing.includes.push(include);
      this.#endDefinition();
      return;
    }
    if (line !== '') growing.lines.push(line);
    if (!more) this.#endDefinition();
  }

  /** A line of nothing, blanks or a comment: an empty line ends a definition, and in the copy the others are empty too. */
  #emptyInDefinition(empty: boolean): void {
    if (!empty) this.#parentDiffers = true;
    if (empty || this.#reads === 'copy') this.#endDefinition();
  }

  #endDefinition(): void {
    if (this.#growing !== undefined) this.#definitions.set(this.#growing.name, this.#growing);
    this.#growing = undefined;
  }

  #repeat(spot: Spot, line: Mapped, depth: number): void {
    // Definitions among the numbers are replaced first.
    const close = line.text.indexOf(')');
    const head = this.#definitions.replace(slice(line, 0, close + 1)).text;
    const repeat = readRepeat(splice(line, 0, close + 1, head.text));
    if (repeat === undefined) {
      this.#faults.push({ kind: 'repeat', at: this.#extent(spot, line), text: line.text });
      return;
    }
    for (const round of repeat.rounds()) {
      if (!this.#mayAdd(this.#extent(spot, line), 1, repeat.line.text.length)) return;
      for (const [name, value] of round) this.#definitions.set(name, { lines: [value], includes: [] });
      this.#text(spot, repeat.line, depth + 1);
    }
  }

  /** A line in which nothing is left to replace. */
  #whole(spot: Spot, line: Mapped): void {
    const pieces: Piece[] = [];
    scanReplaced(line.text, { token: (type, start, end) => pieces.push({ type, start, end }) });
    this.#cut(spot, line.text, pieces, (offset) => [line.starts[offset] ?? 0, line.ends[offset] ?? 0]);
  }

  /** Cuts a line at its braces; an include brings its files instead. */
  #cut(
    spot: Spot,
    text: string,
    pieces: readonly Piece[],
    origin: (offset: number) => readonly [number, number],
  ): void {
    const at = (begin: number, end: number): Place => place(this.#context, spot, origin(begin)[0], origin(end - 1)[1]);
    let from = 0;
    while (from < pieces.length) {
      const head = pieces[from] as Piece;
      if (head.type === OPEN_TOKEN || head.type === CLOSE_TOKEN) {
        this.#brace(head.type === OPEN_TOKEN, at(head.start, head.end));
        from++;
        continue;
      }
      let to = from;
      while (to < pieces.length && pieces[to]?.type !== OPEN_TOKEN && pieces[to]?.type !== CLOSE_TOKEN) to++;
      const own = pieces.slice(from, to);
      const raw = text.slice(head.start, own[own.length - 1]?.end);
      const include = from === 0 && includeOf(raw);
      if (include !== false && include !== undefined)
        return this.#include(spot, include, at(head.start, pieces[pieces.length - 1]?.end ?? head.end));
      const broken = own.find((piece) => piece.type === BROKEN_TOKEN);
      const words = own
        .filter((piece) => piece.type !== BROKEN_TOKEN)
        .map((piece): Value => valueOf(text, piece, at(piece.start, piece.end)));
      if (words.length > 0 || broken !== undefined) {
        this.#lines.push({
          kind: 'words',
          words,
          at: at(head.start, own[own.length - 1]?.end ?? head.end),
          raw,
          unmatched: broken === undefined ? undefined : at(broken.start, broken.end),
        });
      }
      from = to;
    }
  }

  #brace(opens: boolean, at: Place): void {
    const before = this.#lines[this.#lines.length - 1];
    this.#lines.push({
      kind: opens ? 'open' : 'close',
      words: [{ text: opens ? '{' : '}', quoted: false, at }],
      at,
      raw: opens ? '{' : '}',
      unmatched: undefined,
    });
    if (opens) this.#open.push(before?.kind === 'words' ? before.at : at);
    else if (this.#open.pop() === undefined) this.#faults.push({ kind: 'extra-close', at, text: '}' });
  }

  #include(spot: Spot, pattern: string, at: Place): void {
    // Quotes are part of the name: no file is called so.
    if (pattern.includes('"')) {
      this.#faults.push({ kind: 'quoted-include', at, text: pattern });
      return;
    }
    const { path } = spot.file;
    const base = path.slice(0, path.lastIndexOf('/')) || '/';
    const use = { pattern, at: { section: spot.section, start: at.start, end: at.end }, base, required: true };
    const files = this.#context.included(spot.file, use);
    const absent = files.length === 0 && !isOpaque(pattern) ? this.#context.absent?.(use) : undefined;
    // 2.2.7 and 2.3.4 say "Config files missing" of a name, of braces and of a folder that is not there, and nothing of a glob in one that is.
    if (absent !== undefined && !(absent.isGlob && absent.folderIsKnown))
      this.#faults.push({ kind: 'include-missing', at, text: pattern, absent });
    const open = new Set(files.filter((file) => this.#reading.has(file)));
    if (open.size > 0) {
      this.#faults.push({ kind: 'include-loop', at, text: pattern });
      let isWithin = false;
      for (const file of this.#reading) {
        isWithin ||= open.has(file);
        if (isWithin) this.#circular.add(file);
      }
    }
    for (const file of files) {
      if (open.has(file) || (this.#read.has(file) && this.#circular.has(file))) continue;
      if (this.#read.has(file) && !this.#mayAdd(at, file.document.lineCount)) return;
      if (this.#reading.size >= MOST_FILES_OPEN) {
        this.#faults.push({ kind: 'include-deep', at, text: pattern });
        return;
      }
      this.file(file);
    }
  }

  /** May the text grow by so much? Where it is too much for the first time, that is said. */
  #mayAdd(at: Place, lines: number, characters = 0): boolean {
    if (this.#isSpent) return false;
    if (this.#allowance.take(lines, characters)) return true;
    this.#isSpent = true;
    this.#faults.push({ kind: 'too-much', at, text: '' });
    return false;
  }

  #extent(spot: Spot, line: Mapped): Place {
    return place(this.#context, spot, line.starts[0] ?? 0, line.ends[line.ends.length - 1] ?? 0);
  }
}

/** A placeholder of a template stands for any name. */
function isOpaque(pattern: string): boolean {
  return /\{\{|\{%|<%/.test(pattern);
}

function place(context: LowerContext, { file, section }: Spot, start: number, end: number): Place {
  return { host: context.host, file, section, start, end };
}

function valueOf(text: string, { type, start, end }: Piece, at: Place): Value {
  if (type === QUOTED_TOKEN) return { text: text.slice(start + 1, end - 1), quoted: true, at };
  const word = text.slice(start, end);
  return { text: word.includes('\\') ? word.replace(/\\([#!])/g, '$1') : word, quoted: false, at };
}
