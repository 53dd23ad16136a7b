import type { Place } from '@halint/core';

/** A word as keepalived sees it on one host: definitions replaced, quotes removed. */
export interface Value {
  readonly text: string;
  readonly quoted: boolean;
  readonly at: Place;
}

/** What keepalived takes for one line: words up to a brace, or a brace. */
export interface Logical {
  readonly kind: 'words' | 'open' | 'close';
  /** For a brace the brace itself. */
  readonly words: readonly Value[];
  readonly at: Place;
  /** The words with their quotes, which script keywords split by rules of their own. */
  readonly raw: string;
  /** Place of a quote that its line does not close: the words from there on are lost. */
  readonly unmatched: Place | undefined;
}
