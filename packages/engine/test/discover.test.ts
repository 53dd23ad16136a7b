import { expect, test } from 'vitest';
import { discoverHosts } from '../src/index.ts';

const KEEPALIVED = 'vrrp_instance VI_1 {\n}\n';

/** Hosts with their files and facts: `ha0: /etc/haproxy/haproxy.cfg`. */
function hostsOf(paths: Readonly<Record<string, string>>, name = 'top'): Readonly<Record<string, readonly string[]>> {
  const files = Object.entries(paths).map(([relative, text]) => ({ relative, display: relative, text }));
  const { hosts } = discoverHosts(files, name);
  return Object.fromEntries(
    hosts.map((host) => [
      host.id,
      [...host.files.keys(), ...[...host.facts.keys()].map((each) => `fact ${each}`)].sort(),
    ]),
  );
}

test('a directory with etc/ is a host under its own name, with its facts', () => {
  expect(
    hostsOf({
      'hosts/ha0/etc/haproxy/haproxy.cfg': '',
      'hosts/ha0/facts/sysctl.txt': '',
      'hosts/ha1/etc/ssh/sshd_config': '',
    }),
  ).toEqual({ ha0: ['/etc/haproxy/haproxy.cfg', 'fact sysctl.txt'], ha1: ['/etc/ssh/sshd_config'] });
});

test('the directory itself may be the host', () => {
  expect(hostsOf({ 'etc/haproxy/haproxy.cfg': '' }, 'box')).toEqual({ box: ['/etc/haproxy/haproxy.cfg'] });
});

test('flat directories are hosts', () => {
  expect(
    hostsOf({
      'ha0/keepalived.conf': KEEPALIVED,
      'ha0/haproxy.cfg': '',
      'ha0/sshd_config': '',
      'ha0/98-nonlocalbind.conf': 'net.ipv4.ip_nonlocal_bind=1\n',
      'ha0/facts/sysctl.txt': '',
    }),
  ).toEqual({
    ha0: [
      '/etc/haproxy/haproxy.cfg',
      '/etc/keepalived/keepalived.conf',
      '/etc/ssh/sshd_config',
      '/etc/sysctl.d/98-nonlocalbind.conf',
      'fact sysctl.txt',
    ],
  });
});

test.each([
  ['keepalived-master.conf', 'keepalived-backup.conf', 'master', 'backup'],
  ['keepalived.conf.ha0', 'keepalived.conf.ha1', 'ha0', 'ha1'],
  ['keepalived1.conf', 'keepalived2.conf', '1', '2'],
  ['ha0-keepalived.conf', 'ha1-keepalived.conf', 'ha0', 'ha1'],
  ['master.conf', 'backup.conf', 'master', 'backup'],
])('%s and %s in one directory are a host each, and share haproxy.cfg', (one, two, first, second) => {
  const both = ['/etc/haproxy/haproxy.cfg', '/etc/keepalived/keepalived.conf'];
  expect(hostsOf({ [one]: KEEPALIVED, [two]: KEEPALIVED, 'haproxy.cfg': '' })).toEqual({
    [first]: both,
    [second]: both,
  });
});

test('a folder named after a daemon belongs to the host above it', () => {
  const files = { 'ha0/keepalived/keepalived.conf': KEEPALIVED, 'ha0/haproxy/haproxy.cfg': '' };
  expect(hostsOf({ ...files, 'ha1/keepalived/keepalived.conf': KEEPALIVED })).toEqual({
    ha0: ['/etc/haproxy/haproxy.cfg', '/etc/keepalived/keepalived.conf'],
    ha1: ['/etc/keepalived/keepalived.conf'],
  });
});

test('a file beside host directories belongs to every host below', () => {
  expect(
    hostsOf({ 'site/haproxy.cfg': '', 'site/ha0/keepalived.conf': KEEPALIVED, 'site/ha1/keepalived.conf': KEEPALIVED }),
  ).toEqual({
    ha0: ['/etc/haproxy/haproxy.cfg', '/etc/keepalived/keepalived.conf'],
    ha1: ['/etc/haproxy/haproxy.cfg', '/etc/keepalived/keepalived.conf'],
  });
});

test('a file that every host below has itself is that of a host of its own', () => {
  const files = { 'site/keepalived.conf': KEEPALIVED, 'site/ha0/keepalived.conf': KEEPALIVED };
  expect(hostsOf(files)).toEqual({
    ha0: ['/etc/keepalived/keepalived.conf'],
    site: ['/etc/keepalived/keepalived.conf'],
  });
});

test('two directories of one name are both linted, with a note', () => {
  const files = ['a/ha0/etc/haproxy/haproxy.cfg', 'b/ha0/etc/haproxy/haproxy.cfg'];
  const found = discoverHosts(
    files.map((relative) => ({ relative, display: relative, text: '' })),
    'top',
  );
  expect(found.hosts.map((host) => host.id)).toEqual(['ha0', 'ha0']);
  expect(found.notes).toMatchObject([{ kind: 'same-id' }]);
});
