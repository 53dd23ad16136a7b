import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBundle, halint } from '../support/bundle.ts';
import { tempTree } from '../support/tree.ts';

const UNIT = (files: string): string => `[Service]\nExecStart=/usr/sbin/haproxy -Ws ${files} -p /run/haproxy.pid\n`;
const proxy = (port: number): string => `frontend f\n    mode http\n    bind *:${port}\n    timeout client 30s\n`;

/** Two hosts; haproxy of ha0 reads files below /opt, of ha1 the usual one and a directory. */
const tree = tempTree({
  'ha0/etc/systemd/system/haproxy.service': UNIT('-f /opt/lb/main.cfg -f /opt/lb/conf.d'),
  'ha0/opt/lb/main.cfg': proxy(8001),
  'ha0/opt/lb/conf.d/10.cfg': proxy(8002).replace('frontend f', 'frontend g'),
  'ha0/opt/lb/conf.d/.cfg': 'nonsense\n',
  'ha0/etc/haproxy/haproxy.cfg': 'nonsense\n',
  'ha1/usr/lib/systemd/system/haproxy.service': UNIT('-f /etc/haproxy/haproxy.cfg -f /etc/haproxy/conf.d'),
  'ha1/etc/haproxy/haproxy.cfg': proxy(8003),
});

beforeAll(ensureBundle);
afterAll(() => {
  tree.gone();
});

test('what the unit starts haproxy with is judged, and what it leaves out is told', async () => {
  const { code, stdout } = await halint(['--format', 'json', '--level', 'info'], { cwd: tree.path });
  const { findings } = JSON.parse(stdout) as { findings: { rule: string; file: string; message: string }[] };
  expect(findings.map(({ rule, file, message }) => `${file} ${rule} ${message}`)).toEqual([
    'ha0/etc/haproxy/haproxy.cfg system/file-not-read haproxy.service starts haproxy with -f /opt/lb/main.cfg -f /opt/lb/conf.d: this file is not read',
  ]);
  expect(code).toBe(0);
});

test('sockets are those of the files that are read', async () => {
  const { stdout } = await halint(['listeners', '--format', 'json'], { cwd: tree.path });
  const { hosts } = JSON.parse(stdout) as { hosts: { host: string; sockets: { port: number }[] }[] };
  expect(hosts.map(({ host, sockets }) => [host, sockets.map(({ port }) => port)])).toEqual([
    ['ha0', [8001, 8002]],
    ['ha1', [8003]],
  ]);
});

test('a file that is given by name comes without what its unit would bring', async () => {
  const { stdout, code } = await halint(['ha0/etc/systemd/system/haproxy.service', '--level', 'info'], {
    cwd: tree.path,
  });
  expect(stdout).not.toContain('system/');
  expect(code).toBe(0);
});
