// Asks a real haproxy what it says of a configuration, and keeps its answers: they change only with the binary and the text.
// What the answers of other daemons need as well is here too (keepalived-daemon.mjs, sshd-daemon.mjs): run, keptAnswer, inParallel.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'halint');
export const DAEMONS = process.env.HALINT_DAEMONS ?? join(CACHE, 'daemons');

/** Path of a daemon of a version, or undefined when `npm run daemons` has not fetched it. */
export function fetchedOf(name, version) {
  const path = join(DAEMONS, name, version, 'run');
  return existsSync(path) ? path : undefined;
}

export const haproxyOf = (version) => fetchedOf('haproxy', version);

/** The library that makes files, users and host names of the configuration exist (scripts/daemons/shim.c). */
export function shimOf() {
  const path = join(DAEMONS, 'shim', 'shim.so');
  return existsSync(path) ? path : undefined;
}

const builds = new Map();

/** Runs a program to its end: { code, stdout, stderr }. A signal is 128 + its number, as a shell says it, a time-out 124. */
export function run(command, args, options) {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      { timeout: 60_000, maxBuffer: 1 << 26, encoding: 'latin1', killSignal: 'SIGKILL', ...options },
      (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
        else if (error.signal === null || error.signal === undefined) reject(error);
        else resolve({ code: error.killed ? 124 : 128 + constants.signals[error.signal], stdout, stderr });
      },
    );
  });
}

/** The answer kept for the key, a list of strings, or what `make` gives, which is kept then. */
export async function keptAnswer(key, make) {
  const digest = createHash('sha1').update(key.join('\0')).digest('hex');
  const kept = join(CACHE, 'conformance', digest.slice(0, 2), `${digest}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'));
  const answer = await make();
  mkdirSync(join(kept, '..'), { recursive: true });
  writeFileSync(`${kept}.${process.pid}`, JSON.stringify(answer));
  renameSync(`${kept}.${process.pid}`, kept);
  return answer;
}

/** First line of `haproxy -v`: part of the key of every kept answer. */
async function buildOf(version) {
  if (!builds.has(version))
    builds.set(
      version,
      run(haproxyOf(version), ['-v']).then(({ stdout }) => stdout.split('\n')[0]),
    );
  return builds.get(version);
}

const HEAD = /^\[(ALERT|WARNING|NOTICE|DIAG|INFO)\]\s+(?:\d+\/\d+ )?\(\d+\) : (.*)$/;
const PLACE = /\[([^[\]]+?):(\d+)\]|(?:declared at|at|in file|file) '?([^\s':\]]+)[:' ]+(?:line )?(\d+)/g;
const SUMMARY =
  /Error\(s\) found in configuration file|Fatal errors found in config|haproxy version is|path to executable|Errors? in configuration|Some configuration|fatal errors? (?:found|encountered)|too many fatal|Configuration file has no error/i;

/** Messages of standard error: level, line of the named file (0 without one), text. */
export function messagesOf(text, file) {
  const messages = [];
  for (const line of text.split('\n')) {
    const head = HEAD.exec(line);
    if (head !== null) messages.push({ level: head[1], line: 0, text: head[2] });
    else if (messages.length > 0 && line.trim() !== '' && !/^(?:Configuration file|Warnings were)/.test(line)) {
      const last = messages[messages.length - 1];
      if (last.text.length < 600) last.text += ` | ${line.trim()}`;
    }
  }
  for (const message of messages) {
    for (const [, a, b, c, d] of message.text.matchAll(PLACE)) {
      if (!file.endsWith(a ?? c)) continue;
      message.line = Number(b ?? d);
      break;
    }
    message.text = message.text.replaceAll(file, 'FILE').slice(0, 700);
  }
  return messages.filter(({ level, text: said }) => level !== 'NOTICE' && !SUMMARY.test(said));
}

/**
 * What `haproxy -c` of a version says: { exit, messages }. exit 0 and 2 (no listener) are valid, 1 is an error, 124 a time-out, 139 a crash.
 * With `shim` whatever the configuration asks of the machine is there.
 */
export async function ask(version, text, { shim = true } = {}) {
  const build = await buildOf(version);
  return keptAnswer([build, String(shim), text], async () => {
    const folder = mkdtempSync(join(tmpdir(), 'halint-ask-'));
    const file = join(folder, 'haproxy.cfg');
    try {
      writeFileSync(file, text);
      // Only what a process is never without: what a configuration takes from the environment is not set.
      const { PATH, HOME } = process.env;
      const env = { PATH, HOME, HAPROXY_TEST_TIMEOUT: '5s', LC_ALL: 'C', ...(shim ? { LD_PRELOAD: shimOf() } : {}) };
      const { code, stdout, stderr } = await run(haproxyOf(version), ['-c', '-f', file], { env, cwd: folder });
      return { exit: code, messages: messagesOf(stderr + stdout, file) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** Runs `work` over items, `width` at a time, in order of results. */
export async function inParallel(items, work, width = 3) {
  const results = new Array(items.length);
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i], i);
    }),
  );
  return results;
}
