import type { Place } from '@halint/core';
import { invalid, need, readUnsigned } from '../process/arguments.ts';
import type { Call } from '../process/call.ts';
import type { Forwarding } from '../process/servers.ts';
import type { Value } from '../stream/logical.ts';
import { INT, notOneOf, outOfRange, repeated, wanted } from './arguments.ts';
import { atLeast23 } from './versions.ts';

/** IPVS_WEIGHT_LIMIT: INT32_MAX. */
export const MOST_WEIGHT = INT;
export const DROPS_BLOCK = 'keepalived drops the whole block.';

/** An address and its port as they are written. */
export const label = (words: readonly Value[]): string => words.map(({ text }) => text).join(' ');

const FORWARDING: readonly Forwarding[] = ['NAT', 'DR', 'TUN'];
const TUNNELS = ['ipip', 'gue', 'gre'];
const SUMS = ['nocsum', 'csum', 'remcsum'];

/** check_parser.c svr_forwarding_handler: the method is kept, whatever is wrong with the tunnel behind it. */
export function forwarding(call: Call, server: { forwarding: Forwarding | undefined }): void {
  const value = need(call);
  if (value === undefined) return;
  const method = FORWARDING.find((each) => each === value.text);
  if (method === undefined) return notOneOf(call, value, FORWARDING);
  server.forwarding = method;
  let tunnel = 'ipip';
  let sum = 'nocsum';
  let port: Value | undefined;
  const missingAt = (word: Value): void =>
    call.messages.reject('vrrp/missing-argument', word.at, `${word.text} of ${call.keyword.text} needs a value`);
  for (let i = 1; i < call.args.length; i++) {
    const word = call.args[i] as Value;
    if (word.text === 'type' || word.text === 'port') {
      const next = call.args[++i];
      if (next === undefined) return missingAt(word);
      if (word.text === 'type') {
        if (!TUNNELS.includes(next.text)) return notOneOf(call, next, TUNNELS, 'keepalived takes ipip.');
        tunnel = next.text;
      } else {
        if (readUnsigned(next.text, 1, 65_535) === undefined) return outOfRange(call, next, 1, 65_535);
        port = next;
      }
    } else if (SUMS.includes(word.text)) sum = word.text;
    else return notOneOf(call, word, ['type', 'port', ...SUMS]);
  }
  const wrong = (message: string): void =>
    call.messages.reject('vrrp/incompatible-statements', call.line.at, message, {
      help: 'keepalived drops the settings of the tunnel.',
    });
  if ((tunnel === 'gue') !== (port !== undefined)) wrong('a tunnel of type gue needs a port, the others have none');
  else if (tunnel === 'ipip' && sum !== 'nocsum') wrong('a tunnel of type ipip has no checksum');
  else if (tunnel === 'gre' && sum === 'remcsum') wrong('a tunnel of type gre has no remcsum');
}

/** A name whose second statement replaces the first, which is said since 2.3. */
export function replaceable(call: Call, first: Place | undefined): void {
  if (wanted(call, 'a name') !== undefined && atLeast23(call.version))
    repeated(call, first, 'keepalived takes the last one');
}

export function snmpName(call: Call, first: Place | undefined): void {
  const extra = call.args[1];
  if (call.args.length !== 1) invalid(call, (extra ?? call.keyword).at, `${call.keyword.text} takes one name`);
  else replaceable(call, first);
}

/** A script that counts once. */
export function script(call: Call, first: Place | undefined): void {
  const value = need(call);
  if (value === undefined) return;
  if (first !== undefined) {
    repeated(call, first);
    return;
  }
  if (!call.state.running.has('check')) call.state.running.set('check', value.at);
}
