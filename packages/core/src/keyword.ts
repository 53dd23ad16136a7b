import { inVersions } from './versions.ts';

/** How far halint knows a keyword: recognised; its arguments validated; or feeding the host model. */
export type KeywordUse = 'known' | 'checked' | 'modelled';

/** One keyword of a language: the row of its keyword table. */
export interface KeywordRow {
  readonly word: string;
  /** Where it may stand: section kinds or block paths, in the language's own words. */
  readonly in: readonly string[];
  /** Arguments in the manual's notation: `<time>`, `a|b`, `[optional]`, `...` for repetition. */
  readonly usage: string;
  readonly use: KeywordUse;
  /** First version that knows it. */
  readonly since?: string;
  /** First version that does not know it any more. */
  readonly until?: string;
  /** First version that warns about it. */
  readonly deprecated?: string;
  /** What to write instead. */
  readonly instead?: string;
  /** Build option it needs, as `haproxy -vv` names it. */
  readonly needs?: string;
  /** One short sentence of ours: what it does. */
  readonly summary?: string;
  /** Manual section, e.g. `4.2 balance`, or man page. */
  readonly doc?: string;
}

/** Looks rows up by word and place. */
export class KeywordTable {
  readonly rows: readonly KeywordRow[];
  readonly #byWord = new Map<string, KeywordRow[]>();

  constructor(rows: readonly KeywordRow[]) {
    this.rows = rows;
    for (const row of rows) {
      const known = this.#byWord.get(row.word);
      if (known === undefined) this.#byWord.set(row.word, [row]);
      else known.push(row);
    }
  }

  /** Every row of a word, whatever its place. */
  all(word: string): readonly KeywordRow[] {
    return this.#byWord.get(word) ?? [];
  }

  /** The row of `word` at `place` in `version`, if it may stand there. */
  find(word: string, place: string, version?: string): KeywordRow | undefined {
    const rows = this.#byWord.get(word);
    if (rows === undefined) return undefined;
    for (const row of rows) {
      if (row.in.includes(place) && (version === undefined || inVersions(version, row.since, row.until))) return row;
    }
    return undefined;
  }

  /** The rows that may stand at `place` in `version`. */
  at(place: string, version?: string): KeywordRow[] {
    return this.rows.filter(
      (row) => row.in.includes(place) && (version === undefined || inVersions(version, row.since, row.until)),
    );
  }
}
