import type { Place } from '@halint/core';
import type { VirtualRouter } from '../cluster.ts';
import type { Host } from '../host.ts';
import { NOT_A_PEER, rejection } from './adverts.ts';
import { machineOf, type Conditions } from './conditions.ts';
import { hasAddress, hears, type Course, priorityIn } from './course.ts';
import { filterReasons, waitSentences, type Cite } from './explain-filters.ts';
import { ONE_ADDRESS, type Plan, type Seat } from './plan.ts';
import { dropsPackets } from './services.ts';
import { itemFails, type Standing } from './standing.ts';
import type { FailoverEvent, ServiceState } from './types.ts';

/** What a step looks like when it has settled; of several courses the first is told. */
export interface Situation {
  readonly plan: Plan;
  readonly conditions: Conditions;
  /** By component. */
  readonly courses: readonly Course[];
  readonly standings: readonly Standing[];
  readonly event: FailoverEvent | undefined;
  readonly before: Told | undefined;
  readonly holders: Readonly<Record<string, readonly string[]>>;
  /** By component: do its courses differ in who holds what? */
  readonly races: readonly boolean[];
  readonly unsure: readonly string[];
  readonly services: readonly ServiceState[];
  /** The VIP that a host's haproxy could not start without, if it did not. */
  readonly cannotStart: (host: Host) => string | undefined;
}

export interface Told {
  readonly why: string;
  readonly cites: readonly Place[];
  /** By router: holders, states and priorities, to see what an event changed. */
  readonly signatures: ReadonlyMap<VirtualRouter, string>;
}

/** More addresses than this are counted instead of listed. */
const MOST_NAMED = 3;
/** In a sentence's place for its addresses, so that equal sentences can share one. */
const ADDRESSES = '\0';

/** A router's seats with what is known of each. */
interface View {
  readonly router: VirtualRouter;
  readonly addresses: readonly string[];
  /** By address: the seats that bring it. */
  readonly bringers: ReadonlyMap<string, readonly Seat[]>;
  readonly seats: readonly Seat[];
  readonly standing: Standing;
  readonly course: Course;
  readonly race: boolean;
  readonly situation: Situation;
}

/** Why things stand as they do after an event, with the arithmetic, and the lines that decide it. */
export function explain(situation: Situation): Told {
  const cites = new Map<string, Place>();
  const cite: Cite = (place) => {
    if (place !== undefined)
      cites.set(`${place.host} ${place.file.display} ${place.section.start + place.start}`, place);
  };
  const views = viewsOf(situation);
  const signatures = new Map(views.map((view) => [view.router, signatureOf(view)]));
  const { told, rest } = worthTelling(views, situation.before, signatures);
  const sentences = grouped(told.flatMap((view) => routerSentences(view, cite)));
  const all = [
    ...(sentences.length > 2 && rest === 'nothing moves' ? ['no address moves'] : sentences),
    ...(rest === 'others stay' ? ['the other addresses stay'] : []),
    ...serviceSentences(situation),
    ...(situation.event === undefined ? waitSentences(situation.plan, cite) : []),
    ...fileSentences(situation),
    ...situation.unsure,
  ];
  for (const { router } of views)
    for (const { instance } of router.members) for (const { at } of instance.unmodelled) cite(at);
  return { why: all.join('; '), cites: [...cites.values()], signatures };
}

/**
 * All routers at the start; later those whose holder changed or that are not well, and where there is none, those whose arithmetic
 * changed.
 */
function worthTelling(
  views: readonly View[],
  before: Told | undefined,
  signatures: ReadonlyMap<VirtualRouter, string>,
): { readonly told: readonly View[]; readonly rest: 'all told' | 'others stay' | 'nothing moves' } {
  if (before === undefined) return { told: views, rest: 'all told' };
  const moved = views.filter((view) => {
    const then = before.signatures.get(view.router) ?? '';
    return (
      view.race || holdersOf(view).length !== 1 || mastersIn(then) !== mastersIn(signatures.get(view.router) ?? '')
    );
  });
  if (moved.length > 0) return { told: moved, rest: moved.length < views.length ? 'others stay' : 'all told' };
  const changed = views.filter((view) => signatures.get(view.router) !== before.signatures.get(view.router));
  return { told: changed.length > 0 ? changed : views, rest: 'nothing moves' };
}

/** The seats that had the address, by a signature. */
const mastersIn = (signature: string): string =>
  signature
    .split('\n')
    .map((line) => (/^(master|ghost) /.test(line) ? '1' : '0'))
    .join('');

function viewsOf(situation: Situation): readonly View[] {
  const views = situation.plan.components.flatMap(({ routers }, i) =>
    routers.map(({ router, seats, addresses: bringers }): View => {
      const addresses = [...bringers.keys()];
      const names = new Set(addresses.flatMap((vip) => situation.holders[vip] ?? []));
      return {
        router,
        addresses,
        bringers,
        seats,
        standing: situation.standings[i] as Standing,
        course: situation.courses[i] as Course,
        // Beside a router that races another of its component may be decided.
        race: situation.races[i] === true && names.size > 1,
        situation,
      };
    }),
  );
  const { routers } = situation.plan.cluster;
  return [...views].sort((a, b) => routers.indexOf(a.router) - routers.indexOf(b.router));
}

function signatureOf({ seats, standing, course }: View): string {
  return seats
    .map(({ index }) => `${course.states[index] ?? ''} ${priorityIn(course, standing, index).arithmetic}`)
    .join('\n');
}

/** Equal sentences about different addresses become one. */
function grouped(parts: readonly About[]): readonly string[] {
  const byText = new Map<string, string[]>();
  for (const [text, addresses] of parts) byText.set(text, [...(byText.get(text) ?? []), ...addresses]);
  return [...byText].map(([text, addresses]) => text.replaceAll(ADDRESSES, listed([...new Set(addresses)])));
}

function listed(names: readonly string[]): string {
  if (names.length <= MOST_NAMED + 1) return names.join(', ');
  return `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`;
}

const holdersOf = ({ seats, course }: View): readonly Seat[] =>
  seats.filter((seat) => hasAddress(course.states[seat.index]));

const priorityOf = ({ course, standing }: View, seat: Seat) => priorityIn(course, standing, seat.index);

/** A sentence about addresses, which go in its place for them. */
type About = readonly [text: string, addresses: readonly string[]];

function routerSentences(view: View, cite: Cite): readonly About[] {
  const [holder, second] = holdersOf(view);
  const text = routerSentence(view, cite);
  if (view.race || holder === undefined) return [[text, view.addresses]];
  if (second !== undefined) {
    const shared = view.addresses.filter((vip) => (view.situation.holders[vip] ?? []).length > 1);
    return [[text, shared.length > 0 ? shared : view.addresses]];
  }
  const [own, missing] = [true, false].map((has) =>
    view.addresses.filter((vip) => (view.bringers.get(vip) ?? []).includes(holder) === has),
  );
  const rest: About = [
    `nobody holds ${ADDRESSES}: ${holder.member.host.id}, the master, does not have it`,
    missing ?? [],
  ];
  return [[text, own ?? []], ...(rest[1].length > 0 ? [rest] : [])];
}

function routerSentence(view: View, cite: Cite): string {
  const { router, seats, situation } = view;
  for (const { instance } of router.members) cite(instance.priority.at);
  if (view.race) return raceSentence(view, cite);
  const [holder, second] = holdersOf(view);
  const what = view.addresses.length > 0 ? ADDRESSES : router.id;
  if (holder === undefined) return `nobody holds ${what}: ${seats.map((seat) => absence(view, seat, cite)).join(', ')}`;
  if (second !== undefined) return splitSentence(view, holder, second, what, cite);
  for (const seat of seats) for (const place of countingWeights(view, seat)) cite(place);
  const before = situation.before?.signatures.get(router);
  const moved = before !== undefined && mastersIn(before)[seats.indexOf(holder)] !== '1';
  const verb = situation.event === undefined ? 'holds' : moved ? 'takes' : 'keeps';
  const own = priorityOf(view, holder);
  const against = comparisons(view, own.value, holder, cite);
  const since = against.length > 0 ? `: ${against.join(', ')}` : '';
  return `${holder.member.host.id} (${own.arithmetic}) ${verb} ${what}${since}`;
}

function raceSentence(view: View, cite: Cite): string {
  const names = [...new Set(view.addresses.flatMap((vip) => view.situation.holders[vip] ?? []))];
  const [first, second] = holdersOf(view);
  if (first !== undefined && second !== undefined) {
    const both = [first, second].map((seat) => seat.member.host.id);
    const rest = names.filter((name) => !both.includes(name));
    return `${splitSentence(view, first, second, ADDRESSES, cite)}; as timers fall, ${rest.join(' or ')} instead of one of them`;
  }
  const rivals = view.seats.filter((seat) => names.includes(seat.member.host.id));
  return `${causeOfRace(view, rivals)} holds ${ADDRESSES} (${names.join(' or ')})`;
}

function causeOfRace(view: View, rivals: readonly Seat[]): string {
  const values = new Set(rivals.map((seat) => priorityOf(view, seat).value));
  if (values.size > 1) return "timers end too close together: whoever's is first";
  const before = mastersIn(view.situation.before?.signatures.get(view.router) ?? '');
  const met = rivals.filter((seat) => before[view.seats.indexOf(seat)] === '1').length > 1;
  const unknown = rivals.some((a) => rivals.some((b) => a !== b && a.rank[b.index] === 0));
  return met && unknown
    ? 'equal priorities, and an address that would decide is not known: either'
    : "equal priorities: whoever's timer ends first";
}

/** Each of the others against the best; several with nothing but a lower priority are told together. */
function comparisons(view: View, best: number, holder: Seat, cite: Cite): readonly string[] {
  const others = view.seats.filter((seat) => seat !== holder);
  const less = others.filter((seat) => {
    const { value, arithmetic } = priorityOf(view, seat);
    return view.course.states[seat.index] === 'backup' && value < best && arithmetic === `${value}`;
  });
  if (less.length < 2) return others.map((seat) => comparison(view, best, seat, cite));
  const names = less.map((seat) => seat.member.host.id).join(', ');
  const values = less.map((seat) => priorityOf(view, seat).value).join(', ');
  return [
    `${names} have less (${values})`,
    ...others.filter((seat) => !less.includes(seat)).map((seat) => comparison(view, best, seat, cite)),
  ];
}

function comparison(view: View, best: number, seat: Seat, cite: Cite): string {
  const { host, instance } = seat.member;
  if (view.course.states[seat.index] !== 'backup') return absence(view, seat, cite);
  const own = priorityOf(view, seat);
  if (own.value < best) return `${host.id} has ${own.arithmetic}, below ${best}`;
  if (own.value === best) return `${host.id} has ${own.arithmetic}, not above ${best}`;
  if (instance.nopreempt.value) {
    cite(instance.nopreempt.at);
    return `${host.id} has ${own.arithmetic} but nopreempt`;
  }
  if (instance.preemptDelay.value > 0) {
    cite(instance.preemptDelay.at);
    return `${host.id} has ${own.arithmetic} and waits for its preempt_delay`;
  }
  return `${host.id} has ${own.arithmetic}, but not all of its sync group can take over`;
}

function absence(view: View, seat: Seat, cite: Cite): string {
  const { host } = seat.member;
  const machine = machineOf(view.situation.conditions, host.id);
  if (!machine.up) return `${host.id} is down`;
  if (seat.refusal !== undefined) {
    cite(seat.refusal.at);
    return `keepalived of ${host.id} gives up: ${seat.refusal.text}`;
  }
  const state = view.course.states[seat.index];
  if (state === 'fault') return `${host.id} is in FAULT${faultReason(view, seat, cite)}`;
  if (state === 'ghost') return `keepalived of ${host.id} was killed and left the address behind`;
  const obeyed = obeyedBy(view, seat);
  if (obeyed !== undefined) {
    cite(seat.member.instance.virtualRouterId?.at);
    return `${host.id} obeys ${obeyed.member.instance.name.value} of ${obeyed.member.host.id}, which has the same virtual_router_id`;
  }
  return machine.keepalived === 'running' ? `${host.id} stands by` : `keepalived does not run on ${host.id}`;
}

/** The master of another router that a BACKUP hears. */
function obeyedBy({ course, standing, situation }: View, seat: Seat): Seat | undefined {
  const { index, others, router } = seat;
  if (course.states[index] !== 'backup') return undefined;
  const seats = situation.plan.components.find((component) => component.seats[index]?.router === router)?.seats ?? [];
  const heard = others.find(
    (j) => seats[j]?.router !== router && course.states[j] === 'master' && hears(course, standing, seat, j),
  );
  return heard === undefined ? undefined : seats[heard];
}

/** ` (chk fails)`; empty where nothing of its own explains it: then a member of its sync group does. */
function faultReason(view: View, seat: Seat, cite: Cite): string {
  if (seat.fault !== undefined) {
    cite(seat.member.instance.at);
    return ` (${seat.fault})`;
  }
  const { interfacesDown } = machineOf(view.situation.conditions, seat.member.host.id);
  const down = seat.carriers.filter((name) => interfacesDown.has(name)).map((name) => `${name} is down`);
  const items = seat.items.filter(
    (item) => item.weight === 0 && !item.reverse && itemFails(seat, item, view.situation.conditions),
  );
  for (const item of items) cite(item.weightAt ?? item.at);
  const reasons = [
    ...down,
    ...items.map(({ kind, name }) => {
      if (kind === 'bfd') return `BFD ${name} with ${seat.bfdSessions.get(name)?.neighbour ?? ''} is down`;
      return kind === 'interface' ? `${name} is down` : `${name} fails`;
    }),
  ];
  if (reasons.length > 0) return ` (${[...new Set(reasons)].join(', ')})`;
  return seat.group.length > 1 ? ' (with its sync group)' : '';
}

function splitSentence(view: View, a: Seat, b: Seat, what: string, cite: Cite): string {
  const both = `${a.member.host.id} and ${b.member.host.id} both hold ${what}`;
  const ghosts = [a, b].filter((seat) => view.course.states[seat.index] === 'ghost');
  if (ghosts.length > 0) return `${both}: ${ghosts.map((seat) => absence(view, seat, cite)).join(', ')}`;
  const [ofA, ofB] = [rejection(a.member, b.member), rejection(b.member, a.member)];
  if (ofA === undefined && ofB === undefined) return `${both}: ${silence(view, a, b, cite)}`;
  cite(a.member.instance.at);
  cite(b.member.instance.at);
  if (ofA === NOT_A_PEER && ofB === NOT_A_PEER)
    return `${both}: neither sends to the other, for lack of a unicast_peer`;
  if (ofA !== undefined && ofB !== undefined) return `${both}: each drops the adverts of the other (${ofA})`;
  const [dropper, other] = ofA !== undefined ? [a, b] : [b, a];
  return `${both}: ${dropper.member.host.id} drops the adverts of ${other.member.host.id} (${ofA ?? ofB ?? ''})`;
}

function silence({ standing, course }: View, a: Seat, b: Seat, cite: Cite): string {
  const [aHears, bHears] = [hears(course, standing, a, b.index), hears(course, standing, b, a.index)];
  if (aHears && bHears && a.rank[b.index] === ONE_ADDRESS)
    return 'equal priorities from one source address, and neither yields';
  const filters = [...filterReasons(a, b, cite, 'dropped'), ...filterReasons(b, a, cite, 'dropped')];
  if (filters.length > 0) return filters.join(', ');
  if (aHears === bHears) return 'neither hears the other';
  const [deaf, heard] = aHears ? [b, a] : [a, b];
  return `${deaf.member.host.id} does not hear ${heard.member.host.id}`;
}

/** The lines of the weights that an event made count, or not. */
function countingWeights(view: View, { member, items }: Seat): readonly Place[] {
  const { failing, interfacesDown } = machineOf(view.situation.conditions, member.host.id);
  return items
    .filter(({ kind, name }) => (kind === 'interface' ? interfacesDown : failing).has(name))
    .map(({ weightAt, at }) => weightAt ?? at);
}

function serviceSentences({ services, conditions, plan, cannotStart }: Situation): readonly string[] {
  const parts = services.flatMap((service): About[] => {
    const host = plan.cluster.hosts.find((each) => each.id === service.host);
    if (host === undefined) return [];
    const states = Object.entries(service.servers);
    const down = states.filter(([, state]) => state === 'down').map(([name]) => name);
    if (service.state === 'up') {
      if (down.length === 0) return [];
      return [
        [
          `on ${service.host} ${ADDRESSES} has ${states.length - down.length} of ${states.length} servers left (${listed(down)} down)`,
          [service.bind],
        ],
      ];
    }
    return [[outage(service, host, down.length === states.length, conditions, cannotStart(host)), [service.bind]]];
  });
  return grouped(parts);
}

function outage(
  { host: id, servers, bind }: ServiceState,
  host: Host,
  noServer: boolean,
  conditions: Conditions,
  missing: string | undefined,
): string {
  if (!machineOf(conditions, id).haproxy) return `haproxy is dead on ${id}: nobody answers on ${ADDRESSES}`;
  if (missing !== undefined)
    return `haproxy of ${id} could not start without ${missing} (net.${missing.includes(':') ? 'ipv6' : 'ipv4'}.ip_nonlocal_bind)`;
  if (noServer && Object.keys(servers).length > 0) return `no server is left behind ${ADDRESSES}`;
  const vip = bind.replace(/^\[?(.*?)\]?:\d+$/, '$1');
  return dropsPackets(host, vip)
    ? `keepalived of ${id} drops packets to ${ADDRESSES}: no accept mode`
    : `nobody answers on ${ADDRESSES}`;
}

/** What a tracked file holds is not in the configuration: without init_file it is taken as keepalived takes a missing one. */
function fileSentences({ plan, event }: Situation): readonly string[] {
  if (event !== undefined) return [];
  const names = plan.components.flatMap(({ seats }) =>
    seats.flatMap(({ items, member: { host } }) =>
      items
        .filter(({ kind }) => kind === 'file')
        .filter(({ name }) => host.keepalived?.files.find((each) => each.name.value === name)?.initial === undefined)
        .map(({ name }) => `${name} of ${host.id}`),
    ),
  );
  const distinct = [...new Set(names)];
  return distinct.length === 0 ? [] : [`taken as 0, for want of init_file: ${distinct.join(', ')}`];
}
