import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { predictListeners, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// How many equal sockets `shards` opens: what halint predicts beside `ss -ltn`, in a network namespace of its own.

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const haproxy = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'].find((path) => has(path, '-v'));
const able = process.getuid?.() === 0 && haproxy !== undefined && has('ss', '-V') && has('unshare', '--version');
if (!able) console.warn('SKIPPED: haproxy, ss, unshare and root are needed to count the sockets of shards');

const BINDS = `defaults
    mode tcp
    timeout connect 5s
    timeout client 5s
    timeout server 5s
listen f
    bind 127.0.0.1:8001 shards 2
    bind 127.0.0.1:8002 shards by-thread
    bind 127.0.0.1:8003
    bind 127.0.0.1:8004 shards 9
    bind 127.0.0.1:8005 shards 2 thread 1
    bind 127.0.0.1:8006-8007 shards 3
    bind 127.0.0.1:8008 shards 1
    bind :::8009 v4v6 shards 3
`;
/** By haproxy 2.6.12, 3.0.11 and 3.2.26 with nbthread 4. */
const COUNTS = [2, 4, 1, 4, 1, 3, 3, 1, 3];

interface Read {
  readonly counts: readonly (number | undefined)[];
  readonly drift: unknown;
}

function predicted(global: string, listeners: string): Read {
  const files = new Map([
    ['h/etc/haproxy/haproxy.cfg', `global\n${global}${BINDS}`],
    ['h/facts/listeners.txt', listeners],
  ]);
  const [report] = predictListeners(snapshotFromFiles(files));
  const counts = (report?.sockets ?? []).flatMap(({ port, portTo = port, shards }) =>
    Array.from({ length: portTo - port + 1 }, () => shards),
  );
  return { counts, drift: report?.drift };
}

/** `ss -ltnpH` while haproxy runs. */
function listed(global: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'halint-shards-'));
  try {
    writeFileSync(join(folder, 'haproxy.cfg'), `global\n${global}${BINDS}`);
    const start = `timeout 20 ${haproxy ?? ''} -D -p ${folder}/pid -f ${folder}/haproxy.cfg 2>/dev/null`;
    const script = `ip link set lo up; ${start}; ss -ltnpH; if [ -s ${folder}/pid ]; then kill $(cat ${folder}/pid); fi`;
    return execFileSync('unshare', ['-n', 'sh', '-c', script], { timeout: 30_000 }).toString();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Lines of each port. */
function countsOf(text: string): readonly number[] {
  const ports = [...text.matchAll(/:(80\d\d) /g)].map(([, port]) => Number(port));
  return [8001, 8002, 8003, 8004, 8005, 8006, 8007, 8008, 8009].map(
    (port) => ports.filter((each) => each === port).length,
  );
}

describe('shards', () => {
  const line = (address: string): string => `LISTEN 0 100 ${address} 0.0.0.0:* users:(("haproxy",pid=7,fd=8))\n`;
  const lines = COUNTS.map((count, i) => line(i === 8 ? '*:8009' : `127.0.0.1:${8001 + i}`).repeat(count)).join('');

  test('are counted where nbthread says how many threads there are', () => {
    const { counts, drift } = predicted('    nbthread 4\n', lines);
    expect(counts.map((count) => count ?? 1)).toEqual(COUNTS);
    // Several lines of ss for one socket are what is asked for.
    expect(drift).toEqual([]);
    expect(predicted('', lines).counts).toEqual(COUNTS.map(() => undefined));
    expect(predicted('    nbthread 4\n    noreuseport\n', lines).counts).toEqual(COUNTS.map(() => undefined));
  });

  test.skipIf(!able)('as the real haproxy opens them', () => {
    const text = listed('    nbthread 4\n');
    expect(countsOf(text)).toEqual(COUNTS);
    expect(predicted('    nbthread 4\n', text).drift).toEqual([]);
    // Without SO_REUSEPORT 3.0 and 3.2 open the first alone, and 2.6 ends: "Address already in use".
    const alone = countsOf(listed('    nbthread 4\n    noreuseport\n'));
    expect([1, 0].map((count) => COUNTS.map(() => count))).toContainEqual(alone);
  });
});
