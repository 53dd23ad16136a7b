import type { Cluster, Fleet } from '../cluster.ts';
import { playedTogether } from './contacts.ts';
import { planOf, type Plan } from './plan.ts';
import { Run } from './run.ts';
import { singleFailures } from './single-failures.ts';
import type { ClusterFailover, EventList, FailoverEvent, FailoverReport, Scenario, Step, UnreadHost } from './types.ts';
import { unreadOf } from '../unread.ts';
import { worst } from './verdict.ts';

/** Plays the events on every cluster, or all single failures with their recovery when there are none. */
export function simulateFailover(fleet: Fleet, events?: EventList): FailoverReport {
  const unread = fleet.hosts.flatMap((host) =>
    unreadOf(host, 'keepalived').map((file): UnreadHost => ({ host: host.id, file })),
  );
  const members = new Set(fleet.clusters.flatMap(({ hosts }) => hosts.map(({ id }) => id)));
  const concerned = (cluster: Cluster): readonly UnreadHost[] =>
    // Of a host in no cluster nobody knows which one it is of.
    unread.filter(({ host }) => !members.has(host) || cluster.hosts.some(({ id }) => id === host));
  return {
    version: 1,
    clusters: playedTogether(fleet.clusters).map((cluster) =>
      events === undefined ? enumerate(cluster, concerned(cluster)) : play(cluster, events, concerned(cluster)),
    ),
    ...(unread.length === 0 ? {} : { unread }),
  };
}

/** One scenario: the cold start and each event of the list. */
export function play(cluster: Cluster, list: EventList, unread: readonly UnreadHost[] = []): ClusterFailover {
  const known = new Set(cluster.hosts.map((host) => host.id));
  const plan = planOf(cluster, unread);
  const run = new Run(plan);
  const own = (event: FailoverEvent): boolean => !('host' in event) || known.has(event.host);
  run.start(
    list.initial.filter(own),
    list.startOrder.filter((host) => known.has(host)),
  );
  // What happens to hosts of another cluster is a step all the same: every cluster has as many.
  for (const { event, text } of list.events) run.step(own(event) ? event : { kind: 'elsewhere' }, text);
  const name = list.events.map(({ text }) => text).join(',');
  return summary(plan, [scenario(name === '' ? 'start' : name, run.steps)]);
}

/** Healthy, then every single failure of the cluster, each followed by its recovery. */
export function enumerate(cluster: Cluster, unread: readonly UnreadHost[] = []): ClusterFailover {
  const plan = planOf(cluster, unread);
  const start = new Run(plan);
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
  return summary(plan, scenarios);
}

function scenario(name: string, steps: readonly Step[]): Scenario {
  return { name, steps: [...steps], verdict: worst(steps.map((step) => step.verdict)) };
}

function summary(plan: Plan, scenarios: readonly Scenario[]): ClusterFailover {
  const { cluster } = plan;
  return {
    id: cluster.id,
    vips: plan.addresses,
    hosts: cluster.hosts.map((host) => host.id),
    scenarios,
  };
}
