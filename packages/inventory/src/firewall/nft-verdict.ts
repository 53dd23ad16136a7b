import type { FilterRule } from '@halint/model';
import { wordAt, type Token } from './nft-tokens.ts';

type Action = FilterRule['action'];

/** What a verdict or another statement that ends a rule does; undefined where none stands at `i` (nft(8), Verdict statement). */
export function actionAt(tokens: readonly Token[], i: number): Action | undefined {
  const word = wordAt(tokens, i) ?? '';
  switch (word) {
    case 'accept':
    case 'drop':
    case 'return':
      return { kind: word };
    case 'reject':
      return { kind: 'drop' };
    case 'jump':
    case 'goto':
      return { kind: word, chain: wordAt(tokens, i + 1) ?? '' };
    case 'continue':
    case 'notrack':
      return { kind: 'none' };
    case 'queue':
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
    case 'tproxy':
    case 'fwd':
      return { kind: 'unknown' };
    default:
      return undefined;
  }
}
