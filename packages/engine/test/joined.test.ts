import { DEFAULT_TARGETS } from '@halint/core';
import { expect, test } from 'vitest';
import { Workspace } from '../src/index.ts';
import { parts } from '../../halint/src/knowledge.ts';
import { snapshotFromFiles } from '../../halint/src/snapshot.ts';

const MAIN = `defaults
    mode http
    timeout connect 1s
    timeout client 1s
    timeout server 1s
frontend web
    bind 192.0.2.1:80
    default_backend app
`;
const APP = 'backend app\n    server a 192.0.2.2:80\n';
const PATHS = ['ha0/etc/haproxy/haproxy.cfg', 'ha0/etc/haproxy/conf.d/10-app.cfg'] as const;

function open(main: string, app: string, host = 'ha0'): Workspace {
  const files = new Map(PATHS.map((path, i) => [path.replace('ha0', host), i === 0 ? main : app]));
  return new Workspace(snapshotFromFiles(files), parts, { targets: DEFAULT_TARGETS });
}

/** What the daemon refuses, as `file:line rule`. */
function refusals(workspace: Workspace): string[] {
  return workspace
    .findings()
    .filter((finding) => finding.rejects)
    .map(
      ({ at, rule }) => `${at.file.path.replace('/etc/haproxy/', '')}:${at.section.positionAt(at.start).line} ${rule}`,
    );
}

/** Each was put to haproxy 2.6 and 3.2 as `-f haproxy.cfg -f conf.d`. */
test('the files that haproxy reads one after the other are one configuration', () => {
  expect(refusals(open(MAIN, APP))).toEqual([]);
  // The second file starts from the defaults of the first.
  expect(refusals(open(MAIN, APP.replace('\n', '\n    mode tcp\n')))).toEqual(['haproxy.cfg:8 haproxy/mode-mismatch']);
  expect(refusals(open(MAIN, `${APP}frontend web\n    bind 192.0.2.1:81\n`))).toEqual([
    'conf.d/10-app.cfg:3 haproxy/duplicate-proxy',
  ]);
});

test('an edit in one file is judged in the others too', () => {
  const workspace = open(MAIN, APP);
  expect(refusals(workspace)).toEqual([]);
  const at = MAIN.indexOf('mode http');
  const display = workspace.files.find(({ path }) => path.endsWith('haproxy.cfg'))?.display ?? '';
  // All proxies are in mode tcp now: they fit.
  workspace.edit(display, { start: at, end: at + 'mode http'.length }, 'mode tcp ');
  expect(refusals(workspace)).toEqual([]);
  const bind = MAIN.indexOf('    bind');
  workspace.edit(display, { start: bind, end: bind }, '    mode http\n');
  expect(refusals(workspace)).toEqual(['haproxy.cfg:9 haproxy/mode-mismatch']);
});

test('hosts with equal files part when one of them is edited', () => {
  const files = new Map(
    ['ha0', 'ha1'].flatMap((host) =>
      PATHS.map((path, i) => [path.replace('ha0', host), i === 0 ? MAIN : APP] as const),
    ),
  );
  const workspace = new Workspace(snapshotFromFiles(files), parts, { targets: DEFAULT_TARGETS });
  const [first, second] = workspace.hosts;
  const documents = (host: typeof first): unknown[] =>
    [...(host?.files.values() ?? [])].map(({ document }) => document);
  expect(documents(first)).toEqual(documents(second));
  workspace.edit('ha0/etc/haproxy/conf.d/10-app.cfg', { start: 0, end: 0 }, '# x\n');
  for (const host of [first, second]) {
    const [main, app] = documents(host) as { group: unknown }[];
    expect(main?.group).toEqual([main, app]);
  }
  expect(documents(first)[0]).not.toBe(documents(second)[0]);
  expect(refusals(workspace)).toEqual([]);
});

test('a bind follows the variable that another file sets, and the unit', () => {
  const main = `global\n    setenv A 192.0.2.1\n    presetenv B 192.0.2.3\n${MAIN}`;
  const unit = '[Service]\nExecStart=/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg -f /etc/haproxy/conf.d\n';
  const files = new Map([
    [PATHS[0] as string, main],
    [PATHS[1], 'frontend x\n    bind $A:81\n    bind $B:82\n    default_backend app\nbackend app\n'],
    ['ha0/etc/systemd/system/haproxy.service', unit],
  ]);
  const workspace = new Workspace(snapshotFromFiles(files), parts, { targets: DEFAULT_TARGETS });
  const addresses = (): string[] =>
    [...(workspace.hosts[0]?.host.haproxy?.binds() ?? [])].map(({ address }) => address.value).slice(1);
  expect(addresses()).toEqual(['192.0.2.1', '192.0.2.3']);
  const at = main.indexOf('192.0.2.1');
  workspace.edit(PATHS[0], { start: at, end: at + '192.0.2.1'.length }, '192.0.2.2');
  expect(addresses()).toEqual(['192.0.2.2', '192.0.2.3']);
  workspace.edit(
    'ha0/etc/systemd/system/haproxy.service',
    { start: unit.length, end: unit.length },
    'Environment=B=::1\n',
  );
  expect(addresses()).toEqual(['192.0.2.2', '::1']);
});
