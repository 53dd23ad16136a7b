import { splice, type Mapped } from './mapped.ts';

/** A `$NAME=` above: its value, line by line where it goes on behind a backslash. */
interface Definition {
  readonly lines: readonly string[];
}

/** Replacements in one text before it is left as it is: a definition may name others, and none may hold the reader up. */
const MOST_REPLACED = 200;
const USE = /\$(?:\{([A-Za-z_]\w*)([ \d]*)\}|([A-Za-z_]\w*)(?=[ \t,)]|$))/g;

/** What `$NAME` stands for on one host (lib/parser.c find_definition, replace_param). */
export class Definitions {
  readonly #values = new Map<string, Definition>();

  constructor(hostName: string) {
    this.set('_INSTANCE', [hostName]);
    this.set('_HASH', ['#']);
    this.set('_BANG', ['!']);
    // The directory of the file that is read: its path on the host is not what rules ask about.
    this.set('_PWD', ['.']);
    // Any value of its range does: halint takes the same one each time.
    this.set('_RANDOM', ['0']);
  }

  set(name: string, lines: readonly string[]): void {
    this.#values.set(name, { lines });
  }

  /** The text with its definitions replaced, and the further lines that the last of them brings. */
  replace(source: Mapped): { readonly text: Mapped; readonly further: readonly string[] } {
    let text = source;
    let from = 0;
    let further: readonly string[] = [];
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
      text = splice(text, match.index, end, first);
      if (rest.length > 0) further = rest;
      from = match.index;
      if (/^[ \t]*~/.test(first)) break;
    }
    return { text, further };
  }
}
