import { linesOf } from './source.ts';

/** One `key=value` of a file in sections, with its section and how many sections stood before that one. */
export interface Entry {
  readonly section: string;
  readonly ordinal: number;
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

export interface Ini {
  readonly entries: readonly Entry[];
  /** Lines that are no section, entry or comment. */
  readonly broken: readonly number[];
}

/** Reads NetworkManager keyfiles and systemd units: `[section]`, `key=value`, comments with `#` or `;`. */
export function readIni(text: string): Ini {
  const entries: Entry[] = [];
  const broken: number[] = [];
  let section = '';
  let ordinal = 0;
  for (const { text: raw, line } of linesOf(text)) {
    const written = raw.trim();
    if (written === '' || written.startsWith('#') || written.startsWith(';')) continue;
    const head = /^\[([^\]]*)\]$/.exec(written)?.[1];
    const equals = written.indexOf('=');
    if (head !== undefined) {
      section = head;
      ordinal++;
    } else if (equals > 0) {
      const key = written.slice(0, equals).trim();
      entries.push({ section, ordinal, key, value: written.slice(equals + 1).trim(), line });
    } else broken.push(line);
  }
  return { entries, broken };
}
