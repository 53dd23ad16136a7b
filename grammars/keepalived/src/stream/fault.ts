import type { LowerContext, Place } from '@halint/core';

/** What is wrong with lines as such. */
export interface LineFault {
  readonly kind:
    | 'unterminated'
    | 'extra-close'
    | 'unclosed'
    | 'repeat'
    | 'quoted-include'
    | 'include-loop'
    | 'include-deep'
    | 'include-missing'
    | 'too-long'
    | 'too-much';
  readonly at: Place;
  readonly text: string;
  /** Of an include that brings nothing: what it asks for on the host. */
  readonly absent?: NonNullable<ReturnType<NonNullable<LowerContext['absent']>>>;
}
