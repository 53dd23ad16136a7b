import type { Place } from '@halint/core';
import { invalid, need, numberArgument } from '../../process/arguments.ts';
import type { Call, Handler } from '../../process/call.ts';
import { isPlaceholder } from '../../process/placeholder.ts';
import type { Checker } from '../../process/servers.ts';
import { keepingPlace, LONGEST_INTERFACE, repeated, UINT } from '../arguments.ts';
import { isLinkLocal, readSocketAddress } from '../socket-address.ts';
import { atLeast23 } from '../versions.ts';

export const BLOCK = 'virtual_server/real_server';
/** UINT_MAX in microseconds. */
const SECONDS = 4_294.967295;

/** What a statement does to the checker it stands in. */
export type Use = (call: Call, checker: Checker) => void;

export const on =
  (use: Use): Handler =>
  (call) => {
    const { checker } = call.state.servers;
    if (checker === undefined) return;
    keepingPlace(checker.places, call, () => use(call, checker));
  };

export function newChecker(call: Call, connects: boolean): Checker {
  return {
    at: call.line.at,
    destination: connects ? call.state.servers.real?.address : undefined,
    source: undefined,
    interface: false,
    places: new Map<string, Place>(),
    parts: 0,
    subject: undefined,
    shortest: 0,
    // UINT8_MAX (check_udp.c udp_check_handler).
    longest: 255,
  };
}

export const open =
  (connects: boolean): Handler =>
  (call) => {
    const { servers } = call.state;
    servers.checker = servers.real === undefined ? undefined : newChecker(call, connects);
    servers.host = undefined;
    servers.url = undefined;
  };

/** What is found at the end of a checker. */
export type End = (call: Call, checker: Checker) => void;

export const ending =
  (use: End): ((call: Call) => void) =>
  (call) => {
    const { checker } = call.state.servers;
    call.state.servers.checker = undefined;
    if (checker !== undefined) use(call, checker);
  };

/** check_api.c check_conn_opts; false when the checker is dropped. */
export function reachable({ messages }: Call, checker: Checker): boolean {
  const { destination } = checker;
  if (destination === undefined || !isLinkLocal(destination) || checker.interface) return true;
  messages.reject(
    'vrrp/missing-interface',
    checker.places.get('connect_ip') ?? checker.at,
    `the link-local address ${destination.address} needs a bind_if: keepalived drops the checker`,
  );
  return false;
}

/** The statements of a `host` of SMTP_CHECK were its own until 2.2; since 2.3 they change the checker around it. */
export const onConnection =
  (use: Use): Handler =>
  (call) => {
    const { checker, host } = call.state.servers;
    const target = host !== undefined && !atLeast23(call.version) ? host : checker;
    if (checker === undefined || target === undefined) return;
    keepingPlace(target.places, call, () => use(call, target));
  };

const address =
  (which: 'destination' | 'source'): Use =>
  (call, checker) => {
    const value = need(call);
    if (value === undefined) return;
    const other = which === 'destination' ? checker.source : checker.destination;
    checker[which] = readSocketAddress(value.text);
    const read = checker[which];
    if (read === undefined) {
      if (!isPlaceholder(value.text))
        call.messages.reject(
          'vrrp/invalid-address',
          value.at,
          `${value.text} is no IP address: keepalived drops ${call.keyword.text}`,
        );
    } else if (other !== undefined && other.family !== read.family) {
      checker[which] = undefined;
      call.messages.reject(
        'vrrp/address-family-mixed',
        value.at,
        `${call.keyword.text} ${value.text} is of another family than what the checker connects ${which === 'source' ? 'to' : 'from'}: keepalived drops it`,
      );
    }
  };

const device: Use = (call, checker) => {
  const value = need(call);
  if (value === undefined) return;
  if (value.text.length > LONGEST_INTERFACE)
    invalid(call, value.at, `${value.text} is longer than ${LONGEST_INTERFACE} characters`);
  else checker.interface = value.text !== '';
};

export const CONNECTION: readonly (readonly [string, Use])[] = [
  ['connect_ip', address('destination')],
  ['connect_port', (call) => void numberArgument(call, 'unsigned', 1, 65_535)],
  ['bindto', address('source')],
  ['bind_port', (call) => void numberArgument(call, 'unsigned', 1, 65_535)],
  ['bind_if', device],
  ['connect_timeout', (call) => void numberArgument(call, 'decimal', 0.000001, SECONDS)],
  ['fwmark', (call) => void numberArgument(call, 'unsigned', 0, UINT)],
];

/** Since 2.3 keepalived says that the last one counts. */
export function replaced(call: Call, first: Place | undefined): void {
  if (atLeast23(call.version)) repeated(call, first, 'keepalived takes the last one');
}

export const needsSubject =
  (what: string): End =>
  (call, checker) => {
    if (checker.subject !== undefined) return;
    call.messages.reject(
      'vrrp/virtual-server-incomplete',
      checker.at,
      `${call.keyword.text} has no ${what}: keepalived drops the checker`,
    );
  };

/** Handlers of the statements of one kind of checker, by `path/word`. */
export const statements = (block: string, words: readonly (readonly [string, Use])[], wrap = on): [string, Handler][] =>
  words.map(([word, use]) => [`${BLOCK}/${block}/${word}`, wrap(use)]);

/** What opens a checker and the statements of its connection. */
export const connecting = (block: string): [string, Handler][] => [
  [`${BLOCK}/${block}`, open(true)],
  ...statements(block, CONNECTION, onConnection),
];
