import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Workspace } from '@halint/engine';
import { afterEach, expect, test } from 'vitest';
import { parts } from '../../halint/src/knowledge.ts';
import { loadSnapshot } from '../../halint/src/node.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const KEY = 'net.ipv4.ip_nonlocal_bind';

/** A host whose etc/sysctl.d/20-a.conf is what `make` makes, with a file of that name in usr/lib that sets the key. */
function host(make: (path: string) => void): Workspace {
  const top = mkdtempSync(join(tmpdir(), 'halint-masks-'));
  folders.push(top);
  const path = join(top, 'ha0/etc/sysctl.d/20-a.conf');
  const packaged = join(top, 'ha0/usr/lib/sysctl.d/20-a.conf');
  for (const each of [path, packaged]) mkdirSync(dirname(each), { recursive: true });
  writeFileSync(packaged, `${KEY}=1\n`);
  make(path);
  return new Workspace(loadSnapshot([top], { cwd: top }), parts);
}

const NOT_THERE = 'this link leads to /nonexistent, which is not among the files of the host: not read';

/** Run with systemd-sysctl 252 and sysctl --system of procps 4.0.2, in namespaces of their own: both leave 0 with all but the last. */
test.each<[string, (path: string) => void, string | undefined, readonly string[]]>([
  ['a link to /dev/null', (path) => symlinkSync('/dev/null', path), undefined, []],
  ['an absolute link to nothing', (path) => symlinkSync('/nonexistent', path), undefined, [NOT_THERE]],
  ['a relative link to nothing', (path) => symlinkSync('nope.conf', path), undefined, []],
  [
    'a link to itself',
    (path) => symlinkSync('20-a.conf', path),
    undefined,
    ['too many levels of symbolic links: not read'],
  ],
  ['a directory', (path) => mkdirSync(path), undefined, []],
  ['a link to a directory', (path) => symlinkSync('/usr/lib', path), undefined, []],
  ['nothing', () => undefined, '1', []],
])('%s of a name hides the package file of that name', (_, make, expected, notes) => {
  const workspace = host(make);
  const facts = workspace.fleet.hosts[0]?.sysctl;
  expect(workspace.guard.errors).toEqual([]);
  expect([facts?.value(KEY)?.value, facts?.afterSystem(KEY)?.value]).toEqual([expected, expected]);
  const told = workspace.findings().filter(({ rule }) => rule.startsWith('system/link'));
  expect(told.map(({ message }) => message.replace('ha0/etc/sysctl.d/20-a.conf: ', ''))).toEqual(notes);
});
