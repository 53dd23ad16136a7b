// Real keepalived in network namespaces beside halint's simulator: `npm run lab -- [SOURCE] [OPTION…]`, as root.
//   --fixed               a set of scenarios that is the same for all times (default)
//   --seed S --count N    random ones; --only I: the one with that number
//   --scenario FILE       one that was written down (scenario.json)
//   --truth               those that were recorded beside the project; --recorded: what was recorded, nothing is played
//   --saved FILE          those that --save FILE wrote down with what was observed: nothing is played
//   --version V           2.2.7 or 2.3.4; default this machine's   --parallel N   plays at once (default 24)
//   --shrink              makes each disagreement smaller          --out DIR      where disagreements are written
// JSON on standard output, disagreements on standard error. Exit 1: there are some; 2: usage, or something is missing here.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inParallel } from '../conformance/daemon.mjs';
import { endAll } from './checks.mjs';
import { fill, namesOf, print } from './config.mjs';
import { fixedScenarios } from './fixed.mjs';
import { keepalivedOf, killAll, processEvents } from './keepalived.mjs';
import { clearAll, networkProblem } from './network.mjs';
import { duration, play, removeAll } from './play.mjs';
import { eventsOf, factsOf, judge, library, predict } from './predict.mjs';
import { randomScenario } from './random.mjs';
import { shrink } from './shrink.mjs';
import { hasTruth, recorded, truthScenarios } from './truth.mjs';

/** Plays of a disagreement beside the first: one that does not repeat is a race. */
const AGAIN = 2;

function fail(message) {
  console.error(`lab: ${message}`);
  process.exit(2);
}

function clear() {
  killAll();
  endAll();
  clearAll();
  removeAll();
}

process.on('exit', clear);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => process.exit(name === 'SIGINT' ? 130 : 143));

function options() {
  try {
    return parseArgs({
      options: {
        fixed: { type: 'boolean', default: false },
        seed: { type: 'string' },
        count: { type: 'string', default: '20' },
        only: { type: 'string' },
        save: { type: 'string' },
        saved: { type: 'string' },
        scenario: { type: 'string' },
        truth: { type: 'boolean', default: false },
        recorded: { type: 'boolean', default: false },
        version: { type: 'string' },
        parallel: { type: 'string', default: '24' },
        shrink: { type: 'boolean', default: false },
        out: { type: 'string' },
      },
    }).values;
  } catch (error) {
    return fail(error.message);
  }
}

const flags = options();
for (const name of ['seed', 'count', 'only', 'parallel'])
  if (flags[name] !== undefined && !/^\d+$/.test(flags[name])) fail(`--${name} ${flags[name]}: a whole number`);
if ((flags.truth || flags.recorded) && !hasTruth()) fail('no truth/vrrp.tsv beside the project (set HALINT_SHARED)');

function scenarios() {
  if (flags.scenario !== undefined) return [JSON.parse(readFileSync(flags.scenario, 'utf8'))];
  if (flags.truth || flags.recorded) return truthScenarios();
  if (flags.seed === undefined) return fixedScenarios();
  const numbers =
    flags.only === undefined ? Array.from({ length: Number(flags.count) }, (_, i) => i) : [Number(flags.only)];
  return numbers.map((i) => randomScenario(Number(flags.seed), i));
}

/** Counts of steps by what was said of them, and the scenarios that need a look. */
function summary(results) {
  const words = results.flatMap(({ words: each }) => each);
  const count = (word) => words.filter((each) => each === word).length;
  return {
    scenarios: results.length,
    steps: words.length,
    agreements: count('agrees'),
    races: count('candidate'),
    unknown: count('unknown'),
    disagreements: count('disagrees'),
    unstable: count('unstable'),
    notRepeated: results.filter(({ repeats }) => repeats === false).map(({ scenario }) => scenario.name),
    disagreeing: results.filter(({ repeats }) => repeats === true).map(({ scenario }) => scenario.name),
  };
}

const told = (holders) =>
  Object.entries(holders)
    .map(([vip, ids]) => `${vip}: ${ids.join('+') || '-'}`)
    .join(', ');

/** What was observed and what was said, step by step. */
function report({ scenario, observed, predicted, words, repeats }) {
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

const bad = (words) => words.some((word) => word === 'disagrees' || word === 'unstable');
const seenIn = (steps) => JSON.stringify(steps.map(({ holders, stable }) => [holders, stable]));

async function live(all) {
  const problem = networkProblem();
  if (problem !== undefined) fail(problem);
  const daemon = keepalivedOf(flags.version);
  if (daemon === undefined) fail(`no keepalived ${flags.version ?? ''} here: npm run daemons`);
  const { program, version } = daemon;
  // Only process events need it: what has no track_process runs as it is.
  const tracksProcesses = ({ hosts }) => hosts.some(({ config }) => namesOf(config, 'process').length > 0);
  if (all.some(tracksProcesses) && processEvents() === undefined)
    fail('track_process needs gcc here: apt-get install gcc libc6-dev');
  const lib = await library();
  const width = Number(flags.parallel);
  const one = async (scenario) => {
    const predicted = predict(lib, scenario, version);
    const { steps, timeline } = await play(scenario, {
      program,
      library: tracksProcesses(scenario) ? processEvents() : undefined,
    });
    return { scenario, observed: steps, timeline, predicted, words: judge(steps, predicted) };
  };
  // The longest first: none is left alone at the end.
  const longestFirst = all.toSorted((a, b) => duration(b) - duration(a));
  const results = await inParallel(longestFirst, async (scenario) => verified(await one(scenario), one), width);
  if (flags.shrink) {
    for (const [i, result] of results.entries()) if (result.repeats) results[i] = await smallest(result, one, width);
  }
  write(results);
  if (flags.save !== undefined) save(flags.save, results, version);
  return { version, ...summary(results) };
}

/** A line for each scenario: what is played, by which version, and who held what. What does not repeat is left out. */
function save(path, results, version) {
  const lines = results
    .filter(({ repeats, words }) => repeats !== false && !words.includes('candidate'))
    .map(({ scenario, observed }) =>
      JSON.stringify({ version, scenario, observed: observed.map(({ holders, stable }) => ({ holders, stable })) }),
    );
  writeFileSync(path, `${lines.join('\n')}\n`);
}

/** Judges what was written down. */
async function saved(path) {
  const lib = await library();
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

/** Plays what disagrees again: `repeats` says whether each play went as the first did. */
async function verified(result, one) {
  if (!bad(result.words)) return result;
  const others = await Promise.all(Array.from({ length: AGAIN }, () => one(result.scenario)));
  return { ...result, others, repeats: others.every(({ observed }) => seenIn(observed) === seenIn(result.observed)) };
}

async function smallest(result, one, width) {
  const note = (text) => console.error(`lab: ${result.scenario.name}: ${text}`);
  const disagrees = async (candidates) => {
    const played = await inParallel(candidates, one, width);
    // Once more what disagrees: a race is not taken for it.
    const open = played.map(({ words }) => words.includes('disagrees'));
    const again = await inParallel(
      candidates.map((each, i) => (open[i] ? each : undefined)),
      async (each) => each && one(each),
      width,
    );
    return open.map((isOpen, i) => isOpen && seenIn(again[i].observed) === seenIn(played[i].observed));
  };
  const scenario = await shrink(result.scenario, disagrees, { width, note });
  const last = await one(scenario);
  return { ...last, repeats: result.repeats };
}

function write(results) {
  const wrong = results.filter(({ repeats }) => repeats !== undefined);
  if (wrong.length === 0) return;
  const out = flags.out ?? mkdtempSync(join(tmpdir(), 'halint-lab-found-'));
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

/** Nothing is played: what was recorded of both versions is what was observed. */
async function recordedOnly(all) {
  const lib = await library();
  const versions = flags.version === undefined ? ['2.2.7', '2.3.4'] : [flags.version];
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

const began = Date.now();
const outcome =
  flags.saved !== undefined
    ? await saved(flags.saved)
    : flags.recorded
      ? await recordedOnly(scenarios())
      : await live(scenarios());
console.log(JSON.stringify({ ...outcome, seconds: Math.round((Date.now() - began) / 1000) }, null, 2));
process.exitCode = outcome.disagreements > 0 || (outcome.disagreeing ?? []).length > 0 ? 1 : 0;
