import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hostFacts } from '@halint/inventory/network/index';
import { describe, expect, test } from 'vitest';

// What several files of netplan come to, beside what the real `netplan generate` makes of them for systemd-networkd.

const able = spawnSync('netplan', ['--help'], { stdio: 'ignore' }).status === 0;
if (!able) console.warn('SKIPPED: netplan is needed to see what it makes of several files');

const e0 = (...lines: readonly string[]): string =>
  ['network:', '  version: 2', '  ethernets:', '    e0:', ...lines.map((line) => `      ${line}`), ''].join('\n');

/** `e0 10.0.0.1/24`, `e0 dhcp ipv4`. */
function read(files: Readonly<Record<string, string>>): readonly string[] {
  const { facts } = hostFacts(new Map(Object.entries(files)), new Map(), 'h');
  const addresses = (facts.addresses ?? []).map(
    (each) => `${each.interface} ${each.address.address}/${each.address.prefix}`,
  );
  return [...addresses, ...facts.dynamic.map((each) => `${each.interface} dhcp ${each.family}`)].sort();
}

function generated(files: Readonly<Record<string, string>>): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), 'halint-netplan-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(root + path), { recursive: true });
      writeFileSync(root + path, text, { mode: 0o600 });
    }
    const { status, stderr } = spawnSync('netplan', ['generate', '--root-dir', root], { timeout: 20_000 });
    expect(status, stderr.toString()).toBe(0);
    const made = join(root, 'run/systemd/network');
    return readdirSync(made)
      .filter((name) => name.endsWith('.network'))
      .flatMap((name) => {
        const text = readFileSync(join(made, name), 'utf8');
        const device = /^Name=(\S+)$/m.exec(text)?.[1] ?? '';
        const dhcp = /^DHCP=(\S+)$/m.exec(text)?.[1] ?? '';
        return [
          ...[...text.matchAll(/^Address=(\S+)$/gm)].map(([, address = '']) => `${device} ${address}`),
          ...['ipv4', 'ipv6']
            .filter((family) => dhcp === family || dhcp === 'yes')
            .map((family) => `${device} dhcp ${family}`),
        ];
      })
      .sort();
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** What netplan 0.106 makes of them. */
const CASES: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  [
    'addresses add up, of the rest the last file counts',
    {
      '/etc/netplan/50-cloud-init.yaml': e0('dhcp4: true', 'dhcp6: true', 'addresses: [10.0.0.1/24]'),
      '/etc/netplan/60-static.yaml': e0('dhcp4: false', 'addresses: [10.0.0.2/24]'),
    },
    ['e0 10.0.0.1/24', 'e0 10.0.0.2/24', 'e0 dhcp ipv6'],
  ],
  [
    'by name, whatever the folder, and the first folder of a name counts',
    {
      '/etc/netplan/50.yaml': e0('addresses: [10.0.0.1/24]'),
      '/run/netplan/50.yaml': e0('addresses: [10.0.0.3/24]', 'dhcp4: true'),
      '/lib/netplan/60.yaml': e0('addresses: [10.0.0.4/24]', 'dhcp4: false'),
    },
    ['e0 10.0.0.3/24', 'e0 10.0.0.4/24'],
  ],
  [
    'no other ending, no dot in front',
    {
      '/etc/netplan/10.yaml': e0('addresses: [10.0.0.9/24]'),
      '/etc/netplan/50.yml': e0('addresses: [10.0.0.1/24]'),
      '/etc/netplan/.60.yaml': e0('addresses: [10.0.0.2/24]'),
      '/etc/netplan/70.yaml.bak': e0('addresses: [10.0.0.3/24]'),
    },
    ['e0 10.0.0.9/24'],
  ],
  [
    'a match in one file, the addresses in another',
    {
      '/etc/netplan/50.yaml': 'network:\n  ethernets:\n    lan:\n      match: { name: e0 }\n',
      '/etc/netplan/60.yaml': 'network:\n  ethernets:\n    lan:\n      dhcp4: yes\n      addresses: [10.0.0.1/24]\n',
    },
    ['e0 10.0.0.1/24', 'e0 dhcp ipv4'],
  ],
];

describe('files of netplan', () => {
  test.each(CASES)('%s', (_, files, expected) => {
    expect(read(files)).toEqual(expected);
    if (able) expect(generated(files)).toEqual(expected);
  });

  test('an address without a prefix length is told', () => {
    const files = new Map([['/etc/netplan/50.yaml', e0('addresses: [10.0.0.1]')]]);
    const message = '`10.0.0.1` has no prefix length: netplan sets up nothing';
    expect(hostFacts(files, new Map(), 'h').notes).toEqual([{ path: '/etc/netplan/50.yaml', line: 5, message }]);
    if (able) expect(() => generated(Object.fromEntries(files))).toThrow(/missing \/prefixlength/);
  });
});
