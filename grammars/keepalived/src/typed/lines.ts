import type { AddressNode, PeerNode, RouteNode, RuleNode, ServerGroupEntry, Simple, TrackNode } from '../ast.ts';
import { toNumber } from './read.ts';

/** Words of a line. */
const wordsOf = ({ keyword, args }: Simple): readonly string[] => [keyword.value, ...args.map((word) => word.value)];

/** The word behind one of the names. */
function behind(words: readonly string[], ...names: readonly string[]): string | undefined {
  const at = words.findIndex((word) => names.includes(word));
  return at < 0 ? undefined : words[at + 1];
}

/** `ADDRESS[/PREFIX] [brd ADDRESS] [dev NAME] [scope SCOPE] [label LABEL]`. */
export function addressOf(line: Simple): AddressNode {
  const words = wordsOf(line);
  const [address = '', prefix] = line.keyword.value.split('/');
  return {
    kind: 'address',
    address,
    prefix: prefix === undefined || !/^\d+$/.test(prefix) ? undefined : Number(prefix),
    dev: behind(words, 'dev'),
    label: behind(words, 'label'),
    scope: behind(words, 'scope'),
    broadcast: behind(words, 'brd', 'broadcast'),
    get span() {
      return line.span;
    },
  };
}

/** `NAME [weight N [reverse|noreverse]]`. */
export function trackOf(line: Simple): TrackNode {
  const words = wordsOf(line);
  return {
    kind: 'track',
    name: line.keyword.value,
    weight: toNumber(behind(words, 'weight')),
    reverse: words.includes('reverse') ? true : words.includes('noreverse') ? false : undefined,
    get span() {
      return line.span;
    },
  };
}

/** `ADDRESS [min_ttl N] [max_ttl N]`. */
export function peerOf(line: Simple): PeerNode {
  const words = wordsOf(line);
  return {
    kind: 'peer',
    address: line.keyword.value,
    minTtl: toNumber(behind(words, 'min_ttl')),
    maxTtl: toNumber(behind(words, 'max_ttl')),
    get span() {
      return line.span;
    },
  };
}

/** Route types and families that may stand before the destination. */
const BEFORE_DESTINATION: ReadonlySet<string> = new Set([
  'inet',
  'inet6',
  'unicast',
  'local',
  'broadcast',
  'multicast',
  'anycast',
  'throw',
  'unreachable',
  'prohibit',
  'blackhole',
  'to',
]);

/** `[src ADDRESS] [to] DESTINATION via ADDRESS dev NAME …`. */
export function routeOf(line: Simple): RouteNode {
  const words = wordsOf(line);
  return {
    kind: 'route',
    destination: destinationOf(words),
    via: behind(words, 'via', 'gw'),
    source: behind(words, 'src'),
    dev: behind(words, 'dev', 'oif'),
    table: behind(words, 'table'),
    metric: toNumber(behind(words, 'metric', 'priority', 'preference')),
    scope: behind(words, 'scope'),
    get span() {
      return line.span;
    },
  };
}

/** The first word that is no type, family or option. */
function destinationOf(words: readonly string[]): string | undefined {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'src' || word === 'table' || word === 'dev') i++;
    else if (!BEFORE_DESTINATION.has(word)) return word;
  }
  return undefined;
}

/** `[not] from ADDRESS to ADDRESS table NAME priority N …`. */
export function ruleOf(line: Simple): RuleNode {
  const words = wordsOf(line);
  return {
    kind: 'rule',
    from: behind(words, 'from'),
    to: behind(words, 'to'),
    table: behind(words, 'table', 'lookup'),
    priority: toNumber(behind(words, 'priority', 'preference', 'pref', 'order')),
    fwmark: behind(words, 'fwmark'),
    iif: behind(words, 'iif', 'dev'),
    oif: behind(words, 'oif'),
    get span() {
      return line.span;
    },
  };
}

/** `ADDRESS[-END] PORT` or `fwmark N`. */
export function groupEntryOf(line: Simple): ServerGroupEntry {
  const [first = '', second] = wordsOf(line);
  const isMark = first === 'fwmark';
  const [address, rangeEnd] = first.split('-');
  return {
    kind: 'server-group-entry',
    address: isMark ? undefined : address,
    rangeEnd: isMark ? undefined : rangeEnd,
    port: isMark ? undefined : toNumber(second),
    fwmark: isMark ? toNumber(second) : undefined,
    get span() {
      return line.span;
    },
  };
}
