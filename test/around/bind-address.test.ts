import { describe, expect, test } from 'vitest';
import { lint, snapshotFromFiles, type Finding } from '../../packages/halint/src/index.ts';

const ID = 'cross/bind-address-not-local';

const cfg = (bind: string): string =>
  `defaults\n mode tcp\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nlisten a\n bind ${bind}\n server s 127.0.0.1:99\n`;
const holds = (...addresses: string[]): string =>
  JSON.stringify([
    { ifname: 'lo', addr_info: [{ local: '127.0.0.1', prefixlen: 8 }] },
    { ifname: 'eth0', addr_info: addresses.map((local) => ({ local, prefixlen: 24 })) },
  ]);
const LB1 = {
  'lb1/facts/ip-address.json': holds('10.20.0.11'),
  'lb1/etc/hostname': 'lb1\n',
  'lb1/etc/ssh/sshd_config': 'UsePAM yes\n',
};
const vrrp = (vip: string): string =>
  `vrrp_instance VI_1 {\n state BACKUP\n interface eth0\n virtual_router_id 51\n priority 90\n virtual_ipaddress {\n  ${vip}/24\n }\n}\n`;

function found(files: Readonly<Record<string, string>>): readonly Finding[] {
  return lint(snapshotFromFiles(new Map(Object.entries(files))), { preset: 'all', only: [ID] }).findings;
}

/** One host h with 10.20.0.12 and one bind. */
const bound = (bind: string, more: Readonly<Record<string, string>> = {}): readonly Finding[] =>
  found({
    'h/facts/ip-address.json': holds('10.20.0.12', 'fd99::12'),
    'h/etc/haproxy/haproxy.cfg': cfg(bind),
    ...more,
  });
const messages = (findings: readonly Finding[]): string[] =>
  findings.map(({ severity, message }) => `${severity}: ${message}`);

describe('an address that the host does not have', () => {
  // binds.tsv rows 1 and 11: "Cannot assign requested address", exit 1, whatever else is bound; rows 2, 5: up.
  test('of nobody: the nearest address is named', () => {
    const [one, ...others] = bound('10.20.0.21:8404');
    expect(others).toEqual([]);
    expect(messages(one === undefined ? [] : [one])).toEqual([
      'error: haproxy cannot start on h: 10.20.0.21 is no address of h and no VIP',
    ]);
    expect(one?.help).toContain('The nearest address of h is 10.20.0.12.');
  });

  test('of another host: that is said, and what to bind instead', () => {
    const [one] = bound('10.20.0.11:8404', LB1);
    expect(one?.message).toBe('haproxy cannot start on h: 10.20.0.11 is the address of lb1, not of h');
    expect(one?.help).toContain('Bind 10.20.0.12 here');
    expect(one?.severity).toBe('error');
  });

  test('of another host counts even where the own list is not whole', () => {
    const files = {
      'h/etc/network/interfaces': 'auto eth0\niface eth0 inet dhcp\n',
      'h/etc/haproxy/haproxy.cfg': cfg('10.20.0.11:8404'),
    };
    expect(messages(found(files))).toEqual([
      'info: cannot tell whether h has the address 10.20.0.11: those of eth0 (ifupdown) come from the network',
    ]);
    expect(found({ ...files, ...LB1 })[0]?.severity).toBe('error');
  });

  test('is bound by stats sockets and peers too; a peers line of another host is not this one', () => {
    const text = `global\n stats socket ipv4@10.20.0.98:9999\npeers p\n peer h 10.20.0.99:1024\n peer lb1 10.20.0.11:1024\n${cfg('*:80')}`;
    expect(bound('', { 'h/etc/haproxy/haproxy.cfg': text }).map(({ message }) => message)).toEqual([
      expect.stringContaining('10.20.0.98'),
      expect.stringContaining('10.20.0.99'),
    ]);
  });

  test('written as IPv4 inside of IPv6', () => {
    expect(bound('[::ffff:10.20.0.12]:80')).toEqual([]);
    expect(bound('[::ffff:10.20.0.13]:80')).toHaveLength(1);
  });

  test('because IPv6 is off', () => {
    const off = { 'h/etc/sysctl.d/a.conf': 'net.ipv6.conf.all.disable_ipv6 = 1\n' };
    // unshare -n with lo up and the sysctl: "Cannot assign requested address" for [::1:8404], exit 1.
    expect(messages(bound('[::1]:8404', off))).toEqual([
      'error: haproxy cannot start on h: net.ipv6.conf.all.disable_ipv6 is 1, and ::1 is an IPv6 address',
    ]);
    expect(bound('[::]:8404', off)).toEqual([]);
    expect(bound('[::1]:8404')).toEqual([]);
  });
});

describe('nothing is said', () => {
  test.each([
    ['an address of the host', '10.20.0.12:80', {}],
    ['every address', '*:80', {}],
    ['loopback', '127.0.0.5:80', {}],
    ['transparent', '10.20.0.21:80 transparent', {}],
    ['ip_nonlocal_bind', '10.20.0.21:80', { 'h/etc/sysctl.d/a.conf': 'net.ipv4.ip_nonlocal_bind = 1\n' }],
    ['a VIP', '10.20.0.10:80', { 'h/etc/keepalived/keepalived.conf': vrrp('10.20.0.10') }],
    // haproxy 2.6: `ss` of the namespace shows the socket, that of the host does not.
    ['a network namespace', '10.20.0.21:80 namespace blue', {}],
    ['a UNIX socket', '/run/haproxy/a.sock', {}],
    ['a variable', '"${ADDR}":80', {}],
  ])('%s', (_, bind, more) => expect(bound(bind, more)).toEqual([]));

  test('ip_nonlocal_bind counts for its own family', () => {
    // binds.tsv rows 3, 7, 9 and 10.
    const on = (family: string): Record<string, string> => ({
      'h/etc/sysctl.d/a.conf': `net.${family}.ip_nonlocal_bind = 1\n`,
    });
    expect(bound('[fd99::21]:80', on('ipv4'))).toHaveLength(1);
    expect(bound('[fd99::21]:80', on('ipv6'))).toEqual([]);
    expect(bound('10.20.0.21:80', on('ipv6'))).toHaveLength(1);
  });
});

describe('what is not known makes an info', () => {
  test('the addresses of the host: once for each address', () => {
    const text = `${cfg('10.20.0.21:80')} bind 10.20.0.21:81\n bind 10.20.0.22:80\n`;
    const findings = found({ 'h/etc/haproxy/haproxy.cfg': text });
    expect(messages(findings)).toEqual([
      'info: cannot tell whether h has the address 10.20.0.21: its addresses are not known',
      'info: cannot tell whether h has the address 10.20.0.22: its addresses are not known',
    ]);
    expect(findings.map(({ missing }) => missing)).toEqual(['facts/ip-address.json', 'facts/ip-address.json']);
  });

  test('pacemaker may bring it', () => {
    const more = { 'h/facts/unit-files.txt': 'pacemaker.service enabled enabled\n' };
    expect(bound('10.20.0.21:80', more)[0]).toMatchObject({ severity: 'info', missing: 'the addresses of pacemaker' });
  });

  test('a VIP of another host: certain only where the own keepalived.conf is at hand', () => {
    const other = { 'lb1/etc/keepalived/keepalived.conf': vrrp('10.20.0.10') };
    expect(bound('10.20.0.10:80', other)[0]).toMatchObject({ severity: 'info', missing: 'keepalived.conf of h' });
    const own = { ...other, 'h/etc/keepalived/keepalived.conf': vrrp('10.20.0.9') };
    expect(messages(bound('10.20.0.10:80', own))).toEqual([
      'error: haproxy cannot start on h: 10.20.0.10 is a VIP of lb1, and keepalived of h does not have it',
    ]);
  });
});

describe('names', () => {
  const hosts = { 'h/etc/hosts': '10.20.0.12 own\n10.20.0.21 away\n10.20.0.12 two\n10.20.0.21 two\n' };
  test('count with the address of /etc/hosts', () => {
    expect(bound('own:80', hosts)).toEqual([]);
    expect(messages(bound('away:80', hosts))).toEqual([
      'error: haproxy cannot start on h: away (10.20.0.21) is no address of h and no VIP',
    ]);
  });

  test('without an address, or with several, are not guessed', () => {
    expect(bound('nowhere.example.com:80', hosts)[0]).toMatchObject({
      severity: 'info',
      missing: 'the address of nowhere.example.com (/etc/hosts)',
    });
    expect(messages(bound('two:80', hosts))).toEqual([
      'info: cannot tell whether two is an address of h: its /etc/hosts has 10.20.0.12, 10.20.0.21',
    ]);
  });
});
