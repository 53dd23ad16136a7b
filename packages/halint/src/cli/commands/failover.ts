import { parseEvents, simulateFailover, type FailoverReport, type Scenario, type Verdict } from '@halint/model';
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
  const known = new Set(workspace.hosts.map((host) => host.id));
  for (const { event, text } of events?.events ?? []) {
    if ('host' in event && !known.has(event.host))
      throw new UsageError(`--events: ${text}: no host ${event.host}; there are ${[...known].join(', ')}`);
  }
  const report = simulateFailover(workspace.fleet, events);
  const whole = events !== undefined;
  const text = {
    json: () => failoverJson(report),
    markdown: () => failoverMarkdown(report, whole),
    table: () =>
      failoverTable(report, Math.max(80, Math.min(140, process.stdout.isTTY ? terminalWidth() : 100)), whole),
  }[flags.format]();
  process.stdout.write(text);
  sayNotes(workspace.notes);
  sayErrors(workspace.guard.errors);
  if (workspace.guard.errors.length > 0) return EXIT.bug;
  return fails(report, whole, flags.failOn) ? EXIT.findings : EXIT.ok;
}

/** Outage and split brain count from `error`, race and unknown from `warning`. */
function fails(report: FailoverReport, whole: boolean, failOn: string): boolean {
  if (failOn === 'never') return false;
  const bad = new Set<Verdict>(
    failOn === 'error' ? ['outage', 'split-brain'] : ['outage', 'split-brain', 'race', 'unknown'],
  );
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
