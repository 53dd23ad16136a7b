import { parseIp } from '@halint/core';
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
    case 'redirect':
      return redirectAt(tokens, i + 1);
    case 'dnat':
      return destinationAt(tokens, i + 1);
    case 'queue':
    case 'snat':
    case 'masquerade':
    case 'tproxy':
    case 'fwd':
      return { kind: 'unknown' };
    default:
      return undefined;
  }
}

/** `redirect [to :PORT]`, flags behind it. */
function redirectAt(tokens: readonly Token[], i: number): Action {
  if (wordAt(tokens, i) !== 'to') return redirection(undefined);
  return redirection((wordAt(tokens, i + 1) ?? '').replace(/^:/, ''));
}

/** `dnat [ip|ip6] to ADDR[:PORT]`. What comes from a map is not followed. */
function destinationAt(tokens: readonly Token[], i: number): Action {
  const at = /^ip6?$/.test(wordAt(tokens, i) ?? '') ? i + 1 : i;
  const behind = wordAt(tokens, at + 2) ?? '';
  // A concatenation, or a range with blanks.
  if (wordAt(tokens, at) !== 'to' || !/^(?:|random|fully-random|persistent|comment)$/.test(behind))
    return { kind: 'unknown' };
  return destinationOf(wordAt(tokens, at + 1) ?? '');
}

/** @param port undefined: it stays. Of a range the kernel chooses. */
export function redirection(port: string | undefined): Action {
  if (port === undefined) return { kind: 'translate', address: 'incoming' };
  return isPort(port) ? { kind: 'translate', address: 'incoming', port: Number(port) } : { kind: 'unknown' };
}

/** `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]:80`, `2001:db8::1`, `:80`. */
export function destinationOf(text: string): Action {
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(text);
  const plain = /^([^:]*):([^:]*)$/.exec(text);
  const [address, port] = bracketed !== null ? bracketed.slice(1) : plain !== null ? plain.slice(1) : [text];
  const ip = parseIp(address ?? '');
  if ((ip === undefined && address !== '') || (port !== undefined && !isPort(port))) return { kind: 'unknown' };
  return {
    kind: 'translate',
    ...(ip === undefined ? {} : { address: ip.address }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65536;
}
