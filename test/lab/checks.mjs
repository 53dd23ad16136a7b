// What checks of a scenario look at: flag files of scripts, files of track_file, processes of track_process.
import { spawn } from 'node:child_process';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocks, checkOf, namesOf } from './config.mjs';

/** Processes that run now, to be ended whatever happens. */
const running = new Set();

export function endAll() {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
}

export class Checks {
  #flags;
  #run;
  #hosts;
  #processes = new Map();

  constructor(hosts, { flags, run }) {
    this.#hosts = hosts;
    this.#flags = flags;
    this.#run = run;
  }

  /** Everything is well: files say 0, processes run. */
  async begin() {
    for (const { id, config } of this.#hosts) {
      for (const name of namesOf(config, 'file')) await this.set(id, name, true);
      for (const name of namesOf(config, 'process')) await this.set(id, name, true);
    }
  }

  /**
   * `script "/usr/bin/test ! -e {FLAGS}/HOST.NAME"` fails while that file is there; `file {FLAGS}/HOST.NAME` of a track_file says 1
   * when it fails, 0 when it is well; the process of a track_process is there or not.
   */
  async set(id, name, isWell) {
    const { config } = this.#hosts.find((host) => host.id === id);
    const path = join(this.#flags, `${id}.${name}`);
    const kind = checkOf(config, name);
    if (kind === 'script') {
      if (isWell) rmSync(path, { force: true });
      else writeFileSync(path, '');
    } else if (kind === 'file') writeFileSync(path, isWell ? '0\n' : '1\n');
    else if (kind === 'process') await this.#process(id, name, config, isWell);
    else throw new Error(`${id} has no check ${name}`);
  }

  async #process(id, name, config, isWell) {
    const key = `${id}/${name}`;
    const old = this.#processes.get(key);
    if (isWell === (old !== undefined)) return;
    if (old !== undefined) {
      this.#processes.delete(key);
      await end(old);
      return;
    }
    const block = [...blocks(config, 'vrrp_track_process'), ...blocks(config, 'track_process')].find(
      ([head]) => head.split(/\s+/)[1] === name,
    );
    const line = block.find((each) => each.startsWith('process '));
    const command = line.split(/\s+/)[1].replaceAll('{RUN}', this.#run);
    const program = join(this.#flags, command);
    copyFileSync('/usr/bin/sleep', program);
    const child = spawn(program, ['100000'], { stdio: 'ignore', detached: true });
    running.add(child);
    this.#processes.set(key, child);
    await new Promise((resolve, reject) => child.on('spawn', resolve).on('error', reject));
  }

  async end() {
    for (const child of this.#processes.values()) await end(child);
    this.#processes.clear();
  }
}

async function end(child) {
  const gone = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  running.delete(child);
}
