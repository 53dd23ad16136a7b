import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBundle, halint } from '../support/bundle.ts';
import { tempTree } from '../support/tree.ts';

/** haproxy 2.4 takes it with a warning about nbproc; 3.2 refuses nbproc and warns of the shared name (asked of the daemons). */
const CONFIG = `global
    nbproc 2
defaults
    mode http
    timeout connect 1s
    timeout client 1s
    timeout server 1s
frontend web
    bind 192.0.2.1:80
    default_backend web
backend web
    server a 192.0.2.2:80
`;
const tree = tempTree({ 'ha0/haproxy.cfg': CONFIG });
beforeAll(ensureBundle);
afterAll(() => tree.gone());

interface Report {
  readonly version: number;
  readonly breaks: readonly { readonly rule: string; readonly range: { readonly start: { readonly line: number } } }[];
  readonly warns: Report['breaks'];
  readonly gone: Report['breaks'];
  readonly both: number;
}

const lines = (list: Report['breaks']): string[] => list.map(({ rule, range }) => `${range.start.line} ${rule}`);

test('what breaks and what warns with a newer haproxy, as JSON', async () => {
  const args = ['upgrade', '--from', 'haproxy=2.4', '--to', 'haproxy=3.2', '--format', 'json', '.'];
  const { code, stdout } = await halint(args, { cwd: tree.path });
  const report = JSON.parse(stdout) as Report;
  expect(code).toBe(1);
  expect(lines(report.breaks)).toEqual(['2 haproxy/removed-or-deprecated-keyword']);
  expect(lines(report.warns)).toEqual(['11 haproxy/duplicate-proxy']);
});

test('a warning of the old version that the new one makes an error breaks', async () => {
  const args = ['upgrade', '--from', 'haproxy=3.2', '--to', 'haproxy=3.4', '--format', 'json', '.'];
  const { stdout } = await halint(args, { cwd: tree.path });
  const report = JSON.parse(stdout) as Report;
  expect(lines(report.breaks)).toEqual(['11 haproxy/duplicate-proxy']);
  expect(report.both).toBeGreaterThan(0);
});

test('the same version breaks nothing and exits 0', async () => {
  const args = ['upgrade', '--from', 'haproxy=3.2', '--to', 'haproxy=3.2', '.'];
  const { code, stdout } = await halint(args, { cwd: tree.path });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^from haproxy 3\.2 to haproxy 3\.2: nothing breaks, 0 new warnings/);
});

test.each([
  [['upgrade', '.'], /--to is missing/],
  [['upgrade', '--from', 'haproxy=2.6', '--to', 'openssh=10.0', '.'], /--from haproxy=2\.6 has no --to/],
  [['upgrade', '--to', 'haproxy=three', '.'], /use haproxy=3\.0/],
])('%j is told in one line', async (args, message) => {
  const { code, stdout, stderr } = await halint(args, { cwd: tree.path });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});
