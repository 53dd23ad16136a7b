import { spanAt, type Node, type Span } from '@halint/core';
import type { SectionLines } from '../lines.ts';

/** A stretch of a section. */
export interface Stretch {
  readonly lines: SectionLines;
  /** Offsets in the section's text. */
  readonly start: number;
  readonly end: number;
}

/** What each field of a node is made by; called when the field is first read. */
export type Makers<N> = { readonly [K in Exclude<keyof N, 'kind' | 'span'>]: () => N[K] };

/** Fields that repeat what others hold: a walk passes over them. */
const NONE: readonly string[] = [];

/** Adds a property that is computed on first use and then kept. */
export function lazily(node: object, key: string, make: () => unknown, enumerable = true): void {
  let made: unknown;
  let done = false;
  Object.defineProperty(node, key, {
    enumerable,
    get: () => {
      if (!done) {
        made = make();
        done = true;
      }
      return made;
    },
  });
}

/** Makes a node. Its span is computed whenever it is asked for, because edits above move the section. */
export function makeNode<N extends Node>(
  { lines, start, end }: Stretch,
  kind: N['kind'],
  makers: Makers<N>,
  hidden: readonly (keyof N & string)[] = NONE as readonly (keyof N & string)[],
): N {
  const node: object = { kind };
  Object.defineProperty(node, 'span', {
    enumerable: true,
    get: (): Span => spanAt(lines.section, start, end),
  });
  for (const [key, make] of Object.entries(makers) as [keyof N & string, () => unknown][]) {
    lazily(node, key, make, !hidden.includes(key));
  }
  return node as N;
}

/** The stretch from the start of one node's place to the end of another's. */
export function joined(first: Stretch, last: Stretch): Stretch {
  return { lines: first.lines, start: first.start, end: Math.max(first.end, last.end) };
}
