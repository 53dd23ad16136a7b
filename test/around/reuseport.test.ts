import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { predictListeners, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// What halint says of a listening socket of systemd and one of haproxy beside what the kernel says of two real ones.

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const haproxy = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'].find((path) => has(path, '-v'));
const able = process.getuid?.() === 0 && haproxy !== undefined && has('python3', '--version') && has('setpriv', '-V');
if (!able) console.warn('SKIPPED: haproxy, python3, setpriv and root are needed to listen as several users');
if (!able && process.env.HALINT_REQUIRE?.split(',').includes('daemons') === true)
  throw new Error('HALINT_REQUIRE=daemons: haproxy, python3, setpriv or root is missing');

const PORT = 20_000 + (process.pid % 20_000);
const NOBODY = 65_534;

/** Listens as systemd does for a socket unit, until its standard input ends. */
const LISTEN = `import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
if sys.argv[3] == 'yes': s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
s.bind((sys.argv[1], int(sys.argv[2])))
s.listen()
print('ready', flush=True)
sys.stdin.read()
`;

interface Case {
  readonly address: string;
  readonly reusePort: 'yes' | 'no';
  /** User= of haproxy.service. */
  readonly user?: number;
  /** `user` of haproxy.cfg. */
  readonly later?: string;
}

const configuration = ({ later }: Case): string =>
  `${later === undefined ? '' : `global\n    user ${later}\n`}frontend f\n    mode tcp\n    timeout client 3s\n    bind 127.0.0.1:${PORT}\n`;

/** Does haproxy start beside the socket? -D: the process that was called ends with 1 when a bind fails. */
async function started(each: Case): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'halint-reuse-'));
  const listener = spawn('python3', ['-c', LISTEN, each.address, `${PORT}`, each.reusePort]);
  try {
    chmodSync(folder, 0o777);
    writeFileSync(join(folder, 'haproxy.cfg'), configuration(each));
    await once(listener.stdout, 'data');
    const user = `${each.user ?? 0}`;
    const run = spawnSync('setpriv', [
      ...['--reuid', user, '--clear-groups', haproxy ?? '', '-D', '-p', join(folder, 'pid')],
      ...['-f', join(folder, 'haproxy.cfg')],
    ]);
    if (run.status === 0) process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')));
    else expect(run.stderr.toString()).toContain('Address already in use');
    return run.status === 0;
  } finally {
    listener.stdin.end();
    await once(listener, 'close');
    rmSync(folder, { recursive: true });
  }
}

/** What halint says: may both listen, and if not, is it haproxy that stays down when systemd was first? */
function predicted(each: Case): boolean {
  const files = new Map([
    ['a/etc/systemd/system/sockets.target.wants/ssh.socket', ''],
    [
      'a/etc/systemd/system/ssh.socket',
      `[Socket]\nListenStream=${each.address}:${PORT}\nReusePort=${each.reusePort}\n`,
    ],
    [
      'a/etc/systemd/system/haproxy.service',
      `[Service]\n${each.user === undefined ? '' : `User=${each.user}\n`}ExecStart=/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg\n`,
    ],
    ['a/etc/haproxy/haproxy.cfg', configuration(each)],
    ['a/etc/ssh/sshd_config', ''],
  ]);
  const [report] = predictListeners(snapshotFromFiles(files));
  expect(report?.sockets.map(({ service, uid }) => [service, uid])).toEqual([
    ['sshd', 0],
    ['haproxy', each.user ?? 0],
  ]);
  const order = report?.conflicts[0]?.orders.find(({ first }) => first === 'sshd');
  return order === undefined || order.haproxy === 'up';
}

describe.skipIf(!able)('a port that two processes want', () => {
  test.each<[string, Case, boolean]>([
    ['both with SO_REUSEPORT and of one user', { address: '127.0.0.1', reusePort: 'yes' }, true],
    ['one of them on every address', { address: '0.0.0.0', reusePort: 'yes' }, true],
    ['haproxy gives up root after it has bound', { address: '127.0.0.1', reusePort: 'yes', later: 'nobody' }, true],
    ['haproxy is started as another user', { address: '127.0.0.1', reusePort: 'yes', user: NOBODY }, false],
    ['one without SO_REUSEPORT', { address: '127.0.0.1', reusePort: 'no' }, false],
  ])('%s', async (_what, each, both) => {
    expect(await started(each)).toBe(both);
    expect(predicted(each)).toBe(both);
  });
});
