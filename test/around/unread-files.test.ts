import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { lint, predictListeners, rangeOf, simulateFailover, type Snapshot } from '../../packages/halint/src/index.ts';
import { includesOf, startedBy } from '../../packages/halint/src/includes-of.ts';
import { loadSnapshot } from '../../packages/inventory/src/load.ts';

// A file that is there and cannot be read is a missing fact (contract, section 2): nothing is absent for not standing in the others. Of each
// tree the daemons make a running host, by what the file holds or may hold, so that an error said of it is false.

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const HAPROXY =
  'defaults\n mode tcp\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nlisten x\n bind 10.99.0.100:80\n server s 10.99.0.20:9 check\n';
const KEEPALIVED =
  'vrrp_instance V {\n state BACKUP\n interface v0\n virtual_router_id 51\n priority 100\n virtual_ipaddress {\n  10.99.0.100/24\n }\n}\n';
const ADDRESSES = JSON.stringify([
  { ifname: 'lo', addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8 }] },
  { ifname: 'v0', addr_info: [{ family: 'inet', local: '10.99.0.1', prefixlen: 24 }] },
]);
const KEYFILE = (device: string, address: string): string =>
  `[connection]\nid=${device}\ninterface-name=${device}\n[ipv4]\nmethod=manual\naddress1=${address}/24\n[ipv6]\nmethod=disabled\n`;
const KEY_FILES = 'etc/NetworkManager/system-connections';
const nonlocal = (value: number): string => `net.ipv4.ip_nonlocal_bind = ${value}\n`;

const BASE: Readonly<Record<string, string | Buffer>> = {
  'etc/haproxy/haproxy.cfg': HAPROXY,
  'etc/keepalived/keepalived.conf': KEEPALIVED,
  'etc/sysctl.d/90.conf': nonlocal(1),
  'etc/ssh/sshd_config': 'Port 2222\n',
  'facts/ip-address.json': ADDRESSES,
};

/**
 * The host ha0 as somebody else than root reads it. A text that starts with `->` is a symbolic link, `|` is a pipe, an empty one takes the file away.
 * @param closed files and folders of root alone.
 */
function host(files: Readonly<Record<string, string | Buffer>>, closed: readonly string[] = []): Snapshot {
  const top = mkdtempSync(join(tmpdir(), 'halint-unread-'));
  folders.push(top);
  chmodSync(top, 0o755);
  for (const [path, text] of Object.entries({ ...BASE, ...files })) {
    const full = join(top, 'ha0', path);
    if (text.length === 0) continue;
    mkdirSync(dirname(full), { recursive: true });
    if (text === '|') execFileSync('mkfifo', [full]);
    else if (typeof text === 'string' && text.startsWith('->')) symlinkSync(text.slice(2), full);
    else writeFileSync(full, text);
  }
  for (const path of closed) chmodSync(join(top, 'ha0', path), 0);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    return loadSnapshot(['.'], { cwd: top, includesOf, startedBy });
  } finally {
    if (isRoot) process.seteuid?.(0);
    for (const path of closed) chmodSync(join(top, 'ha0', path), 0o755);
  }
}

/** Severity, rule and missing fact of what the cross rules say of the address, and how the services start. */
function told(snapshot: Snapshot): { readonly said: readonly string[]; readonly starts: unknown } {
  const { findings, errors } = lint(snapshot);
  expect(errors).toEqual([]);
  return {
    said: findings
      .filter(
        ({ rule, message }) => rule.startsWith('cross/') && rule !== 'cross/vrrp-check-not-haproxy' && message !== '',
      )
      .map(({ severity, rule, missing }) => `${severity} ${rule} ${missing ?? ''}`.trim()),
    starts: predictListeners(snapshot)[0]?.starts,
  };
}

const TYPO = 'cross/nonlocal-bind-hides-typo';
const ABSENT = 'cross/bind-address-not-local';
const MAIN = '/etc/keepalived/keepalived.conf';
const SYSCTL = 'etc/sysctl.d/90.conf';

describe('a VIP of a keepalived.conf that could not be read', () => {
  const utf16 = Buffer.from(`\ufeff${KEEPALIVED}`, 'utf16le');
  const cases: readonly (readonly [string, Readonly<Record<string, string | Buffer>>, readonly string[], string])[] = [
    ['may not be read', {}, [MAIN.slice(1)], MAIN],
    ['in a folder that may not be read', {}, ['etc/keepalived'], '/etc/keepalived'],
    ['a link out of the root', { 'etc/keepalived/keepalived.conf': '->/../../srv/k.conf' }, [], MAIN],
    ['a link to what was not collected', { 'etc/keepalived/keepalived.conf': '->/srv/cm/k.conf' }, [], MAIN],
    ['UTF-16', { 'etc/keepalived/keepalived.conf': utf16 }, [], MAIN],
    [
      'an include out of the root',
      { 'etc/keepalived/keepalived.conf': 'include /../../srv/x.conf\n' },
      [],
      '/../../srv/x.conf',
    ],
    [
      'an include that may not be read',
      { 'etc/keepalived/keepalived.conf': 'include v.conf\n', 'etc/keepalived/v.conf': KEEPALIVED },
      ['etc/keepalived/v.conf'],
      '/etc/keepalived/v.conf',
    ],
    [
      'an include that matches nothing',
      { 'etc/keepalived/keepalived.conf': 'include conf.d/*.conf\n' },
      [],
      '/etc/keepalived/conf.d/*.conf',
    ],
  ];
  test.each(cases)('%s', (_, files, closed, missing) => {
    expect(told(host(files, closed)).said).toEqual([`info ${TYPO} ${missing}`]);
    const off = host({ ...files, 'etc/sysctl.d/90.conf': nonlocal(0) }, closed);
    const { said, starts } = told(off);
    expect(said).toEqual([`info ${ABSENT} ${missing}`]);
    expect(starts).toMatchObject({ haproxy: expect.stringContaining(`unknown: nothing says`) as string });
    expect(simulateFailover(off)).toMatchObject({
      clusters: [],
      unread: [{ host: 'ha0', file: { path: missing } }],
    });
  });

  test('without keepalived.conf, and with one that leads to itself, which keepalived cannot open either, it is an error', () => {
    for (const text of ['', '->keepalived.conf'])
      expect(told(host({ 'etc/keepalived/keepalived.conf': text })).said).toEqual([`error ${TYPO}`]);
  });

  test('a file beside it, and one that no include names, is none that keepalived reads', () => {
    const beside = {
      'etc/keepalived/old.conf': KEEPALIVED,
      'etc/haproxy/haproxy.cfg': HAPROXY.replace('0.100', '0.101'),
    };
    expect(told(host(beside, ['etc/keepalived/old.conf'])).said).toEqual([`error ${TYPO}`]);
  });
});

test('what a host with such a file does in a cluster of others is unknown', () => {
  const [readable, closed] = [host({}), host({}, [MAIN.slice(1)])];
  const snapshot: Snapshot = {
    hosts: [...readable.hosts.map((each) => ({ ...each, id: 'ha1' })), ...closed.hosts],
    notes: closed.notes,
  };
  const [cluster] = simulateFailover(snapshot).clusters;
  expect(cluster?.hosts).toEqual(['ha1']);
  expect(new Set(cluster?.scenarios.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
});

describe('a kernel setting of a file that could not be read', () => {
  const SET = SYSCTL;
  const VIP = 'cross/bind-vip-without-nonlocal';
  const start = (snapshot: Snapshot): unknown => predictListeners(snapshot)[0]?.starts.haproxy;

  // systemd-sysctl takes the last line of a key, by the names of the files (sysctl.d(5)).
  test.each([
    ['alone', {}, [SET], '/etc/sysctl.d/90.conf'],
    ['its folder', {}, ['etc/sysctl.d'], '/etc/sysctl.d'],
    ['behind one that sets it', { 'etc/sysctl.d/10.conf': nonlocal(0) }, [SET], '/etc/sysctl.d/90.conf'],
    ['a link out of the root', { [SET]: '->/../../srv/90.conf' }, [], '/etc/sysctl.d/90.conf'],
    [
      'another ran when sysctl -a was stored',
      { 'facts/sysctl.txt': 'net.ipv4.ip_nonlocal_bind = 1\n', 'etc/sysctl.d/10.conf': nonlocal(0) },
      [SET],
      '/etc/sysctl.d/90.conf',
    ],
  ] as const)('%s: unknown', (_, files, closed, missing) => {
    const snapshot = host(files, closed);
    expect(told(snapshot).said).toEqual([`info ${VIP} ${missing}`]);
    expect(start(snapshot)).toContain(`unknown: whether 10.99.0.100:80 can be bound hangs on ${missing}`);
  });

  test.each([
    ['a later file sets it', { 'etc/sysctl.d/95.conf': nonlocal(0) }, [`error ${VIP}`]],
    ['a later file sets it to 1', { 'etc/sysctl.d/95.conf': nonlocal(1) }, []],
    ['it was on when sysctl -a was stored', { 'facts/sysctl.txt': 'net.ipv4.ip_nonlocal_bind = 1\n' }, []],
  ] as const)('%s: known', (_, files, said) => {
    expect(told(host(files, [SET])).said).toEqual(said);
  });
});

test('the first port for everybody, and what sshd listens on by another file', () => {
  const unit = {
    'etc/systemd/system/haproxy.service':
      '[Service]\nUser=haproxy\nExecStart=/usr/sbin/haproxy -f /etc/haproxy/haproxy.cfg\n',
  };
  const low = (closed: readonly string[]): unknown =>
    lint(host(unit, closed))
      .findings.filter(({ rule }) => rule === 'system/low-port-without-capability')
      .map(({ severity, missing }) => [severity, missing]);
  expect(low([])).toEqual([['error', undefined]]);
  expect(low([SYSCTL])).toEqual([['info', `/${SYSCTL}`]]);

  const dropIn = 'etc/ssh/sshd_config.d/a.conf';
  const files = {
    'etc/haproxy/haproxy.cfg': HAPROXY.replace(':80', ':2222'),
    'etc/ssh/sshd_config': 'Include sshd_config.d/*.conf\nPort 2222\n',
    [dropIn]: 'ListenAddress 10.99.0.1\n',
  };
  expect(told(host(files)).said).toEqual([]);
  expect(told(host(files, [dropIn])).said).toEqual([`info cross/sshd-wildcard-vs-haproxy-bind /${dropIn}`]);
});

describe('a daemon whose file could not be read', () => {
  test.each([
    ['sshd', 'etc/ssh/sshd_config', {}],
    ['sshd', 'etc/ssh/sshd_config', { 'etc/ssh/sshd_config.d/a.conf': 'Port 22\n' }],
    ['haproxy', 'etc/haproxy/haproxy.cfg', {}],
  ] as const)('%s: %s', (service, path, files) => {
    const [report] = predictListeners(host(files, [path]));
    expect(report?.starts[service]).toBe(`unknown: /${path} could not be read (permission denied)`);
    expect(report?.sockets.filter((socket) => socket.service === service)).toEqual([]);
  });

  test('its Include: the sockets of the other files are shown', () => {
    const files = {
      'etc/ssh/sshd_config': 'Include sshd_config.d/*.conf\nPort 2222\n',
      'etc/ssh/sshd_config.d/a.conf': 'Port 22\n',
    };
    const [report] = predictListeners(host(files, ['etc/ssh/sshd_config.d/a.conf']));
    expect(report?.starts.sshd).toBe('unknown: /etc/ssh/sshd_config.d/a.conf could not be read (permission denied)');
    expect(report?.sockets.map(({ service, port }) => `${service} ${port}`)).toContain('sshd 2222');
    expect(predictListeners(host({ 'etc/ssh/sshd_config': 'Include nothing.d/*.conf\n' }))[0]?.starts.sshd).toBe('ok');
  });
});

test.each([
  ['keyfile', `${KEY_FILES}/v1.nmconnection`, KEYFILE('v1', '10.99.0.100')],
  ['folder of keyfiles', KEY_FILES, ''],
  ['networkd', 'etc/systemd/network/10-v1.network', '[Match]\nName=v1\n[Network]\nAddress=10.99.0.100/24\n'],
  ['netplan', 'etc/netplan/50.yaml', 'network:\n  ethernets:\n    v1: {addresses: [10.99.0.100/24]}\n'],
  ['interfaces', 'etc/network/interfaces', 'iface v1 inet static\n address 10.99.0.100/24\n'],
])('addresses of a %s that could not be read', (_, path, text) => {
  const known: Readonly<Record<string, string>> =
    path === KEY_FILES
      ? {
          'etc/network/interfaces': 'iface v0 inet static\n address 10.99.0.1/24\n',
          [`${KEY_FILES}/a`]: KEYFILE('v1', '10.99.0.100'),
        }
      : { [`${KEY_FILES}/v0.nmconnection`]: KEYFILE('v0', '10.99.0.1'), [path]: text };
  const none = {
    'etc/keepalived/keepalived.conf': '',
    'facts/ip-address.json': '',
    'etc/sysctl.d/90.conf': nonlocal(0),
  };
  expect(told(host({ ...none, ...known })).said).toEqual([]);
  expect(told(host({ ...none, ...known }, [path])).said).toEqual([`info ${ABSENT} facts/ip-address.json`]);
  // `ip -j address` lists all there are.
  const listed = host({ ...none, ...known, 'facts/ip-address.json': ADDRESSES }, [path]);
  expect(told(listed).said).toEqual([`error ${ABSENT}`]);
});

describe('bad input is not passed over in silence', () => {
  const notes = (snapshot: Snapshot): unknown =>
    lint(snapshot)
      .findings.filter(({ rule }) => /^system\/(?:unreadable-file|malformed-fact)$/.test(rule))
      .map(({ severity, message, at }) => `${severity} ${at.file.path}:${rangeOf(at).start.line} ${message}`);

  test('a pipe and a directory where a daemon has its file', () => {
    const piped = host({ 'etc/ssh/sshd_config': '|' });
    expect(notes(piped)).toEqual([
      'warning /etc/ssh/sshd_config:1 a pipe, socket or device where a file should be: not read',
    ]);
    expect(predictListeners(piped)[0]?.starts.sshd).toBe(
      'unknown: /etc/ssh/sshd_config could not be read (it is no file)',
    );
    const folder = host({ 'etc/haproxy/haproxy.cfg': '', 'etc/haproxy/haproxy.cfg/x': 'no .cfg' });
    expect(notes(folder)).toEqual(['warning /etc/haproxy/haproxy.cfg:1 a directory where a file should be: not read']);
    expect(predictListeners(folder)[0]?.starts.haproxy).toBe(
      'unknown: /etc/haproxy/haproxy.cfg could not be read (it is no file)',
    );
    // haproxy 2.6 reads the .cfg files of a directory, `haproxy -c -f haproxy.cfg` with one: "Configuration file is valid".
    const read = host({ 'etc/haproxy/haproxy.cfg': '', 'etc/haproxy/haproxy.cfg/a.cfg': HAPROXY });
    expect(notes(read)).toEqual([]);
    expect(predictListeners(read)[0]?.starts.haproxy).toBe('ok');
  });

  test('facts/packages.txt', () => {
    // `dpkg -l` of Debian 12 with its heads, and a package that was removed.
    const dpkg =
      'Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n||/ Name Version Architecture Description\n+++-====-====-====-====\nii  haproxy 2.6.12-1+deb12u1 amd64 x\nrc  keepalived 1:2.2.7-1+b2 amd64 x\n';
    expect(notes(host({ 'facts/packages.txt': dpkg }))).toEqual([]);
    expect(
      notes(host({ 'facts/packages.txt': 'haproxy-2.4.22-3.el9.x86_64\ngpg-pubkey-8483c65d-5ccc5b19\n' })),
    ).toEqual([]);
    expect(notes(host({ 'facts/packages.txt': 'ii  haproxy\nxx\n' }))).toEqual([
      'warning /facts/packages.txt:1 no package and version: `ii  haproxy`',
      'warning /facts/packages.txt:2 no package and version: `xx`',
    ]);
  });

  test.each([
    ['ID="debian\nVERSION_ID= \n=\n', ['1 no KEY=value: `ID="debian`', '3 no KEY=value: `=`']],
    ['ID=debian\nVERSION_ID=""\n', ['1 no line VERSION_ID=']],
    ['# Debian unstable has no version\nID=debian\nVERSION_CODENAME=trixie\n', []],
    ['NAME="Arch Linux"\nID=arch\nBUILD_ID=rolling\n', []],
    ["ID='rocky'\nVERSION_ID='9.4'\n", []],
  ] as const)('os-release %j', (text, said) => {
    expect(notes(host({ 'etc/os-release': text }))).toEqual(said.map((each) => `warning /etc/os-release:${each}`));
  });
});
