// The lab's recorded scenarios (two hosts, A and B) in the form that is played and predicted.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { blocks, read } from './config.mjs';

const SHARED = process.env.HALINT_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));
export const TRUTH = join(SHARED, 'truth');

export const hasTruth = () => existsSync(join(TRUTH, 'vrrp.tsv'));

/** Rows of a tab-separated table whose first line names the columns. */
export function table(name) {
  const [head, ...lines] = readFileSync(join(TRUTH, name), 'utf8').trimEnd().split('\n');
  const columns = head.split('\t');
  return lines.map((line) => Object.fromEntries(line.split('\t').map((cell, i) => [columns[i], cell])));
}

/** The table's words for events in those of --events. */
function eventOf(word, scripts) {
  const [, kind, side] = /^([a-z0-9]+?)([AB]?)$/.exec(word);
  const words = {
    fail: `script-fail:${side}/${scripts[side]}`,
    ok: `script-ok:${side}/${scripts[side]}`,
    stop: `keepalived-stop:${side}`,
    start: `keepalived-start:${side}`,
    down: `interface-down:${side}/eth0`,
    up: `interface-up:${side}/eth0`,
    down1: `interface-down:${side}/eth1`,
    up1: `interface-up:${side}/eth1`,
    none: 'wait',
  };
  return words[kind] ?? word;
}

export function truthScenarios() {
  return table('vrrp-scenarios.tsv').map((row) => {
    const name = row.scenario;
    const hosts = ['A', 'B'].map((id) => {
      const text = readFileSync(join(TRUTH, 'vrrp', name, `${id.toLowerCase()}.conf`), 'utf8');
      const flag = `/run/halint-lab/${name}/fail${id}`;
      const config = read(text.replaceAll(flag, `{FLAGS}/${id}.chk`));
      const address = row[`ip_${id.toLowerCase()}`];
      return {
        id,
        addresses: { eth0: [`${address}/24`], eth1: [`10.0.1.${id === 'A' ? 1 : 2}/24`] },
        config,
        delay: Number(row[`start_delay_${id.toLowerCase()}`]),
      };
    });
    const scripts = Object.fromEntries(
      hosts.map(({ id, config }) => [id, blocks(config, 'vrrp_script')[0]?.[0].split(/\s+/)[1] ?? 'chk']),
    );
    const failing = [...row.check_failing_at_start.matchAll(/[AB]/g)].map(([id]) => `script-fail:${id}/${scripts[id]}`);
    const events = row.phases
      .split(' ')
      .slice(1)
      .map((phase) => eventOf(phase.split(':')[0], scripts));
    return { name, hosts, order: [], initial: failing, events };
  });
}

/**
 * Starts whose result the table calls decided although both effective priorities are equal once the checks have answered: twelve
 * more starts with keepalived 2.2.7 ended on either host.
 */
const TIMED = new Set(['failatstart_posw10 0', 'clamp254 0']);

/** Observed holders of a version, by scenario: ['A', 'AB', '-', ...] for each phase, and whether a race decided that. */
export function recorded(version) {
  const byName = new Map();
  for (const row of table('vrrp.tsv')) {
    const steps = byName.get(row.scenario) ?? [];
    byName.set(row.scenario, steps);
    const isRace = row.race === 'yes' || TIMED.has(`${row.scenario} ${row.phase}`);
    steps[Number(row.phase)] = { holders: row[`holders_${version}`], race: isRace ? 'yes' : row.race };
  }
  return byName;
}
