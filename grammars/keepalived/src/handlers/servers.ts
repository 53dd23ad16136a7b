import { ipNumber, type Place } from '@halint/core';
import { booleanArgument, invalid, need, numberArgument, readUnsigned } from '../process/arguments.ts';
import type { Call, Handler } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import { RealServer, VirtualServer, type Forwarding, type ServerGroup } from '../process/servers.ts';
import type { Value } from '../stream/lines.ts';
import { INT, notOneOf, outOfRange, repeated, UINT, wanted } from './arguments.ts';
import { atLeast23 } from './versions.ts';
import { isNumericHost, readSocketAddress, type SocketAddress } from './socket-address.ts';

/** IPVS_WEIGHT_LIMIT: INT32_MAX. */
const MOST_WEIGHT = INT;
/** LVS_MAX_TIMEOUT: 31 days in seconds. */
const LONGEST_TIMEOUT = 2_678_400;
/** IP_VS_PENAME_MAXLEN. */
const LONGEST_ENGINE = 16;
const SCHEDULERS = 'rr wrr lc wlc lblc sh mh dh fo ovf lblcr sed nq twos'.split(' ');
const DROPS_BLOCK = 'keepalived drops the whole block.';

type OnVirtual = (call: Call, server: VirtualServer) => void;

/** A handler of a statement of the virtual_server being read; the first place of each keyword is kept for later complaints. */
const onVirtual =
  (use: OnVirtual): Handler =>
  (call) => {
    const { virtual } = call.state.servers;
    if (virtual === undefined) return;
    const first = virtual.places.get(call.keyword.text);
    use(call, virtual);
    if (first === undefined) virtual.places.set(call.keyword.text, call.line.at);
  };

type OnReal = (call: Call, server: RealServer, virtual: VirtualServer) => void;

const onReal =
  (use: OnReal): Handler =>
  (call) => {
    const { virtual, real } = call.state.servers;
    if (virtual === undefined || real === undefined) return;
    const first = real.places.get(call.keyword.text);
    use(call, real, virtual);
    if (first === undefined) real.places.set(call.keyword.text, call.line.at);
  };

const label = (words: readonly Value[]): string => words.map(({ text }) => text).join(' ');

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

const FORWARDING: readonly Forwarding[] = ['NAT', 'DR', 'TUN'];
const TUNNELS = ['ipip', 'gue', 'gre'];
const SUMS = ['nocsum', 'csum', 'remcsum'];

/** check_parser.c svr_forwarding_handler: the method is kept, whatever is wrong with the tunnel behind it. */
function forwarding(call: Call, server: { forwarding: Forwarding | undefined }): void {
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

const persistence: OnVirtual = (call, server) => {
  if (call.args.length === 0 || numberArgument(call, 'unsigned', 1, LONGEST_TIMEOUT) !== undefined)
    server.persistent = true;
};

const engine: OnVirtual = (call) => {
  const value = need(call);
  if (value !== undefined && value.text.length > LONGEST_ENGINE)
    invalid(
      call,
      value.at,
      `${value.text} is longer than ${LONGEST_ENGINE} characters`,
      'keepalived cuts it off there.',
    );
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

/** A name whose second statement replaces the first, which is said since 2.3. */
function replaceable(call: Call, first: Place | undefined): void {
  if (wanted(call, 'a name') !== undefined && atLeast23(call.version))
    repeated(call, first, 'keepalived takes the last one');
}

function snmpName(call: Call, first: Place | undefined): void {
  const extra = call.args[1];
  if (call.args.length !== 1) invalid(call, (extra ?? call.keyword).at, `${call.keyword.text} takes one name`);
  else replaceable(call, first);
}

/** A script that counts once. */
function script(call: Call, first: Place | undefined): void {
  const value = need(call);
  if (value === undefined) return;
  if (first !== undefined) {
    repeated(call, first);
    return;
  }
  if (!call.state.running.has('check')) call.state.running.set('check', value.at);
}

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

/** check_data.c alloc_rs. */
const openReal: OnVirtual = (call, server) => {
  const { servers } = call.state;
  servers.real = undefined;
  const value = need(call);
  if (value === undefined) return;
  const name = label(call.args.slice(0, 2));
  const address = readSocketAddress(value.text, call.args[1]?.text);
  if (address === undefined) {
    if (!isPlaceholder(name))
      call.messages.reject('vrrp/invalid-address', value.at, `${name} is no address with a port`, {
        help: DROPS_BLOCK,
      });
    return call.skip();
  }
  servers.real = new RealServer(call.line.at, name, address, server.forwarding);
};

/** check_parser.c rs_end_handler. */
function endReal({ state, messages }: Call): void {
  const { servers } = state;
  const { virtual, real } = servers;
  servers.real = undefined;
  if (virtual === undefined || real === undefined) return;
  if (real.forwarding !== 'TUN') {
    virtual.family ??= real.address.family;
    if (virtual.family !== real.address.family) {
      messages.reject(
        'vrrp/address-family-mixed',
        real.at,
        `the real server ${real.label} is of another family than the virtual server: keepalived drops it`,
      );
      return;
    }
  }
  virtual.reals.push(real);
}

const group: Handler = (call) => {
  const name = need(call);
  if (name === undefined) return;
  const found: ServerGroup = {
    name: name.text,
    at: call.line.at,
    addresses: [],
    marks: 0,
    families: new Set(),
    familyOpen: false,
  };
  const extra = call.args[1];
  if (extra !== undefined) {
    call.messages.reject(
      'vrrp/unexpected-argument',
      extra.at,
      `virtual_server_group takes one name, found ${extra.text}`,
      {
        help: 'keepalived ends at such a line: nothing behind it is read.',
      },
    );
    return call.end();
  }
  for (const words of call.values(1)) groupLine(call, found, words as readonly [Value, ...Value[]]);
  const drop = (message: string): void =>
    call.messages.reject('vrrp/virtual-server-incomplete', found.at, message, { help: 'keepalived drops the group.' });
  if (found.marks === 0 && found.addresses.length === 0) drop(`virtual_server_group ${name.text} is empty`);
  else if (found.families.size === 2 && found.familyOpen)
    drop(`virtual_server_group ${name.text} has IPv4, IPv6 and a fwmark without a family`);
  else call.state.servers.groups.push(found);
};

/** A line of a virtual_server_group (check_data.c alloc_vsg_entry). */
function groupLine(call: Call, found: ServerGroup, [first, second, third]: readonly [Value, ...Value[]]): void {
  const drop = (at: Place, message: string): void => {
    if (!isPlaceholder(first.text))
      call.messages.reject('vrrp/invalid-address', at, message, { help: 'keepalived drops the line.' });
  };
  if (first.text === 'fwmark') {
    if (second === undefined) {
      call.messages.reject('vrrp/missing-argument', first.at, 'fwmark needs a number', {
        help: 'keepalived ends at such a line: nothing behind it is read.',
      });
      return call.end();
    }
    if (readUnsigned(second.text, 0, UINT) === undefined) return outOfRange(call, second, 0, UINT);
    if (third === undefined) found.familyOpen = true;
    else if (third.text === 'inet') found.families.add('ipv4');
    else if (third.text === 'inet6') found.families.add('ipv6');
    else return drop(third.at, `${third.text} is neither inet nor inet6`);
    found.marks++;
    return;
  }
  const start = readSocketAddress(first.text, second?.text);
  if (start === undefined) return drop(first.at, `${label([first, ...(second ? [second] : [])])} is no address`);
  const problem = rangeProblem(first.text, start);
  if (problem !== undefined) return drop(first.at, `${first.text} ${problem}`);
  found.addresses.push(start);
  found.families.add(start.family);
}

/** What is wrong with the `/mask`, `-end` or `-address` behind an address. */
function rangeProblem(text: string, start: SocketAddress): string | undefined {
  const width = start.family === 'ipv4' ? 32 : 128;
  const slash = text.indexOf('/');
  const from = ipNumber(start);
  if (slash >= 0) {
    const mask = /^[ \t]*\+?\d+$/.test(text.slice(slash + 1)) ? Number(text.slice(slash + 1)) : 0;
    if (mask === 0 || mask > width) return `has no mask from 1 to ${width}`;
    return (from & ((1n << BigInt(width - mask)) - 1n)) === 0n ? undefined : 'has bits behind its mask';
  }
  const dash = text.indexOf('-');
  if (dash < 0) return undefined;
  const tail = text.slice(dash + 1);
  if (tail.includes(start.family === 'ipv4' ? '.' : ':')) {
    const to = readSocketAddress(tail);
    if (to === undefined) return 'has no end that is an address';
    if (to.family !== start.family) return 'ends in another family';
    return ipNumber(to) < from ? 'ends before it begins' : undefined;
  }
  const ipv6 = start.family === 'ipv6';
  const last = (ipv6 ? /^[\da-f]+$/i : /^\d+$/).test(tail) ? Number.parseInt(tail, ipv6 ? 16 : 10) : Number.NaN;
  const most = ipv6 ? 0xffff : 255;
  if (!(last <= most)) return `does not end in a number up to ${ipv6 ? 'ffff' : '255'}`;
  return Number(from & BigInt(most)) >= last ? 'ends before it begins' : undefined;
}

/** The keywords of SSL, each kept once. */
const ssl: Handler = ({ state, line, messages }) => {
  const { servers } = state;
  if (servers.ssl !== undefined)
    messages.reject('vrrp/repeated-statement', line.at, 'SSL stands above: keepalived takes the last one');
  servers.ssl = new Map<string, Place>();
};

const sslFile: Handler = (call) => {
  const { servers } = call.state;
  if (servers.ssl === undefined || wanted(call, 'a value') === undefined) return;
  repeated(call, servers.ssl.get(call.keyword.text), 'keepalived takes the last one');
  servers.ssl = new Map([...servers.ssl, [call.keyword.text, call.line.at]]);
};

const SSL_FILES = ['password', 'ca', 'certificate', 'key'];
const FLAGS = ['hashed', 'ops', 'flag-1', 'flag-2', 'flag-3', 'sh-port', 'sh-fallback', 'mh-port', 'mh-fallback'];

const VIRTUAL: readonly (readonly [string, OnVirtual])[] = [
  ['ip_family', family],
  ['lb_algo', scheduler],
  ['lvs_sched', scheduler],
  ...FLAGS.map((word): [string, OnVirtual] => [word, flag]),
  ['lb_kind', forwarding],
  ['lvs_method', forwarding],
  ['persistence_engine', engine],
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

const REAL: readonly (readonly [string, OnReal])[] = [
  [
    'weight',
    (call, server) => {
      server.weight = numberArgument(call, 'unsigned', 0, MOST_WEIGHT) ?? server.weight;
    },
  ],
  ['lvs_method', forwarding],
  [
    'inhibit_on_failure',
    (call, server) => {
      server.inhibit = booleanArgument(call) ?? server.inhibit;
    },
  ],
  ['virtualhost', (call, server) => replaceable(call, server.places.get('virtualhost'))],
  ['snmp_name', (call, server) => snmpName(call, server.places.get('snmp_name'))],
  ['notify_up', (call, server) => script(call, server.places.get('notify_up'))],
  ['notify_down', (call, server) => script(call, server.places.get('notify_down'))],
];

export const SERVER_HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['SSL', ssl],
  ...SSL_FILES.map((word): [string, Handler] => [`SSL/${word}`, sslFile]),
  ['virtual_server_group', group],
  ['virtual_server', open],
  ...VIRTUAL.map(([word, use]): [string, Handler] => [`virtual_server/${word}`, onVirtual(use)]),
  ...REAL.map(([word, use]): [string, Handler] => [`virtual_server/real_server/${word}`, onReal(use)]),
]);

export const SERVER_ENDS: ReadonlyMap<string, (call: Call) => void> = new Map([
  ['virtual_server', end],
  ['virtual_server/real_server', endReal],
]);
