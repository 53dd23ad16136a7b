// One keepalived of one host: where the program is, how it is started, stopped and killed, and what it logs.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DAEMONS } from '../conformance/daemon.mjs';

/** First line that tells the version of a program, as 2.2.7; undefined when it does not run. */
function versionOf(program) {
  const { stdout, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return /Keepalived v(\d+\.\d+\.\d+)/.exec(`${stdout ?? ''}${stderr ?? ''}`)?.[1];
}

/** The program of a version: fetched by `npm run daemons`, else this machine's. Without a version this machine's, else 2.2.7. */
export function keepalivedOf(version) {
  const own = ['/usr/sbin/keepalived', '/usr/local/sbin/keepalived'].find((path) => existsSync(path));
  const ownVersion = own === undefined ? undefined : versionOf(own);
  const wanted = version ?? ownVersion ?? '2.2.7';
  if (wanted === ownVersion) return { program: own, version: wanted };
  const fetched = join(DAEMONS, 'keepalived', wanted, 'run');
  return existsSync(fetched) && versionOf(fetched) === wanted ? { program: fetched, version: wanted } : undefined;
}

const SOURCE = fileURLToPath(new URL('./process-events.c', import.meta.url));

/** The library that lets track_process see processes come and go from another network namespace; undefined without a compiler. */
export function processEvents() {
  const folder = join(DAEMONS, 'shim');
  const library = join(folder, 'process-events.so');
  if (existsSync(library) && statSync(library).mtimeMs > statSync(SOURCE).mtimeMs) return library;
  mkdirSync(folder, { recursive: true });
  const built = `${library}.${process.pid}`;
  const { status } = spawnSync('gcc', ['-shared', '-fPIC', '-O2', '-o', built, SOURCE, '-ldl'], { stdio: 'ignore' });
  if (status !== 0) return undefined;
  renameSync(built, library);
  return library;
}

/** Daemons that run now, to be ended whatever happens. */
const running = new Set();

/** Ends what is left of this process; synchronous, for the end of the process. */
export function killAll() {
  for (const pid of running) killTree(pid);
  running.clear();
}

function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return [];
    throw error;
  }
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Kills a process and its children without leaving it a moment: a child that dies would be replaced, one that lives would clean up. */
function killTree(pid) {
  signal(pid, 'SIGSTOP');
  for (const child of childrenOf(pid)) signal(child, 'SIGKILL');
  signal(pid, 'SIGKILL');
}

/** Milliseconds that a clean stop may take. */
const STOP_MS = 15_000;

export class Keepalived {
  #child;
  #exit;

  /**
   * @param program path  @param library of processEvents()  @param namespace network namespace  @param folder for its pid files  @param config path of keepalived.conf
   * @param log called with each line that it logs
   */
  constructor({ program, library, namespace, folder, config, log }) {
    this.args = ['-n', '-l', '-D', '-P', '-f', config];
    // All its pid files are given: two daemons of one machine would find the others running.
    for (const [flag, name] of [
      ['-p', 'parent'],
      ['-r', 'vrrp'],
      ['-b', 'bfd'],
      ['-c', 'checkers'],
    ])
      this.args.push(flag, join(folder, `${name}.pid`));
    this.command = ['netns', 'exec', namespace, program];
    this.env =
      library === undefined
        ? process.env
        : { ...process.env, LD_PRELOAD: library, HALINT_LAB_NET: `/proc/${process.pid}/ns/net` };
    this.log = log;
  }

  start() {
    if (this.#child !== undefined) return;
    const child = spawn('ip', [...this.command, ...this.args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: this.env,
    });
    this.#child = child;
    running.add(child.pid);
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        for (const line of lines) this.log(line);
      });
    }
    this.#exit = new Promise((resolve) => {
      child.on('exit', (code, name) => {
        running.delete(child.pid);
        if (this.#child === child) {
          this.log(`*** ended by itself: ${name ?? `exit ${code}`}`);
          this.#child = undefined;
        }
        resolve();
      });
    });
  }

  /** SIGTERM: it sends priority 0 and takes its addresses away. */
  async stop() {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    signal(child.pid, 'SIGTERM');
    const late = setTimeout(() => {
      this.log('*** did not stop: killed');
      killTree(child.pid);
    }, STOP_MS);
    await this.#exit;
    clearTimeout(late);
  }

  /** SIGKILL: nothing is sent, the addresses stay. */
  async kill() {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    killTree(child.pid);
    await this.#exit;
  }
}
