import { contains, isLoopback, isMulticast, parseIp, type Cidr } from '@halint/core';
import type { FilterChain, FilterMatch, FilterRule, FirewallFacts, FilePlace } from './facts/firewall.ts';

/** IP protocols of what is judged (IANA); adverts of VRRP with auth_type AH have the authentication header in front. */
export const TCP = 6;
export const UDP = 17;
export const AH = 51;
export const VRRP = 112;

/** A packet that arrives at a host or that the host sends. */
export interface Packet {
  /** Undefined: it arrives. */
  readonly way?: 'in' | 'out';
  readonly family: 'ipv4' | 'ipv6';
  /** IP protocol: 112 VRRP, 51 AH, 6 TCP, 17 UDP. */
  readonly protocol: number;
  /** Undefined: any. */
  readonly source?: string | undefined;
  readonly destination?: string | undefined;
  readonly interface?: string | undefined;
  readonly port?: number | undefined;
  /** As it arrives; undefined: not known. */
  readonly ttl?: number;
  /** It has another destination than that to which it was sent. */
  readonly translated?: true;
  /** Seconds until its sender comes again with one like it; undefined: it is judged alone. */
  readonly every?: number;
  /** Of connection tracking: the first packet of a conversation, or one of a conversation that the host began. */
  readonly state: 'new' | 'established';
}

export interface FilterVerdict {
  readonly verdict: 'accept' | 'drop' | 'unknown';
  /** What decides: the rule, or the chain by its policy; for `unknown` what is not understood. */
  readonly at?: FilePlace;
  /** For `unknown`: what is missing or not followed. */
  readonly what?: string;
  /** Where the packet goes by a rule that translates its destination. */
  readonly translated?: { readonly destination: string | undefined; readonly port: number | undefined };
}

/** What a filter knows of the addresses of its host. */
export interface LocalAddresses {
  /** Undefined: not known. */
  readonly has: (address: string) => boolean | undefined;
  /** The first IPv4 address of an interface, where redirected packets go; undefined: not known. */
  readonly firstOf: (device: string | undefined) => string | undefined;
}

/** For a host of which nothing is known. */
export const NO_ADDRESSES: LocalAddresses = { has: () => undefined, firstOf: () => undefined };

const ACCEPT: FilterVerdict = { verdict: 'accept' };

const HOOKS = { in: ['prerouting', 'input'], out: ['output', 'postrouting'] } as const;

/** Does a packet get in, or out? Every base chain is asked; one that drops decides, one that accepts leaves it to the others. */
export function filterVerdict(firewall: FirewallFacts, packet: Packet, local = NO_ADDRESSES): FilterVerdict {
  if (firewall.family !== undefined && firewall.family !== packet.family) return ACCEPT;
  const hooks: readonly FilterChain['hook'][] = HOOKS[packet.way ?? 'in'];
  const asked = firewall.chains.filter(
    ({ hook, family }) => hook !== undefined && hooks.includes(hook) && (family === 'any' || family === packet.family),
  );
  const { goesOn, verdict: translation } = translate(firewall, asked, packet, local);
  // Where it is not known what becomes of the packet, the chains behind may see another one.
  const isLost = translation?.verdict === 'unknown';
  const verdicts = asked
    .filter((chain) => chain.translates !== true && (!isLost || isBeforeTranslation(chain)))
    .map((chain) => policed(firewall, chain, isBeforeTranslation(chain) ? packet : goesOn));
  if (translation !== undefined) verdicts.push(translation);
  const changed = goesOn === packet ? {} : { translated: { destination: goesOn.destination, port: goesOn.port } };
  const dropped = verdicts.find(({ verdict }) => verdict === 'drop');
  if (dropped !== undefined && firewall.unknown.length === 0) return { ...dropped, ...changed };
  const [unknown] = firewall.unknown;
  if (unknown !== undefined) return { verdict: 'unknown', at: unknown, what: unknown.what };
  return { ...(verdicts.find(({ verdict }) => verdict === 'unknown') ?? ACCEPT), ...changed };
}

/** Priority at which the kernel translates destinations, whatever the chains that say how have (NF_IP_PRI_NAT_DST). */
const TRANSLATION = -100;

function isBeforeTranslation({ hook, priority = 0 }: FilterChain): boolean {
  return (hook === 'prerouting' || hook === 'output') && priority < TRANSLATION;
}

interface Translation {
  /** The packet as the chains behind get it. */
  readonly goesOn: Packet;
  /** Where its chains drop it, or where it is not followed what becomes of it. */
  readonly verdict?: FilterVerdict;
}

/** Only the first packet of a conversation is asked about; the others go where it went. */
function translate(
  firewall: FirewallFacts,
  chains: readonly FilterChain[],
  packet: Packet,
  local: LocalAddresses,
): Translation {
  if (packet.state !== 'new') return { goesOn: packet };
  const translating = chains.filter((each) => each.translates === true);
  for (const chain of translating.sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0))) {
    const verdict = walk({ firewall, packet, known: new Map() }, chain, 0);
    if (verdict?.verdict === 'drop' || verdict?.verdict === 'unknown') return { goesOn: packet, verdict };
    if (verdict?.to !== undefined) return followed(verdict, verdict.to, packet, local);
  }
  return { goesOn: packet };
}

function followed(verdict: End, { address, port }: Target, packet: Packet, local: LocalAddresses): Translation {
  const unknown = (what: string): Translation => ({
    goesOn: packet,
    verdict: { verdict: 'unknown', what, ...(verdict.at === undefined ? {} : { at: verdict.at }) },
  });
  // What the host sends itself may leave by another interface then.
  if (packet.way === 'out') return unknown('where a translated packet leaves');
  const to = { ...packet, translated: true as const, port: port ?? packet.port };
  const goesOn = (destination: string | undefined): Translation => ({ goesOn: { ...to, destination } });
  if (address === undefined) return goesOn(packet.destination);
  if (address === 'incoming') return goesOn(packet.family === 'ipv4' ? local.firstOf(packet.interface) : undefined);
  // A packet from outside does not come to 127.0.0.0/8, unless a setting of the interface lets it (route_localnet).
  if (isLoopbackAddress(address) || local.has(address) !== true)
    return unknown(`what becomes of packets that are sent on to ${address}`);
  return goesOn(address);
}

/** Ports whose first packets rules may send to a port of the host: one for each range of their conditions. */
export function portsTranslatedTo({ chains }: FirewallFacts, port: number): readonly number[] {
  return chains
    .flatMap(({ rules }) => rules)
    .filter(({ action }) => action.kind === 'translate' && action.port === port)
    .flatMap(({ matches }) => matches)
    .flatMap((match) => (match?.kind === 'port' && !match.not ? match.ranges.map(([from]) => from) : []));
}

function policed(firewall: FirewallFacts, chain: FilterChain, packet: Packet): FilterVerdict {
  return walk({ firewall, packet, known: new Map() }, chain, 0) ?? { verdict: chain.policy, at: chain.at };
}

type Target = Omit<Extract<FilterRule['action'], { kind: 'translate' }>, 'kind'>;

/** How a packet leaves a chain; `to`: accepted, with another destination. */
interface End extends FilterVerdict {
  readonly to?: Target;
}

/** More nested jumps than any rule set has; the kernel allows 16 (NFT_JUMP_STACK_SIZE). */
const MOST_JUMPS = 16;

/** One packet on its way: a chain that several rules jump to is walked once. */
interface Way {
  readonly firewall: FirewallFacts;
  readonly packet: Packet;
  readonly known: Map<FilterChain, End | undefined>;
}

/** Undefined: the end of the chain is reached, or a return. */
function walk(way: Way, chain: FilterChain, depth: number): End | undefined {
  const ending = (end: End | undefined): string =>
    end?.to === undefined ? (end?.verdict ?? (depth === 0 ? chain.policy : 'return')) : JSON.stringify(end.to);
  // Rules that may match or not: where they lead to the same end as what follows, it does not matter.
  const perhaps: { readonly rule: FilterRule; readonly end: End | undefined }[] = [];
  const decided = (end: End | undefined): End | undefined => {
    const other = perhaps.find((each) => ending(each.end) !== ending(end));
    return other === undefined
      ? end
      : { verdict: 'unknown', at: other.rule.at, what: other.rule.what ?? 'a condition that is not followed' };
  };
  for (const rule of chain.rules) {
    const matched = matches(rule, way.packet);
    if (matched === 'no' || rule.action.kind === 'none') continue;
    const end = act(way, chain, rule, depth);
    if (end === 'continue') continue;
    if (matched === 'yes') return decided(end);
    perhaps.push({ rule, end });
  }
  return decided(undefined);
}

function act(way: Way, chain: FilterChain, rule: FilterRule, depth: number): End | undefined | 'continue' {
  const { action } = rule;
  if (action.kind === 'accept' || action.kind === 'drop') return { verdict: action.kind, at: rule.at };
  if (action.kind === 'translate') return { verdict: 'accept', at: rule.at, to: action };
  if (action.kind === 'return') return undefined;
  if (action.kind === 'jump' || action.kind === 'goto') {
    const target = way.firewall.chains.find(({ table, name }) => table === chain.table && name === action.chain);
    if (target === undefined || depth >= MOST_JUMPS)
      return { verdict: 'unknown', at: rule.at, what: `chain ${action.chain}` };
    if (!way.known.has(target)) {
      // Until it is known it leads nowhere: nft refuses chains that jump in a circle.
      way.known.set(target, { verdict: 'unknown', at: rule.at, what: `chain ${action.chain}` });
      way.known.set(target, walk(way, target, depth + 1));
    }
    return way.known.get(target) ?? (action.kind === 'goto' ? undefined : 'continue');
  }
  const what = action.kind === 'unknown' ? action.what : undefined;
  return { verdict: 'unknown', at: rule.at, what: what ?? 'a statement that is not followed' };
}

type Matched = 'yes' | 'no' | 'maybe';

function matches(rule: FilterRule, packet: Packet): Matched {
  return allOf(rule.matches, packet);
}

function isWithin(number: number, ranges: readonly (readonly [number, number])[]): boolean {
  return ranges.some(([from, to]) => from <= number && number <= to);
}

function allOf(list: FilterRule['matches'], packet: Packet): Matched {
  let result: Matched = 'yes';
  for (const match of list) {
    const one = match === undefined ? 'maybe' : matchesOne(match, packet);
    if (one === 'no') return 'no';
    if (one === 'maybe') result = 'maybe';
  }
  return result;
}

function matchesOne(match: FilterMatch, packet: Packet): Matched {
  const holds = holdsFor(match, packet);
  if (holds === undefined) return 'maybe';
  return holds === match.not ? 'no' : 'yes';
}

function holdsFor(match: FilterMatch, packet: Packet): boolean | undefined {
  switch (match.kind) {
    case 'protocol':
      return match.numbers.includes(packet.protocol);
    case 'family':
      return match.family === packet.family;
    case 'destination':
    case 'source': {
      const address = packet[match.kind];
      const nets = match.nets.filter(({ family }) => family === packet.family);
      if (nets.length === 0) return false;
      if (address === undefined) return nets.some(({ prefix }) => prefix === 0) ? true : undefined;
      return nets.some((net) => inside(address, net));
    }
    case 'interface':
    case 'outgoing': {
      const own = match.kind === (packet.way === 'out' ? 'outgoing' : 'interface');
      // What is sent has come in nowhere: the name is empty (nft_meta.c nft_meta_store_ifname()).
      const device = own ? packet.interface : '';
      if (device === undefined) return match.names.every((name) => name === 'lo') ? false : undefined;
      return match.names.some((name) => (name.endsWith('*') ? device.startsWith(name.slice(0, -1)) : name === device));
    }
    case 'port':
      return packet.port !== undefined && isWithin(packet.port, match.ranges);
    case 'state':
      return match.states.includes(packet.state);
    case 'one-of': {
      const found = match.lists.map((list) => allOf(list, packet));
      return found.includes('yes') ? true : found.includes('maybe') ? undefined : false;
    }
    case 'ttl':
      return packet.ttl === undefined ? undefined : isWithin(packet.ttl, match.ranges);
    case 'translated':
      return packet.translated === true;
    case 'address-type':
      return hasType(match.types, packet);
    case 'rate':
      // The first of them is as many seconds old as the others have waited.
      return packet.every !== undefined && (match.hits - 1) * packet.every < match.seconds;
    case 'multicast':
      // The kind of a packet is that of a frame that came in (skb->pkt_type).
      return packet.way === 'out' || packet.destination === undefined ? undefined : isToGroup(packet);
  }
}

/** What arrives and goes to no group goes to an address of the host: no packet that is judged is a broadcast or is forwarded. */
function hasType(types: readonly string[], packet: Packet): boolean | undefined {
  if (packet.destination === undefined) return undefined;
  if (isToGroup(packet)) return types.includes('multicast');
  if (packet.way !== 'out') return types.includes('local');
  return types.includes('local') || types.includes('broadcast') ? undefined : false;
}

function isLoopbackAddress(address: string): boolean {
  const ip = parseIp(address);
  return ip !== undefined && isLoopback(ip);
}

export function isToGroup({ destination = '' }: Packet): boolean {
  const ip = parseIp(destination);
  return ip !== undefined && isMulticast(ip);
}

function inside(address: string, net: Cidr): boolean {
  const ip = parseIp(address);
  return ip !== undefined && contains(net, ip);
}

/** `/etc/nftables.conf line 12`. */
export function placeName({ path, line }: FilePlace): string {
  return `${path} line ${line}`;
}
