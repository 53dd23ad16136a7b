import type { Place } from '@halint/core';
import type { Cluster, RouterMember, VirtualRouter } from '../cluster.ts';
import type { FailoverEvent, ServiceState, Step } from './types.ts';
import { machineOf, priorityIn, rejection, stateOf, type World } from './world.ts';

interface Situation {
  readonly event: FailoverEvent | undefined;
  readonly before: Step | undefined;
  readonly holders: Readonly<Record<string, readonly string[]>>;
  readonly race: boolean;
  readonly unsure: readonly string[];
  readonly services: readonly ServiceState[];
}

/** Why things stand as they do after an event, with the arithmetic, and the lines that decide it. */
export function explain(
  cluster: Cluster,
  world: World,
  situation: Situation,
): { readonly why: string; readonly cites: readonly Place[] } {
  const sentences: string[] = [];
  const cites = new Map<string, Place>();
  const cite = (place: Place | undefined): void => {
    if (place !== undefined)
      cites.set(`${place.host} ${place.file.display} ${place.section.start + place.start}`, place);
  };
  for (const router of cluster.routers) {
    sentences.push(routerSentence(router, world, situation, cite));
  }
  for (const service of situation.services)
    if (service.state === 'down') sentences.push(serviceSentence(service, world));
  sentences.push(...situation.unsure);
  for (const { members } of cluster.routers) {
    for (const { instance } of members) for (const { at } of instance.unmodelled) cite(at);
  }
  return { why: sentences.join('; '), cites: [...cites.values()] };
}

function routerSentence(
  router: VirtualRouter,
  world: World,
  situation: Situation,
  cite: (place: Place | undefined) => void,
): string {
  const what = router.vips.join(', ') || router.id;
  const holders = router.members.filter(({ host }) => ['master', 'ghost'].includes(stateOf(world, router, host.id)));
  for (const { instance } of router.members) cite(instance.priority.at);
  const names = new Set(router.vips.flatMap((vip) => situation.holders[vip] ?? []));
  // Beside a router that races another may be decided.
  if (situation.race && names.size > 1)
    return `equal priorities: whoever's timer ends first holds ${what} (${[...names].join(' or ')})`;
  const [holder, second] = holders;
  if (holder === undefined)
    return `nobody holds ${what}: ${router.members.map((member) => absence(world, router, member)).join(', ')}`;
  if (second !== undefined) return splitSentence(router, world, holder, second, what, cite);
  const moved =
    situation.before !== undefined &&
    router.vips.some((vip) => situation.before?.holders[vip]?.join() !== situation.holders[vip]?.join());
  return holderSentence(router, world, holder, what, moved, situation.event, cite);
}

function holderSentence(
  router: VirtualRouter,
  world: World,
  holder: RouterMember,
  what: string,
  moved: boolean,
  event: FailoverEvent | undefined,
  cite: (place: Place | undefined) => void,
): string {
  const own = priorityIn(world, holder);
  const others = router.members.filter((member) => member !== holder);
  for (const item of failingWeights(world, router)) cite(item);
  const verb = event === undefined ? 'holds' : moved ? 'takes' : 'keeps';
  const against = others.map((member) => comparison(world, router, own.value, member));
  return `${holder.host.id} (${own.arithmetic}) ${verb} ${what}${against.length > 0 ? `: ${against.join(', ')}` : ''}`;
}

function comparison(world: World, router: VirtualRouter, best: number, member: RouterMember): string {
  const state = stateOf(world, router, member.host.id);
  if (state !== 'backup') return absence(world, router, member);
  const own = priorityIn(world, member);
  const { id } = member.host;
  if (own.value < best) return `${id} has ${own.arithmetic}, below ${best}`;
  if (own.value === best) return `${id} has ${own.arithmetic}, not above ${best}`;
  if (member.instance.nopreempt.value) return `${id} has ${own.arithmetic} but nopreempt`;
  if (member.instance.preemptDelay.value > 0) return `${id} has ${own.arithmetic} and waits for its preempt_delay`;
  return `${id} has ${own.arithmetic}, but not all of its sync group can take over`;
}

function absence(world: World, router: VirtualRouter, { host }: RouterMember): string {
  const machine = machineOf(world, host.id);
  if (!machine.up) return `${host.id} is down`;
  const state = stateOf(world, router, host.id);
  if (state === 'fault') return `${host.id} is in FAULT`;
  if (state === 'ghost') return `keepalived of ${host.id} was killed and left the address behind`;
  return machine.keepalived === 'running' ? `${host.id} stands by` : `keepalived does not run on ${host.id}`;
}

function splitSentence(
  router: VirtualRouter,
  world: World,
  a: RouterMember,
  b: RouterMember,
  what: string,
  cite: (place: Place | undefined) => void,
): string {
  const both = `${a.host.id} and ${b.host.id} both hold ${what}`;
  const states = [a, b].map(({ host }) => stateOf(world, router, host.id));
  if (states.includes('ghost'))
    return `${both}: ${[a, b]
      .filter((_, i) => states[i] === 'ghost')
      .map((member) => absence(world, router, member))
      .join(', ')}`;
  const why = rejection(a, b) ?? rejection(b, a);
  if (why === undefined) return `${both}: neither hears the other`;
  cite(a.instance.at);
  cite(b.instance.at);
  return `${both}: each drops the adverts of the other (${why})`;
}

/** The weights that count, or fail to, at the moment. */
function failingWeights(world: World, router: VirtualRouter): readonly Place[] {
  return router.members.flatMap(({ host, instance }) => {
    const { failing } = machineOf(world, host.id);
    const scripts = host.keepalived?.scripts ?? [];
    return instance.trackScripts.flatMap((use) => {
      if (!failing.has(use.name.value)) return [];
      const weight =
        use.weight?.at ?? scripts.find((script) => script.name.value === use.name.value)?.weight.at ?? use.name.at;
      return weight === undefined ? [] : [weight];
    });
  });
}

function serviceSentence(service: ServiceState, world: World): string {
  const { haproxy } = machineOf(world, service.host);
  const states = Object.values(service.servers);
  if (!haproxy) return `haproxy is dead on ${service.host}: nobody answers on ${service.bind}`;
  if (states.length > 0 && states.every((state) => state === 'down')) return `no server is left behind ${service.bind}`;
  return `haproxy of ${service.host} could not start without ${service.bind} (net.ipv4.ip_nonlocal_bind)`;
}
