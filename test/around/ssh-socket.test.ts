import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lint, predictListeners, snapshotFromFiles, type Finding } from '../../packages/halint/src/index.ts';
import { shared } from '../support/shared.ts';

const truth = shared('truth/sockets.tsv');
const RULE = 'cross/ssh-socket-overrides-listenaddress';

const VIP = `vrrp_instance V {\n interface v0\n virtual_router_id 51\n virtual_ipaddress {\n  10.99.0.100/32\n }\n}\n`;
const HAPROXY =
  'defaults\n mode tcp\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nlisten x\n bind 10.99.0.100:2222\n server s 127.0.0.1:9\n';

function filesOf(
  listen: string,
  haproxy: boolean,
  more: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries({
      'a/etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
      'a/facts/ip-address.json': '[{"ifname":"v0","addr_info":[{"local":"10.99.0.11","prefixlen":24}]}]',
      'a/etc/systemd/system/sockets.target.wants/ssh.socket': '',
      'a/etc/systemd/system/ssh.socket.d/a.conf': `[Socket]\nListenStream=\n${listen}\n`,
      'a/etc/ssh/sshd_config': 'Port 2222\nListenAddress 10.99.0.11\n',
      'a/etc/keepalived/keepalived.conf': VIP,
      ...(haproxy ? { 'a/etc/haproxy/haproxy.cfg': HAPROXY } : {}),
      ...more,
    }),
  );
}

function found(listen: string, haproxy: boolean, more?: Readonly<Record<string, string>>): readonly Finding[] {
  const files = filesOf(listen, haproxy, more);
  const { findings, errors } = lint(snapshotFromFiles(files), { only: [RULE] });
  expect(errors).toEqual([]);
  return findings;
}

describe.skipIf(!truth.present)('what a socket unit did beside haproxy', () => {
  const rows = truth.present
    ? readFileSync(truth.path, 'utf8')
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split('\t') as [string, string, string, string, string, string, string?])
    : [];

  test('the table is whole', () => expect(rows).toHaveLength(5));

  test.each(rows)('%s, %s', (_case, _order, listen, bind, socket, haproxy) => {
    const told = found(listen, bind !== '-').map(({ message, help }) => `${message} | ${help ?? ''}`);
    const text = told.join('\n');
    // Where one of both failed they exclude each other; a socket that failed alone had no such address.
    expect(text.includes('haproxy cannot bind 10.99.0.100:2222 beside it')).toBe(
      haproxy !== '' && [socket, haproxy].includes('failed') && bind !== '-',
    );
    expect(text.includes('cannot listen on')).toBe(socket === 'failed' && bind === '-');
    // `up *:2222` is how ss names the socket.
    if (socket.startsWith('up ') && !socket.endsWith('10.99.0.11:2222'))
      expect(text).toContain(`listens on ${socket.slice(3)}`);
    if (socket.endsWith('10.99.0.11:2222')) expect(told).toEqual([]);
  });
});

describe.skipIf(!truth.present)('halint listeners says what the socket unit did', () => {
  const rows = truth.present
    ? readFileSync(truth.path, 'utf8')
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split('\t') as [string, string, string, string, string, string])
    : [];

  test.each(rows)('%s, %s', (_case, order, listen, bind, socket, haproxy) => {
    const report = predictListeners(snapshotFromFiles(filesOf(listen, bind !== '-')))[0];
    const first = order.startsWith('haproxy') ? 'haproxy' : 'sshd';
    const together = report?.conflicts[0]?.orders.find((each) => each.first === first);
    const alone = report?.starts.sshd?.startsWith('fails') === true ? 'exit' : 'up';
    expect(together?.sshd ?? alone).toBe(socket === 'failed' ? 'exit' : 'up');
    if (bind !== '-') expect(together?.haproxy ?? 'up').toBe(haproxy === 'failed' ? 'exit' : 'up');
    expect(report?.sockets[0]).toMatchObject({ service: 'sshd', unit: 'ssh.socket' });
  });
});

test('FreeBind makes an absent address no failure', () => {
  const told = found('ListenStream=10.99.0.77:2222\nFreeBind=yes', false).map(({ message }) => message);
  expect(told.filter((message) => message.includes('cannot listen'))).toEqual([]);
});

// Ubuntu was not run here. What its generator writes is its source (sshd-socket-generator.c of openssh 9.6p1); the order of drop-ins,
// those of /run/systemd/generator among those of /etc by file name, is systemd.unit(5).
describe('the drop-in of Ubuntu that a generator makes of sshd_config', () => {
  const UBUNTU = { 'a/etc/os-release': 'ID=ubuntu\nVERSION_ID="24.04"\n' };
  const dropIn = (name: string, listen: string): Readonly<Record<string, string>> => ({
    'a/etc/systemd/system/ssh.socket.d/a.conf': '[Socket]\n',
    [`a/etc/systemd/system/ssh.socket.d/${name}`]: `[Socket]\n${listen}\n`,
  });
  const listens = (more: Readonly<Record<string, string>>): unknown => {
    const report = predictListeners(snapshotFromFiles(filesOf('', false, { ...UBUNTU, ...more })))[0];
    return report?.sockets.map(({ unit, address, port, v6only }) => [unit, address, port, v6only]);
  };
  const sshd = (text: string): Readonly<Record<string, string>> => ({ 'a/etc/ssh/sshd_config': text });
  const socket = (address: string, port: number, v6only = address.includes(':')): unknown => [
    'ssh.socket',
    address,
    port,
    v6only,
  ];

  test('sshd_config is what listens, and no warning says otherwise', () => {
    expect(listens(dropIn('a.conf', ''))).toEqual([socket('10.99.0.11', 2222)]);
    expect(found('', false, { ...UBUNTU, ...dropIn('a.conf', '') })).toEqual([]);
    expect(listens({ ...dropIn('a.conf', ''), ...sshd('Port 2200\n') })).toEqual([
      socket('0.0.0.0', 2200),
      socket('::', 2200),
    ]);
    // listen_addr_is_default(): nothing is written, and the package's unit has both wildcards.
    expect(listens({ ...dropIn('a.conf', ''), ...sshd('') })).toEqual([socket('0.0.0.0', 22), socket('::', 22)]);
    expect(listens({ ...dropIn('a.conf', ''), ...sshd('AddressFamily inet\n') })).toEqual([socket('0.0.0.0', 22)]);
  });

  test('a drop-in that is read later starts anew, or adds', () => {
    const reset = 'ListenStream=\nListenStream=0.0.0.0:80';
    expect(listens(dropIn('l.conf', reset))).toEqual([socket('0.0.0.0', 80)]);
    expect(listens(dropIn('l.conf', 'ListenStream=0.0.0.0:80'))).toEqual([
      socket('10.99.0.11', 2222),
      socket('0.0.0.0', 80),
    ]);
    expect(listens({ ...dropIn('l.conf', 'ListenStream=0.0.0.0:80'), ...sshd('') })).toEqual([
      socket('0.0.0.0', 22),
      socket('::', 22),
      socket('0.0.0.0', 80),
    ]);
  });

  test('one that is read before is undone by the reset of the generated one', () => {
    expect(listens(dropIn('aa.conf', 'ListenStream=\nListenStream=0.0.0.0:80'))).toEqual([socket('10.99.0.11', 2222)]);
    expect(found('', false, { ...UBUNTU, ...dropIn('aa.conf', 'ListenStream=\nListenStream=0.0.0.0:80') })).toEqual([]);
  });

  test('one of the same name below /etc hides it', () => {
    expect(listens(dropIn('addresses.conf', 'ListenStream=\nListenStream=0.0.0.0:80'))).toEqual([
      socket('0.0.0.0', 80),
    ]);
  });

  test('what the generator left below /run is believed', () => {
    const path = 'a/run/systemd/generator/ssh.socket.d/addresses.conf';
    expect(
      listens({ ...dropIn('a.conf', ''), [path]: '[Socket]\nListenStream=\nListenStream=10.99.0.11:2200\n' }),
    ).toEqual([socket('10.99.0.11', 2200)]);
  });

  test('Ubuntu 22.04 has no generator', () => {
    const jammy = { 'a/etc/os-release': 'ID=ubuntu\nVERSION_ID="22.04"\n' };
    expect(listens({ ...dropIn('a.conf', ''), ...jammy })).toEqual([socket('::', 22, false)]);
  });

  test('what a name resolves to when the generator runs is not known', () => {
    const files = { ...UBUNTU, ...dropIn('a.conf', ''), ...sshd('ListenAddress nope.invalid\n') };
    expect(predictListeners(snapshotFromFiles(filesOf('', false, files)))[0]?.starts.sshd).toMatch(
      /^unknown: ssh\.socket is enabled, .* ListenAddress nope\.invalid/,
    );
  });

  test('a drop-in of a socket that may not be enabled leaves it open what listens', () => {
    const files = new Map(filesOf('', false, { ...UBUNTU, ...dropIn('l.conf', 'ListenStream=\nListenStream=80') }));
    files.delete('a/etc/systemd/system/sockets.target.wants/ssh.socket');
    expect(predictListeners(snapshotFromFiles(files))[0]?.starts.sshd).toMatch(/^unknown: .* ssh\.socket is enabled/);
  });
});

test('what is not known of a unit is an info that names what is missing', () => {
  const files = {
    'a/etc/os-release': 'ID=ubuntu\nVERSION_ID="24.04"\n',
    'a/etc/systemd/system/ssh.socket.d/a.conf': '[Socket]\n',
    'a/etc/ssh/sshd_config': 'ListenAddress nope.invalid\nPort 2222\n',
  };
  expect(found('', false, files)).toMatchObject([
    { severity: 'info', missing: expect.stringContaining('nope.invalid') as string },
  ]);
});

// What systemd takes of a unit: the lines that it passes over ("Failed to parse address value"), and whether it loads the unit at all.
describe('lines that are no socket', () => {
  const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
  if (!hasSystemd) console.warn('SKIPPED: systemd-analyze is needed to ask what systemd takes');
  const CASES: readonly (readonly [readonly string[], number, readonly string[]])[] = [
    [['ListenStream=99999'], 1, []],
    [['ListenStream=foo:bar'], 1, []],
    [['ListenStream=10.99.0.300:22'], 1, []],
    [['ListenStream=99999', 'ListenStream=22'], 1, ['[::]:22']],
    [['ListenStream=0x16'], 0, ['[::]:22']],
    [['ListenStream=22', 'ListenStream='], 0, []],
    [['ListenFIFO=/run/x'], 0, []],
  ];
  const isLoaded = (lines: readonly string[]): boolean =>
    lines.some((line) => /=(?:22|0x16|\/run\/x)$/.test(line)) && lines.at(-1) !== 'ListenStream=';

  test.skipIf(!hasSystemd).each(CASES)('systemd: %j', (lines, refused) => {
    const folder = mkdtempSync(join(tmpdir(), 'halint-socket-'));
    try {
      writeFileSync(join(folder, 'x.service'), '[Service]\nExecStart=/bin/true\n');
      writeFileSync(join(folder, 'x.socket'), `[Socket]\n${lines.join('\n')}\n`);
      const { stderr } = spawnSync('systemd-analyze', ['verify', join(folder, 'x.socket')], { encoding: 'utf8' });
      expect(stderr.match(/Failed to parse address value/g) ?? []).toHaveLength(refused);
      expect(/lacks Listen|no Listen setting/.test(stderr)).toBe(!isLoaded(lines));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each(CASES)('halint: %j', (lines, refused, sockets) => {
    const files = filesOf(lines.join('\n'), false);
    const snapshot = snapshotFromFiles(files);
    const [report] = predictListeners(snapshot);
    expect(report?.sockets.map(({ address, port }) => (address === '::' ? `[::]:${port}` : address))).toEqual(sockets);
    expect(report?.starts.sshd).toBe(
      isLoaded(lines) ? 'ok' : 'fails: systemd does not load ssh.socket: it has nothing to listen on',
    );
    const values = lint(snapshot).findings.filter(({ rule }) => rule === 'systemd/syntax');
    expect(values.map(({ severity }) => severity)).toEqual(Array.from({ length: refused }, () => 'warning'));
  });
});
