import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hostFacts } from '@halint/inventory/network/index';
import { describe, expect, test } from 'vitest';

// What halint reads of ifupdown's files beside the real ifquery and ifup, in a mount and a network namespace of their own.

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const able = process.getuid?.() === 0 && has('ifquery', '--version') && has('unshare', '--version');
if (!able) console.warn('SKIPPED: ifupdown, unshare and root are needed to ask the real ifquery and ifup');

const stanza = (name: string, number: number): string =>
  `auto ${name}\niface ${name} inet static\n address 10.95.${number}.1/24\n`;

/** Runs a script where /etc/network has these files (by their path on a host). */
function inNamespace(files: ReadonlyMap<string, string>, script: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'halint-ifupdown-'));
  try {
    // ifup fails without the folders of its scripts.
    for (const name of ['if-pre-up.d', 'if-up.d']) mkdirSync(join(folder, name));
    for (const [path, text] of files) {
      const real = join(folder, path.replace('/etc/network', ''));
      mkdirSync(dirname(real), { recursive: true });
      writeFileSync(real, text);
    }
    const all = `mount --bind ${folder} /etc/network && mount -t tmpfs none /run && mkdir /run/network && ${script}`;
    const { stdout, status, stderr } = spawnSync('unshare', ['-mn', 'sh', '-c', all], { timeout: 20_000 });
    expect(status, stderr.toString()).toBe(0);
    return stdout.toString().split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const OTHERS: readonly (readonly [string, string])[] = [
  ['/etc/network/interfaces.d/a', stanza('a1', 1)],
  ['/etc/network/interfaces.d/b.conf', stanza('b1', 2)],
  ['/etc/network/interfaces.d/.c', stanza('c1', 3)],
  ['/etc/network/d-1/x_1', stanza('x1', 4)],
  ['/etc/network/d-1/y.cfg', stanza('y1', 5)],
  ['/etc/network/d-1/z', `source y.cfg\n${stanza('z1', 6)}`],
  ['/etc/network/bad', `iface\n${stanza('bad1', 7)}`],
];

describe('files that interfaces names', () => {
  test.each([
    '',
    'source /etc/network/interfaces.d/*',
    'source interfaces.d/*',
    'source interfaces.d/a interfaces.d/b.conf',
    'source "interfaces.d/b.conf"',
    'source interfaces.d/?',
    'source-directory interfaces.d',
    'source-directory /etc/network/d-1/',
    'source-directory d*',
    'source interfaces.d',
    'source gone\nsource-directory gone\nsource d-1/z',
    'source interfaces\nsource ./d-1/../interfaces.d/a',
    'source',
  ])('%j', (line) => {
    const files = new Map([...OTHERS, ['/etc/network/interfaces', `${line}\n${stanza('e9', 9)}`]]);
    const { facts, notes } = hostFacts(files, new Map(), 'h');
    expect(notes).toEqual([]);
    const read = [...new Set((facts.addresses ?? []).map((each) => each.interface))].sort();
    expect(read).toContain('e9');
    if (!able) return;
    const listed = inNamespace(files, 'ifquery --list -a').filter((name) => name !== '' && name !== 'lo');
    expect(read).toEqual(listed.sort());
  });

  test('a file with an error costs the others nothing', () => {
    const files = new Map([...OTHERS, ['/etc/network/interfaces', `source bad\n${stanza('e9', 9)}`]]);
    expect(hostFacts(files, new Map(), 'h').facts.settled).toEqual(['10.95.9.1']);
    if (able) expect(inNamespace(files, 'ifquery --list -a')).toEqual(['lo', 'e9', '']);
  });

  test('what leads away or is not there is told', () => {
    const text = `source ../../../x\nsource /srv/net/*\nsource /srv/one\nsource-directory /srv/d\n${stanza('e9', 9)}`;
    const { notes } = hostFacts(new Map([['/etc/network/interfaces', text]]), new Map(), 'h');
    expect(notes.map(({ kind, line, message }) => `${kind ?? ''} ${line ?? 0} ${message}`).sort()).toEqual([
      'include-missing 2 `source /srv/net/*` matches none of the files of the host: addresses in it are not known',
      'include-missing 3 `source /srv/one` is none of the files of the host: addresses in it are not known',
      'include-missing 4 `source-directory /srv/d` matches none of the files of the host: addresses in it are not known',
      'include-outside-root 1 `source ../../../x` leads out of the root of the host: not read',
    ]);
    // Where addresses are known from elsewhere, what is not there does not matter.
    const known = new Map([
      ['ip-address.json', '[{"ifname":"e9","addr_info":[{"local":"10.95.9.1","prefixlen":24}]}]'],
    ]);
    expect(hostFacts(new Map([['/etc/network/interfaces', text]]), known, 'h').notes).toHaveLength(1);
  });
});

describe.skipIf(!able)('/etc/default/networking and ifup', () => {
  const files = new Map([['/etc/network/interfaces', stanza('e0', 1) + stanza('e1', 2)]]);
  const settled = (line: string): readonly string[] =>
    hostFacts(new Map([...files, ['/etc/default/networking', `${line}\n`]]), new Map(), 'h').facts.settled;
  const up = (variable: string): readonly string[] =>
    inNamespace(
      files,
      `ip link add e0 type veth peer name e1 && env "${variable}" ifup -a --read-environment >/dev/null 2>&1; ip -4 -o addr`,
    ).flatMap((line) => /inet (10\.95\.\d\.1)/.exec(line)?.[1] ?? []);

  test.each([
    'X=y',
    'EXCLUDE_INTERFACES=e0',
    'EXCLUDE_INTERFACES=e0 e1',
    'EXCLUDE_INTERFACES=lo e*',
    'EXCLUDE_INTERFACES=e0,e1',
  ])('%s', (line) => {
    const quoted = line.replace('=', '="') + '"';
    expect(settled(quoted)).toEqual(up(line).slice().sort());
  });

  test('CONFIGURE_INTERFACES=no does not do what it is meant for: nothing is known', () => {
    expect(up('CONFIGURE_INTERFACES=no').slice().sort()).toEqual(['10.95.1.1', '10.95.2.1']);
    expect(settled('CONFIGURE_INTERFACES=no')).toEqual([]);
  });
});

describe('lines that go on, and what `up` adds', () => {
  const read = (text: string): readonly string[] => {
    const { facts, notes } = hostFacts(new Map([['/etc/network/interfaces', text]]), new Map(), 'h');
    expect(notes).toEqual([]);
    return (facts.addresses ?? []).map(
      ({ interface: device, address }) => `${device} ${address.address}/${address.prefix}`,
    );
  };

  test.each([
    'auto e0\niface e0 inet \\\n static\n address \\\n  10.95.1.1/24\n',
    '# of \\\nauto e0\niface e0 inet static\n address 10.95.1.1/24\n',
    'auto e0\niface e0 inet static\n addr\\\ness 10.95.1.1/24\n',
    'auto e0\niface e0 inet static\n address 10.95.1.1/24 \\',
  ])('%j', (text) => {
    expect(read(text)).toEqual(['e0 10.95.1.1/24']);
    if (!able) return;
    const said = inNamespace(new Map([['/etc/network/interfaces', text]]), 'ifquery e0');
    expect(said).toContain('address: 10.95.1.1');
  });

  test.each([
    'up ip addr add 10.95.1.2/24 dev e0',
    'post-up /sbin/ip address add 10.95.1.2/24 brd + dev $IFACE',
    'up ip -4 a add dev e0 local 10.95.1.2/24 || true',
    'pre-up sysctl -w net.ipv4.ip_forward=1\n up ip a replace "10.95.1.2/24" dev ${IFACE} >/dev/null 2>&1',
    'up ip link set e1 up && ip addr add 10.95.1.2/24 dev e1 scope link; true',
    'up ip addr add 10.95.1.2 peer 10.95.1.3 dev e0',
    'up ip -6 addr add 2001:db8::2/64 dev e0 nodad',
    'up ip addr add 10.95.1.2/24 \\\n  dev lo',
    'up ip route add 10.96.0.0/16 via 10.95.1.7\n down ip addr del 10.95.1.8/24 dev e0',
  ])('%j', (line) => {
    const text = `${stanza('e0', 1)} ${line}\n`;
    const files = new Map([['/etc/network/interfaces', text]]);
    expect(hostFacts(files, new Map(), 'h').facts.dynamic).toEqual([]);
    const addresses = read(text).map((each) => each.replace(/\/\d+$/, ''));
    expect(addresses).toContain('e0 10.95.1.1');
    if (!able) return;
    const up = 'ip link add e0 type veth peer name e1 && ifup e0 >/dev/null 2>&1; ip -o addr';
    const held = inNamespace(files, up).flatMap((shown) => {
      const [, device = '', address = ''] = /^\d+: (\S+)\s+inet6? ([^\s/]+)/.exec(shown) ?? [];
      return device === '' || /^(?:fe80:|127\.|::1$)/.test(address) ? [] : [`${device} ${address}`];
    });
    expect([...addresses].sort()).toEqual(held.sort());
  });

  // ifconfig(8) of net-tools, which need not be there.
  test.each([
    ['post-up ifconfig e0:1 10.95.1.2 netmask 255.255.255.0 up', 'e0 10.95.1.2/24'],
    ['post-up /sbin/ifconfig e0:1 10.95.1.2/24', 'e0 10.95.1.2/24'],
    ['up ifconfig e0 inet6 add 2001:db8::2/64', 'e0 2001:db8::2/64'],
  ])('%s', (line, expected) => {
    expect([...read(`${stanza('e0', 1)} ${line}\n`)].sort()).toEqual(['e0 10.95.1.1/24', expected].sort());
  });

  test.each([
    ['up /usr/local/sbin/addresses', true],
    ['up ip addr add $VIP dev e0', true],
    ['up ip -batch /etc/network/batch', true],
    ['up for i in 2 3; do ip addr add 10.95.1.$i/24 dev e0; done', true],
    ['post-up dhclient e1', true],
    ['up ip route add default via 10.95.1.9', false],
    ['post-up ethtool -K e0 gro off || true', false],
    ['post-up iptables-restore < /etc/iptables/rules.v4', false],
    ['post-down /usr/local/sbin/addresses', false],
  ])('%s may add an address that does not stand there: %s', (line, expected) => {
    const files = new Map([['/etc/network/interfaces', `${stanza('e0', 1)} ${line}\n`]]);
    expect(hostFacts(files, new Map(), 'h').facts.dynamic.length > 0).toBe(expected);
  });
});
