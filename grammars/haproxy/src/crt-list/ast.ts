import type { Token } from './tokens.ts';

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
  readonly certificate: Token;
  /** Words between the brackets; undefined without brackets. */
  readonly options: readonly Token[] | undefined;
  /** Names behind the options; `!name` leaves one out. */
  readonly filters: readonly Token[];
}

/** A line whose brackets do not match, or that does not start with a certificate. */
export interface Unreadable extends Line {
  readonly kind: 'unreadable';
  readonly at: Token;
  readonly why: string;
}

export type CrtLine = Gap | Entry | Unreadable;

export interface CrtList {
  readonly text: string;
  readonly lines: readonly CrtLine[];
  /** The last line does not end with a line feed. */
  readonly cut: boolean;
}
