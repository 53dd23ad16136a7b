import type { Span } from './ast.ts';
import type { Places } from './places.ts';
import type { SampleType } from './types.ts';

/** What is wrong, with offsets in the text that was judged. */
export interface Problem extends Span {
  readonly rule: string;
  readonly message: string;
  readonly help?: string;
  /** The word that was probably meant. */
  readonly near?: string;
}

/** What the daemon of a version makes of a sample expression. */
export interface SampleVerdict {
  /** The first fault: the daemon reads no further. */
  readonly problem: Problem | undefined;
  /** Type behind the last converter. */
  readonly type: SampleType;
  readonly places: Places;
  /** What the fetch reads: SMP_USE_* names. */
  readonly from: string;
  readonly fetch: string;
  /** The text holds a variable or a placeholder, or is Lua's: nothing can be said. */
  readonly opaque: boolean;
  readonly converters: number;
  /** Kind of proxy that stands for the one the expression is in, because an argument names none. */
  readonly own: 'backend' | 'frontend' | 'table' | undefined;
  /** Offset of the first sign that is not part of the expression. */
  readonly rest: number;
}
