import { DEFAULT_TARGETS, rangeOf, type Place } from '@halint/core';
import { Workspace } from '@halint/engine';
import { predictListeners, type ListenersReport } from '@halint/model';
import { describe, expect, test } from 'vitest';
import { effectiveOf } from '../../packages/halint/src/effective.ts';
import { parts } from '../../packages/halint/src/knowledge.ts';
import { snapshotFromFiles } from '../../packages/halint/src/index.ts';
import { editBoth } from '../support/edit.ts';

// What sshd makes of its words is in grammars/sshd/test/command-line.test.ts; here is where a host has them.

type Files = Readonly<Record<string, string>>;

const release = (id: string, version: string): string => `ID=${id}\nVERSION_ID="${version}"\n`;
const DEBIAN = { 'etc/os-release': release('debian', '12') };
const UNIT = 'etc/systemd/system/ssh.service';
const VARIABLES = 'etc/default/ssh';
const CONFIG = 'etc/ssh/sshd_config';
const ADDRESS = { 'facts/ip-address.json': '[{"ifname":"v0","addr_info":[{"local":"10.0.0.1","prefixlen":24}]}]' };

function open(files: Files): Workspace {
  const all = new Map(
    Object.entries({ [CONFIG]: 'Port 2222\n', ...files }).map(([path, text]) => [`ha0/${path}`, text]),
  );
  return new Workspace(snapshotFromFiles(all), parts, { targets: { ...DEFAULT_TARGETS, openssh: '10.0' } });
}

const at = (place: Place | undefined): string | undefined =>
  place && `${place.file.display}:${rangeOf(place).start.line}`;

/** Ports with their places. */
function ports(workspace: Workspace): readonly string[] {
  const sshd = workspace.fleet.hosts[0]?.sshd;
  expect(workspace.guard.errors).toEqual([]);
  return (sshd?.ports ?? []).map((port) => `${port.value} ${at(port.at) ?? 'default'}`);
}

function listeners(files: Files): ListenersReport {
  const [host] = open({ ...ADDRESS, ...files }).fleet.hosts;
  if (host === undefined) throw new Error('no host');
  return predictListeners(host, undefined);
}

function refused(workspace: Workspace): readonly string[] {
  return workspace
    .findings()
    .filter(({ rule }) => rule === 'system/sshd-option-refused')
    .map(({ at: place, message, rejects, severity }) => `${severity} ${rejects} ${at(place)} ${message}`);
}

describe('where the words stand', () => {
  test.each<[string, Files, readonly string[]]>([
    ['nowhere', DEBIAN, ['2222 ha0/etc/ssh/sshd_config:1']],
    [
      'in the variables of the package of Debian',
      { ...DEBIAN, [VARIABLES]: '# Options to pass to sshd\nSSHD_OPTS="-p 81 -o \\"Port 80\\""\n' },
      ['81 ha0/etc/default/ssh:2'],
    ],
    [
      'in those of Red Hat',
      { 'etc/os-release': release('rhel', '9.4'), 'etc/sysconfig/sshd': '\n\n  OPTIONS=-oPort=80 \n' },
      ['80 ha0/etc/sysconfig/sshd:3', '2222 ha0/etc/ssh/sshd_config:1'],
    ],
    [
      'in a drop-in, and in the variable that it names',
      {
        ...DEBIAN,
        'etc/systemd/system/ssh.service.d/a.conf': `[Service]\nEnvironment="PORT=5"\nExecStart=\nExecStart=/usr/sbin/sshd -D \\\n  -p 4 -p \${PORT} $SSHD_OPTS\n`,
        [VARIABLES]: 'SSHD_OPTS=-p6\n',
      },
      [
        '4 ha0/etc/systemd/system/ssh.service.d/a.conf:4',
        '5 ha0/etc/systemd/system/ssh.service.d/a.conf:2',
        '6 ha0/etc/default/ssh:1',
      ],
    ],
    // /etc/default has other files: the one of the unit is not there.
    [
      'in a unit of its own',
      {
        [UNIT]: '[Service]\nEnvironmentFile=-/etc/default/ssh\nExecStart=/usr/sbin/sshd -D -p 7 $SSHD_OPTS\n',
        'etc/default/locale': 'LANG=C\n',
      },
      ['7 ha0/etc/systemd/system/ssh.service:3'],
    ],
    // systemd.unit(5): a percent sign is written twice.
    [
      'with a file that is no word',
      { [UNIT]: '[Service]\nExecStart=/usr/sbin/sshd -f /etc/ssh/sshd_config -o "Banner /%%" -p 7\n' },
      ['7 ha0/etc/systemd/system/ssh.service:2'],
    ],
    [
      'in a script, of which nothing is known',
      { [UNIT]: '[Service]\nExecStart=/bin/sh -c "sshd -p 7"\n' },
      ['2222 ha0/etc/ssh/sshd_config:1'],
    ],
  ])('%s', (_, files, expected) => {
    const workspace = open(files);
    expect(ports(workspace)).toEqual(expected);
    expect(refused(workspace)).toEqual([]);
    expect(workspace.fleet.hosts[0]?.sshd?.command?.missing).toBeUndefined();
  });
});

test('an edit of the unit or of its variables is seen at once', () => {
  const files: Record<string, string> = {
    ...DEBIAN,
    [UNIT]:
      '[Unit]\nDescription=x\n\n[Service]\nEnvironmentFile=-/etc/default/ssh\nExecStart=/usr/sbin/sshd -D $SSHD_OPTS\n',
    [VARIABLES]: 'SSHD_OPTS=-4\n',
  };
  const workspace = open(files);
  const edit = (path: string, from: string, to: string): void => {
    editBoth(workspace, files, path, from, to);
    expect(ports(workspace)).toEqual(ports(open(files)));
    expect(refused(workspace)).toEqual(refused(open(files)));
  };
  expect(ports(workspace)).toEqual(['2222 ha0/etc/ssh/sshd_config:1']);
  edit(UNIT, '-D', '-D -p 81');
  expect(ports(workspace)).toEqual(['81 ha0/etc/systemd/system/ssh.service:6']);
  // The words are the same, and stand a line lower.
  edit(UNIT, '[Service]\n', '[Service]\nRestart=no\n');
  expect(ports(workspace)).toEqual(['81 ha0/etc/systemd/system/ssh.service:7']);
  edit(VARIABLES, '-4', '"-p 82 -p 0"');
  expect(ports(workspace)).toEqual(['81 ha0/etc/systemd/system/ssh.service:7', '82 ha0/etc/default/ssh:1']);
  expect(refused(workspace)).toHaveLength(1);
  edit(UNIT, ' $SSHD_OPTS', '');
  expect(refused(workspace)).toEqual([]);
});

describe('what listens', () => {
  const sockets = (report: ListenersReport): readonly string[] =>
    report.sockets.map(({ address, port, declared }) => `${address} ${port} ${at(declared)}`);

  test('the ports and the family of the command line', () => {
    const report = listeners({ ...DEBIAN, [VARIABLES]: 'SSHD_OPTS="-4 -p 81"\n' });
    expect(sockets(report)).toEqual(['0.0.0.0 81 ha0/etc/default/ssh:1']);
    expect(report.starts.sshd).toBe('ok');
  });

  test('a port of its own is kept by an address of the file', () => {
    const report = listeners({
      ...DEBIAN,
      [CONFIG]: 'ListenAddress 10.0.0.1\nListenAddress 127.0.0.1:5\n',
      [VARIABLES]: 'SSHD_OPTS="-p 81"\n',
    });
    expect(sockets(report)).toEqual(['10.0.0.1 81 ha0/etc/ssh/sshd_config:1', '127.0.0.1 5 ha0/etc/ssh/sshd_config:2']);
  });

  test.each([
    ['-p 0', /^fails: -p 0: no port from 1 to 65535/],
    ['-o Bannr=x', /^fails: -o Bannr=x: sshd has no option Bannr; did you mean Banner\?$/],
    ['-4 -o ListenAddress=::1', /^fails: -4 -o ListenAddress=::1: AddressFamily inet excludes ListenAddress ::1$/],
  ])('sshd does not start with %s', (words, said) => {
    const files = { ...DEBIAN, [VARIABLES]: `SSHD_OPTS="${words}"\n` };
    expect(listeners(files).starts.sshd).toMatch(said);
    const [finding, ...others] = refused(open(files));
    expect(finding).toMatch(/^error false ha0\/etc\/default\/ssh:1 ssh\.service of ha0 fails with /);
    expect(others).toEqual([]);
  });

  test('what stands in a file that is not at hand is not guessed', () => {
    const unit = { [UNIT]: '[Service]\nEnvironmentFile=-/etc/default/ssh\nExecStart=/usr/sbin/sshd -D $SSHD_OPTS\n' };
    expect(listeners(unit).starts.sshd).toBe('unknown: more options of sshd may come from /etc/default/ssh');
    const percent = { [UNIT]: '[Service]\nExecStart=/usr/sbin/sshd -D -p %i\n' };
    expect(listeners(percent).starts.sshd).toBe(
      'unknown: more options of sshd may come from what only the host puts into ssh.service',
    );
    const [state] = open(unit).hosts;
    expect(state && effectiveOf(state)?.doubts).toEqual([
      'ssh.service may start sshd with more options: /etc/default/ssh is not at hand',
    ]);
  });

  // The generator reads /etc/ssh/sshd_config and nothing else; the command line is that of the service that the socket starts.
  test('the sockets that Ubuntu makes of sshd_config do not follow it', () => {
    const files = {
      'etc/os-release': release('ubuntu', '24.04'),
      'etc/systemd/system/sockets.target.wants/ssh.socket': '',
    };
    const plain = listeners({ ...files, [VARIABLES]: 'SSHD_OPTS=\n' });
    const report = listeners({ ...files, [VARIABLES]: 'SSHD_OPTS="-p 81 -4"\n' });
    expect(report.sockets.map(({ address, port }) => [address, port])).toEqual([
      ['0.0.0.0', 2222],
      ['::', 2222],
    ]);
    expect(report.sockets).toEqual(plain.sockets);
    expect(listeners({ ...files, [VARIABLES]: 'SSHD_OPTS=-Z\n' }).starts.sshd).toBe(
      'fails: -Z: sshd has no such option',
    );
  });
});

test('a port that only the command line gives is the one that a server line must name', () => {
  const files = (words: string, unit: Files = {}): ReadonlyMap<string, string> =>
    new Map(
      Object.entries({
        ...DEBIAN,
        ...ADDRESS,
        ...unit,
        [CONFIG]: 'Port 22\n',
        [VARIABLES]: `SSHD_OPTS="${words}"\n`,
        'etc/keepalived/keepalived.conf':
          'vrrp_instance V {\n interface v0\n virtual_router_id 51\n virtual_ipaddress {\n  10.0.0.9/32\n }\n}\n',
        'etc/haproxy/haproxy.cfg':
          'defaults\n mode tcp\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nlisten x\n bind 10.0.0.9:2022\n server s 10.0.0.1:22 check\n',
      }).map(([path, text]) => [`ha0/${path}`, text]),
    );
  const told = (words: string): readonly string[] =>
    new Workspace(snapshotFromFiles(files(words)), parts)
      .findings()
      .filter(({ rule }) => rule === 'cross/backend-port-vs-sshd-port')
      .map(({ severity, message, related }) => `${severity} ${message} ${at(related[0]?.at)}`);
  expect(told('')).toEqual([]);
  expect(told('-o Port=81')).toEqual([]);
  expect(told('-p 81')).toEqual(['error server s is port 22 of ha0, whose sshd listens on 81 ha0/etc/default/ssh:1']);
  expect(told('-p 81 -o {{ more }}')).toEqual([
    'info server s is port 22 of ha0, whose sshd listens on 81 ha0/etc/default/ssh:1',
  ]);
});

// systemd.socket(5) Accept=: the template of the socket's name runs for each connection. sshd 9.2, 10.0 and 10.6 with -i read -f and -o as without.
describe('a sshd for each connection', () => {
  const ENABLED = 'etc/systemd/system/sockets.target.wants/ssh.socket';
  const SOCKET = 'etc/systemd/system/ssh.socket';
  const TEMPLATE = 'etc/systemd/system/ssh@.service';
  const ACCEPTING = {
    ...DEBIAN,
    [ENABLED]: '',
    [SOCKET]: '[Socket]\nListenStream=10.0.0.1:2022\nAccept=yes\n',
    [UNIT]: '[Service]\nExecStart=/usr/sbin/sshd -D -f /etc/ssh/daemon -o MaxSessions=1\n',
    'etc/ssh/daemon': 'Banner /daemon\n',
    'etc/ssh/each': 'Banner /each\nPort 5\n',
  };
  const template = (words: string): Files => ({
    [TEMPLATE]: `[Service]\nExecStart=-/usr/sbin/sshd ${words}\nStandardInput=socket\n`,
  });
  const printed = (files: Files, name: string): string | undefined => {
    const [state] = open(files).hosts;
    return (state && effectiveOf(state))?.options.find((option) => option.name === name)?.values.join(' ');
  };

  test('the file and the options of the template count, and the socket listens', () => {
    const files = { ...ACCEPTING, ...template('-i -f /etc/ssh/each -o MaxSessions=2 -p 6') };
    expect(printed(files, 'banner')).toBe('/each');
    expect(printed(files, 'maxsessions')).toBe('2');
    expect(refused(open(files))).toEqual([]);
    const report = listeners(files);
    expect(report.sockets.map(({ unit, address, port }) => [unit, address, port])).toEqual([
      ['ssh.socket', '10.0.0.1', 2022],
    ]);
    expect(report.starts.sshd).toBe('ok');
    const workspace = open(files);
    const unread = workspace.findings().filter(({ rule }) => rule === 'system/file-not-read');
    expect(unread.map(({ message }) => message)).toEqual([expect.stringContaining('ssh@.service')]);
  });

  test('without Accept it is the service', () => {
    const files = { ...ACCEPTING, ...template('-i -f /etc/ssh/each'), [SOCKET]: '[Socket]\nListenStream=22\n' };
    expect(printed(files, 'banner')).toBe('/daemon');
    expect(printed(files, 'maxsessions')).toBe('1');
  });

  test('a template that is not at hand says nothing, and the service is not asked', () => {
    expect(printed(ACCEPTING, 'banner')).toBe('none');
    expect(printed(ACCEPTING, 'maxsessions')).toBe('10');
  });

  test('an option that is refused ends each connection', () => {
    const files = { ...ACCEPTING, ...template('-i -o Bannr=x') };
    expect(listeners(files).starts.sshd).toBe('fails: -o Bannr=x: sshd has no option Bannr; did you mean Banner?');
    expect(refused(open(files))).toEqual([
      'error false ha0/etc/systemd/system/ssh@.service:2 ssh@.service of ha0 fails with -o Bannr=x: sshd has no option Bannr; did you mean Banner?',
    ]);
  });

  // Copies of the packages' units: ssh.socket of Debian 11 and sshd.socket of RHEL have Accept=yes, that of Debian 12 Accept=no (unpacked).
  test.each([
    ['debian', '11', 'ssh', 'etc/default/ssh', 'SSHD_OPTS', '2'],
    ['debian', '12', 'ssh', 'etc/default/ssh', 'SSHD_OPTS', '2'],
    ['rhel', '8.9', 'sshd', 'etc/sysconfig/sshd', 'OPTIONS', '2'],
    ['rhel', '9.4', 'sshd', 'etc/sysconfig/sshd', 'OPTIONS', '2'],
  ])('the package of %s %s', (id, version, name, variables, variable, expected) => {
    const files = {
      'etc/os-release': release(id, version),
      [`etc/systemd/system/sockets.target.wants/${name}.socket`]: '',
      [variables]: `${variable}="-o MaxSessions=2"\n`,
    };
    expect(printed(files, 'maxsessions')).toBe(expected);
    const drop = {
      [`etc/systemd/system/${name}@.service.d/a.conf`]:
        '[Service]\nExecStart=\nExecStart=-/usr/sbin/sshd -i -f /etc/ssh/each\n',
    };
    const accepts = !(id === 'debian' && version === '12');
    const each = { ...files, ...drop, 'etc/ssh/each': 'Banner /each\n' };
    expect(printed(each, 'banner')).toBe(accepts ? '/each' : 'none');
    const report = listeners(files);
    expect(report.sockets.map(({ unit, address, port }) => [unit, address, port])).toEqual([
      [`${name}.socket`, '::', 22],
    ]);
    expect(report.starts.sshd).toBe('ok');
  });
});
