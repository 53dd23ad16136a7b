// The four ratios of the speed goals, each measured side by side in one run. CPU (user + system) of whole processes.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { haproxyConfig, pair } from './generate.mjs';
import { openEditor } from './keystroke.mjs';

const quick = process.argv.includes('--quick');
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const cli = join(root, 'packages/halint/bin/halint.js');
const folder = mkdtempSync(join(tmpdir(), 'halint-bench-'));
const rounds = quick ? 5 : 11;
const haproxy = ['/usr/sbin/haproxy', '/usr/bin/haproxy', '/usr/local/sbin/haproxy'].find((path) => existsSync(path));
const failures = [];

try {
  write('haproxy-100k.cfg', haproxyConfig(100_000));
  write('haproxy-1k.cfg', haproxyConfig(1_000));
  for (const [path, text] of Object.entries(pair(4711))) write(`second-pair/${path}`, text);
  lintAgainstHaproxy();
  commandLine();
  await keystroke();
  fleet(quick ? 500 : 5_000);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (failures.length > 0) {
  console.error(`bench: above its bound: ${failures.join('; ')}`);
  process.exitCode = 1;
}

function write(name, text) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** CPU seconds and peak MiB of one process, by wait4. */
function run(command, args) {
  const script =
    'import os,resource,sys\npid=os.fork()\nif pid==0:\n n=os.open("/dev/null",os.O_WRONLY);os.dup2(n,1);os.dup2(n,2);os.execvp(sys.argv[1],sys.argv[1:])\n_,s,u=os.wait4(pid,0)\nprint(u.ru_utime+u.ru_stime,u.ru_maxrss/1024,os.waitstatus_to_exitcode(s))';
  const result = spawnSync('python3', ['-c', script, command, ...args], { encoding: 'utf8' });
  const [cpu, peak, code] = result.stdout.trim().split(' ').map(Number);
  if (!Number.isFinite(cpu)) throw new Error(`${command}: ${result.stderr}`);
  return { cpu, peak, code };
}

function median(list) {
  return [...list].sort((a, b) => a - b)[list.length >> 1];
}

/** Runs two commands in turn and gives the median of the pairwise ratios. */
function compare(ours, theirs, count = rounds) {
  const pairs = Array.from({ length: count }, () => [run(...ours), run(...theirs)]);
  return {
    ratio: median(pairs.map(([a, b]) => a.cpu / b.cpu)),
    ours: median(pairs.map(([a]) => a.cpu)),
    theirs: median(pairs.map(([, b]) => b.cpu)),
    peak: median(pairs.map(([a]) => a.peak)) / median(pairs.map(([, b]) => b.peak)),
  };
}

function say(what, { ratio, ours, theirs, peak }, against, bound) {
  const limit = bound === undefined ? 'no bound yet' : `bound ${bound}`;
  console.log(
    `${what.padEnd(46)} ${ratio.toFixed(2)} x ${against} (${limit}); CPU ${ours.toFixed(3)} s against ${theirs.toFixed(3)} s, memory ${peak.toFixed(2)} x`,
  );
  if (bound !== undefined && ratio > bound) failures.push(`${what}: ${ratio.toFixed(2)} > ${bound}`);
}

function lintAgainstHaproxy() {
  if (haproxy === undefined)
    return console.log('lint of 100,000 lines: SKIPPED, no haproxy here to compare with (npm run daemons)');
  const file = join(folder, 'haproxy-100k.cfg');
  say(
    'lint of a 100,000-line haproxy.cfg',
    compare([process.execPath, [cli, '-f', 'concise', file]], [haproxy, ['-c', '-f', file]]),
    'haproxy -c',
    2,
  );
}

function commandLine() {
  const node = [process.execPath, ['-e', '0']];
  const lint = (path) => [process.execPath, [cli, '-f', 'concise', path]];
  say(
    'command line on the two-node example',
    compare(lint(join(root, 'fixtures/clusters/ssh-vip')), node),
    'node -e 0',
    7,
  );
  say('command line on a second pair', compare(lint(join(folder, 'second-pair')), node), 'node -e 0', 7);
}

async function keystroke() {
  const sizes = [1_000, 100_000];
  const editors = await Promise.all(
    sizes.map((lines) => openEditor(cli, join(folder, `haproxy-${lines / 1000}k.cfg`), haproxyConfig(lines))),
  );
  const times = sizes.map(() => []);
  // In turn, so that both sizes see the same machine; the first edits warm the code up and do not count.
  for (let i = 0; i < (quick ? 240 : 600); i++) {
    for (const [at, editor] of editors.entries()) {
      const took = await editor.edit(i);
      if (i >= 40) times[at].push(took);
    }
  }
  for (const editor of editors) await editor.close();
  const [small, large] = times.map(median);
  const ratio = large / small;
  console.log(
    `${'keystroke to diagnostics, 100,000 lines'.padEnd(46)} ${ratio.toFixed(2)} x 1,000 lines (bound 1.5); ${large.toFixed(2)} ms against ${small.toFixed(2)} ms`,
  );
  if (ratio > 1.5) failures.push(`keystroke: ${ratio.toFixed(2)} > 1.5`);
}

function fleet(pairs) {
  const tree = join(folder, 'fleet');
  for (let i = 0; i < pairs; i++) for (const [path, text] of Object.entries(pair(i))) write(`fleet/${path}`, text);
  const wc = ['sh', ['-c', `find "$0" -type f -print0 | xargs -0 cat | wc`, tree]];
  const lint = (only) => [process.execPath, [cli, '-f', 'concise', '--fail-on', 'never', ...only, tree]];
  const hosts = readdirSync(tree).length;
  const file = compare(
    lint(['--only', 'haproxy/*', '--only', 'sshd/*', '--only', 'sysctl/*', '--only', 'vrrp/*']),
    wc,
    1,
  );
  say(`${hosts} hosts x 4 files, file rules`, file, 'wc', undefined);
  say(`${hosts} hosts x 4 files, all rules`, compare(lint([]), wc, 1), 'wc', undefined);
}
