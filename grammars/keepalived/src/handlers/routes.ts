import type { Family } from '@halint/core';
import { readC } from '../process/arguments.ts';
import type { Call } from '../process/call.ts';
import type { Value } from '../stream/logical.ts';
import { UINT } from './arguments.ts';
import { encap } from './route-encap.ts';
import { atLeast23 } from './versions.ts';
import { isEntry, isRealms, isTable, readType, RoutingLine, trackGroup } from './routing.ts';

/** RTPROT_KEEPALIVED. */
const OWN_PROTOCOL = /^(?:keepalived|18|0x12|022)$/;
const SCOPES = /^(?:global|site|link|host|nowhere)$/;
/** Milliseconds between which a round trip time lies (vrrp_ip_rule_route_parser.c RTT_MIN_MS, RTT_MAX_MS). */
const RTT = [200, 120_000] as const;

/** Numbers: how many at most, and may `lock` stand before them? */
const NUMBERS: ReadonlyMap<string, readonly [number, boolean]> = new Map([
  ['metric', [UINT, false]],
  ['priority', [UINT, false]],
  ['preference', [UINT, false]],
  ['mtu', [UINT, true]],
  ['hoplimit', [255, false]],
  ['advmss', [UINT, true]],
  ['reordering', [UINT, true]],
  ['window', [UINT, false]],
  ['cwnd', [UINT, true]],
  ['ssthresh', [UINT, true]],
  ['initcwnd', [UINT, false]],
  ['initrwnd', [UINT, false]],
  ['quickack', [1, false]],
  ['fastopen_no_cookie', [1, false]],
]);
/** Times, and the parts of a millisecond that a number without unit counts. */
const TIMES: ReadonlyMap<string, number> = new Map([
  ['rtt', 8],
  ['rttvar', 4],
  ['rto_min', 1],
]);
const FLAGS = new Set(['onlink', 'add', 'prepend', 'append']);

/** A route being read. */
class Route extends RoutingLine {
  destination: Value | undefined;
  device = false;
  noTrack = false;
  protocol: Value | undefined;
  group: Value | undefined;
  hops = 0;

  constructor(call: Call, words: readonly Value[]) {
    super(call, words, 'route');
  }
}

type Option = (route: Route, word: Value) => void;

/** An option with one value. */
const valued =
  (use: (route: Route, value: Value) => void): Option =>
  (route) => {
    const value = route.next();
    if (value !== undefined) use(route, value);
  };

/** `via [inet|inet6] ADDRESS`. */
const via: Option = (route, word) => {
  if (word.text === 'gw')
    route.call.messages.complain('vrrp/deprecated-keyword', word.at, 'gw of a route is called via now', {
      fix: { title: 'Replace by via', safety: 'safe', edits: [{ at: word.at, text: 'via' }] },
    });
  let value = route.next();
  if (value === undefined) return;
  if (value.text === 'inet' || value.text === 'inet6') {
    if (!route.setFamily(value.text === 'inet' ? 'ipv4' : 'ipv6', value)) return;
    value = route.next();
    if (value === undefined) return;
  }
  route.setFamily(route.address(value), value);
};

/** Options that only one family has. */
const onlyFor =
  (family: Family, use: (route: Route, value: Value) => void): Option =>
  (route, word) => {
    const value = route.next();
    if (value === undefined) return;
    if (route.family !== undefined && route.family !== family)
      return route.drop(word, `${word.text} is for ${family === 'ipv4' ? 'IPv4' : 'IPv6'} only`);
    route.family = family;
    use(route, value);
  };

const preference = (route: Route, value: Value): void => {
  if (!/^(?:low|medium|high)$/.test(value.text)) route.number(value, 0, 255);
};

const realms: Option = (route, word) => {
  const value = route.next();
  if (value === undefined) return;
  if (!isRealms(value.text)) return route.drop(value, `${value.text} is no realms`);
  if (route.family === 'ipv6') return route.drop(word, 'realms is for IPv4 only');
  route.family = 'ipv4';
};

/** vrrp_ip_rule_route_parser.c get_time_rtt. */
function time(route: Route, word: Value, value: Value): void {
  const match = /^[ \t]*(\d+)(\.\d*)?(?:(m?)s(?:ecs?)?)?$/i.exec(value.text);
  if (match === null) return route.drop(value, `${value.text} is no time: 300ms, 1.5s`);
  const hasUnit = /s/i.test(value.text);
  const decimals = (match[2] ?? '.').length - 1;
  const inSeconds = hasUnit && match[3] === '';
  if (decimals > (inSeconds ? 3 : 0))
    route.say(value, `${value.text} has too many decimal places`, undefined, 'keepalived rounds it.');
  const number = Math.round(Number(`${match[1] ?? ''}${match[2] ?? ''}`) * (inSeconds ? 1000 : 1));
  const parts = TIMES.get(word.text) ?? 1;
  if (number > RTT[1] * parts)
    return route.drop(value, `${value.text} is above 120 seconds`, 'vrrp/value-out-of-range');
  // What is outside is taken as the limit, which is logged only until 2.2.
  const milliseconds = hasUnit ? number : number / parts;
  if (!atLeast23(route.call.version)) return;
  if (milliseconds > RTT[1])
    route.say(value, `${value.text} is above 120 seconds`, 'vrrp/value-out-of-range', 'keepalived takes them.');
  else if (milliseconds < RTT[0])
    route.say(value, `${value.text} is below 200 milliseconds`, 'vrrp/value-out-of-range', 'keepalived takes them.');
}

/** The deprecated second hop. */
const or: Option = (route, word) => {
  route.call.messages.complain('vrrp/deprecated-keyword', word.at, 'or of a route is written as nexthop now');
  if (route.hops > 0) {
    route.say(word, 'or stands twice', 'vrrp/repeated-statement');
    route.index++;
    return;
  }
  const value = route.next();
  if (value === undefined) return;
  route.address(value);
  route.hops = 2;
};

const OPTIONS: ReadonlyMap<string, Option> = new Map<string, Option>([
  ['inet', (route, word) => route.familyWord(word)],
  ['inet6', (route, word) => route.familyWord(word)],
  ['src', valued((route, value) => void route.setFamily(route.address(value), value))],
  [
    'as',
    (route, word) => {
      const value = route.next();
      if (value === undefined) return;
      if (value.text === 'to') route.index++;
      route.say(word, 'as to is for MPLS only');
    },
  ],
  ['via', via],
  ['gw', via],
  [
    'from',
    valued((route, value) => {
      const network = route.network(value);
      if (network === undefined) return;
      if (network.family !== 'ipv6') return route.drop(value, 'from is for IPv6 only');
      route.setFamily('ipv6', value);
    }),
  ],
  ...['tos', 'dsfield'].map((word): [string, Option] => [
    word,
    valued((route, value) => {
      if (!isEntry(value.text)) route.drop(value, `${value.text} is no type of service`);
    }),
  ]),
  [
    'table',
    valued((route, value) => {
      if (!isTable(value.text)) route.drop(value, `${value.text} is no routing table`);
    }),
  ],
  [
    'protocol',
    valued((route, value) => {
      if (!isEntry(value.text)) route.drop(value, `${value.text} is no protocol of routes`);
      else route.protocol = value;
    }),
  ],
  [
    'scope',
    valued((route, value) => {
      if (!SCOPES.test(value.text) && !(readC(value.text) % 2 ** 32 <= 255))
        route.drop(value, `${value.text} is no scope: global, site, link, host, nowhere or a number`);
    }),
  ],
  ...[...NUMBERS].map(([word, [most, locks]]): [string, Option] => [
    word,
    (route) => {
      let value = route.next();
      if (locks && value?.text === 'lock') value = route.next();
      if (value !== undefined) route.number(value, 0, most);
    },
  ]),
  ...[...TIMES.keys()].map((name): [string, Option] => [
    name,
    (route, word) => {
      let value = route.next();
      if (value?.text === 'lock') value = route.next();
      if (value !== undefined) time(route, word, value);
    },
  ]),
  ...['dev', 'oif'].map((word): [string, Option] => [
    word,
    valued((route) => {
      route.device = true;
    }),
  ]),
  ['encap', encap],
  ['expires', onlyFor('ipv6', (route, value) => void route.number(value, 0, UINT))],
  ['pref', onlyFor('ipv6', preference)],
  ['realms', realms],
  [
    'features',
    valued((route, value) => {
      if (value.text !== 'ecn') route.say(value, `${value.text} is no feature: ecn is`);
    }),
  ],
  [
    'congctl',
    (route) => {
      if (route.next()?.text === 'lock') route.next();
    },
  ],
  [
    'ttl-propagate',
    valued((route, value) => {
      if (!/^(?:enabled|disabled)$/.test(value.text)) route.say(value, `${value.text} is neither enabled nor disabled`);
    }),
  ],
  ['or', or],
  [
    'no_track',
    (route) => {
      route.noTrack = true;
    },
  ],
  ['vrf', valued(() => undefined)],
]);

/** `nexthop via ADDRESS dev IF weight N …`: what is wrong costs the hops from there on. */
function nextHops(route: Route): void {
  while (route.word?.text === 'nexthop') {
    route.index++;
    for (let word = route.word; word !== undefined; word = route.word) {
      if (!nextHopOption(route, word)) break;
      if (route.dropped) return;
      route.index++;
    }
  }
  const left = route.word;
  if (left !== undefined) route.say(left, `${left.text} is no option of a nexthop`);
}

/** False where the word belongs to no nexthop. */
function nextHopOption(route: Route, word: Value): boolean {
  switch (word.text) {
    case 'via':
      via(route, word);
      return true;
    case 'dev':
      route.next();
      return true;
    case 'weight': {
      const value = route.next();
      if (value !== undefined) route.number(value, 1, 256);
      return true;
    }
    case 'onlink':
      return true;
    case 'encap':
      encap(route, word);
      return true;
    case 'realms':
      realms(route, word);
      return true;
    case 'as':
      route.drop(word, 'as to is not for routes');
      return true;
  }
  return false;
}

/** A line of static_routes or virtual_routes (vrrp_iproute.c alloc_route). */
export function routeLine(call: Call, words: readonly Value[], isStatic: boolean): void {
  const route = new Route(call, words);
  let hops = false;
  for (let word = route.word; word !== undefined && !hops; word = route.word) {
    if (word.text === 'nexthop') {
      if (route.hops > 0) {
        route.say(word, 'nexthop does not go with or', 'vrrp/incompatible-statements');
        return route.drop(word, 'nexthop stands behind or');
      }
      hops = true;
      break;
    }
    if (isStatic && word.text === 'track_group') {
      const value = route.next();
      if (value === undefined) return;
      if (route.group !== undefined) return route.drop(value, 'track_group stands twice', 'vrrp/repeated-statement');
      if (call.state.trackGroups.has(value.text)) route.group = value;
      trackGroup(route, value);
    } else {
      const option = OPTIONS.get(word.text);
      if (option !== undefined) option(route, word);
      else if (!FLAGS.has(word.text)) destination(route, word);
    }
    if (route.dropped) return;
    route.index++;
  }
  if (hops) {
    nextHops(route);
    if (route.dropped) return;
  }
  finish(route);
}

function destination(route: Route, word: Value): void {
  if (word.text === 'to' || readType(word.text) !== undefined) route.index++;
  const value = route.here();
  if (value === undefined) return;
  const network = route.network(value);
  if (network === undefined) return;
  route.destination = value;
  route.setFamily(network.family, value);
}

function finish(route: Route): void {
  const [first] = route.words as [Value];
  if (route.destination === undefined) return route.drop(first, 'a route needs a destination', 'vrrp/missing-argument');
  if (!route.noTrack) {
    const { protocol } = route;
    if (protocol !== undefined && !OWN_PROTOCOL.test(protocol.text))
      route.say(
        protocol,
        `protocol ${protocol.text} needs no_track`,
        'vrrp/incompatible-statements',
        'keepalived takes its own protocol, by which it knows its routes.',
      );
    if (!route.device && !atLeast23(route.call.version))
      route.call.messages.complain(
        'vrrp/missing-interface',
        first.at,
        'a route without dev is not tracked: write dev, or no_track',
      );
  }
  if (route.group !== undefined && !route.device)
    route.say(route.group, 'track_group needs dev', 'vrrp/incompatible-statements');
}
