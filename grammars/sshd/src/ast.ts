import type { Node, Span } from '@halint/core';

/** sshd_config or a file that it includes. */
export interface SshdFile extends Node {
  readonly kind: 'sshd';
  /** Statements before the first `Match`. */
  readonly statements: readonly SshdStatement[];
  readonly matches: readonly MatchBlock[];
}

export type SshdStatement = Option | Include | Unreadable;

/** `Keyword argument…`. */
export interface Option extends Node {
  readonly kind: 'option';
  readonly keyword: Word;
  readonly args: readonly Word[];
  /** The arguments as one text, comment included: what ForceCommand and its like take. */
  readonly rest: Word;
}

/** `Include glob…`. */
export interface Include extends Node {
  readonly kind: 'include';
  readonly keyword: Word;
  readonly args: readonly Word[];
  readonly rest: Word;
}

/** A line that cannot be read as keyword and words. */
export interface Unreadable extends Node {
  readonly kind: 'unreadable';
  readonly text: string;
  readonly reason: UnreadableReason;
  /** The quote that is never closed. */
  readonly opening: Span | undefined;
}

/** An open quote in the arguments; an open quote in the keyword (sshd passes over the line); anything else. */
export type UnreadableReason = 'quotes' | 'keyword-quotes' | 'shape';

/** A `Match` line with the statements that it governs: those up to the next `Match` or the end of the file. */
export interface MatchBlock extends Node {
  readonly kind: 'match';
  /** The `Match` line. */
  readonly head: MatchHead | Unreadable;
  readonly criteria: readonly Criterion[];
  /** `Match all`: governs every connection, so that global keywords may follow. */
  readonly all: boolean;
  readonly statements: readonly SshdStatement[];
}

export interface MatchHead extends Node {
  readonly kind: 'match-head';
  readonly keyword: Word;
  /** The words behind it, as sshd splits them since 9.9. */
  readonly args: readonly Word[];
  readonly rest: Word;
}

/** `User alice`, `User=alice`; `all` has no value. */
export interface Criterion extends Node {
  readonly kind: 'criterion';
  readonly name: Word;
  readonly value: Word | undefined;
}

export interface Word extends Node {
  readonly kind: 'word';
  /** Quotes and escapes removed. */
  readonly value: string;
}
