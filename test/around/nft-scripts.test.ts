import { readNftables, type FactNote } from '@halint/inventory/network/index';
import { filterVerdict } from '@halint/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canFilter, PACKETS, startFilterLab, type FilterLab } from './filter-lab.ts';

// Whole scripts, one for each thing that decides: what halint says beside what the kernel does once nft has loaded them.

const HOOK = 'type filter hook input priority filter; policy';
const input = (rules: string, policy = 'drop'): string => ` chain input {\n  ${HOOK} ${policy};\n  ${rules}\n }\n`;
const table = (...parts: readonly string[]): string => `table inet filter {\n${parts.join('\n')}\n}\n`;
const map = (name: string, type: string, elements: string): string =>
  ` map ${name} {\n  type ${type} : verdict\n  elements = { ${elements} }\n }`;

/** Scripts of which all is known. */
const KNOWN: Readonly<Record<string, string>> = {
  'a verdict map by name': table(
    map('protos', 'inet_proto', 'vrrp : accept, tcp : accept'),
    input('ip protocol vmap @protos'),
  ),
  'of states': table(map('st', 'ct_state', 'established : accept, new : accept'), input('ct state vmap @st')),
  'of ports': table(map('v', 'inet_service', '22 : accept, 443 : accept'), input('tcp dport vmap @v')),
  'of interfaces': table(
    map('v', 'ifname', '"lo" : accept, "e0" : jump e0'),
    ' chain e0 { ip protocol 112 accept; }',
    input('iifname vmap @v'),
  ),
  'of addresses': table(
    ` map v {\n  type ipv4_addr : verdict; flags interval\n  elements = { 10.98.0.0/24 : accept }\n }`,
    input('ip saddr vmap @v'),
  ),
  'declared twice':
    table(map('v', 'inet_proto', 'tcp : accept'), input('ip protocol vmap @v')) +
    table(map('v', 'inet_proto', 'vrrp : accept')),
  'that jumps': table(
    ' chain web { tcp dport 443 accept; }',
    map('v', 'inet_proto', 'tcp : jump web, vrrp : drop'),
    input('ip protocol vmap @v; accept'),
  ),
  'with an element for all others': table(input('tcp dport vmap { * : accept, 443 : drop }')),
  'with one for all others behind a jump': table(
    ' chain web { tcp dport 22 accept; }',
    input('tcp dport vmap { 443 : jump web, * : accept }'),
  ),
  'elements of a define':
    `define protos = { vrrp : accept, udp : accept }\n` +
    table(' map v {\n  type inet_proto : verdict\n  elements = $protos\n }', input('ip protocol vmap @v')),
  'a table that sleeps': `table inet filter {\n flags dormant;\n${input('')}}\n`,
  'one that is woken':
    `table inet filter {\n flags dormant;\n${input('')}}\n` + table(input('ip protocol vrrp accept')),
  'one that is woken by its name': `table inet filter {\n flags dormant;\n${input('')}}\nadd table inet filter\n`,
  'one that is put to sleep': table(input('')) + 'table inet filter {\n flags dormant;\n}\n',
  'one that sleeps on when a rule comes': `table inet filter {\n flags dormant;\n${input('')}}\nadd rule inet filter input accept\n`,
  'a policy that comes later':
    table(input('ip protocol vrrp accept', 'accept')) +
    'add rule inet filter input tcp dport 443 accept\n' +
    table(' chain input { policy drop; ip protocol ah accept; }'),
  'a chain that is declared again without one':
    table(input('')) + table(` chain input {\n  type filter hook input priority filter;\n  tcp dport 443 accept\n }\n`),
  'a policy by add chain': table(input('', 'accept')) + 'add chain inet filter input { policy drop; }\n',
  'add chain without one': table(input('')) + 'add chain inet filter input\n',
  'a chain that gets its rules first':
    'table inet filter { chain web { tcp dport 443 accept; }; }\n' +
    table(input('jump web')) +
    table(' chain web { ip protocol vrrp accept; }'),
  'a map by two things': table(input('ip saddr . tcp dport vmap { 10.98.0.1 . 443 : accept }')),
  'elements that are added to a map without any':
    table(' map v { type inet_service : verdict; }', input('tcp dport vmap @v')) +
    'add element inet filter v { 443 : accept }\n',
  'a set that is added':
    table(input('')) +
    'add set inet filter s { type inet_service; elements = { 80 }; }\nadd element inet filter s { 443 }\nadd rule inet filter input tcp dport @s accept\n',
};

/** Scripts that leave open what becomes of a packet, with what they say of it now. */
const OPEN: Readonly<Record<string, string>> = {
  'a map without elements': table(' map v { type inet_proto : verdict; }', input('ip protocol vmap @v')),
  'a map that packets fill': table(
    ' map v { type inet_service : verdict; flags dynamic, timeout; elements = { 22 : accept }; }',
    input('tcp dport vmap @v'),
  ),
  'a map by what is not followed': table(input('fib daddr type vmap { local : accept, multicast : accept }')),
  'a map by two things of which one is not followed': table(
    input('ip saddr . tcp sport vmap { 10.98.0.1 . 443 : accept }'),
  ),
};

/** Scripts that nft refuses, and the line of the mistake. */
const BROKEN: Readonly<Record<string, readonly [string, number]>> = {
  'a field that TCP does not have': [table(input('tcp dports 443 accept')), 4],
  'one behind other conditions': [table(input('iifname "e0" ip saddr 10.98.0.1 udp port 53 accept')), 4],
  'one behind a set': [table(input('ip saddr != { 10.98.0.1, 10.98.0.2 } ip proto 112 accept')), 4],
  'a verdict that is none': [table(input('tcp dport 80 acept')), 4],
  'one in upper case': [table(input('tcp dport 80 ACCEPT')), 4],
  'a word of another filter': [table(input('ip protocol vrrp counter allow')), 4],
  'a field without its header': [table(input('dport 80 accept')), 4],
  'a verdict of a map that is none': [table(input('ct state vmap { established : acept, invalid : drop }')), 4],
  'one in a map with a name': [
    table(' map v { type inet_service : verdict; elements = { 22 : deny }; }', input('tcp dport vmap @v')),
    2,
  ],
  'one behind a definition': ['define P = { 80, 443 }\n' + table(input('tcp dport $P permit')), 5],
  'one in an added rule': [table(input('')) + 'add rule inet filter input ip6 source ::1 accept\n', 8],
};

/** Names of headers that stand for something else, in scripts that nft takes. */
const TAKEN = [
  'ether type ip tcp dport 443 accept',
  'meta l4proto tcp tcp dport 443 accept',
  'ct original ip saddr 10.98.0.1 accept',
  'ip protocol tcp reject with tcp reset',
  'ip protocol { tcp, udp } th dport 443 accept',
  'tcp flags & (syn | rst) == syn accept',
  'tcp flags syn / syn,rst accept',
  'tcp option maxseg size 1-500 drop',
  'ip saddr . tcp dport { 10.98.0.1 . 443 } accept',
  'tcp dport 443 ip saddr 10.98.0.1 ct state new accept',
  'ip dscp cs1 accept',
  'tcp dport == 443 accept',
  'tcp dport 443 log prefix "x" flags tcp sequence,options accept',
  'tcp dport 443 limit rate over 10/second burst 5 packets drop',
  'tcp dport 443 ct count over 20 reject with tcp reset',
  'ip protocol vrrp counter packets 0 bytes 0 accept comment "vrrp"',
  'tcp dport 443 quota over 10 mbytes drop',
  'tcp dport 443 meta mark set 0x1 ct mark set meta mark accept',
  'tcp dport 443 ip dscp set cs1',
  'iifname "e0" fib saddr . iif oif missing drop',
  'iif lo meta skuid root accept',
  'tcp dport 443 numgen random mod 2 vmap { 0 : accept, 1 : drop }',
  'ip protocol tcp tcp flags & (fin | syn) == syn accept',
  'ct state & (established | related) == established accept',
  'ct state new,untracked tcp dport ssh accept',
  'ip saddr 10.98.0.1 ether saddr aa:bb:cc:dd:ee:ff accept',
  'tcp dport 22-80 socket transparent 1 accept',
  'ip frag-off & 0x1fff != 0 drop',
  'meta l4proto icmp icmp type { echo-request, echo-reply } accept',
  'tcp dport 443 @th,0,16 > 1023 accept',
  'tcp dport 443 jump { ip saddr 10.98.0.1 accept; }',
  'iifname "e0" oifname != "e1" tcp sport 1024-65535 accept',
  'meta pkttype multicast rt classid 1 accept',
  'ip ttl 255 symhash mod 2 0 accept',
];

describe.skipIf(!canFilter)('scripts of nftables and the kernel', () => {
  let lab: FilterLab;
  beforeAll(async () => (lab = await startFilterLab('script')));
  afterAll(() => lab.stop());

  test.each(Object.entries(KNOWN))('%s', async (_, text) => {
    expect(lab.load(text), text).toBe(true);
    const firewall = readNftables(new Map([['/etc/nftables.conf', text]]));
    for (const packet of PACKETS) {
      const said = firewall === undefined ? 'none' : filterVerdict(firewall, packet).verdict;
      expect(said, `${packet.protocol} ${packet.destination ?? ''}`).toBe(
        (await lab.passes(packet)) ? 'accept' : 'drop',
      );
    }
  });

  test.each(Object.entries(OPEN))('%s', (_, text) => {
    expect(lab.load(text), text).toBe(true);
    const firewall = readNftables(new Map([['/etc/nftables.conf', text]]));
    const said = PACKETS.map((packet) => (firewall === undefined ? 'none' : filterVerdict(firewall, packet).verdict));
    expect(said).toContain('unknown');
  });

  test.each(Object.entries(BROKEN))('%s', (_, [text, line]) => {
    expect(lab.load(text), text).toBe(false);
    const notes: FactNote[] = [];
    const firewall = readNftables(new Map([['/etc/nftables.conf', text]]), notes);
    expect(notes).toMatchObject([{ path: '/etc/nftables.conf', line }]);
    const said = PACKETS.map((packet) => (firewall === undefined ? 'none' : filterVerdict(firewall, packet).verdict));
    expect(new Set(said)).toEqual(new Set(['unknown']));
  });

  test.each(TAKEN)('%s', (rule) => {
    const text = table(input(rule));
    expect(lab.load(text), text).toBe(true);
    const notes: FactNote[] = [];
    readNftables(new Map([['/etc/nftables.conf', text]]), notes);
    expect(notes).toEqual([]);
  });
});
