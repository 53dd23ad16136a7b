// What the lab says of its results: counts, texts, and a folder for each disagreement.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fill, print } from './config.mjs';
import { eventsOf, factsOf } from './predict.mjs';

/** Counts of steps by what was said of them, and the scenarios that need a look. */
export function summary(results) {
  const words = results.flatMap(({ words: each }) => each);
  const count = (word, all = words) => all.filter((each) => each === word).length;
  // What goes another way when it is played again is a race; the scenario is named, its steps are no disagreements.
  const firm = results.filter(({ repeats }) => repeats !== false).flatMap(({ words: each }) => each);
  return {
    scenarios: results.length,
    steps: words.length,
    agreements: count('agrees'),
    races: count('candidate'),
    unknown: count('unknown'),
    disagreements: count('disagrees', firm),
    unstable: count('unstable', firm),
    notRepeated: results.filter(({ repeats }) => repeats === false).map(({ scenario }) => scenario.name),
    disagreeing: results.filter(({ repeats }) => repeats === true).map(({ scenario }) => scenario.name),
  };
}

const told = (holders) =>
  Object.entries(holders)
    .map(([vip, ids]) => `${vip}: ${ids.join('+') || '-'}`)
    .join(', ');

/** What was observed and what was said, step by step. */
export function report({ scenario, observed, predicted, words, repeats }) {
  const lines = [
    `${scenario.name}${repeats === false ? ' (does not repeat: a race)' : ''}  --events '${eventsOf(scenario)}'`,
  ];
  for (const [i, word] of words.entries()) {
    lines.push(`  ${word.padEnd(10)} ${predicted[i].event}`);
    if (word === 'agrees') continue;
    lines.push(`             keepalived  ${told(observed[i].holders)}`);
    lines.push(
      `             simulator   ${told(predicted[i].holders)}${predicted[i].race ? ' (race)' : ''} - ${predicted[i].why}`,
    );
  }
  return lines.join('\n');
}

/** Does a scenario need a look? */
export const bad = (words) => words.some((word) => word === 'disagrees' || word === 'unstable');
/** Equal texts: two plays went the same way. */
export const seenIn = (steps) => JSON.stringify(steps.map(({ holders, stable }) => [holders, stable]));

/** Writes each scenario that disagreed, with its files and logs, into a folder of its own below `out`, and says so on standard error. */
export function write(results, out = mkdtempSync(join(tmpdir(), 'halint-lab-found-'))) {
  const wrong = results.filter(({ repeats }) => repeats !== undefined);
  if (wrong.length === 0) return;
  for (const result of wrong) {
    const { scenario, timeline, observed, predicted, words, others = [] } = result;
    const folder = join(out, scenario.name);
    for (const { id, config, addresses } of scenario.hosts) {
      const etc = join(folder, id, 'etc/keepalived');
      mkdirSync(etc, { recursive: true });
      writeFileSync(join(etc, 'keepalived.conf'), fill(print(config), { flags: '/run/lab', run: 'lab' }));
      mkdirSync(join(folder, id, 'facts'), { recursive: true });
      writeFileSync(join(folder, id, 'facts/ip-address.json'), factsOf(addresses));
    }
    writeFileSync(join(folder, 'scenario.json'), `${JSON.stringify(scenario, null, 1)}\n`);
    writeFileSync(join(folder, 'report.txt'), `${report(result)}\n`);
    writeFileSync(join(folder, 'timeline.txt'), `${timeline.join('\n')}\n`);
    for (const [i, other] of others.entries())
      writeFileSync(join(folder, `timeline-again-${i + 1}.txt`), `${other.timeline.join('\n')}\n`);
    writeFileSync(join(folder, 'steps.json'), `${JSON.stringify({ words, observed, predicted }, null, 1)}\n`);
    console.error(report(result));
  }
  console.error(`lab: written to ${out}`);
}
