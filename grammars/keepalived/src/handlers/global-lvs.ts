import { isMulticast } from '@halint/core';
import { invalid, need, readUnsigned } from '../process/arguments.ts';
import type { Call, Handler } from '../process/call.ts';
import type { Value } from '../stream/logical.ts';
import { notOneOf, outOfRange, repeated, wanted } from './arguments.ts';
import { readSocketAddress } from './socket-address.ts';

/** LVS_MAX_TIMEOUT: 31 days in seconds. */
const LONGEST_TIMEOUT = 2_678_400;

const TIMEOUTS = ['tcp', 'tcpfin', 'udp'];

export const lvsTimeouts: Handler = (call) => {
  if (call.args.length < 2) {
    call.messages.reject(
      'vrrp/missing-argument',
      call.line.at,
      `lvs_timeouts needs ${TIMEOUTS.join(', ')} with a number`,
    );
    return;
  }
  pairs(call, TIMEOUTS, (_word, value) => {
    if (readUnsigned(value.text, 0, LONGEST_TIMEOUT) === undefined)
      outOfRange(call, value, 0, LONGEST_TIMEOUT, 'keepalived ignores it.');
  });
};

/** Options with a value each. */
function pairs(call: Call, names: readonly string[], use: (word: Value, value: Value) => void, from = 0): void {
  for (let i = from; i < call.args.length; i++) {
    const word = call.args[i] as Value;
    if (!names.includes(word.text)) {
      notOneOf(call, word, names, 'keepalived ignores it.');
      continue;
    }
    const value = call.args[++i];
    if (value === undefined)
      call.messages.reject('vrrp/missing-argument', word.at, `${word.text} of ${call.keyword.text} needs a value`);
    else use(word, value);
  }
}

const SYNC_NUMBERS: Readonly<Record<string, readonly [number, number]>> = {
  id: [0, 255],
  maxlen: [1, 65_507],
  port: [1, 65_535],
  ttl: [1, 255],
};

export const syncDaemon: Handler = (call) => {
  if (repeated(call, call.state.given.get('lvs_sync_daemon'))) return;
  const device = wanted(call, 'an interface');
  if (device === undefined) return;
  // IP_VS_IFNAME_MAXLEN.
  if (device.text.length >= 16) return invalid(call, device.at, `${device.text} is longer than 15 characters`);
  call.state.given.set('lvs_sync_daemon', call.line.at);
  let instance = false;
  for (let i = 1; i < call.args.length; i++) {
    const word = call.args[i] as Value;
    const range = SYNC_NUMBERS[word.text];
    if (word.text === 'inst') {
      if (need(call, ++i) === undefined) return;
      if (instance)
        call.messages.reject('vrrp/repeated-statement', word.at, 'inst stands twice: keepalived ignores the second');
      instance = true;
    } else if (range !== undefined || word.text === 'group') {
      const value = call.args[++i];
      if (value === undefined) {
        call.messages.reject('vrrp/missing-argument', word.at, `${word.text} of lvs_sync_daemon needs a value`);
      } else if (range !== undefined) {
        if (readUnsigned(value.text, ...range) === undefined)
          outOfRange(call, value, range[0], range[1], 'keepalived takes the default.');
      } else {
        const address = readSocketAddress(value.text);
        if (address === undefined || !isMulticast(address))
          invalid(call, value.at, `${value.text} is no multicast address`, 'keepalived ignores it.');
      }
    } else if (i === 1) instance = true;
    else if (i === 2) {
      const number = readUnsigned(word.text, 0, 255);
      if (number === undefined) outOfRange(call, word, 0, 255, 'keepalived takes the default.');
      else call.messages.complain('vrrp/deprecated-keyword', word.at, `write id ${word.text} for the sync id`);
    } else notOneOf(call, word, ['inst', 'id', 'maxlen', 'port', 'ttl', 'group'], 'keepalived ignores it.');
  }
};

export const flushOnStop: Handler = (call) => {
  const [value] = call.args;
  if (value !== undefined && value.text !== 'VS') notOneOf(call, value, ['VS']);
};
