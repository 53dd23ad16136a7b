import { splice, type Mapped } from './mapped.ts';

/** A `$NAME=` above: its value, line by line where it goes on behind a backslash. */
export interface Definition {
  readonly lines: readonly string[];
  /** Files that are read behind its last line. */
  readonly includes: readonly string[];
}

/** Replacements in one text before it is left as it is: a definition may name others, and none may hold the reader up. */
const MOST_REPLACED = 200;
/** Greatest length of a line with its definitions replaced, in UTF-16 units: keepalived reads 1,023 bytes as one line (lib/parser.c MAXBUF). */
export const LONGEST_REPLACED = 4096;
const USE = /\$(?:\{([A-Za-z_]\w*)([ \d]*)\}|([A-Za-z_]\w*)(?=[ \t,)]|$))/g;

/** What `$NAME` stands for on one host (lib/parser.c find_definition, replace_param). */
export class Definitions {
  readonly #values = new Map<string, Definition>();

  constructor(hostName: string) {
    this.#plain('_INSTANCE', hostName);
    this.#plain('_HASH', '#');
    this.#plain('_BANG', '!');
    // The directory of the file that is read: its path on the host is not what rules ask about.
    this.#plain('_PWD', '.');
    // Any value of its range does: halint takes the same one each time.
    this.#plain('_RANDOM', '0');
  }

  set(name: string, definition: Definition): void {
    this.#values.set(name, definition);
  }

  #plain(name: string, value: string): void {
    this.set(name, { lines: [value], includes: [] });
  }

  /** The text with its definitions replaced, and the further lines and files that the last of them brings. */
  replace(source: Mapped): {
    readonly text: Mapped;
    readonly further: readonly string[];
    readonly includes: readonly string[];
    /** It grew too long, and not all is replaced. */
    readonly isLong: boolean;
  } {
    let text = source;
    let from = 0;
    let further: readonly string[] = [];
    let includes: readonly string[] = [];
    let isLong = false;
    for (let count = 0; count < MOST_REPLACED; count++) {
      USE.lastIndex = from;
      const match = USE.exec(text.text);
      if (match === null) break;
      const end = match.index + match[0].length;
      const found = this.#values.get(match[1] ?? match[3] ?? '');
      // One of several lines is known at the end of a line only.
      if (found === undefined || (found.lines.length > 1 && end < text.text.length)) {
        from = match.index + 1;
        continue;
      }
      const [first = '', ...rest] = found.lines;
      isLong = match.index + first.length + text.text.length - end > LONGEST_REPLACED;
      if (isLong) break;
      text = splice(text, match.index, end, first);
      if (rest.length > 0) further = rest;
      if (found.includes.length > 0) ({ includes } = found);
      from = match.index;
      if (/^[ \t]*~/.test(first)) break;
    }
    return { text, further, includes, isLong };
  }
}
