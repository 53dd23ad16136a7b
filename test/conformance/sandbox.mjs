// Runs a daemon that `npm run daemons` has fetched in a root of its own, in namespaces of its own (sshd-daemon.mjs, keepalived-daemon.mjs).
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchedOf, run } from './daemon.mjs';

/** The words of the command in a `run` wrapper: it is started in a root that has no shell. */
const commandOf = (path) => /^exec (.*) "\$@"$/m.exec(readFileSync(path, 'utf8'))[1].split(' ');

/** Puts a file into a root unless one is there; one that cannot be there (a path through a file) stays away. */
export function put(root, path, content, mode) {
  const inside = posix.join(root, posix.normalize(posix.join('/', path)));
  try {
    mkdirSync(dirname(inside), { recursive: true, mode: 0o755 });
    if (existsSync(inside)) return;
    writeFileSync(inside, content);
    chmodSync(inside, mode);
  } catch (error) {
    if (!['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(error.code)) throw error;
  }
}

/** The folders of a root, the one where the daemon's own files will lie among them, and a file for /dev/null. */
export function makeRoot(root, daemon, folders) {
  for (const path of ['dev', 'tmp', daemon.slice(1), ...folders])
    mkdirSync(join(root, path), { recursive: true, mode: 0o755 });
  chmodSync(root, 0o755);
  writeFileSync(join(root, 'dev/null'), '');
}

/**
 * Runs a version of a daemon with arguments: { code, stdout, stderr }. `build(root, daemon)` fills the root, `daemon` being where the daemon's files
 * lie; `script` shuts it in, in the namespaces that unshare is asked for. Throws when there is no sandbox to run it in.
 */
export async function inSandbox({ name, version, args, namespaces, script, build }) {
  const path = fetchedOf(name, version);
  const folder = mkdtempSync(join(tmpdir(), 'halint-ask-'));
  const [root, daemon] = [join(folder, 'root'), realpathSync(dirname(path))];
  try {
    mkdirSync(root);
    build(root, daemon);
    const words = [...namespaces, '--propagation', 'private', 'sh', script, root, daemon, ...commandOf(path), ...args];
    const answer = await run('unshare', words, {
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      cwd: '/',
      timeout: 30_000,
    });
    if (answer.code >= 120 && answer.code < 128 && answer.code !== 124)
      throw new Error(`no sandbox for ${name}: ${answer.stderr.trim()}`);
    return answer;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A function that tells the build of a version, once: `ask(version)` gives what the daemon says of itself, and `sources`, the files that the
 * sandbox is made by, go into it with this one. It is part of the key of every kept answer.
 */
export function buildsOf(sources, ask) {
  const builds = new Map();
  return (version) => {
    if (!builds.has(version)) {
      const made = createHash('sha1');
      for (const path of [...sources, fileURLToPath(import.meta.url)]) made.update(readFileSync(path));
      const digest = made.digest('hex');
      builds.set(
        version,
        ask(version).then((line) => `${line} ${digest}`),
      );
    }
    return builds.get(version);
  };
}
