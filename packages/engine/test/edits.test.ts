import { join } from 'node:path';
import { offsetOf, rangeOf, type Finding } from '@halint/core';
import { expect, test } from 'vitest';
import { parts } from '../../halint/src/knowledge.ts';
import { loadSnapshot } from '../../halint/src/node.ts';
import { Workspace, type Snapshot } from '../src/index.ts';

const CLUSTER = join(import.meta.dirname, '../../../fixtures/clusters/ssh-vip');
const snapshot = loadSnapshot([CLUSTER], { cwd: CLUSTER });

/** Lines that mean something, or nothing, in one language or another. */
const LINES = [
  '',
  '}',
  '# note',
  'nonsense here',
  'vrrp_script chk_haproxy {',
  '    priority 95',
  '    weight 20',
  'frontend ssh_front',
  'backend other',
  '    bind 192.168.2.230:22',
  '    server ha0 192.168.2.230:2222 check',
  'defaults',
  'ListenAddress 192.168.2.230',
  'Match User root',
  'Port 2222',
  'net.ipv4.ip_nonlocal_bind=0',
];

/** A small generator with a seed (mulberry32), so that a failure repeats. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function shown(findings: readonly Finding[]): readonly string[] {
  return findings
    .map(({ rule, at, message, hosts }) => {
      const { start, end } = rangeOf(at);
      return `${rule} ${at.file.display}:${start.line}:${start.column}-${end.line}:${end.column} @${offsetOf(at)} ${message} ${hosts.join()}`;
    })
    .sort();
}

function withTexts(texts: ReadonlyMap<string, string>): Snapshot {
  const hosts = snapshot.hosts.map((host) => ({
    ...host,
    files: new Map(
      [...host.files].map(([path, file]) => [path, { ...file, text: texts.get(file.display) ?? file.text }]),
    ),
  }));
  return { ...snapshot, hosts };
}

const seed = process.env.HALINT_FUZZ === 'random' ? Date.now() & 0xffff : 42;

test(`findings after edits are those of the edited texts (seed ${seed})`, () => {
  const pick = random(seed);
  const edited = new Workspace(snapshot, parts);
  const texts = new Map(edited.files.map((file) => [file.display, file.document.print()]));
  const languages = new Set<string>();
  edited.findings();
  for (let step = 0; step < 120; step++) {
    const file = edited.files[pick(edited.files.length)];
    if (file === undefined) throw new Error('no file');
    languages.add(file.language);
    const lines = (texts.get(file.display) ?? '').split('\n');
    const line = pick(lines.length);
    const start = lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0);
    const put = LINES[pick(LINES.length)] ?? '';
    edited.edit(file.display, { start, end: start + (lines[line] ?? '').length }, put);
    lines[line] = put;
    texts.set(file.display, lines.join('\n'));
    const fresh = new Workspace(withTexts(texts), parts);
    expect(shown(edited.findings()), `step ${step}: ${file.display}:${line + 1} ${put}`).toEqual(
      shown(fresh.findings()),
    );
    expect(edited.guard.errors).toEqual([]);
  }
  expect([...languages].sort()).toEqual(['haproxy', 'keepalived', 'rsyslog', 'sshd', 'sysctl']);
});
