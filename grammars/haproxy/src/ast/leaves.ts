import type { Node } from '@halint/core';

/** A stretch of a word, or a word. */
export interface Leaf extends Node {
  /** As written. */
  readonly raw: string;
  /** Quotes removed, escapes resolved; variables and placeholders as written. */
  readonly value: string;
}

/** A word of a line, or a named part of one. */
export interface Word extends Leaf {
  readonly kind: 'word';
}

/** A word that is read as a whole number. */
export interface Integer extends Leaf {
  readonly kind: 'integer';
  /** Undefined when no number is written. */
  readonly number: number | undefined;
}

/** A word that is read as a time. */
export interface Time extends Leaf {
  readonly kind: 'time';
  /** Undefined when no time is written. */
  readonly milliseconds: number | undefined;
}

/** A word that is read as a number of bytes or entries, with k, m or g. */
export interface Size extends Leaf {
  readonly kind: 'size';
  /** Undefined when no size is written. */
  readonly size: number | undefined;
}

/** One of the arguments in brackets: of a fetch, a converter, an action, or a counter of a table. */
export interface Argument extends Leaf {
  readonly kind: 'argument';
}

/** A comment with its `#`. */
export interface Comment extends Node {
  readonly kind: 'comment';
  readonly text: string;
}

/** A part of an address. */
export interface AddressPart extends Leaf {
  /** `prefix`: `ipv4@`; `port`: with its sign, if it has one. */
  readonly kind: 'prefix' | 'host' | 'port' | 'port-end';
}

/** HOST:PORT as written on bind, server and log lines. */
export interface Address extends Leaf {
  readonly kind: 'address';
  /** A family prefix such as `ipv4@`, `unix@`, `fd@`, without the `@`. */
  readonly prefix: string | undefined;
  /** Host part without brackets: an address, a name, '' or `*` for all; the path of a socket. */
  readonly host: string;
  /** First port; undefined when there is none or it is not a number. With `offset`, how far the client's port is moved. */
  readonly port: number | undefined;
  /** Last port of a range; equal to `port` for a single one. */
  readonly portEnd: number | undefined;
  /** Sign of a port that is relative to the one of the client. */
  readonly offset: '+' | '-' | undefined;
  /** What is written, in its order. */
  readonly parts: readonly AddressPart[];
}
