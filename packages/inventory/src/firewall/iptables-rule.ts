import { append, parseCidr, parseIp, type Cidr, type Family } from '@halint/core';
import type { FilterMatch, FilterRule } from '@halint/model';
import { prefixOf } from '../network/source.ts';
import { destinationOf, redirection } from './nft-verdict.ts';
import { networksOf } from './net-range.ts';
import { portRange, PROTOCOLS } from './nft-rule.ts';

/** Options that ask nothing: counts, what REJECT answers, how `recent` keeps its list, and what is read with its --update. */
const SAYS_NOTHING = new Set(
  '-c --set-counters --to-ports --to-destination --persistent --reject-with --set --name --mask --rsource --rttl --seconds --hitcount'.split(
    ' ',
  ),
);

type Match = FilterMatch | undefined;
type Make = (value: string, not: boolean, family: Family) => readonly Match[];

/** Targets after which the next rule is asked. */
const GOES_ON = new Set(
  'LOG NFLOG ULOG MARK CONNMARK SET AUDIT TRACE CLASSIFY DSCP TOS TCPMSS CHECKSUM TTL HL'.split(' '),
);
/** Kinds of destinations (addrtype); no packet that is judged is a broadcast. */
const TYPES: Readonly<Record<string, 'local' | 'multicast' | 'broadcast'>> = {
  LOCAL: 'local',
  MULTICAST: 'multicast',
  BROADCAST: 'broadcast',
};
/** Modules whose options are read below; what others ask is not followed. */
const MODULES = new Set(
  'tcp udp state conntrack multiport comment pkttype addrtype rt recent iprange ttl hl'.split(' '),
);

/** The rule behind `-A CHAIN` (iptables(8), iptables-extensions(8)): what is not followed may hold or not. */
export function iptablesRule(
  words: readonly string[],
  family: Family,
  chains: ReadonlySet<string>,
  at: FilterRule['at'],
): FilterRule {
  const matches: Match[] = [];
  let action: FilterRule['action'] = { kind: 'none' };
  for (let i = 0; i < words.length;) {
    const not = words[i] === '!';
    const option = words[not ? i + 1 : i] ?? '';
    const first = i + (not ? 2 : 1);
    const value = words[first] ?? '';
    let next = first;
    while (next < words.length && !/^(?:!|-)/.test(words[next] as string)) next++;
    if (option === '-j' || option === '--jump') {
      action = targetOf(value, chains, words);
      // Conditions may follow, and options of the target: what LOG and its like have does not matter.
      if (action.kind === 'none') break;
    } else if (option === '-g' || option === '--goto') action = { kind: 'goto', chain: value };
    else if (option === '-m' || option === '--match') {
      if (!MODULES.has(value)) matches.push(undefined);
    } else if (option === '--comment') next = first + 1;
    else if (option === '--update' || option === '--rcheck') matches.push(not ? undefined : rateOf(words));
    else if (!SAYS_NOTHING.has(option)) {
      const make = OPTIONS.get(option);
      append(matches, make === undefined ? [undefined] : make(value, not, family));
    }
    i = next;
  }
  return { matches, action, at };
}

/** `--seconds S --hitcount N` of `-m recent`; without both of them it asks whether the sender has come at all. */
function rateOf(words: readonly string[]): Match {
  const [seconds, hits] = ['--seconds', '--hitcount'].map((option) => Number(words[words.indexOf(option) + 1]));
  if (!words.includes('--seconds') || !words.includes('--hitcount')) return undefined;
  if (seconds === undefined || hits === undefined || !(seconds > 0) || !(hits > 0)) return undefined;
  return { kind: 'rate', not: false, hits, seconds };
}

function targetOf(name: string, chains: ReadonlySet<string>, words: readonly string[]): FilterRule['action'] {
  if (name === 'ACCEPT') return { kind: 'accept' };
  if (name === 'DROP' || name === 'REJECT') return { kind: 'drop' };
  if (name === 'REDIRECT') return redirection(valueOf(words, '--to-ports'));
  if (name === 'DNAT') return destinationOf(valueOf(words, '--to-destination') ?? '');
  if (name === 'RETURN') return { kind: 'return' };
  if (chains.has(name)) return { kind: 'jump', chain: name };
  return { kind: GOES_ON.has(name) ? 'none' : 'unknown' };
}

function valueOf(words: readonly string[], option: string): string | undefined {
  const at = words.indexOf(option);
  return at < 0 ? undefined : words[at + 1];
}

const protocol: Make = (value, not) => {
  if (/^(?:all|0)$/i.test(value)) return [];
  const number = /^\d+$/.test(value) ? Number(value) : PROTOCOLS[value.toLowerCase()];
  return [number === undefined ? undefined : { kind: 'protocol', not, numbers: [number] }];
};
const nets =
  (kind: 'source' | 'destination'): Make =>
  (value, not, family) => {
    const all = value.split(',').map((each) => netOf(each, family));
    return [all.every((each) => each !== undefined) ? { kind, not, nets: all } : undefined];
  };
const device =
  (kind: 'interface' | 'outgoing'): Make =>
  (value, not) => [{ kind, not, names: [value.replace(/\+$/, '*')] }];
const ports: Make = (value, not) => {
  const ranges = value.split(',').map(rangeOf);
  return [ranges.every((each) => each !== undefined) ? { kind: 'port', not, ranges } : undefined];
};
const states: Make = (value, not) => {
  const words = value.toLowerCase().split(',');
  if (value.toLowerCase() === 'dnat') return [{ kind: 'translated', not }];
  const areKnown = words.every((word) => /^(?:new|established|related|invalid|untracked)$/.test(word));
  return [areKnown ? { kind: 'state', not, states: words } : undefined];
};

const addressType: Make = (value, not) => {
  const types = value.split(',').map((type) => TYPES[type.toUpperCase()]);
  return [types.every((type) => type !== undefined) ? { kind: 'address-type', not, types } : undefined];
};

const OPTIONS: ReadonlyMap<string, Make> = new Map([
  ...each(['-p', '--protocol', '--proto'], protocol),
  ...each(['-s', '--source', '--src'], nets('source')),
  ...each(['-d', '--destination', '--dst'], nets('destination')),
  ...each(['-i', '--in-interface'], device('interface')),
  ...each(['-o', '--out-interface'], device('outgoing')),
  ...each(['--dport', '--destination-port', '--dports', '--destination-ports'], ports),
  ...each(['--src-range'], range('source')),
  ...each(['--dst-range'], range('destination')),
  ...each(
    ['--ttl-eq', '--hl-eq'],
    ttl((number) => [number, number]),
  ),
  ...each(
    ['--ttl-lt', '--hl-lt'],
    ttl((number) => [0, number - 1]),
  ),
  ...each(
    ['--ttl-gt', '--hl-gt'],
    ttl((number) => [number + 1, 255]),
  ),
  ...each(['--state', '--ctstate'], states),
  ...each(['--dst-type'], addressType),
  // A packet with a header of routing: no daemon here sends one, and without it `!` does not hold either.
  ...each(['--rt-type', '--rt-segsleft'], () => [{ kind: 'protocol', not: false, numbers: [] }]),
  ...each(['--pkt-type'], (value, not) => [value === 'multicast' ? { kind: 'multicast', not } : undefined]),
]);

function range(kind: 'source' | 'destination'): Make {
  return (value, not) => {
    const found = networksOf(value);
    return [found === undefined ? undefined : { kind, not, nets: found }];
  };
}

/** @param of the TTLs for which it holds, from the number behind the option. */
function ttl(of: (number: number) => readonly [number, number]): Make {
  return (value, not) => [/^\d+$/.test(value) ? { kind: 'ttl', not, ranges: [of(Number(value))] } : undefined];
}

function each(options: readonly string[], make: Make): readonly (readonly [string, Make])[] {
  return options.map((option) => [option, make]);
}

/** ADDR, ADDR/LEN or ADDR/MASK; undefined for a name. */
function netOf(text: string, family: Family): Cidr | undefined {
  const [address = '', mask] = text.split('/');
  const ip = parseIp(address);
  if (ip?.family !== family) return undefined;
  if (mask === undefined || /^\d+$/.test(mask)) return parseCidr(text);
  const prefix = prefixOf(mask);
  return prefix === undefined ? undefined : { ...ip, prefix };
}

/** `80`, `http`, `8000:8010`, `:1023`, `1024:`. */
function rangeOf(text: string): readonly [number, number] | undefined {
  const [from, to, more] = text.split(':');
  if (more !== undefined) return undefined;
  if (to === undefined) return portRange(text);
  return portRange(`${from === '' ? '0' : (from ?? '')}-${to === '' ? '65535' : to}`);
}
