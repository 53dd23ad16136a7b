import type { Place } from '@halint/core';
import { invalid, need, numberArgument, readUnsigned } from '../process/arguments.ts';
import type { Call, Handler } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import { RealServer, VirtualServer } from '../process/servers.ts';
import { cutOff, keepingPlace, notOneOf, outOfRange, UINT } from './arguments.ts';
import { openReal } from './real-server.ts';
import { DROPS_BLOCK, forwarding, label, MOST_WEIGHT, replaceable, script, snmpName } from './server-arguments.ts';
import { isNumericHost, readSocketAddress } from './socket-address.ts';
import { atLeast23 } from './versions.ts';

/** LVS_MAX_TIMEOUT: 31 days in seconds. */
const LONGEST_TIMEOUT = 2_678_400;
/** IP_VS_PENAME_MAXLEN. */
const LONGEST_ENGINE = 16;
const SCHEDULERS = 'rr wrr lc wlc lblc sh mh dh fo ovf lblcr sed nq twos'.split(' ');
type OnVirtual = (call: Call, server: VirtualServer) => void;

/** A handler of a statement of the virtual_server being read; the first place of each keyword is kept for later complaints. */
const onVirtual =
  (use: OnVirtual): Handler =>
  (call) => {
    const { virtual } = call.state.servers;
    if (virtual === undefined) return;
    keepingPlace(virtual.places, call, () => use(call, virtual));
  };

/** check_data.c alloc_vs. */
const open: Handler = (call) => {
  const { servers } = call.state;
  servers.virtual = undefined;
  servers.real = undefined;
  const first = need(call);
  if (first === undefined) return;
  const second = call.args[1];
  const name = label(call.args.slice(0, 2));
  const drop = (at: Place, message: string): void => {
    if (!call.args.some(({ text }) => isPlaceholder(text)))
      call.messages.reject('vrrp/invalid-address', at, message, { help: DROPS_BLOCK });
    call.skip();
  };
  if (first.text === 'group' || first.text === 'fwmark') {
    if (second === undefined) {
      call.messages.reject('vrrp/missing-argument', call.line.at, `virtual_server ${first.text} needs a value`, {
        help: 'keepalived crashes here.',
      });
      return call.end();
    }
    if (first.text === 'group') {
      servers.virtual = new VirtualServer(call.line.at, name, { group: second.text });
      return;
    }
    const mark = readUnsigned(second.text, 0, UINT);
    if (mark === undefined) {
      outOfRange(call, second, 0, UINT, DROPS_BLOCK);
      return call.skip();
    }
    servers.virtual = new VirtualServer(call.line.at, name, mark === 0 ? {} : { mark });
    return;
  }
  const address = readSocketAddress(first.text, second?.text);
  if (address === undefined) return drop(first.at, `${name} is no address with a port`);
  servers.virtual = new VirtualServer(call.line.at, name, { address });
};

/** check_parser.c vs_end_handler. */
function end({ state, messages, version }: Call): void {
  const { servers } = state;
  const { virtual } = servers;
  servers.virtual = undefined;
  if (virtual === undefined) return;
  if (virtual.reals.length === 0 && atLeast23(version)) return withoutReal(virtual, messages);
  const { sorry } = virtual;
  if (sorry !== undefined && sorry.forwarding !== 'TUN') {
    virtual.family ??= sorry.address.family;
    if (virtual.family !== sorry.address.family) {
      messages.reject(
        'vrrp/address-family-mixed',
        sorry.at,
        `the sorry server ${sorry.label} is of another family than the virtual server: keepalived drops it`,
      );
      virtual.sorry = undefined;
    }
  }
  virtual.family ??= virtual.group === undefined ? 'ipv4' : undefined;
  servers.list.push(virtual);
}

/** Found at the end of the block, until 2.2 behind the last line of all. */
export function withoutReal(virtual: VirtualServer, messages: Call['messages']): void {
  messages.reject(
    'vrrp/virtual-server-incomplete',
    virtual.at,
    `virtual_server ${virtual.label} has no real_server: keepalived drops it`,
  );
}

const family: OnVirtual = (call, server) => {
  const value = need(call);
  if (value === undefined) return;
  const read = value.text === 'inet' ? 'ipv4' : value.text === 'inet6' ? 'ipv6' : undefined;
  if (read === undefined) return notOneOf(call, value, ['inet', 'inet6']);
  if (server.family !== undefined && server.family !== read) {
    call.messages.reject(
      'vrrp/address-family-mixed',
      value.at,
      `ip_family ${value.text} is not the family of the virtual server: keepalived drops it`,
    );
    return;
  }
  server.family = read;
};

const scheduler: OnVirtual = (call, server) => {
  const value = need(call);
  if (value === undefined) return;
  if (SCHEDULERS.includes(value.text)) server.scheduler = value.text;
  else notOneOf(call, value, SCHEDULERS, 'keepalived drops it; without another one it takes wlc.');
};

const flag: OnVirtual = (call, server) => {
  const word = call.keyword.text;
  if (word === 'ops') server.onePacket = true;
  else if (!word.startsWith('flag-') && server.scheduler !== 'sh' && server.scheduler !== 'mh') {
    call.messages.reject(
      'vrrp/incompatible-statements',
      call.line.at,
      `${word} needs lb_algo sh or mh above it: keepalived ignores it`,
    );
  }
};
const persistence: OnVirtual = (call, server) => {
  if (call.args.length === 0 || numberArgument(call, 'unsigned', 1, LONGEST_TIMEOUT) !== undefined)
    server.persistent = true;
};

/** A netmask, or a prefix length for IPv6. */
const granularity: OnVirtual = (call, server) => {
  const value = need(call);
  if (value === undefined || isPlaceholder(value.text)) return;
  const of = server.family ?? (value.text.includes('.') ? 'ipv4' : 'ipv6');
  if (of === 'ipv6') {
    if (readUnsigned(value.text, 1, 128) === undefined) return outOfRange(call, value, 1, 128);
  } else if (!isNumericHost(value.text)) return invalid(call, value.at, `${value.text} is no netmask`);
  server.family = of;
  server.persistent = true;
};

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

const protocol: OnVirtual = (call, server) => {
  const value = need(call);
  if (value === undefined) return;
  const found = PROTOCOLS.find((each) => each === value.text.toUpperCase());
  if (found === undefined) notOneOf(call, value, PROTOCOLS);
  else server.protocol = found;
};
const quorum: OnVirtual = (call, server) => {
  server.quorum = numberArgument(call, 'unsigned', 1, UINT, { effect: 'keepalived takes 1.' }) ?? 1;
};

const hysteresis: OnVirtual = (call, server) => {
  server.hysteresis = numberArgument(call, 'unsigned', 0, UINT) ?? server.hysteresis;
};

const sorryServer: OnVirtual = (call, server) => {
  const value = need(call);
  if (value === undefined) return;
  const address = readSocketAddress(value.text, call.args[1]?.text);
  if (address !== undefined) {
    server.sorry = new RealServer(call.line.at, label(call.args.slice(0, 2)), address, server.forwarding);
  } else if (!isPlaceholder(value.text)) {
    call.messages.reject(
      'vrrp/invalid-address',
      value.at,
      `${label(call.args.slice(0, 2))} is no address with a port: keepalived drops the sorry server`,
    );
  }
};

const needsSorry =
  (use: (call: Call, sorry: RealServer) => void): OnVirtual =>
  (call, { sorry }) => {
    if (sorry !== undefined) return use(call, sorry);
    call.messages.reject(
      'vrrp/incompatible-statements',
      call.line.at,
      `${call.keyword.text} needs a sorry_server above it: keepalived ignores it`,
    );
  };
const FLAGS = ['hashed', 'ops', 'flag-1', 'flag-2', 'flag-3', 'sh-port', 'sh-fallback', 'mh-port', 'mh-fallback'];

const VIRTUAL: readonly (readonly [string, OnVirtual])[] = [
  ['ip_family', family],
  ['lb_algo', scheduler],
  ['lvs_sched', scheduler],
  ...FLAGS.map((word): [string, OnVirtual] => [word, flag]),
  ['lb_kind', forwarding],
  ['lvs_method', forwarding],
  ['persistence_engine', cutOff(LONGEST_ENGINE)],
  ['persistence_timeout', persistence],
  ['persistence_granularity', granularity],
  ['protocol', protocol],
  [
    'ha_suspend',
    (_call, server) => {
      server.suspends = true;
    },
  ],
  [
    'inhibit_on_failure',
    (_call, server) => {
      server.inhibit = true;
    },
  ],
  ['virtualhost', (call, server) => replaceable(call, server.places.get('virtualhost'))],
  ['snmp_name', (call, server) => snmpName(call, server.places.get('snmp_name'))],
  ['quorum_up', (call, server) => script(call, server.places.get('quorum_up'))],
  ['quorum_down', (call, server) => script(call, server.places.get('quorum_down'))],
  ['quorum', quorum],
  ['hysteresis', hysteresis],
  [
    'weight',
    (call, server) => {
      server.weight = numberArgument(call, 'unsigned', 1, MOST_WEIGHT) ?? server.weight;
    },
  ],
  ['sorry_server', sorryServer],
  [
    'sorry_server_inhibit',
    needsSorry((_call, sorry) => {
      sorry.inhibit = true;
    }),
  ],
  ['sorry_server_lvs_method', needsSorry(forwarding)],
  ['real_server', openReal],
];

export const VIRTUAL_SERVER_HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['virtual_server', open],
  ...VIRTUAL.map(([word, use]): [string, Handler] => [`virtual_server/${word}`, onVirtual(use)]),
]);

export const VIRTUAL_SERVER_ENDS: ReadonlyMap<string, (call: Call) => void> = new Map([['virtual_server', end]]);
