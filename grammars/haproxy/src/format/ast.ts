import type { SampleExpression, Span } from '../sample/ast.ts';
import type { FormatFault } from './tokens.ts';

/** Text as it will be written; `%%` is one percent sign. */
export interface LiteralPart extends Span {
  readonly kind: 'text';
}

interface Item extends Span {
  /** `(name:type)`, brackets included. */
  readonly named: Span | undefined;
  /** `{+Q}`, braces included. */
  readonly flags: Span | undefined;
}

/** `%ci`, `%{+Q}r` */
export interface AliasPart extends Item {
  readonly kind: 'alias';
  readonly name: string;
  readonly nameAt: Span;
}

/** `%[src]`, `%{+E}[req.hdr(host),lower]` */
export interface SamplePart extends Item {
  readonly kind: 'sample';
  readonly sample: SampleExpression;
}

/** Where the string can no longer be read. */
export interface FaultPart extends Span {
  readonly kind: 'fault';
  readonly fault: FormatFault;
}

export type FormatPart = LiteralPart | AliasPart | SamplePart | FaultPart;

/** A log-format string. */
export interface LogFormat {
  readonly kind: 'format';
  readonly parts: readonly FormatPart[];
}
