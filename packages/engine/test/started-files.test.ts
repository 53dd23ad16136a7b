import { DEFAULT_TARGETS, rangeOf } from '@halint/core';
import { expect, test } from 'vitest';
import { parts } from '../../halint/src/knowledge.ts';
import { editBoth } from '../../../test/support/edit.ts';
import { snapshotFromFiles } from '../../halint/src/snapshot.ts';
import { Workspace } from '../src/index.ts';

const UNIT = 'etc/systemd/system/haproxy.service';
const DEFAULTS = 'etc/default/haproxy';

const service = (command: string): string => `[Service]\nEnvironmentFile=-/${DEFAULTS}\nExecStart=${command}\n`;
const bind = (port: number): string => `frontend f${port}\n    bind *:${port}\n    timeout client 30s\n`;

function open(files: Readonly<Record<string, string>>, host = 'ha0'): Workspace {
  const all = Object.entries(files).map(([path, text]) => [`${host}/${path}`, text] as const);
  return new Workspace(snapshotFromFiles(new Map(all)), parts, { targets: DEFAULT_TARGETS });
}

/** The ports of the host model, in the order in which haproxy would read them. */
function ports(workspace: Workspace): readonly number[] {
  expect(workspace.guard.errors).toEqual([]);
  return [...(workspace.fleet.hosts[0]?.haproxy?.proxies() ?? [])].flatMap(({ binds }) =>
    binds.map((each) => each.portFrom),
  );
}

function found(workspace: Workspace): readonly string[] {
  return workspace
    .findings()
    .map(({ rule, severity, at }) => `${severity} ${rule} ${at.file.path}:${rangeOf(at).start.line}`);
}

const FILES = {
  'etc/haproxy/haproxy.cfg': bind(80),
  'etc/haproxy/other.cfg': bind(81),
  'etc/haproxy/conf.d/10-b.cfg': bind(82),
  'etc/haproxy/conf.d/Z.cfg': bind(83),
  'etc/haproxy/conf.d/a.cfg': bind(84),
  'etc/haproxy/conf.d/x.cfg.cfg': bind(85),
  'etc/haproxy/conf.d/.hidden.cfg': bind(86),
  'etc/haproxy/conf.d/sub/c.cfg': bind(87),
  [DEFAULTS]: '',
};

/** The order of the directory is what haproxy 2.6 says of `-C DIR -f a.cfg -f conf.d` with an error in each file. */
test.each([
  ['/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg -p /run/haproxy.pid', [80]],
  ['/usr/sbin/haproxy -W -f /etc/haproxy/other.cfg -f /etc/haproxy/conf.d/', [81, 82, 83, 84]],
  ['haproxy -f /etc/haproxy/conf.d -f /etc/haproxy/other.cfg -D', [82, 83, 84, 81]],
  ['!/usr/sbin/haproxy -C /etc/haproxy -p x -- other.cfg haproxy.cfg', [81, 80]],
  ['@/usr/sbin/haproxy haproxy: -f haproxy.cfg -C /etc/haproxy -sf 12 13', [80]],
  ['/usr/sbin/haproxy -S /run/m.sock -L ha0 -f /etc/haproxy/../haproxy/other.cfg', [81]],
  // What these start with is not known: the files of the package count.
  ['/usr/sbin/haproxy -Ws -f $NOTHING -p /run/x.pid', [80, 82, 83, 84, 85]],
  ['/bin/sh -c "haproxy -f /etc/haproxy/other.cfg"', [80, 82, 83, 84, 85]],
  ['/usr/sbin/haproxy -f /etc/haproxy/%i.cfg', [80, 82, 83, 84, 85]],
])('%s', (command, expected) => {
  const hidden = expected.length === 5 ? [86] : [];
  expect(ports(open({ ...FILES, [UNIT]: service(command) }))).toEqual([
    ...expected.slice(0, 1),
    ...hidden,
    ...expected.slice(1),
  ]);
});

test('a file that the unit does not read is told once, and neither its errors nor its meaning count', () => {
  const files = {
    'etc/haproxy/haproxy.cfg': 'frontend f\n    nonsense\n',
    'etc/haproxy/other.cfg': `${bind(81)}    default_backend app\n`,
    'etc/haproxy/conf.d/app.cfg': 'backend app\n',
    [UNIT]: service('/usr/sbin/haproxy -f /etc/haproxy/other.cfg'),
  };
  const expected = [
    'warning system/file-not-read /etc/haproxy/conf.d/app.cfg:1',
    'warning system/file-not-read /etc/haproxy/haproxy.cfg:1',
    // backend app stands in a file that haproxy does not read.
    'error haproxy/backend-undefined /etc/haproxy/other.cfg:4',
  ];
  expect([...found(open(files))].sort()).toEqual([...expected].sort());
  // /etc/default/haproxy is not at hand and the command has a variable: it may name more files.
  const unsure = found(open({ ...files, [UNIT]: service('/usr/sbin/haproxy -f /etc/haproxy/other.cfg $EXTRAOPTS') }));
  expect(unsure).toContain('info system/file-not-read /etc/haproxy/haproxy.cfg:1');
  expect(unsure).toContain('error haproxy/unknown-keyword /etc/haproxy/haproxy.cfg:2');
});

test('a file at any path is read as what its daemon reads it as', () => {
  const files = {
    'etc/hostname': 'ha0\n',
    'opt/ha/lb.conf': `${bind(90)}    nonsense\n`,
    'opt/vrrp': 'vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n    include /opt/vips\n}\n',
    'opt/vips': 'virtual_ipaddress {\n    192.0.2.9/24\n}\n',
    'usr/local/etc/ssh/sshd_config': 'Port 2222\nListenAdress 192.0.2.1\n',
    [UNIT]: service('/opt/ha/haproxy -f /opt/ha/lb.conf'),
    'etc/systemd/system/keepalived.service': '[Service]\nExecStart=/usr/sbin/keepalived -nPf /opt/vrrp\n',
    'etc/systemd/system/ssh.service':
      '[Service]\nExecStart=/usr/local/sbin/sshd -De -f/usr/local/etc/ssh/sshd_config\n',
  };
  const workspace = open(files);
  expect(ports(workspace)).toEqual([90]);
  const [host] = workspace.fleet.hosts;
  expect(host?.keepalived?.instances.map(({ name }) => name.value)).toEqual(['VI_1']);
  expect(host?.sshd?.ports.map(({ value }) => value)).toEqual([2222]);
  expect(found(workspace)).toEqual(
    expect.arrayContaining([
      'error haproxy/unknown-keyword /opt/ha/lb.conf:4',
      'error sshd/unknown-or-unsupported-option /usr/local/etc/ssh/sshd_config:2',
    ]),
  );
});

test('a file that the unit names and the host lacks', () => {
  const missing = (files: Readonly<Record<string, string>>): readonly string[] =>
    found(open(files)).filter((each) => each.includes('started-file-missing'));
  const unit = { [UNIT]: service('/usr/sbin/haproxy -f /etc/haproxy/live.cfg -f /etc/haproxy/conf.d') };
  expect(missing({ ...unit, 'etc/haproxy/other.cfg': bind(80) })).toEqual([
    `warning system/started-file-missing /${UNIT}:3`,
  ]);
  expect(missing({ ...unit, 'etc/ssh/sshd_config': '' })).toEqual([`info system/started-file-missing /${UNIT}:3`]);
  // A unit alone is not told what it lacks, and an empty directory is no file.
  expect(missing(unit)).toEqual([]);
  expect(missing({ ...unit, 'etc/haproxy/live.cfg': bind(80) })).toEqual([]);
});

test('a file that a variable names and the host lacks: the line of the variable is shown', () => {
  // haproxy.service of Debian: Environment="CONFIG=/etc/haproxy/haproxy.cfg", EnvironmentFile=-/etc/default/haproxy, -f $CONFIG; no unit is at hand.
  const debian = { 'etc/os-release': 'ID=debian\nVERSION_ID="12"\n', 'etc/haproxy/haproxy.cfg': bind(80) };
  const files = { ...debian, [DEFAULTS]: '# Defaults\nCONFIG="/etc/haproxy/other.cfg"\n' };
  expect(found(open(files)).filter((each) => each.includes('system/'))).toEqual([
    'warning system/file-not-read /etc/haproxy/haproxy.cfg:1',
    `warning system/started-file-missing /${DEFAULTS}:2`,
  ]);
  const elsewhere = { ...files, [DEFAULTS]: 'CONFIG=/opt/ha/other.cfg\n' };
  expect(found(open(elsewhere)).filter((each) => each.includes('missing'))).toEqual([
    `info system/started-file-missing /${DEFAULTS}:1`,
  ]);
  expect(
    found(open({ ...files, 'etc/haproxy/other.cfg': bind(81) })).filter((each) => each.includes('missing')),
  ).toEqual([]);
  // Of a unit that is at hand too it is the line that names the file.
  const own = { ...files, [UNIT]: service('/usr/sbin/haproxy -Ws -f $CONFIG') };
  expect(found(open(own)).filter((each) => each.includes('missing'))).toEqual([
    `warning system/started-file-missing /${DEFAULTS}:2`,
  ]);
});

test('an edit of a unit, or of its variables, changes what is read', () => {
  const files: Record<string, string> = {
    ...FILES,
    [DEFAULTS]: 'CONFIG=/etc/haproxy/haproxy.cfg\n',
    [UNIT]: service('/usr/sbin/haproxy -f $CONFIG'),
  };
  const workspace = open(files);
  const edit = (path: string, from: string, to: string): void => {
    editBoth(workspace, files, path, from, to);
    expect(found(workspace)).toEqual(found(open(files)));
  };
  expect(ports(workspace)).toEqual([80]);
  edit('etc/haproxy/haproxy.cfg', ':80', ':800');
  edit(DEFAULTS, 'haproxy.cfg', 'other.cfg');
  expect(ports(workspace)).toEqual([81]);
  edit(UNIT, '$CONFIG', '/etc/haproxy/haproxy.cfg -f /etc/haproxy/conf.d');
  expect(ports(workspace)).toEqual([800, 82, 83, 84]);
  edit('etc/haproxy/conf.d/Z.cfg', ':83', ':830');
  expect(ports(workspace)).toEqual([800, 82, 830, 84]);
  edit(UNIT, 'ExecStart=', '#');
  expect(ports(workspace)).toEqual([800, 86, 82, 830, 84, 85]);
});

test('hosts with equal files and unlike units do not share what they read together', () => {
  const texts = new Map<string, string>();
  for (const [host, command] of [
    ['ha0', '/usr/sbin/haproxy -f /etc/haproxy/haproxy.cfg -f /etc/haproxy/conf.d'],
    ['ha1', '/usr/sbin/haproxy -f /etc/haproxy/haproxy.cfg'],
  ] as const) {
    texts.set(`${host}/etc/haproxy/haproxy.cfg`, `${bind(80)}    default_backend app\n`);
    texts.set(`${host}/etc/haproxy/conf.d/app.cfg`, 'backend app\n    timeout connect 1s\n    timeout server 1s\n');
    texts.set(`${host}/${UNIT}`, service(command));
  }
  const workspace = new Workspace(snapshotFromFiles(texts), parts, { targets: DEFAULT_TARGETS });
  expect(workspace.findings().map(({ rule, hosts }) => `${rule} ${hosts.join()}`)).toEqual([
    'haproxy/backend-undefined ha1',
    'system/file-not-read ha1',
  ]);
});
