import { describe, expect, test } from 'vitest';
import { lint, predictListeners, snapshotFromFiles, type Finding } from '../../packages/halint/src/index.ts';

// What haproxy 2.6, 3.0 and 3.2 did alike in a network namespace with 192.0.2.10 on an interface, and 192.0.2.99 on none.

const ADDRESSES = JSON.stringify([
  { ifname: 'lo', addr_info: [{ local: '127.0.0.1', prefixlen: 8 }] },
  { ifname: 'eth0', addr_info: [{ local: '192.0.2.10', prefixlen: 24 }] },
]);
const VRRP =
  'vrrp_instance V {\n interface eth0\n virtual_router_id 9\n priority 100\n virtual_ipaddress {\n  192.0.2.99/32\n }\n}\n';
const cfg = (bind: string): string =>
  `defaults\n mode tcp\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nlisten a\n bind ${bind}\n server s 127.0.0.1:9\n`;

function snapshot(bind: string, sysctl = '', keepalived = VRRP): ReturnType<typeof snapshotFromFiles> {
  const files = {
    'facts/ip-address.json': ADDRESSES,
    'etc/hosts': '192.0.2.99 vip\n',
    'etc/haproxy/haproxy.cfg': cfg(bind),
    'etc/sysctl.d/a.conf': sysctl,
    ...(keepalived === '' ? {} : { 'etc/keepalived/keepalived.conf': keepalived }),
  };
  return snapshotFromFiles(new Map(Object.entries(files).map(([path, text]): [string, string] => [`h/${path}`, text])));
}

const RULES = /^cross\/(?:bind-|nonlocal-bind)/;
const found = (...asked: Parameters<typeof snapshot>): readonly Finding[] =>
  lint(snapshot(...asked)).findings.filter(({ rule }) => RULES.test(rule));
const rules = (...asked: Parameters<typeof snapshot>): readonly string[] =>
  found(...asked).map(({ rule }) => rule.replace('cross/', ''));
const start = (...asked: Parameters<typeof snapshot>): string | undefined =>
  predictListeners(snapshot(...asked))[0]?.starts.haproxy;

const V4 = 'net.ipv4.ip_nonlocal_bind = 1\n';
const V6 = 'net.ipv6.ip_nonlocal_bind = 1\n';

describe('a VIP written as an IPv6 address', () => {
  // "cannot bind socket (Cannot assign requested address) for [::ffff:192.0.2.99:8080]"; up with net.ipv4.ip_nonlocal_bind, not with that of ipv6.
  test.each([
    '::ffff:192.0.2.99:8080',
    '[::ffff:192.0.2.99]:8080',
    '[::ffff:c000:263]:8080',
    'ipv6@::ffff:192.0.2.99:80',
  ])('%s takes net.ipv4.ip_nonlocal_bind', (bind) => {
    for (const sysctl of ['', V6]) {
      expect(rules(bind, sysctl)).toEqual(['bind-vip-without-nonlocal']);
      expect(start(bind, sysctl)).toMatch(/^fails: cannot bind .* while not holder$/);
    }
    expect(found(bind)[0]?.message).toBe(
      'haproxy cannot start on h while it does not hold 192.0.2.99: net.ipv4.ip_nonlocal_bind is 0 (kernel default)',
    );
    expect(rules(bind, V4)).toEqual([]);
    expect(start(bind, V4)).toBe('ok');
    expect(rules(`${bind} transparent`)).toEqual([]);
  });

  test('and one that a name stands for', () => {
    expect(rules('vip:8080')).toEqual(['bind-vip-without-nonlocal']);
    expect(rules('vip:8080', V4)).toEqual([]);
  });

  test('of nobody is a typo like any other', () => {
    expect(rules('[::ffff:192.0.2.98]:8080')).toEqual(['bind-address-not-local']);
    expect(rules('[::ffff:192.0.2.98]:8080', V4)).toEqual(['nonlocal-bind-hides-typo']);
    expect(rules('[::ffff:192.0.2.10]:8080', V4)).toEqual([]);
  });
});

describe('an IPv4 address on a socket without IPv4', () => {
  // "cannot bind socket (Invalid argument) for [::ffff:192.0.2.10:8080]"
  test.each([
    ['[::ffff:192.0.2.10]:8080 v6only', ''],
    ['::ffff:192.0.2.10:8080 v6only', ''],
    ['[::ffff:192.0.2.99]:8080 v6only', ''],
    ['[::ffff:192.0.2.99]:8080 v6only', V4],
    ['[::ffff:192.0.2.98]:8080 v6only transparent', ''],
    ['[::ffff:0.0.0.0]:8080 v6only', ''],
    ['[::ffff:192.0.2.10]:8080', 'net.ipv6.bindv6only = 1\n'],
  ])('bind %s with %j fails', (bind, sysctl) => {
    expect(rules(bind, sysctl)).toEqual(['bind-mapped-v6only']);
    expect(start(bind, sysctl)).toMatch(/: an IPv4 address takes no IPv6-only socket$/);
  });

  test.each([
    ['[::ffff:192.0.2.10]:8080', ''],
    ['[::ffff:192.0.2.10]:8080 v4v6', 'net.ipv6.bindv6only = 1\n'],
    ['[::ffff:0.0.0.0]:8080', ''],
    ['192.0.2.10:8080 v6only', ''],
  ])('bind %s with %j does not', (bind, sysctl) => {
    expect(rules(bind, sysctl)).toEqual([]);
    expect(start(bind, sysctl)).toBe('ok');
  });

  test('a stats socket and the local peer too', () => {
    const text = `global\n stats socket ipv6@::ffff:192.0.2.10:9999 v6only\n${cfg('*:80')}`;
    const files = new Map([
      ['h/facts/ip-address.json', ADDRESSES],
      ['h/etc/haproxy/haproxy.cfg', text],
    ]);
    const [one] = lint(snapshotFromFiles(files), { only: ['cross/bind-mapped-v6only'] }).findings;
    expect(one?.message).toBe(
      'haproxy cannot start on h: ::ffff:192.0.2.10 is the IPv4 address 192.0.2.10, and v6only asks for a socket without IPv4',
    );
  });
});
