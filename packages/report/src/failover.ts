import { definedOnly, rangeOf, type Place, largest } from '@halint/core';
import { unreadText, type ClusterFailover, type FailoverReport, type Scenario, type Step } from '@halint/model';
import { cell } from './markdown.ts';
import { visible, widthOf, wrap } from './visible.ts';

/** The report as the contract's section 5 has it. */
export function failoverJson(report: FailoverReport): string {
  const step = ({ cites, ...rest }: Step): object => ({ ...rest, cites: cites.map(citeJson) });
  const clusters = report.clusters.map((cluster) => ({
    ...cluster,
    scenarios: cluster.scenarios.map(({ name, steps, verdict }) => ({ name, steps: steps.map(step), verdict })),
  }));
  const unread = report.unread?.map(({ host, file }) => ({ host, ...file }));
  return JSON.stringify({ version: report.version, clusters, ...definedOnly({ unread }) }, null, 2) + '\n';
}

function citeJson(place: Place): object {
  return { host: place.host, file: place.file.display, range: rangeOf(place) };
}

/** One line of the table: what happened (several events where they end alike), who holds the addresses then, how it ends and why. */
interface Row {
  readonly events: readonly string[];
  readonly held: string;
  readonly verdict: string;
  readonly why: string;
}

interface Rows {
  readonly rows: readonly Row[];
  /** Recoveries that only bring back what `healthy` shows, and all of them. */
  readonly restored: number;
  readonly recoveries: number;
}

/**
 * Rows of a cluster. A sequence that was asked for shows all of its steps. Of an enumeration only the last step of a scenario is new: failures
 * that end in the same words share a row, and a recovery after which all is as before is counted, not shown.
 */
function rowsOf(cluster: ClusterFailover, whole: boolean): Rows {
  const row = (event: string, step: Step): Row => ({
    events: [event],
    held: heldBy(cluster, step),
    verdict: step.verdict,
    why: step.why,
  });
  if (whole) {
    const steps = cluster.scenarios.flatMap(({ steps }) => steps);
    return { rows: steps.map((step) => row(step.event, step)), restored: 0, recoveries: 0 };
  }
  const healthy = lastOf(cluster.scenarios[0]);
  const rows: Row[] = [];
  let restored = 0;
  let recoveries = 0;
  for (const [i, scenario] of cluster.scenarios.entries()) {
    const last = lastOf(scenario);
    if (last === undefined) continue;
    const failure = cluster.scenarios[i - 1]?.name ?? '';
    const isRecovery = scenario.name.startsWith(`${failure},`);
    if (isRecovery) recoveries++;
    if (isRecovery && healthy !== undefined && isAsIn(last, healthy)) {
      restored++;
      continue;
    }
    const name = isRecovery
      ? `  then ${scenario.name.slice(failure.length + 1)}`
      : scenario.name.replace(',', ', then ');
    const next = row(name, last);
    const before = rows[rows.length - 1];
    const joins = before !== undefined && i > 1 && !isRecovery && sameOutcome(before, next);
    if (joins) rows[rows.length - 1] = { ...before, events: [...before.events, name] };
    else rows.push(next);
  }
  return { rows, restored, recoveries };
}

function lastOf(scenario: Scenario | undefined): Step | undefined {
  return scenario?.steps[scenario.steps.length - 1];
}

/** As good as when nothing had failed, with the same holders. */
function isAsIn(step: Step, healthy: Step): boolean {
  const holders = (each: Step): string => JSON.stringify(Object.entries(each.holders));
  return (
    step.verdict === healthy.verdict &&
    !step.race &&
    step.pending !== true &&
    holders(step) === holders(healthy) &&
    JSON.stringify(step.services) === JSON.stringify(healthy.services)
  );
}

const sameOutcome = (a: Row, b: Row): boolean =>
  a.held === b.held && a.verdict === b.verdict && a.why === b.why && !a.events.some((each) => each.startsWith(' '));

/** The holder; where addresses are in several hands, each with the number it has: `ha0:2, ha1:1`. */
function heldBy(cluster: ClusterFailover, step: Step): string {
  const counts = new Map<string, number>();
  for (const vip of cluster.vips) {
    const hosts = (step.holders[vip] ?? []).join(step.race ? '|' : '+') || 'nobody';
    counts.set(hosts, (counts.get(hosts) ?? 0) + 1);
  }
  const parts = counts.size === 1 ? [...counts.keys()] : [...counts].map(([hosts, count]) => `${hosts}:${count}`);
  return parts.join(', ') + (step.pending === true ? ' (pending)' : '');
}

function restoredLine({ restored, recoveries }: Rows): string | undefined {
  if (restored === 0) return undefined;
  return restored === recoveries
    ? `After every recovery (${recoveries}) all is as in healthy.`
    : `After ${restored} of ${recoveries} recoveries all is as in healthy; the others are shown.`;
}

/** For people, in `width` columns: what fails, who holds the address then, how it ends and why. */
export function failoverTable(report: FailoverReport, width: number, whole: boolean): string {
  const unread = unreadLines(report).map((line) => `${wrap(visible(line), width).join('\n')}\n`);
  if (report.clusters.length === 0) return ['no virtual router in these files\n', ...unread].join('');
  return [...report.clusters.map((cluster) => clusterTable(cluster, width, whole)), ...unread].join('\n');
}

/** The files in which there may be more. */
function unreadLines({ unread = [] }: FailoverReport): readonly string[] {
  return unread.map(({ host, file }) => `${host}: ${unreadText(file)}: virtual routers may stand there`);
}

const VERDICT_WIDTH = 11;
const MOST_EVENT_WIDTH = 30;
const MOST_HELD_WIDTH = 16;

function clusterTable(cluster: ClusterFailover, width: number, whole: boolean): string {
  const all = rowsOf(cluster, whole);
  const rows = all.rows.map(({ events, held, verdict, why }) => ({
    events: events.map(visible),
    held: visible(held),
    verdict,
    why: visible(why),
  }));
  const first = Math.min(
    MOST_EVENT_WIDTH,
    largest(
      rows.flatMap(({ events }) => events.map(widthOf)),
      5,
    ),
  );
  const second = Math.min(
    MOST_HELD_WIDTH,
    largest(
      rows.map(({ held }) => widthOf(held)),
      7,
    ),
  );
  const last = Math.max(20, width - first - second - VERDICT_WIDTH - 6);
  const line = (cells: readonly string[]): string =>
    `${pad(cells[0] ?? '', first)}  ${pad(cells[1] ?? '', second)}  ${pad(cells[2] ?? '', VERDICT_WIDTH)}  ${cells[3] ?? ''}`.trimEnd();
  const lines = [
    ...wrap(visible(`VIP ${cluster.vips.join(', ')} on ${cluster.hosts.join(', ')}`), width),
    '',
    line(['event', 'held by', 'verdict', 'why']),
    line(['-'.repeat(first), '-'.repeat(second), '-'.repeat(VERDICT_WIDTH), '-'.repeat(last)]),
  ];
  for (const { events, held, verdict, why } of rows) {
    const columns = [
      events.flatMap((event) => wrapEvent(event, first)),
      wrap(held, second),
      [verdict],
      wrap(why, last),
    ];
    const height = largest(columns.map((column) => column.length));
    for (let row = 0; row < height; row++) lines.push(line(columns.map((column) => column[row] ?? '')));
  }
  const restored = restoredLine(all);
  if (restored !== undefined) lines.push('', restored);
  return lines.join('\n') + '\n';
}

/** The blanks in front of a recovery stay. */
function wrapEvent(event: string, width: number): readonly string[] {
  const indent = /^ */.exec(event)?.[0] ?? '';
  return wrap(event.trimStart(), width - indent.length).map((line) => indent + line);
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** For a pull request. */
export function failoverMarkdown(report: FailoverReport, whole: boolean): string {
  const clusters = report.clusters.map((cluster) => {
    const all = rowsOf(cluster, whole);
    const rows = all.rows.map(
      ({ events, held, verdict, why }) =>
        `| ${events.map((event) => cell(event.trimStart())).join('<br>')} | ${cell(held)} | ${verdict === 'ok' ? verdict : `**${verdict}**`} | ${cell(why)} |`,
    );
    const restored = restoredLine(all);
    const head = `### VIP ${cell(cluster.vips.join(', '))} on ${cell(cluster.hosts.join(', '))}\n\n| event | held by | verdict | why |\n|---|---|---|---|\n`;
    return `${head}${rows.join('\n')}\n${restored === undefined ? '' : `\n${restored}\n`}`;
  });
  return [...clusters, ...unreadLines(report).map((line) => `${cell(line)}\n`)].join('\n');
}
