import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Workspace } from '@halint/engine';
import {
  commandsOf,
  environmentOf,
  startedWith,
  STOCK_TEMPLATES,
  STOCK_UNITS,
  unitOf,
  type FileDaemon,
  type Host,
} from '@halint/model';
import { afterEach, describe, expect, test } from 'vitest';
import { includesOf, startedBy } from '../../packages/halint/src/includes-of.ts';
import { lint } from '../../packages/halint/src/index.ts';
import { parts } from '../../packages/halint/src/knowledge.ts';
import { loadSnapshot } from '../../packages/halint/src/node.ts';
import { DAEMONS } from '../conformance/daemon.mjs';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

type Files = Readonly<Record<string, string>>;

function tree(files: Files): string {
  const top = mkdtempSync(join(tmpdir(), 'halint-stock-'));
  folders.push(top);
  for (const [path, text] of Object.entries(files)) {
    const full = join(top, 'ha0', path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
  return top;
}

function hostOf(files: Files): Host {
  const top = tree(files);
  const workspace = new Workspace(loadSnapshot([top], { cwd: top, includesOf, startedBy }), parts);
  const [host] = workspace.fleet.hosts;
  expect(workspace.guard.errors).toEqual([]);
  if (host === undefined) throw new Error('no host was found');
  return host;
}

/** What a daemon is started with, and its variables. */
function start(host: Host, daemon: FileDaemon): unknown {
  const unit = unitOf(host, daemon);
  if (unit === undefined) return undefined;
  const { variables, unread } = environmentOf(host, unit);
  return {
    commands: commandsOf(host, unit).map(({ words }) => words.value),
    files: startedWith(host, daemon),
    variables: [...variables].map(([name, { value }]) => [name, value]).sort(),
    unread,
  };
}

const release = (id: string, version: string): string => `ID=${id}\nVERSION_ID="${version}"\n`;
const BIND = (port: number): string => `frontend f${port}\n    bind 192.0.2.1:${port}\n    timeout client 30s\n`;

const DEFAULTS: Readonly<Record<FileDaemon, readonly string[]>> = {
  haproxy: [
    '# CONFIG="/etc/haproxy/no.cfg"\n',
    'CONFIG="/etc/haproxy/lb.cfg"\n',
    'EXTRAOPTS="-f /etc/haproxy/conf.d -S /run/m.sock"\n',
    'CONFIG=/srv/a.cfg\nEXTRAOPTS=\'-f "/srv/b c.cfg"\'\n',
  ],
  keepalived: ['DAEMON_ARGS=""\n', 'DAEMON_ARGS="-D --use-file=/srv/k.conf"\n', 'DAEMON_ARGS="-f/srv/k.conf"\n'],
  sshd: ['SSHD_OPTS=\n', 'SSHD_OPTS="-4 -f /srv/sshd_config"\n'],
};

/** Units of unpacked packages, and the row of the table that stands for each. */
const PACKAGES = (
  [
    ['haproxy', '2.6', '12'],
    ['haproxy', '3.0', '13'],
    ['keepalived', '2.2.7', '12'],
    ['keepalived', '2.3.4', '13'],
    ['sshd', '9.2', '12'],
    ['sshd', '10.0', '13'],
  ] as const
).flatMap(([daemon, version, debian]) => {
  const unit = daemon === 'sshd' ? 'ssh.service' : `${daemon}.service`;
  const root = join(DAEMONS, daemon, version, 'root');
  const path = ['usr/lib', 'lib'].map((lib) => join(root, lib, 'systemd/system', unit)).find(existsSync);
  return path === undefined ? [] : [{ daemon, debian, unit, text: readFileSync(path, 'utf8'), version }];
});

describe.skipIf(PACKAGES.length === 0)('the stock unit starts a daemon as the unit of the package does', () => {
  test.each(PACKAGES)('$daemon $version', ({ daemon, debian, unit, text }) => {
    const name = daemon === 'sshd' ? 'ssh' : daemon;
    for (const defaults of DEFAULTS[daemon]) {
      const files = {
        'etc/os-release': release('debian', debian),
        'etc/haproxy/haproxy.cfg': BIND(80),
        [`etc/default/${name}`]: defaults,
      };
      const stock = start(hostOf(files), daemon);
      expect(stock, defaults).toBeDefined();
      expect(stock, defaults).toEqual(start(hostOf({ ...files, [`usr/lib/systemd/system/${unit}`]: text }), daemon));
      // The file of variables alone says nothing where the operating system is not known.
      const { 'etc/os-release': _, ...unknown } = files;
      expect(start(hostOf(unknown), daemon)).toBeUndefined();
    }
  });
});

test('a stock unit is cited as the package, drop-ins stand behind it, and without its variables it does not count', () => {
  const files = {
    'etc/os-release': release('ubuntu', '24.04'),
    'etc/haproxy/haproxy.cfg': BIND(80),
    'etc/haproxy/conf.d/a.cfg': BIND(81),
    'etc/default/haproxy': 'EXTRAOPTS=""\n',
  };
  const host = hostOf(files);
  const unit = unitOf(host, 'haproxy');
  expect(unit?.commands[0]).toMatchObject({ default: 'haproxy.service of the package of ubuntu24.04' });
  expect(startedWith(host, 'haproxy')).toEqual(['/etc/haproxy/haproxy.cfg']);
  const dropIn = '[Service]\nExecStart=\nExecStart=/usr/sbin/haproxy -Ws -f $CONFIG -f /etc/haproxy/conf.d\n';
  const dropped = hostOf({ ...files, 'etc/systemd/system/haproxy.service.d/a.conf': dropIn });
  expect(startedWith(dropped, 'haproxy')).toEqual(['/etc/haproxy/haproxy.cfg', '/etc/haproxy/conf.d']);
  const { 'etc/default/haproxy': _, ...without } = files;
  expect(unitOf(hostOf(without), 'haproxy')).toBeUndefined();
});

test('of an etc/ alone the file that its variables name is read, inside or outside the usual folders', () => {
  const files = {
    'etc/os-release': release('rocky', '9.4'),
    'etc/sysconfig/haproxy': 'CONFIG=/srv/lb.cfg\n',
    'etc/haproxy/haproxy.cfg': BIND(80),
    'srv/lb.cfg': BIND(81),
  };
  const host = hostOf(files);
  expect([...(host.haproxy?.proxies() ?? [])].flatMap(({ binds }) => binds.map((each) => each.portFrom))).toEqual([81]);
  const top = tree(files);
  const { findings } = lint(loadSnapshot([top], { cwd: top, includesOf, startedBy }), {
    only: ['system/file-not-read'],
  });
  expect(findings.map(({ at, message, help }) => [at.file.path, message, help])).toEqual([
    [
      '/etc/haproxy/haproxy.cfg',
      'haproxy.service starts haproxy with -f /srv/lb.cfg -f /etc/haproxy/conf.d: this file is not read',
      'What is changed here changes nothing. Name the file in the command of the unit, or remove it. The command is that of haproxy.service of the package of rhel9, with its variables.',
    ],
  ]);
});

test('docs/versions.md tells the units that halint takes for stock', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/versions.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (.+) \| `(\w+@?\.service)` \| (.+) \| (.+) \| `(.+)` \|$/gm)];
  expect(rows.map(([, os, unit, files, variables, command]) => [os, unit, files, variables, command])).toEqual(
    [...grouped()].map(([unit, oses]) => [oses.join(', '), ...unit.split('\n')]),
  );
});

/** The rows of the table by all that they say but their operating systems. */
function grouped(): ReadonlyMap<string, readonly string[]> {
  const rows = new Map<string, string[]>();
  for (const { os, known, unit, variableFiles, environment, command } of [...STOCK_UNITS, ...STOCK_TEMPLATES]) {
    const quoted = (words: readonly string[]): string =>
      words.length === 0 ? '-' : words.map((word) => `\`${word}\``).join(', ');
    const key = [unit, quoted(variableFiles), quoted(environment), command.join(' ')].join('\n');
    rows.set(key, [...(rows.get(key) ?? []), ...os.map((each) => `${each} (${known})`)]);
  }
  return rows;
}
