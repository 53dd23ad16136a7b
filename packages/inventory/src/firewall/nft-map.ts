import type { FilterRule } from '@halint/model';
import { behindBlock, wordAt, type Token } from './nft-tokens.ts';
import { actionAt } from './nft-verdict.ts';
import { isNoVerdict } from './nft-words.ts';

/** An element of a verdict map: `established : accept`. */
export interface MapElement {
  /** `*` stands for all that no other element has; parts of a concatenation: `e0 . vrrp`. */
  readonly key: string;
  readonly verdict: FilterRule['action'];
  /** A word in the place of the verdict that is none. */
  readonly refused?: Token;
}

/** The elements of a verdict map: `{ established : accept, invalid : drop }`, the braces among the tokens. */
export function mapElements(tokens: readonly Token[]): readonly MapElement[] {
  const end = behindBlock(tokens, 0);
  const map: MapElement[] = [];
  for (let i = 1; i < end - 1;) {
    while (/^[;,]$/.test(wordAt(tokens, i) ?? '')) i++;
    if (i >= end - 1) break;
    let colon = i;
    while (colon < end - 1 && !/^:|:$/.test(wordAt(tokens, colon) ?? '')) colon++;
    // `established:` and `: accept`, with or without blanks, are one notation.
    const key = tokens
      .slice(i, colon + 1)
      .map(({ text }) => text.replace(/^:|:$/, ''))
      .filter((text) => text !== ';')
      // Parts of a concatenation stay apart.
      .map((text) => (text === '.' ? ' . ' : text))
      .join('');
    let next = colon + 1;
    const verdict = actionAt(tokens, next) ?? { kind: 'unknown' };
    while (next < end - 1 && wordAt(tokens, next) !== ',') next++;
    const refused = colon < end - 1 && isNoVerdict(tokens, colon + 1) ? { refused: tokens[next] as Token } : {};
    map.push({ key, verdict, ...refused });
    i = next + 1;
  }
  return map;
}
