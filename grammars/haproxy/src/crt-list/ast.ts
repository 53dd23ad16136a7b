/** A word or a bracket of a line, with its place in the text. */
export interface Part {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What the grammar makes of a line: indices into its tokens. */
export type LineShape =
  | { readonly kind: 'comment' | 'blank' }
  | {
      readonly kind: 'entry';
      readonly certificate: number;
      /** Words between the brackets; undefined without brackets. */
      readonly options: readonly number[] | undefined;
      readonly filters: readonly number[];
    }
  | { readonly kind: 'unreadable'; readonly token: number; readonly close: boolean; readonly seen: Seen };

/** What stands before a token that does not belong there. */
export type Seen = 'nothing' | 'certificate' | 'open' | 'closed';

interface Line {
  /** Offsets of the line in the text, without its line feed. */
  readonly start: number;
  readonly end: number;
}

/** A line without words, or with a `#` as its very first sign. */
export interface Gap extends Line {
  readonly kind: 'comment' | 'blank';
}

/** `CERTIFICATE [OPTIONS] FILTER…`. */
export interface Entry extends Line {
  readonly kind: 'entry';
  readonly certificate: Part;
  /** Words between the brackets; undefined without brackets. */
  readonly options: readonly Part[] | undefined;
  /** Names behind the options; `!name` leaves one out. */
  readonly filters: readonly Part[];
}

/** A line whose brackets do not match, or that does not start with a certificate. */
export interface Unreadable extends Line {
  readonly kind: 'unreadable';
  readonly at: Part;
  readonly why: string;
}

export type CrtLine = Gap | Entry | Unreadable;

export interface CrtList {
  readonly text: string;
  readonly lines: readonly CrtLine[];
  /** The last line does not end with a line feed. */
  readonly cut: boolean;
}
