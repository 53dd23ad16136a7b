import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hostFacts } from '@halint/inventory/network/index';
import { describe, expect, test } from 'vitest';

// Which .network files count, beside a real systemd-networkd in a network and a mount namespace of its own, where /sys is read-only, so that it
// waits for no udev.

const NETWORKD = '/lib/systemd/systemd-networkd';
const has = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const able = process.getuid?.() === 0 && has(NETWORKD, '--version') && has('unshare', '--version');
if (!able) console.warn('SKIPPED: systemd-networkd, unshare and root are needed to see which files it applies');

const network = (name: string, address: string): string =>
  `${name === '' ? '' : `[Match]\nName=${name}\n`}[Network]\nLinkLocalAddressing=no\nConfigureWithoutCarrier=yes\nAddress=${address}/24\n`;

/** IPv4 addresses of e0 in the order of their numbers; waits until they are the ones that are expected, or the others. */
function configured(files: Readonly<Record<string, string>>, expected: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'halint-networkd-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, 'network', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    const list = `ip -4 -o addr show dev e0 | grep -o "inet [0-9.]*" | cut -c6- | sort`;
    // systemd-networkd runs as a user of its own.
    const script = `
      chmod -R a+rX ${folder}
      mount --bind ${folder}/network /etc/systemd/network
      mount -t tmpfs none /run && mkdir -p /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp && chmod -R a+rwX /run/systemd
      mount -t sysfs -o ro none /sys
      ip link add e0 type veth peer name e9
      timeout 20 ${NETWORKD} >/dev/null 2>&1 &
      for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        sleep 0.2
        [ "$(${list} | tr '\\n' ' ')" = "${expected.map((each) => `${each} `).join('')}" ] && break
      done
      sleep 0.5
      ${list}
      kill $!`;
    const { stdout } = spawnSync('unshare', ['-mn', 'sh', '-c', script], { timeout: 30_000 });
    return stdout.toString().split('\n').filter(Boolean);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of what each of several files says of e0, what counts (systemd 252). */
const CASES: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  [
    'the first by name',
    { '10-a.network': network('e0', '10.94.1.1'), '20-b.network': network('e0', '10.94.2.1') },
    ['10.94.1.1'],
  ],
  [
    'a name behind its pattern',
    { '10-a.network': network('e0*', '10.94.1.1'), '20-b.network': network('e0', '10.94.2.1') },
    ['10.94.1.1'],
  ],
  [
    'one of several names',
    { '10-a.network': network('e7 e0', '10.94.1.1'), '20-b.network': network('e0', '10.94.2.1') },
    ['10.94.1.1'],
  ],
  [
    'a drop-in, and an empty line that takes nothing back',
    {
      '10-a.network': network('e0', '10.94.1.1'),
      '10-a.network.d/x.conf': '[Network]\nAddress=\nAddress=10.94.3.1/24\n',
      '10-a.network.d/y.txt': '[Network]\nAddress=10.94.4.1/24\n',
    },
    ['10.94.1.1', '10.94.3.1'],
  ],
  [
    'no file without [Match]',
    { '10-a.network': network('', '10.94.1.1'), '20-b.network': network('e0', '10.94.2.1') },
    ['10.94.2.1'],
  ],
];

describe('.network files', () => {
  test.each(CASES)('%s', { timeout: 40_000 }, (_, files, expected) => {
    const inside = Object.entries(files).map(([name, text]): [string, string] => [
      `/etc/systemd/network/${name}`,
      text,
    ]);
    const { facts } = hostFacts(new Map(inside), new Map(), 'h');
    expect((facts.addresses ?? []).map(({ address }) => address.address)).toEqual(expected);
    if (able) expect(configured(files, expected)).toEqual(expected);
  });

  test('a condition that is no name may leave the interface to the next file', () => {
    const other = '[Match]\nName=e0\nMACAddress=02:00:00:00:00:01\n[Network]\nAddress=10.94.1.1/24\n';
    const files = new Map([
      ['/etc/systemd/network/10-a.network', other],
      ['/etc/systemd/network/20-b.network', network('e0', '10.94.2.1')],
    ]);
    const { facts } = hostFacts(files, new Map(), 'h');
    expect(facts.addresses?.map(({ address }) => address.address)).toEqual(['10.94.1.1', '10.94.2.1']);
  });

  test('a file without [Match] is told', () => {
    const files = new Map([['/etc/systemd/network/10-a.network', network('', '10.94.1.1')]]);
    expect(hostFacts(files, new Map(), 'h').notes).toEqual([
      { path: '/etc/systemd/network/10-a.network', message: 'nothing in [Match]: systemd-networkd ignores this file' },
    ]);
  });
});
