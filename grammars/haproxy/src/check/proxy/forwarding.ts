import type { Args } from '../args.ts';
import { AT, checkSample } from '../expressions.ts';
import { hasBackend } from '../places.ts';
import { isIpv4Network, isIpv6Network } from '../../address/network.ts';
import { since, type Run } from '../run.ts';

/** `option forwardfor` and `option originalto` (src/http_ext.c); only the first knows if-none. */
export function checkAddressOption(args: Args, conditional: boolean): void {
  const words = conditional ? ['except', 'header', 'if-none'] : ['except', 'header'];
  for (let i = 2; i < args.count; i++) {
    if (!args.among(i, words, `a word of 'option ${args.get(1)}'`)) return;
    const word = args.get(i);
    if (word === 'if-none') continue;
    i++;
    if (!args.needs(i, `'${word}' needs ${word === 'except' ? 'a network' : 'the name of a header'}`)) return;
    if (word === 'except' && !isNetwork(args.get(i), args.run)) {
      args.bad(i, `'${args.get(i)}' is not a network: write an address, with /mask where it is more than one`);
      return;
    }
  }
}

/** Networks of IPv6 came with 2.4. */
function isNetwork(text: string, run: Run): boolean {
  return isIpv4Network(text, true) || (since(run, '2.4') && isIpv6Network(text));
}

const FLAGS: ReadonlySet<string> = new Set(['proto', 'host', 'by', 'for', 'by_port', 'for_port']);
const WITH_EXPRESSION: ReadonlySet<string> = new Set([
  'host-expr',
  'by-expr',
  'for-expr',
  'by_port-expr',
  'for_port-expr',
]);
const FORWARDED = [...FLAGS, ...WITH_EXPRESSION];

/** `option forwarded` (RFC 7239). */
export function checkForwarded(args: Args): void {
  if (!hasBackend(args.run)) return;
  const set = new Set<string>();
  for (let i = 2; i < args.count; i++) {
    if (!args.among(i, FORWARDED, "a word of 'option forwarded'")) return;
    const word = args.get(i);
    set.add(word.replace('-expr', ''));
    if (!WITH_EXPRESSION.has(word)) continue;
    i++;
    if (!args.needs(i, `'${word}' needs an expression`)) return;
    checkSample(args.run, args.line, args.place(i), AT.beRequest);
  }
  if (args.open) return;
  for (const side of ['by', 'for'])
    if (set.has(`${side}_port`) && !set.has(side)) args.warn(1, `'${side}_port' has no effect without '${side}'`);
}
