import type { Place } from '@halint/core';
import { booleanArgument, need, numberArgument } from '../process/arguments.ts';
import type { Call, Handler } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import type { State } from '../process/state.ts';
import { invalid } from '../process/arguments.ts';
import { atLeast23 } from './versions.ts';
import { readSocketAddress, type SocketAddress } from './socket-address.ts';

/** BFD_INAME_MAX, the closing zero not counted. */
const LONGEST_NAME = 31;
/** Milliseconds: UINT32_MAX / 1000 (bfd.h BFD_MINRX_MAX). */
const LONGEST = 4_294_967;
/** bfd.h BFD_CONTROL_TTL and BFD_CONTROL_HOPLIMIT. */
const TTL = { ipv4: 255, ipv6: 64 } as const;

/** The bfd_instance being read. */
interface Session {
  readonly name: string;
  readonly at: Place;
  readonly places: Map<string, Place>;
  neighbor: SocketAddress | undefined;
  source: SocketAddress | undefined;
  multihop: boolean;
  ttl: number;
  hops: number;
  weight: number;
  /** Processes that take its events; none named means both. */
  readonly events: Set<'vrrp' | 'checker'>;
}

interface Sessions {
  reading: Session | undefined;
  readonly names: Map<string, Place>;
  readonly list: Session[];
}

const byState = new WeakMap<State, Sessions>();

function sessionsOf(state: State): Sessions {
  let sessions = byState.get(state);
  if (sessions === undefined) byState.set(state, (sessions = { reading: undefined, names: new Map(), list: [] }));
  return sessions;
}

const open: Handler = (call) => {
  const sessions = sessionsOf(call.state);
  sessions.reading = undefined;
  const name = need(call);
  if (name === undefined) return;
  if (call.state.process === 'bfd' && name.text.length > LONGEST_NAME) {
    invalid(call, name.at, `${name.text} is longer than ${LONGEST_NAME} characters`, 'keepalived drops the block.');
    return call.skip();
  }
  const known = sessions.names.get(name.text);
  if (known !== undefined && !isPlaceholder(name.text)) {
    call.messages.reject(
      'vrrp/duplicate-name',
      name.at,
      `bfd_instance ${name.text} is defined above: keepalived drops this one`,
      { related: [{ at: known, message: 'the one that counts' }] },
    );
    return call.skip();
  }
  sessions.reading = {
    name: name.text,
    at: call.line.at,
    places: new Map(),
    neighbor: undefined,
    source: undefined,
    multihop: false,
    ttl: 0,
    hops: 0,
    weight: 0,
    events: new Set(),
  };
};

type Use = (call: Call, session: Session) => void;

/** A statement that one of the processes heeds; the others pass over it. */
const on =
  (process: State['process'] | undefined, use: Use): Handler =>
  (call) => {
    const session = sessionsOf(call.state).reading;
    if (session === undefined || (process !== undefined && call.state.process !== process)) return;
    use(call, session);
    if (!session.places.has(call.keyword.text)) session.places.set(call.keyword.text, call.line.at);
  };

const neighbor: Use = (call, session) => {
  const value = need(call);
  if (value === undefined) return;
  session.neighbor = readSocketAddress(value.text);
  if (session.neighbor !== undefined) return;
  sessionsOf(call.state).reading = undefined;
  if (!isPlaceholder(value.text))
    call.messages.reject(
      'vrrp/invalid-address',
      value.at,
      `${value.text} is no IP address: keepalived drops bfd_instance ${session.name}`,
    );
};

const source: Use = (call, session) => {
  const value = need(call);
  if (value === undefined) return;
  const address = readSocketAddress(value.text);
  if (address !== undefined) session.source = address;
  else if (!isPlaceholder(value.text))
    call.messages.reject(
      'vrrp/invalid-address',
      value.at,
      `${value.text} is no IP address: keepalived drops the statement`,
    );
};

/** Milliseconds, down to a microsecond. */
const interval =
  (least: number): Use =>
  (call) =>
    void numberArgument(call, 'decimal', least, LONGEST, { places: 3 });

const ttl: Use = (call, session) => {
  session.ttl = numberArgument(call, 'unsigned', 1, 255) ?? session.ttl;
};

const hops: Use = (call, session) => {
  session.hops = numberArgument(call, 'int', -1, 255) ?? session.hops;
};

const multihop: Use = (call, session) => {
  session.multihop = booleanArgument(call) ?? session.multihop;
};

const weight: Use = (call, session) => {
  session.weight = numberArgument(call, 'int', -253, 253) ?? session.weight;
  const option = call.args[1];
  if (option !== undefined && option.text !== 'reverse')
    invalid(call, option.at, `${option.text} is no option of a weight: reverse is`, 'keepalived ignores it.');
};

const event =
  (process: 'vrrp' | 'checker'): Use =>
  (_call, { events }) => {
    events.add(process);
  };

function end(call: Call): void {
  const { state } = call;
  const sessions = sessionsOf(state);
  const session = sessions.reading;
  sessions.reading = undefined;
  if (session === undefined) return;
  const { process } = state;
  if (process === 'bfd') return endSession(call, sessions, session);
  if (process === 'parent' || (session.events.size > 0 && !session.events.has(process))) return;
  const { name, at } = session;
  sessions.names.set(name, at);
  state.tracked.bfd.set(name, { name, at, kind: 'bfd', weight: session.weight, used: false });
}

/** bfd_parser.c bfd_end_handler. */
function endSession({ messages, version }: Call, sessions: Sessions, session: Session): void {
  const { name, at, neighbor: to, source: from, places } = session;
  if (to === undefined) {
    messages.reject('vrrp/missing-argument', at, `bfd_instance ${name} has no neighbor_ip: keepalived drops it`);
    return;
  }
  if (from !== undefined && from.family !== to.family) {
    messages.reject(
      'vrrp/address-family-mixed',
      places.get('source_ip') ?? at,
      `source_ip and neighbor_ip of bfd_instance ${name} are of two families: keepalived drops it`,
    );
    return;
  }
  const twin = sessions.list.find(
    (each) =>
      each.neighbor?.address === to.address &&
      each.source?.address === from?.address &&
      (each.multihop === session.multihop || !atLeast23(version)),
  );
  if (twin !== undefined) {
    messages.reject(
      'vrrp/duplicate-name',
      places.get('neighbor_ip') ?? places.get('neighbour_ip') ?? at,
      `bfd_instance ${name} has the addresses of ${twin.name}: keepalived drops it`,
      { related: [{ at: twin.at, message: twin.name }] },
    );
    return;
  }
  const most = session.ttl === 0 ? TTL[to.family] : session.ttl;
  if (session.hops > most)
    messages.reject(
      'vrrp/incompatible-statements',
      places.get('max_hops') ?? at,
      `max_hops ${session.hops} is above ttl ${most}: keepalived takes ${most}`,
    );
  sessions.names.set(name, at);
  sessions.list.push(session);
}

const STATEMENTS: readonly (readonly [string, State['process'] | undefined, Use])[] = [
  ['neighbor_ip', 'bfd', neighbor],
  ['neighbour_ip', 'bfd', neighbor],
  ['source_ip', 'bfd', source],
  ['min_rx', 'bfd', interval(1)],
  ['min_tx', 'bfd', interval(1)],
  ['idle_tx', 'bfd', interval(1000)],
  ['multiplier', 'bfd', (call) => void numberArgument(call, 'unsigned', 1, 255)],
  ['ttl', 'bfd', ttl],
  ['hoplimit', 'bfd', ttl],
  ['max_hops', 'bfd', hops],
  ['multihop', 'bfd', multihop],
  ['weight', 'vrrp', weight],
  ['vrrp', undefined, event('vrrp')],
  ['checker', undefined, event('checker')],
];

export const BFD_HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['bfd_instance', open],
  ...STATEMENTS.map(([word, process, use]): [string, Handler] => [`bfd_instance/${word}`, on(process, use)]),
]);

export const BFD_ENDS: ReadonlyMap<string, (call: Call) => void> = new Map([['bfd_instance', end]]);
