import { readFileSync } from 'node:fs';
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

test('what was not run here is an info that names what is missing', () => {
  const ubuntu = {
    'a/etc/os-release': 'ID=ubuntu\nVERSION_ID="24.04"\n',
    'a/etc/systemd/system/ssh.socket.d/a.conf': '[Socket]\n',
  };
  expect(found('', false, ubuntu)).toMatchObject([
    { severity: 'info', missing: expect.stringContaining('/run/systemd/generator/ssh.socket.d') as string },
  ]);
  const generated = {
    ...ubuntu,
    'a/run/systemd/generator/ssh.socket.d/addresses.conf': '[Socket]\nListenStream=\nListenStream=10.99.0.11:2222\n',
  };
  expect(found('', false, generated)).toEqual([]);
});
