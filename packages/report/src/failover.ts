import { rangeOf, type Place } from '@halint/core';
import type { ClusterFailover, FailoverReport, Scenario, Step } from '@halint/model';
import { cell } from './markdown.ts';
import { visible, widthOf, wrap } from './visible.ts';

/** The report as the contract's section 5 has it. */
export function failoverJson(report: FailoverReport): string {
  const step = ({ cites, ...rest }: Step): object => ({ ...rest, cites: cites.map(citeJson) });
  const clusters = report.clusters.map((cluster) => ({
    ...cluster,
    scenarios: cluster.scenarios.map(({ name, steps, verdict }) => ({ name, steps: steps.map(step), verdict })),
  }));
  return JSON.stringify({ version: report.version, clusters }, null, 2) + '\n';
}

function citeJson(place: Place): object {
  return { host: place.host, file: place.file.display, range: rangeOf(place) };
}

/** Rows of a scenario: only its last step is new in an enumeration, all are in a sequence that was asked for. */
function rowsOf(scenario: Scenario, whole: boolean): readonly (readonly [string, Step])[] {
  const last = scenario.steps[scenario.steps.length - 1];
  if (whole) return scenario.steps.map((step) => [step.event, step]);
  return last === undefined ? [] : [[scenario.name.replace(',', ', then '), last]];
}

function holdersOf(cluster: ClusterFailover, step: Step): string {
  const sets = cluster.vips.map((vip) => (step.holders[vip] ?? []).join(step.race ? '|' : '+') || 'nobody');
  return [...new Set(sets)].join(', ') + (step.pending === true ? ' (pending)' : '');
}

/** For people, in `width` columns: what fails, who holds the address then, how it ends and why. */
export function failoverTable(report: FailoverReport, width: number, whole: boolean): string {
  if (report.clusters.length === 0) return 'no virtual router in these files\n';
  return report.clusters.map((cluster) => clusterTable(cluster, width, whole)).join('\n');
}

function clusterTable(cluster: ClusterFailover, width: number, whole: boolean): string {
  const rows = cluster.scenarios.flatMap((scenario) => rowsOf(scenario, whole));
  const names = rows.map(([name, step]) => [visible(name), visible(holdersOf(cluster, step)), step.verdict] as const);
  const first = Math.min(38, Math.max(5, ...names.map(([name]) => widthOf(name))));
  const second = Math.min(20, Math.max(5, ...names.map(([, holders]) => widthOf(holders))));
  const third = 11;
  const last = Math.max(20, width - first - second - third - 6);
  const line = (cells: readonly string[]): string =>
    `${pad(cells[0] ?? '', first)}  ${pad(cells[1] ?? '', second)}  ${pad(cells[2] ?? '', third)}  ${cells[3] ?? ''}`.trimEnd();
  const lines = [
    ...wrap(visible(`VIP ${cluster.vips.join(', ')} on ${cluster.hosts.join(', ')}`), width),
    '',
    line(['event', 'held by', 'verdict', 'why']),
    line(['-'.repeat(first), '-'.repeat(second), '-'.repeat(third), '-'.repeat(last)]),
  ];
  for (const [i, [, step]] of rows.entries()) {
    const [name, holders, verdict] = names[i] as readonly [string, string, string];
    const columns = [wrap(name, first), wrap(holders, second), [verdict], wrap(visible(step.why), last)];
    const height = Math.max(...columns.map((column) => column.length));
    for (let row = 0; row < height; row++) lines.push(line(columns.map((column) => column[row] ?? '')));
  }
  return lines.join('\n') + '\n';
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** For a pull request. */
export function failoverMarkdown(report: FailoverReport, whole: boolean): string {
  return report.clusters
    .map((cluster) => {
      const rows = cluster.scenarios
        .flatMap((scenario) => rowsOf(scenario, whole))
        .map(
          ([name, step]) =>
            `| ${cell(name)} | ${cell(holdersOf(cluster, step))} | ${step.verdict} | ${cell(step.why)} |`,
        );
      return `### VIP ${cell(cluster.vips.join(', '))} on ${cell(cluster.hosts.join(', '))}\n\n| event | held by | verdict | why |\n|---|---|---|---|\n${rows.join('\n')}\n`;
    })
    .join('\n');
}
