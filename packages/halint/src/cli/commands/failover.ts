import {
  interfaceNames,
  parseEvents,
  simulateFailover,
  type FailoverEvent,
  type FailoverReport,
  type Fleet,
  type Scenario,
  trackedNames,
  type Verdict,
} from '@halint/model';
import { failoverJson, failoverMarkdown, failoverTable } from '@halint/report';
import { openWorkspace } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { CommonFlags } from '../flags.ts';
import { sayErrors, sayNotes } from '../notes.ts';
import { terminalWidth } from '../output.ts';

export interface FailoverFlags extends CommonFlags {
  readonly format: 'table' | 'json' | 'markdown';
  readonly events?: string;
  readonly failOn: string;
}

/** `halint failover PATH…`: every single failure, or the events given. */
export async function failoverCommand(paths: readonly string[], flags: FailoverFlags): Promise<number> {
  const events = flags.events === undefined ? undefined : parseEvents(flags.events);
  if (events !== undefined && 'problem' in events) throw new UsageError(`--events: ${events.problem}`);
  const workspace = await openWorkspace(paths, flags);
  for (const { event, text } of events?.events ?? []) checkNames(event, text, workspace.fleet);
  for (const event of events?.initial ?? []) checkNames(event, `initial:${event.kind}`, workspace.fleet);
  const report = simulateFailover(workspace.fleet, events);
  const whole = events !== undefined;
  const text = {
    json: () => failoverJson(report),
    markdown: () => failoverMarkdown(report, whole),
    table: () => failoverTable(report, Math.max(80, Math.min(140, terminalWidth())), whole),
  }[flags.format]();
  process.stdout.write(text);
  sayNotes(workspace.notes);
  sayErrors(workspace.guard.errors);
  if (workspace.guard.errors.length > 0) return EXIT.bug;
  return fails(report, whole, flags.failOn) ? EXIT.findings : EXIT.ok;
}

/** A name that no host, script or interface has is a slip of the pen: played, it would change nothing and look like success. */
function checkNames(event: FailoverEvent, text: string, { hosts }: Fleet): void {
  const ids = hosts.map((host) => host.id);
  const named = event.kind === 'partition' ? event.sides.flat() : 'host' in event ? [event.host] : [];
  const missing = named.find((id) => !ids.includes(id));
  if (missing !== undefined) throw new UsageError(`--events: ${text}: no host ${missing}; there are ${ids.join(', ')}`);
  if (!('name' in event)) return;
  const host = hosts.find((each) => each.id === event.host);
  const names = event.kind.startsWith('script')
    ? trackedNames(host?.keepalived)
    : [...(host?.facts.interfaces ?? []), ...interfaceNames(host?.keepalived)];
  const what = event.kind.startsWith('script') ? 'tracked script' : 'interface';
  if (!names.includes(event.name))
    throw new UsageError(
      `--events: ${text}: no ${what} ${event.name} on ${event.host}; there are ${[...new Set(names)].join(', ') || 'none'}`,
    );
}

/** Outage and split brain count from `error`, race and unknown from `warning`. */
function fails(report: FailoverReport, whole: boolean, failOn: string): boolean {
  if (failOn === 'never') return false;
  const bad = new Set<Verdict>(
    failOn === 'error' ? ['outage', 'split-brain'] : ['outage', 'split-brain', 'race', 'unknown'],
  );
  // Nothing at all is known then.
  if (report.clusters.length === 0 && report.unread !== undefined) return bad.has('unknown');
  return report.clusters.some((cluster) =>
    cluster.scenarios.some((scenario) => counts(scenario, whole) && bad.has(verdictOf(scenario, whole))),
  );
}

/** With --events the last step decides; a partition alone splits every pair, so in an enumeration it is shown and does not count. */
function counts(scenario: Scenario, whole: boolean): boolean {
  return whole || !scenario.name.startsWith('partition');
}

function verdictOf(scenario: Scenario, whole: boolean): Verdict {
  return whole ? (scenario.steps[scenario.steps.length - 1]?.verdict ?? 'ok') : scenario.verdict;
}
