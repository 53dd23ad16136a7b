// Real keepalived in network namespaces beside halint's simulator: `npm run lab -- [SOURCE] [OPTION…]`, as root.
//   --fixed               a set of scenarios that is the same for all times (default)
//   --seed S --count N    random ones; --only I: the one with that number
//   --scenario FILE       one that was written down (scenario.json)
//   --truth               those that were recorded beside the project; --recorded: what was recorded, nothing is played
//   --saved FILE          those that --save FILE wrote down with what was observed: nothing is played
//   --version V           2.2.7 or 2.3.4; default this machine's   --parallel N   plays at once (default 24)
//   --binds               sockets in place of failovers: real sshd and haproxy in both start orders (with --seed S --count N, --only I)
//   --shrink              makes each disagreement smaller          --out DIR      where disagreements are written
// JSON on standard output, disagreements on standard error. Exit 1: there are some; 2: usage, or something is missing here.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { inParallel } from '../conformance/daemon.mjs';
import { fixedBinds, randomBinds } from './bind-scenarios.mjs';
import { bindProblem, differences } from './binds.mjs';
import { endAll } from './checks.mjs';
import { namesOf } from './config.mjs';
import { fixedScenarios } from './fixed.mjs';
import { keepalivedOf, killAll, processEvents } from './keepalived.mjs';
import { clearAll, networkProblem } from './network.mjs';
import { duration, play, removeAll } from './play.mjs';
import { judge, library, predict } from './predict.mjs';
import { randomScenario } from './random.mjs';
import { bad, seenIn, summary, write } from './report.mjs';
import { recordedOnly, save, saved } from './saved.mjs';
import { shrink } from './shrink.mjs';
import { hasTruth, truthScenarios } from './truth.mjs';

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
        binds: { type: 'boolean', default: false },
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
  if (flags.truth) return truthScenarios();
  if (flags.seed === undefined) return fixedScenarios();
  return numbers().map((i) => randomScenario(Number(flags.seed), i));
}

/** Those of a seed that are asked for. */
const numbers = () =>
  flags.only === undefined ? Array.from({ length: Number(flags.count) }, (_, i) => i) : [Number(flags.only)];

/** Sockets of sshd and haproxy: what `ss` shows in each start order beside what halint predicts. */
async function liveBinds() {
  const problem = bindProblem();
  if (problem !== undefined) fail(problem);
  const all = flags.seed === undefined ? fixedBinds() : numbers().map((i) => randomBinds(Number(flags.seed), i));
  const lib = await library();
  const found = await inParallel(all, (scenario) => differences(scenario, lib), Math.min(Number(flags.parallel), 8));
  const disagreeing = all.filter((_, i) => found[i].length > 0);
  for (const [i, scenario] of all.entries()) {
    if (found[i].length === 0) continue;
    console.error(`${scenario.name}: ${JSON.stringify(scenario)}`);
    for (const line of found[i]) console.error(`  ${line}`);
  }
  return {
    scenarios: all.length,
    agreements: all.length - disagreeing.length,
    disagreements: disagreeing.length,
    disagreeing: disagreeing.map(({ name }) => name),
  };
}

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
  write(results, flags.out);
  if (flags.save !== undefined) save(flags.save, results, version);
  return { version, ...summary(results) };
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

const began = Date.now();
const versions = flags.version === undefined ? ['2.2.7', '2.3.4'] : [flags.version];
const outcome = flags.binds
  ? await liveBinds()
  : flags.saved !== undefined
    ? saved(await library(), flags.saved)
    : flags.recorded
      ? recordedOnly(await library(), versions)
      : await live(scenarios());
console.log(JSON.stringify({ ...outcome, seconds: Math.round((Date.now() - began) / 1000) }, null, 2));
process.exitCode = outcome.disagreements > 0 || outcome.unstable > 0 ? 1 : 0;
