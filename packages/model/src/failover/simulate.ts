import type { Cluster, Fleet } from '../cluster.ts';
import { apply } from './apply.ts';
import { settle } from './election.ts';
import { explain } from './explain.ts';
import { Services } from './services.ts';
import { tiedToHaproxy } from './tied-scripts.ts';
import type {
  ClusterFailover,
  EventList,
  FailoverEvent,
  FailoverReport,
  Scenario,
  ServiceState,
  Step,
  Verdict,
} from './types.ts';
import { copyWorld, machineOf, newWorld, priorityIn, stateOf, type World } from './world.ts';

/** Plays the events on every cluster, or all single failures with their recovery when there are none. */
export function simulateFailover(fleet: Fleet, events?: EventList): FailoverReport {
  return {
    version: 1,
    clusters: fleet.clusters.map((cluster) => (events === undefined ? enumerate(cluster) : play(cluster, events))),
  };
}

/** One scenario: the cold start and each event of the list. */
export function play(cluster: Cluster, list: EventList): ClusterFailover {
  const known = new Set(cluster.hosts.map((host) => host.id));
  const run = new Run(cluster);
  const own = (event: FailoverEvent): boolean => !('host' in event) || known.has(event.host);
  run.start(
    list.initial.filter(own),
    list.startOrder.filter((host) => known.has(host)),
  );
  for (const { event, text } of list.events) run.step(own(event) ? event : { kind: 'wait' }, text);
  const name = list.events.map(({ text }) => text).join(',');
  return summary(cluster, [scenario(name === '' ? 'start' : name, run.steps)]);
}

/** Healthy, then every single failure of the cluster, each followed by its recovery. */
export function enumerate(cluster: Cluster): ClusterFailover {
  const start = new Run(cluster);
  start.start([], []);
  const scenarios = [scenario('healthy', start.steps)];
  for (const { fail, recover } of singleFailures(cluster)) {
    const run = start.fork();
    run.step(fail.event, fail.text);
    scenarios.push(scenario(fail.text, run.steps));
    const back = run.fork();
    back.step(recover.event, recover.text);
    scenarios.push(scenario(`${fail.text},${recover.text}`, back.steps));
  }
  return summary(cluster, scenarios);
}

interface Written {
  readonly event: FailoverEvent;
  readonly text: string;
}

export interface SingleFailure {
  readonly fail: Written;
  readonly recover: Written;
}

/** What can fail once: each host, haproxy, keepalived, sshd, VRRP interface and tracked script, and the network between the hosts. */
export function singleFailures(cluster: Cluster): readonly SingleFailure[] {
  const failures: SingleFailure[] = [];
  const pair = (kind: FailoverEvent['kind'], back: FailoverEvent['kind'], host: string, name?: string): void => {
    const write = (each: FailoverEvent['kind']): Written => ({
      event: { kind: each, host, ...(name === undefined ? {} : { name }) } as FailoverEvent,
      text: `${each}:${host}${name === undefined ? '' : `/${name}`}`,
    });
    failures.push({ fail: write(kind), recover: write(back) });
  };
  for (const { id } of cluster.hosts) pair('host-down', 'host-up', id);
  for (const host of cluster.hosts) if (host.haproxy !== undefined) pair('haproxy-down', 'haproxy-up', host.id);
  for (const { id } of cluster.hosts) pair('keepalived-stop', 'keepalived-start', id);
  for (const host of cluster.hosts) if (host.sshd !== undefined) pair('sshd-down', 'sshd-up', host.id);
  for (const [host, name] of distinctPairs(cluster, (instance) => [
    instance.interface?.value,
    ...instance.trackInterfaces.map((use) => use.name.value),
  ])) {
    pair('interface-down', 'interface-up', host, name);
  }
  for (const [host, name] of distinctPairs(cluster, (instance) =>
    [...instance.trackScripts, ...instance.trackProcesses].map((use) => use.name.value),
  )) {
    pair('script-fail', 'script-ok', host, name);
  }
  for (const fail of partitions(cluster)) failures.push({ fail, recover: { event: { kind: 'heal' }, text: 'heal' } });
  return failures;
}

function distinctPairs(
  cluster: Cluster,
  namesOf: (instance: Cluster['routers'][number]['members'][number]['instance']) => readonly (string | undefined)[],
): readonly (readonly [string, string])[] {
  const pairs = new Map<string, readonly [string, string]>();
  for (const router of cluster.routers) {
    for (const { host, instance } of router.members) {
      for (const name of namesOf(instance)) if (name !== undefined) pairs.set(`${host.id}/${name}`, [host.id, name]);
    }
  }
  return [...pairs.values()];
}

function partitions(cluster: Cluster): readonly Written[] {
  const all = cluster.hosts.map((host) => host.id);
  if (all.length < 2) return [];
  if (all.length === 2) return [{ event: { kind: 'partition', sides: [], oneWay: false }, text: 'partition' }];
  return all.map((id) => {
    const others = all.filter((each) => each !== id);
    return {
      event: { kind: 'partition', sides: [[id], others], oneWay: false },
      text: `partition:${id}/${others.join('+')}`,
    };
  });
}

/** The course of one scenario. */
class Run {
  readonly steps: Step[] = [];
  readonly #cluster: Cluster;
  readonly #services: Services;
  #worlds: readonly World[];
  #firstHolders: ReadonlySet<string> = new Set();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#services = new Services(cluster);
    this.#worlds = [newWorld(cluster)];
  }

  start(initial: readonly FailoverEvent[], order: readonly string[]): void {
    let worlds = this.#worlds.map((world) => initial.reduce((each, event) => apply(each, event, this.#cluster), world));
    const all = this.#cluster.hosts.map((host) => host.id);
    const waves =
      order.length === 0 ? [all] : [...order.map((host) => [host]), all.filter((host) => !order.includes(host))];
    for (const wave of waves.filter((each) => each.length > 0)) {
      worlds = worlds.map((world) => {
        const next = copyWorld(world);
        for (const host of wave) if (machineOf(next, host).up) machineOf(next, host).keepalived = 'running';
        return next;
      });
      worlds = [...settle(worlds, this.#cluster.routers)];
    }
    this.#worlds = worlds;
    this.#record('start', undefined);
    this.#firstHolders = new Set(
      Object.entries(this.steps[0]?.holders ?? {}).flatMap(([vip, hosts]) => hosts.map((host) => `${vip} ${host}`)),
    );
  }

  step(event: FailoverEvent, text: string): void {
    const before = this.#worlds;
    this.#worlds = settle(
      before.map((world) => apply(world, event, this.#cluster)),
      this.#cluster.routers,
    );
    this.#record(text, event);
  }

  fork(): Run {
    const copy = new Run(this.#cluster);
    copy.#worlds = this.#worlds.map(copyWorld);
    copy.#firstHolders = this.#firstHolders;
    copy.steps.push(...this.steps);
    return copy;
  }

  #record(text: string, event: FailoverEvent | undefined): void {
    const each = this.#worlds.map((world) => ({ world, holders: holdersIn(world, this.#cluster) }));
    const shown = new Set(each.map(({ holders }) => JSON.stringify(holders)));
    const race = shown.size > 1;
    const holders = merge(each.map((course) => course.holders));
    const services = each.flatMap(({ world, holders: own }) => this.#servicesIn(world, own));
    const unsure = unsureOf(this.#cluster, event);
    const verdicts = each.map(({ world, holders: own }) => verdictOf(own, this.#servicesIn(world, own), unsure));
    const verdict = race && new Set(verdicts).size === 1 && verdicts[0] === 'ok' ? 'race' : worst(verdicts);
    const world = each[0]?.world ?? newWorld(this.#cluster);
    const pending = [...world.delayed].some((key) => !key.startsWith('over '));
    const told = explain(this.#cluster, world, {
      event,
      before: this.steps[this.steps.length - 1],
      holders,
      race,
      unsure,
      services,
    });
    this.steps.push({
      event: text,
      holders,
      verdict,
      race,
      ...(pending ? { pending: true as const } : {}),
      priorities: prioritiesIn(world, this.#cluster),
      services: distinctServices(services),
      why: told.why,
      cites: told.cites,
    });
  }

  #servicesIn(world: World, holders: Readonly<Record<string, readonly string[]>>): ServiceState[] {
    return Object.entries(holders).flatMap(([vip, hosts]) =>
      hosts.flatMap((id) => {
        const host = this.#cluster.hosts.find((each) => each.id === id);
        const first = this.steps.length === 0 || this.#firstHolders.has(`${vip} ${id}`);
        return host === undefined ? [] : this.#services.at(world, vip, host, first);
      }),
    );
  }
}

function holdersIn(world: World, cluster: Cluster): Record<string, string[]> {
  const holders: Record<string, string[]> = {};
  for (const router of cluster.routers) {
    for (const vip of router.vips) {
      const owners = router.members.filter(({ host, instance }) => {
        const state = stateOf(world, router, host.id);
        return (state === 'master' || state === 'ghost') && instance.vips.some((each) => each.address.value === vip);
      });
      holders[vip] = [...(holders[vip] ?? []), ...owners.map(({ host }) => host.id)];
    }
  }
  return holders;
}

function merge(all: readonly Record<string, string[]>[]): Record<string, readonly string[]> {
  const merged: Record<string, Set<string>> = {};
  for (const holders of all) {
    for (const [vip, hosts] of Object.entries(holders)) {
      const known = (merged[vip] ??= new Set());
      for (const host of hosts) known.add(host);
    }
  }
  return Object.fromEntries(Object.entries(merged).map(([vip, hosts]) => [vip, [...hosts].sort()]));
}

function verdictOf(
  holders: Record<string, readonly string[]>,
  services: readonly ServiceState[],
  unsure: readonly string[],
): Verdict {
  const counts = Object.values(holders).map((hosts) => hosts.length);
  // A holder that rests on something unknown is a guess, and so is its absence.
  if (unsure.length > 0) return 'unknown';
  if (counts.some((count) => count > 1)) return 'split-brain';
  if (counts.some((count) => count === 0)) return 'outage';
  return services.some((service) => service.state === 'down') ? 'outage' : 'ok';
}

const RANK: Record<Verdict, number> = { ok: 0, race: 1, unknown: 2, outage: 3, 'split-brain': 4 };

function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce((a, b) => (RANK[b] > RANK[a] ? b : a), 'ok' as Verdict);
}

/**
 * What keeps a step from being known, in words: keywords that the model does not follow, and checks of which nobody can tell whether
 * they fail with haproxy.
 */
function unsureOf(cluster: Cluster, event: FailoverEvent | undefined): readonly string[] {
  const keywords = cluster.routers.flatMap((router) =>
    router.members.flatMap(({ host, instance }) =>
      instance.unmodelled.map(({ keyword }) => `${keyword} of ${instance.name.value} on ${host.id} is not followed`),
    ),
  );
  if (event?.kind !== 'haproxy-down') return keywords;
  const host = cluster.hosts.find((each) => each.id === event.host);
  const checks = host === undefined ? [] : tiedToHaproxy(host).unsure;
  return [...keywords, ...checks.map((name) => `whether ${name} fails with haproxy cannot be told from its command`)];
}

function prioritiesIn(world: World, cluster: Cluster): Record<string, Record<string, number>> {
  const priorities: Record<string, Record<string, number>> = {};
  for (const router of cluster.routers) {
    for (const member of router.members) {
      const state = stateOf(world, router, member.host.id);
      const runs = state === 'master' || state === 'backup';
      const own = (priorities[member.instance.name.value] ??= {});
      own[member.host.id] = runs ? priorityIn(world, member).value : 0;
    }
  }
  return priorities;
}

function distinctServices(services: readonly ServiceState[]): readonly ServiceState[] {
  return [...new Map(services.map((service) => [`${service.bind} ${service.host}`, service])).values()];
}

function scenario(name: string, steps: readonly Step[]): Scenario {
  return { name, steps: [...steps], verdict: worst(steps.map((step) => step.verdict)) };
}

function summary(cluster: Cluster, scenarios: readonly Scenario[]): ClusterFailover {
  return {
    id: cluster.id,
    vips: cluster.routers.flatMap((router) => router.vips),
    hosts: cluster.hosts.map((host) => host.id),
    scenarios,
  };
}
