/** Offsets in the text of the expression. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Argument extends Span {
  readonly kind: 'argument';
  /** Quotes and escapes resolved. */
  readonly value: string;
}

interface Call extends Span {
  readonly name: string;
  /** Place of the name alone. */
  readonly nameAt: Span;
  /** Undefined without brackets. */
  readonly args: readonly Argument[] | undefined;
  /** False when the brackets are not closed. */
  readonly closed: boolean;
}

/** Where a sample comes from: `req.hdr(host)`. */
export interface FetchCall extends Call {
  readonly kind: 'fetch';
}

/** What turns a sample into another: `lower`, `field(1,:)`. */
export interface ConverterCall extends Call {
  readonly kind: 'converter';
}

/** `req.hdr(host),lower,field(1,:)` */
export interface SampleExpression extends Span {
  readonly kind: 'sample';
  /** Undefined when the text starts with no keyword. */
  readonly fetch: FetchCall | undefined;
  readonly converters: readonly ConverterCall[];
  /** Offset of the first sign that is not part of the expression; the length of the text when all is. */
  readonly rest: number;
}
