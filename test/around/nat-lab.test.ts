import { spawnSync } from 'node:child_process';
import { readIptables, readNftables } from '@halint/inventory/network/index';
import { filterVerdict, type FirewallFacts, type LocalAddresses, type Packet } from '@halint/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lint, snapshotFromFiles } from '../../packages/halint/src/index.ts';
import { canFilter, startFilterLab, type FilterLab } from './filter-lab.ts';

// What halint says of rules that translate destinations beside what the kernel lets in, in two network namespaces of its own.

if (!canFilter) console.warn('SKIPPED: nft, ip, python3 and root are needed to send packets through real rules');
const hasIptables = canFilter && spawnSync('iptables-restore', ['--version'], { stdio: 'ignore' }).status === 0;

/** Those of the host with the rules. */
const LOCAL: LocalAddresses = { has: (address) => address === '10.98.0.2', firstOf: () => '10.98.0.2' };
const PACKETS: readonly Packet[] = [80, 443, 8080, 9000].map((port) => ({
  protocol: 6,
  destination: '10.98.0.2',
  port,
  family: 'ipv4',
  source: '10.98.0.1',
  interface: 'e0',
  state: 'new',
}));

const input = (rules: string): string =>
  `table inet filter {\n chain input {\n  type filter hook input priority filter; policy drop;\n${rules}\n }\n}\n`;
const nat = (rules: string, priority = 'dstnat', more = ''): string =>
  `table ip nat {\n${more} chain pre {\n  type nat hook prerouting priority ${priority};\n${rules}\n }\n}\n`;
const before = (rules: string, priority: string): string =>
  `table inet early {\n chain pre {\n  type filter hook prerouting priority ${priority};\n${rules}\n }\n}\n`;

/** Rules, and the ports whose connections halint decides. */
const NFT: Readonly<Record<string, string>> = {
  'to a port that is let in': input('tcp dport 8080 accept') + nat('tcp dport 80 redirect to :8080'),
  'to a port that is not': input('tcp dport 80 accept') + nat('tcp dport 80 redirect to :9000'),
  'without a port': input('tcp dport 80 accept') + nat('tcp dport 80 redirect'),
  'to the address itself':
    input('ip daddr 10.98.0.2 tcp dport 9000 accept') + nat('tcp dport 443 dnat to 10.98.0.2:9000'),
  'with the family, flags behind':
    input('tcp dport 9000 accept') + nat('tcp dport 443 dnat ip to 10.98.0.2:9000 persistent'),
  'known as translated':
    input('tcp dport 443 accept\nct status dnat accept') + nat('tcp dport { 80, 9000 } redirect to :8080'),
  'all but translated ones': input('ct status dnat drop\naccept') + nat('tcp dport { 80, 9000 } redirect to :8080'),
  'in front of it': input('accept') + before('tcp dport 8080 drop', 'mangle') + nat('tcp dport 80 redirect to :8080'),
  'behind it': input('accept') + before('tcp dport 8080 drop', 'filter') + nat('tcp dport 80 redirect to :8080'),
  'just behind it': input('accept') + before('tcp dport 80 drop', 'dstnat + 1') + nat('tcp dport 80 redirect to :8080'),
  // A chain that translates is asked at -100, whatever it says.
  'early by its number':
    input('accept') + before('tcp dport 80 drop', '-150') + nat('tcp dport 80 redirect to :8080', '-180'),
  'the first that translates':
    input('tcp dport 8080 accept') + nat('tcp dport 80 redirect to :8080\ntcp dport 80 redirect to :9000'),
  'after accept': input('tcp dport 80 accept') + nat('tcp dport 80 accept\ntcp dport 80 redirect to :9000'),
  'by a jump':
    input('tcp dport 8080 accept') +
    nat('tcp dport 80 jump to80', 'dstnat', ' chain to80 {\n  tcp dport 80 redirect to :8080\n }\n'),
  'of another source': input('tcp dport 80 accept') + nat('ip saddr 10.99.0.0/24 tcp dport 80 redirect to :9000'),
  'two tables':
    input('tcp dport 8080 accept') +
    nat('tcp dport 80 redirect to :8080') +
    nat('tcp dport 80 redirect to :9000', '-90').replace('ip nat', 'ip other'),
};

const restored = (natRules: string, filter: string): string =>
  `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:X - [0:0]\n${natRules}\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n${filter}\nCOMMIT\n`;
const IPTABLES: Readonly<Record<string, string>> = {
  REDIRECT: restored(
    '-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080',
    '-A INPUT -p tcp -m tcp --dport 8080 -j ACCEPT',
  ),
  'REDIRECT to a closed port': restored(
    '-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 9000',
    '-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT',
  ),
  DNAT: restored(
    '-A PREROUTING -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.98.0.2:9000',
    '-A INPUT -d 10.98.0.2/32 -p tcp -m tcp --dport 9000 -j ACCEPT',
  ),
  'DNAT in a chain': restored(
    '-A PREROUTING -m addrtype --dst-type LOCAL -j X\n-A X -p tcp -m tcp --dport 443 -j DNAT --to-destination :8080',
    '-A INPUT -p tcp -m tcp --dport 8080 -j ACCEPT',
  ),
  ctstate: restored(
    '-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080',
    '-A INPUT -m conntrack --ctstate DNAT -j ACCEPT',
  ),
};

describe.skipIf(!canFilter)('destinations that are translated', () => {
  let lab: FilterLab;
  beforeAll(async () => (lab = await startFilterLab('nat')));
  afterAll(() => lab.stop());

  const compared = async (firewall: FirewallFacts | undefined): Promise<void> => {
    const [said, real]: [string[], string[]] = [[], []];
    for (const packet of PACKETS) {
      said.push(`${packet.port ?? ''} ${firewall === undefined ? '' : filterVerdict(firewall, packet, LOCAL).verdict}`);
      real.push(`${packet.port ?? ''} ${(await lab.passes(packet)) ? 'accept' : 'drop'}`);
    }
    expect(said).toEqual(real);
  };

  test.each(Object.entries(NFT))('nftables: %s', async (_, text) => {
    expect(lab.load(text)).toBe(true);
    await compared(readNftables(new Map([['/etc/nftables.conf', text]])));
  });

  test.skipIf(!hasIptables).each(Object.entries(IPTABLES))('iptables: %s', async (_, text) => {
    lab.load('');
    const words = ['netns', 'exec', lab.namespace, 'iptables-restore'];
    expect(spawnSync('ip', words, { input: text }).status).toBe(0);
    lab.probe();
    const [firewall] = readIptables(new Map([['/etc/iptables/rules.v4', text]]));
    await compared(firewall);
  });
});

/** By the manual: one of several addresses or ports is chosen as it comes, and what goes to another host passes no input. */
test.each([
  'tcp dport 80 redirect to :8080-8090',
  'tcp dport 80 dnat to 10.98.0.9:80',
  'tcp dport 80 dnat to 127.0.0.1:80',
  'tcp dport 80 dnat to 10.98.0.2-10.98.0.4',
  'tcp dport 80 dnat to numgen random mod 2 map { 0 : 10.98.0.2, 1 : 10.98.0.3 }',
  'dnat to tcp dport map { 80 : 10.98.0.2 }',
  'ip saddr @clients tcp dport 80 redirect to :9000',
])('not followed: %s', (rule) => {
  const firewall = readNftables(new Map([['/etc/nftables.conf', input('tcp dport 80 accept') + nat(rule)]]));
  const [packet] = PACKETS as readonly [Packet];
  expect(firewall && filterVerdict(firewall, packet, LOCAL).verdict).toBe('unknown');
});

describe('ports of haproxy behind a redirect', () => {
  const said = (rules: string, bind: string): readonly string[] => {
    const address = { ifname: 'e0', addr_info: [{ local: '10.98.0.2', prefixlen: 24 }] };
    const files = new Map([
      ['a/etc/nftables.conf', rules],
      ['a/etc/systemd/system/sysinit.target.wants/nftables.service', '[Unit]\n'],
      ['a/facts/ip-address.json', JSON.stringify([address])],
      [
        'a/etc/haproxy/haproxy.cfg',
        `defaults\n mode tcp\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nfrontend f\n bind ${bind}\n default_backend b\nbackend b\n server s 10.98.0.9:80\n`,
      ],
    ]);
    const { findings, errors } = lint(snapshotFromFiles(files), {
      preset: 'all',
      only: ['cross/firewall-blocks-service'],
    });
    expect(errors).toEqual([]);
    return findings.map(({ severity, message }) => `${severity} ${message}`);
  };

  // The kernel's answers to connections of the first tests of this file.
  test.each([
    ['a port whose clients come by another', 'to a port that is let in', '10.98.0.2:8080', []],
    ['a port that clients come by, where they are let in', 'to a port that is let in', '10.98.0.2:80', []],
    ['a port whose clients are known by their translation', 'known as translated', '10.98.0.2:8080', []],
    [
      'a port that clients come by, where they are not',
      'to a port that is not',
      '10.98.0.2:80',
      [
        'warning nftables of a drops connections to 10.98.0.2:80, which it sends on to 10.98.0.2:9000: /etc/nftables.conf line 2 decides',
      ],
    ],
  ] as const)('%s', (_, rules, bind, expected) => {
    expect(said(NFT[rules] as string, bind)).toEqual(expected);
  });
});
