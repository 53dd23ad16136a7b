import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lint, snapshotFromFiles, type Finding } from '../../packages/halint/src/index.ts';
import { shared } from '../support/shared.ts';

const SHARE = 'cross/sshd-and-haproxy-share-port';
const WILDCARD = 'cross/sshd-wildcard-vs-haproxy-bind';
const ON_VIP = 'cross/sshd-listens-on-vip';
const OVERRIDES = 'cross/ssh-socket-overrides-listenaddress';

const VRRP =
  'vrrp_instance VI_1 {\n state BACKUP\n interface v0\n virtual_router_id 51\n priority 90\n virtual_ipaddress {\n  10.99.0.100/24\n  fd99::100/64\n }\n}\n';

interface Pair {
  readonly sshd: readonly string[];
  readonly binds: readonly string[];
  readonly more?: Readonly<Record<string, string>>;
  readonly vips?: boolean;
}

function found({ sshd, binds, more = {}, vips = true }: Pair): readonly Finding[] {
  const addresses = ['10.99.0.11', 'fd99::11'].map((local) => ({ local, prefixlen: local.includes(':') ? 64 : 24 }));
  const files = {
    'facts/ip-address.json': JSON.stringify([{ ifname: 'v0', addr_info: addresses }]),
    'etc/ssh/sshd_config': sshd.map((line) => `${line}\n`).join(''),
    'etc/haproxy/haproxy.cfg': `defaults\n mode tcp\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nlisten x\n${binds.map((bind) => ` ${bind}\n`).join('')} server s 127.0.0.1:99\n`,
    ...(vips ? { 'etc/keepalived/keepalived.conf': VRRP } : {}),
    ...more,
  };
  const snapshot = snapshotFromFiles(
    new Map(Object.entries(files).map(([path, text]): [string, string] => [`h/${path}`, text])),
  );
  const { findings, errors } = lint(snapshot, { preset: 'all', only: [SHARE, WILDCARD, ON_VIP, OVERRIDES] });
  expect(errors).toEqual([]);
  return findings;
}

const rulesOf = (pair: Pair): string[] => found(pair).map(({ rule }) => rule);

const { path: table, present } = shared('truth/binds.tsv');

type Row = Readonly<Record<string, string>>;

/** Scenarios with both daemons, and whether either said "Address already in use" in some start order. */
function scenarios(): (readonly [string, Row, boolean])[] {
  if (!present) return [];
  const [head = '', ...lines] = readFileSync(table, 'utf8').trimEnd().split('\n');
  const names = head.split('\t');
  const all = new Map<string, { row: Row; collides: boolean }>();
  for (const line of lines) {
    const row = Object.fromEntries(line.split('\t').map((cell, i) => [names[i] ?? '', cell]));
    if (row['sshd'] === '-' || row['haproxy'] === '-') continue;
    const key = `${row['scenario']} nonlocal ${row['ip4_nonlocal']}, v6only ${row['bindv6only']}`;
    const collides = `${row['sshd_message']}${row['haproxy_message']}`.includes('Address already in use');
    all.set(key, { row, collides: collides || all.get(key)?.collides === true });
  }
  return [...all].map(([key, { row, collides }]) => [key, row, collides] as const);
}

describe.skipIf(!present)('of all pairs that were tried, those that collide have one finding', () => {
  test('both kinds are many', () => {
    expect(scenarios().filter(([, , collides]) => collides).length).toBeGreaterThan(20);
    expect(scenarios().filter(([, , collides]) => !collides).length).toBeGreaterThan(10);
  });

  test.each(scenarios())('%s', (_, row, collides) => {
    const rules = rulesOf({
      sshd: (row['sshd_config'] ?? '').split('\\n'),
      binds: (row['haproxy_binds'] ?? '').split('\\n'),
      more: {
        'etc/sysctl.d/a.conf': `net.ipv6.bindv6only = ${row['bindv6only']}\nnet.ipv4.ip_nonlocal_bind = 1\nnet.ipv6.ip_nonlocal_bind = 1\n`,
      },
    });
    expect(rules).toHaveLength(collides ? 1 : 0);
  });
});

describe('the finding', () => {
  test('a real address beside every address: both start orders', () => {
    // binds.tsv rows 18 and 39.
    const [one, ...others] = found({ sshd: ['ListenAddress 10.99.0.11'], binds: ['bind *:22'] });
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      rule: SHARE,
      severity: 'error',
      message: 'sshd of h listens on 10.99.0.11:22 and takes 0.0.0.0:22 from haproxy',
    });
    expect(one?.help).toBe(
      'If sshd starts first, haproxy exits ("Address already in use"); if haproxy starts first, sshd exits and is not restarted. Let haproxy bind the addresses that it is for, not all, or give sshd another Port.',
    );
    expect(one?.related).toHaveLength(1);
  });

  test('every address beside a real one: sshd loses a family', () => {
    // As rows 16 and 37, with a real address in the place of the VIP: the kernel sees no difference.
    const [one] = found({ sshd: ['Port 22'], binds: ['bind 10.99.0.11:22'] });
    expect(one).toMatchObject({ rule: SHARE });
    expect(one?.help).toContain('sshd goes on without IPv4, and nobody is told');
  });

  test('one of several lines of sshd is lost alone', () => {
    const sshd = ['ListenAddress 10.99.0.11', 'ListenAddress 127.0.0.1'];
    const [one] = found({ sshd, binds: ['bind 10.99.0.11:22'] });
    expect(one?.help).toContain('sshd goes on without 10.99.0.11:22, and nobody is told');
  });

  test('one bind beside two sockets is one finding, two binds are two', () => {
    const sshd = ['ListenAddress 10.99.0.11', 'ListenAddress 127.0.0.1'];
    expect(found({ sshd, binds: ['bind *:22'] }).map(({ message }) => message)).toEqual([
      'sshd of h listens on 10.99.0.11:22 and 127.0.0.1:22 and takes 0.0.0.0:22 from haproxy',
    ]);
    expect(rulesOf({ sshd, binds: ['bind 10.99.0.11:22', 'bind 127.0.0.1:20-30'] })).toEqual([SHARE, SHARE]);
  });

  test('peers and stats sockets collide too', () => {
    const text = 'global\n stats socket ipv4@127.0.0.1:2222\ndefaults\n mode tcp\n';
    const more = { 'etc/haproxy/haproxy.cfg': text };
    expect(rulesOf({ sshd: ['Port 2222'], binds: [], more })).toEqual([SHARE]);
  });
});

describe('each pair is told of once', () => {
  test.each([
    [WILDCARD, { sshd: ['Port 22'], binds: ['bind 10.99.0.100:22'] }],
    [WILDCARD, { sshd: ['Port 22'], binds: ['bind *:22'] }],
    [WILDCARD, { sshd: ['Port 22'], binds: ['bind :::22 v4v6'] }],
    [SHARE, { sshd: ['Port 22'], binds: ['bind 127.0.0.1:22'] }],
    [SHARE, { sshd: ['ListenAddress 10.99.0.11'], binds: ['bind 10.99.0.11:22'] }],
    [ON_VIP, { sshd: ['ListenAddress 10.99.0.100'], binds: ['bind 10.99.0.100:22'] }],
  ])('%s', (rule, pair) => {
    const more = { 'etc/sysctl.d/a.conf': 'net.ipv4.ip_nonlocal_bind = 1\n' };
    expect(rulesOf({ ...pair, more })).toEqual([rule]);
  });

  test('a VIP of sshd beside every address of haproxy is two mistakes', () => {
    const more = { 'etc/sysctl.d/a.conf': 'net.ipv4.ip_nonlocal_bind = 1\n' };
    expect(rulesOf({ sshd: ['ListenAddress 10.99.0.100'], binds: ['bind *:22'], more }).sort()).toEqual([
      SHARE,
      ON_VIP,
    ]);
  });
});

describe('nobody is in the way', () => {
  test.each<[string, Pair]>([
    ['an sshd that never starts', { sshd: ['AddressFamily inet6', 'ListenAddress 10.99.0.11'], binds: ['bind *:22'] }],
    ['an address that sshd cannot bind', { sshd: ['ListenAddress 10.99.0.12'], binds: ['bind *:22'] }],
    // sshd binds the last line first, and 0.0.0.0 is lost to its own socket in either start order.
    [
      'a socket that sshd loses to itself',
      { sshd: ['ListenAddress 0.0.0.0', 'ListenAddress 10.99.0.11'], binds: ['bind 127.0.0.1:22'] },
    ],
    ['another family', { sshd: ['AddressFamily inet6', 'Port 22'], binds: ['bind 10.99.0.11:22'] }],
    ['another port', { sshd: ['Port 2222'], binds: ['bind 10.99.0.11:22'] }],
  ])('%s', (_, pair) => expect(rulesOf(pair)).toEqual([]));
});

describe('ssh.socket', () => {
  const socket = (...streams: string[]): Record<string, string> => ({
    'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
    'etc/systemd/system/sockets.target.wants/ssh.socket': '[Unit]\n',
    ...(streams.length === 0
      ? {}
      : {
          'etc/systemd/system/ssh.socket.d/a.conf': `[Socket]\nListenStream=\n${streams.map((each) => `ListenStream=${each}\n`).join('')}`,
        }),
  });

  test('the unit of the package takes port 22 of every address', () => {
    const [one, ...others] = found({ sshd: ['UsePAM yes'], binds: ['bind 10.99.0.100:22'], more: socket() });
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      rule: WILDCARD,
      message: 'ssh.socket of h listens on *:22 (ListenStream of its package) and takes 10.99.0.100:22 from haproxy',
    });
    // lab: sockets 1-3: a socket unit fails with its first socket.
    expect(one?.help).toContain('if haproxy starts first, ssh.socket fails and nobody can log in');
    expect(rulesOf({ sshd: ['UsePAM yes'], binds: ['bind 10.99.0.11:22'], more: socket() })).toEqual([SHARE]);
  });

  test('as sshd_config says: one finding, at the bind', () => {
    const pair = { sshd: ['ListenAddress 10.99.0.11'], binds: ['bind *:22'], more: socket('10.99.0.11:22') };
    expect(rulesOf(pair)).toEqual([SHARE]);
  });

  test('otherwise than sshd_config says: its rule names the binds', () => {
    const pair = {
      sshd: ['ListenAddress 10.99.0.11'],
      binds: ['bind 10.99.0.100:22', 'bind 10.99.0.11:22'],
      more: socket(),
    };
    const [one, ...others] = found(pair);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ rule: OVERRIDES });
    expect(one?.help).toContain('haproxy cannot bind 10.99.0.100:22, 10.99.0.11:22 beside it');
  });

  test('on a real address leaves the VIP alone, whatever a silent sshd_config would do', () => {
    const pair = { sshd: ['UsePAM yes'], binds: ['bind 10.99.0.100:22'], more: socket('10.99.0.11:22') };
    expect(rulesOf(pair)).toEqual([]);
  });
});
