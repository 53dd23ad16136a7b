// What keepalived did before beside what the simulator says now: nothing is played.
import { readFileSync, writeFileSync } from 'node:fs';
import { judge, predict } from './predict.mjs';
import { bad, report, summary } from './report.mjs';
import { recorded, truthScenarios } from './truth.mjs';

/** A line for each scenario: what is played, by which version, and who held what. What does not repeat is left out. */
export function save(path, results, version) {
  const lines = results
    .filter(({ repeats, words }) => repeats !== false && !words.includes('candidate'))
    .map(({ scenario, observed }) =>
      JSON.stringify({ version, scenario, observed: observed.map(({ holders, stable }) => ({ holders, stable })) }),
    );
  writeFileSync(path, `${lines.join('\n')}\n`);
}

/** Judges what was written down. */
export function saved(lib, path) {
  const results = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { version, scenario, observed } = JSON.parse(line);
      const predicted = predict(lib, scenario, version);
      return { scenario, observed, predicted, words: judge(observed, predicted) };
    });
  for (const result of results.filter(({ words }) => bad(words))) console.error(report(result));
  return summary(results);
}

/** Nothing is played: what was recorded of both versions is what was observed. */
export function recordedOnly(lib, versions) {
  const all = truthScenarios();
  const byVersion = {};
  for (const version of versions) {
    const rows = recorded(version);
    const counts = { scenarios: all.length, steps: 0, agreements: 0, races: 0, disagreements: 0 };
    for (const scenario of all) {
      const predicted = predict(lib, scenario, version);
      for (const [i, { holders, race }] of (rows.get(scenario.name) ?? []).entries()) {
        const step = predicted[i];
        const ids = [...new Set(Object.values(step.holders).flat())].sort().join('') || '-';
        counts.steps++;
        const fits = step.race || race !== 'no' ? [...holders].every((id) => ids.includes(id)) : ids === holders;
        if (!fits)
          console.error(
            `${version} ${scenario.name} ${i} ${step.event}: recorded ${holders}, simulator ${ids}, race ${race}`,
          );
        counts[!fits ? 'disagreements' : step.race ? 'races' : 'agreements']++;
        // Where keepalived always did the same, a race is a thing that the simulator does not know.
        if (fits && step.race && race === 'no') {
          counts.disagreements++;
          counts.races--;
          console.error(`${version} ${scenario.name} ${i} ${step.event}: recorded ${holders}, the simulator says race`);
        }
      }
    }
    byVersion[version] = counts;
  }
  return {
    recorded: byVersion,
    disagreements: Object.values(byVersion).reduce((sum, each) => sum + each.disagreements, 0),
  };
}
