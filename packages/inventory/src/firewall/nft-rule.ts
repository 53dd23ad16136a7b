import { append } from '@halint/core';
import type { FilterMatch, FilterRule } from '@halint/model';
import { networksOf } from './net-range.ts';
import { mapElements, type MapElement } from './nft-map.ts';
import { behindBlock, wordAt, type Token } from './nft-tokens.ts';
import { isStrange } from './nft-words.ts';
import { actionAt } from './nft-verdict.ts';

/** What a name stands for: elements of a set or a verdict map, a `define`. Undefined: not known. */
export type Lookup = (name: string) => readonly Token[] | undefined;

type Match = FilterMatch | undefined;
/** Makes the condition of a selector from its values; undefined where they are not understood. */
type Make = (values: readonly string[], not: boolean) => Match;

/** Numbers of /etc/protocols that rules name. */
export const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  icmpv6: 58,
  ospf: 89,
  vrrp: 112,
  carp: 112,
  sctp: 132,
};

/** Names of /etc/services that rules of such hosts use: for a host whose own file is not at hand. */
export const PORTS: Readonly<Record<string, number>> = {
  ssh: 22,
  smtp: 25,
  domain: 53,
  http: 80,
  ntp: 123,
  imap: 143,
  snmp: 161,
  https: 443,
  syslog: 514,
  mysql: 3306,
  postgresql: 5432,
};

const STOCK_SERVICES: ReadonlyMap<string, number> = new Map(Object.entries(PORTS));

/**
 * The rules that one line stands for: a verdict map makes one for each of its entries.
 * @param services ports by name.
 * @param refuse takes a word for which nft loads nothing.
 */
export function rulesOf(
  tokens: readonly Token[],
  lookup: Lookup,
  services: ReadonlyMap<string, number> = STOCK_SERVICES,
  refuse: (word: Token) => void = () => undefined,
): readonly FilterRule[] {
  const [first] = tokens;
  if (first === undefined) return [];
  const at = { path: first.path, line: first.line };
  const matches: Match[] = [];
  // Does a statement or an expression begin at `i` for certain? Not behind one that is not understood.
  let begins = true;
  for (let i = 0; i < tokens.length;) {
    if (begins && isStrange(tokens, i)) refuse(tokens[i] as Token);
    const selector = concatenationAt(tokens, i, services);
    if (selector !== undefined) {
      append(matches, selector.implied);
      const values = valuesAt(tokens, selector.next, lookup);
      if (values.isMap === true) {
        const wrong = values.map?.find(({ refused }) => refused !== undefined)?.refused;
        if (wrong !== undefined) refuse(wrong);
        return entries(values.map, selector.make, matches, at);
      }
      const match = values.words === undefined ? undefined : selector.make(values.words, values.not);
      matches.push(match);
      begins &&= match !== undefined;
      i = values.next;
      continue;
    }
    const action = actionAt(tokens, i);
    if (action !== undefined) return [{ matches, action, at }];
    // A map by something that is not followed.
    if (wordAt(tokens, i) === 'vmap') return entries(undefined, unread, matches, at);
    const harmless = behindHarmless(tokens, i);
    if (harmless === i) matches.push(undefined);
    begins &&= harmless !== i && wordAt(tokens, i) !== 'log';
    i = harmless === i ? behindOne(tokens, i) : harmless;
  }
  // A line without a verdict counts or marks; where it is not understood it still ends nothing.
  return [{ matches, action: { kind: 'none' }, at }];
}

/** @param map undefined: not known, so that it may let anything in or not. */
function entries(
  map: readonly MapElement[] | undefined,
  make: Make,
  matches: readonly Match[],
  at: FilterRule['at'],
): readonly FilterRule[] {
  if (map === undefined) return [{ matches: [...matches, undefined], action: { kind: 'unknown' }, at }];
  const keys = map.flatMap(({ key }) => (key === '*' ? [] : [key]));
  return map.map(({ key, verdict }) => ({
    matches: [...matches, key === '*' ? make(keys, true) : make([key], false)],
    action: verdict,
    at,
  }));
}

interface Selector {
  /** What the selector says by itself: `tcp dport` is about TCP. */
  readonly implied: readonly Match[];
  readonly make: Make;
  readonly next: number;
}

/** `iifname . tcp dport`: several fields with one value of each in an element; one field is its own concatenation. */
function concatenationAt(
  tokens: readonly Token[],
  from: number,
  services: ReadonlyMap<string, number>,
): Selector | undefined {
  const first = selectorAt(tokens, from, services);
  const parts = first === undefined ? [] : [first];
  for (let last = first; last !== undefined && wordAt(tokens, last.next) === '.';) {
    const part = selectorAt(tokens, last.next + 1, services);
    // A field that is not followed: what is behind it is not read.
    if (part === undefined) return { ...last, make: unread };
    parts.push(part);
    last = part;
  }
  if (first === undefined || parts.length < 2) return first;
  return {
    implied: parts.flatMap(({ implied }) => implied),
    make: tuples(parts.map(({ make }) => make)),
    next: parts[parts.length - 1]?.next ?? first.next,
  };
}

/** Elements `e0 . vrrp`, as words or in one; others, such as those with a timeout, are not understood. */
function tuples(makes: readonly Make[]): Make {
  const step = 2 * makes.length - 1;
  return (values, not) => {
    const words = values.join(' ').split(' ');
    if (words.length % step !== 0 || !words.every((word, i) => (word === '.') === (i % step) % 2 > 0)) return undefined;
    const lists = Array.from({ length: words.length / step }, (_, element) =>
      makes.flatMap((make, part) => make([words[element * step + 2 * part] as string], false) ?? []),
    );
    return lists.every((list) => list.length === makes.length) ? { kind: 'one-of', not, lists } : undefined;
  };
}

function selectorAt(tokens: readonly Token[], i: number, services: ReadonlyMap<string, number>): Selector | undefined {
  const word = wordAt(tokens, i) ?? '';
  const second = wordAt(tokens, i + 1);
  const at = (length: number, make: Make, implied: readonly Match[] = []): Selector => ({
    implied,
    make,
    next: i + length,
  });
  switch (word) {
    case 'iifname':
    case 'iif':
      return at(1, interfaces('interface'));
    case 'oifname':
    case 'oif':
      return at(1, interfaces('outgoing'));
    case 'pkttype':
      return at(1, packetType);
    case 'meta':
      if (second === 'iifname' || second === 'iif') return at(2, interfaces('interface'));
      if (second === 'oifname' || second === 'oif') return at(2, interfaces('outgoing'));
      if (second === 'pkttype') return at(2, packetType);
      if (second === 'l4proto' || second === 'protocol') return at(2, second === 'l4proto' ? protocol : family);
      return second === 'nfproto' ? at(2, family) : undefined;
    case 'ip':
    case 'ip6': {
      const own: Match = { kind: 'family', not: false, family: word === 'ip' ? 'ipv4' : 'ipv6' };
      if (second === 'saddr') return at(2, nets('source'), [own]);
      if (second === 'daddr') return at(2, nets('destination'), [own]);
      if (second === 'ttl' || second === 'hoplimit') return at(2, ttl, [own]);
      return second === 'protocol' || second === 'nexthdr' ? at(2, protocol, [own]) : undefined;
    }
    case 'ct':
      if (second === 'status') return at(2, status);
      return second === 'state' ? at(2, state) : undefined;
    case 'tcp':
    case 'udp':
    case 'sctp':
    case 'th': {
      const own: readonly Match[] =
        word === 'th' ? [] : [{ kind: 'protocol', not: false, numbers: [PROTOCOLS[word] as number] }];
      return at(second === undefined ? 1 : 2, second === 'dport' ? port(services) : () => undefined, own);
    }
    case 'icmp':
    case 'icmpv6':
    case 'igmp':
    case 'ah':
    case 'esp':
      return at(second === undefined ? 1 : 2, () => undefined, [
        { kind: 'protocol', not: false, numbers: [PROTOCOLS[word] as number] },
      ]);
    default:
      return undefined;
  }
}

/** More names behind one another than any script has. */
const MOST_NAMES = 8;

interface Values {
  /** Undefined: names that nothing here defines. */
  readonly words: readonly string[] | undefined;
  readonly not: boolean;
  /** A verdict map stands there; it is undefined where its elements are not known. */
  readonly isMap?: true;
  readonly map?: readonly MapElement[] | undefined;
  readonly next: number;
}

function valuesAt(tokens: readonly Token[], from: number, lookup: Lookup): Values {
  let i = from;
  const operator = wordAt(tokens, i);
  const not = operator === '!=';
  if (not || operator === '==') i++;
  else if (operator === '=' && wordAt(tokens, i + 1) === '=') i += 2;
  if (tokens[i] === undefined) return { words: undefined, not, next: i };
  const start = wordAt(tokens, i) ?? '';
  if (start === 'vmap') return mapAt(tokens, i + 1, lookup);
  if (/^[<>]=?$/.test(start)) {
    const limit = expand(tokens.slice(i + 1, i + 2), lookup);
    return { words: limit?.length === 1 ? [start + (limit[0] as string)] : undefined, not, next: i + 2 };
  }
  const end = start === '{' ? behindBlock(tokens, i) : behindList(tokens, i);
  return { words: expand(tokens.slice(i, end), lookup), not, next: end };
}

/** `established,related` without braces, `"e0" . vrrp`. */
function behindList(tokens: readonly Token[], from: number): number {
  let i = from + 1;
  while (/^[,.]$/.test(wordAt(tokens, i) ?? '')) i += 2;
  return Math.min(i, tokens.length);
}

/** `{ established : accept, invalid : drop }`, or `@NAME` of a map. */
function mapAt(tokens: readonly Token[], at: number, lookup: Lookup): Values {
  const start = wordAt(tokens, at) ?? '';
  const next = start === '{' ? behindBlock(tokens, at) : at + 1;
  const elements = start === '{' ? tokens.slice(at, next) : elementsOf(start, lookup);
  const map = elements === undefined ? undefined : mapElements(elements);
  return { words: undefined, not: false, isMap: true, map, next };
}

/** What is in braces behind a name; a `define` may stand for another name. */
function elementsOf(name: string, lookup: Lookup, depth = 0): readonly Token[] | undefined {
  const found = /^[@$]/.test(name) && depth <= MOST_NAMES ? lookup(name) : undefined;
  const first = found === undefined ? '' : (wordAt(found, 0) ?? '');
  if (found === undefined || first === '{') return found;
  return elementsOf(first, lookup, depth + 1);
}

/** Words of a list with sets and definitions in the place of their names. */
function expand(tokens: readonly Token[], lookup: Lookup, depth = 0): readonly string[] | undefined {
  const words: string[] = [];
  for (const { text, quoted } of tokens) {
    if (!quoted && /^[{},;]$/.test(text)) continue;
    if (quoted || !/^[@$]/.test(text)) {
      words.push(text);
      continue;
    }
    const found = depth > MOST_NAMES ? undefined : lookup(text);
    const inner = found === undefined ? undefined : expand(found, lookup, depth + 1);
    if (inner === undefined) return undefined;
    append(words, inner);
  }
  return words;
}

/** Behind counters, logging and comments, which change no verdict; `i` itself where none of them stands. */
function behindHarmless(tokens: readonly Token[], i: number): number {
  const word = wordAt(tokens, i);
  if (word === 'comment') return i + 2;
  if (word === 'counter') {
    let next = i + 1;
    while (/^(?:packets|bytes)$/.test(wordAt(tokens, next) ?? '')) next += 2;
    return wordAt(tokens, next) === 'name' ? next + 2 : next;
  }
  if (word !== 'log') return i;
  let next = i + 1;
  while (/^(?:prefix|level|group|flags|snaplen|queue-threshold)$/.test(wordAt(tokens, next) ?? '')) next += 2;
  return next;
}

function behindOne(tokens: readonly Token[], i: number): number {
  return wordAt(tokens, i) === '{' ? behindBlock(tokens, i) : i + 1;
}

const unread: Make = () => undefined;
const interfaces =
  (kind: 'interface' | 'outgoing'): Make =>
  (names, not) => ({ kind, not, names });
const state: Make = (states, not) => ({ kind: 'state', not, states });
const status: Make = (values, not) =>
  values.length === 1 && values[0] === 'dnat' ? { kind: 'translated', not } : undefined;
const packetType: Make = (values, not) =>
  values.length === 1 && values[0] === 'multicast' ? { kind: 'multicast', not } : undefined;
const family: Make = (values, not) => {
  const named: Readonly<Record<string, 'ipv4' | 'ipv6'>> = { ipv4: 'ipv4', ip: 'ipv4', ipv6: 'ipv6', ip6: 'ipv6' };
  const found = values.length === 1 ? named[values[0] as string] : undefined;
  return found === undefined ? undefined : { kind: 'family', not, family: found };
};
const protocol: Make = (values, not) => {
  const numbers = values.map((value) => numberOf(value) ?? PROTOCOLS[value]);
  return numbers.every((each) => each !== undefined) ? { kind: 'protocol', not, numbers } : undefined;
};
const port =
  (services: ReadonlyMap<string, number>): Make =>
  (values, not) => {
    const ranges = values.map((value): readonly [number, number] | undefined => {
      const named = services.get(value);
      if (named !== undefined) return [named, named];
      return /^[\d-]+$/.test(value) ? portRange(value) : comparison(value, 65535, (word) => services.get(word));
    });
    return ranges.every((each) => each !== undefined) ? { kind: 'port', not, ranges } : undefined;
  };
const ttl: Make = (values, not) => {
  const ranges = values.map((value) => comparison(value, 255));
  return ranges.every((each) => each !== undefined) ? { kind: 'ttl', not, ranges } : undefined;
};

/** `443`, `0x1bb`, `>=443`, `<22`: what it holds for, up to `most`. */
function comparison(
  text: string,
  most: number,
  named: (word: string) => number | undefined = () => undefined,
): readonly [number, number] | undefined {
  const [, operator = '', word = ''] = /^([<>]?=?)(.*)$/.exec(text) ?? [];
  const number = named(word) ?? numberOf(word);
  if (number === undefined) return undefined;
  if (operator === '') return [number, number];
  if (operator.startsWith('<')) return [0, operator === '<' ? number - 1 : number];
  return [operator === '>' ? number + 1 : number, most];
}

/** Decimal or hexadecimal; one that begins with 0 is not read. */
function numberOf(word: string): number | undefined {
  return /^(?:0|[1-9]\d*|0x[\da-f]+)$/i.test(word) ? Number(word) : undefined;
}

const nets =
  (kind: 'source' | 'destination'): Make =>
  (values, not) => {
    const all = values.map(networksOf);
    return all.every((each) => each !== undefined) ? { kind, not, nets: all.flat() } : undefined;
  };

/** `80`, `http`, `8000-8010`. */
export function portRange(text: string): readonly [number, number] | undefined {
  const [from, to, more] = text.split('-').map((part) => (/^\d+$/.test(part) ? Number(part) : PORTS[part]));
  if (from === undefined || more !== undefined) return undefined;
  if (!text.includes('-')) return [from, from];
  return to === undefined ? undefined : [from, to];
}
