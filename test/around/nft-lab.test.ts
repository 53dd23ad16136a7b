import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readNftables } from '@halint/inventory/network/index';
import { filterVerdict, type Packet } from '@halint/model';
import fc from 'fast-check';
import { startSender, type PacketSender } from './packet-sender.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// What halint says of a rule set beside what the kernel does with real packets, in two network namespaces of its own.

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const able =
  process.getuid?.() === 0 && has('nft', '--version') && has('ip', 'netns', 'list') && has('python3', '--version');
if (!able) console.warn('SKIPPED: nft, ip, python3 and root are needed to send packets through real rules');

const [A, B] = [`halint-nft-a-${process.pid}`, `halint-nft-b-${process.pid}`] as const;
const run = (...words: string[]): void => void execFileSync('ip', words);
const inside = (netns: string, ...words: string[]): void => run('netns', 'exec', netns, ...words);

/** Counts what passes the rules under test: a chain behind all of them. Only what is sent here, for a new interface speaks IPv6 and IGMP by itself. */
const PROBE =
  'table inet probe {\n chain i {\n type filter hook input priority 500;\n iifname "e0" ip protocol { 6, 17, 51, 112 } counter\n }\n}\n';

const PACKETS: readonly Packet[] = [
  { protocol: 112, destination: '224.0.0.18' },
  { protocol: 112, destination: '10.98.0.2' },
  { protocol: 51, destination: '224.0.0.18' },
  { protocol: 6, destination: '10.98.0.2', port: 443 },
  { protocol: 17, destination: '10.98.0.2', port: 112 },
].map((packet) => ({ ...packet, family: 'ipv4', source: '10.98.0.1', interface: 'e0', state: 'new' }));

const matches = fc.constantFrom(
  'ip protocol vrrp',
  'ip protocol { 112, 51 }',
  'ip protocol != tcp',
  'meta l4proto ah',
  'meta l4proto { tcp, udp }',
  'ip daddr 224.0.0.18',
  'ip daddr 224.0.0.0/4',
  'ip daddr != 10.98.0.2',
  'ip saddr 10.98.0.0/24',
  'ip saddr 192.0.2.0/24',
  'ip saddr @some',
  'tcp dport 443',
  'tcp dport { 22, 400-500 }',
  'tcp dport != 22',
  'udp dport 112',
  'th dport 112',
  'iifname "e0"',
  'iifname { "lo", "e1" }',
  'iifname != "lo"',
  'ct state new',
  'ct state established,related',
  'meta pkttype multicast',
  'meta nfproto ipv4',
  'ip6 daddr ff02::12',
);
const verdicts = fc.constantFrom(
  'accept',
  'drop',
  'accept',
  'jump one',
  'goto two',
  'return',
  'counter',
  'log prefix "accept " counter',
);
const rule = fc
  .tuple(fc.array(matches, { maxLength: 2 }), verdicts)
  .map(([conditions, verdict]) => [...conditions, verdict].join(' '));
const maps = fc.constantFrom(
  'ct state vmap { established : accept, related : accept, invalid : drop }',
  'tcp dport vmap { 22 : accept, 443 : jump one }',
  'ip protocol vmap { tcp : goto two, vrrp : accept }',
);
const chain = fc.array(fc.oneof({ weight: 5, arbitrary: rule }, maps), { maxLength: 4 });
const flat = (rules: readonly string[]): string => rules.map((each) => `  ${each}\n`).join('');
const inner = (rules: readonly string[]): readonly string[] => rules.filter((each) => !/jump one|goto two/.test(each));
const ruleSet = fc
  .tuple(chain, chain, chain, fc.constantFrom('drop', 'accept'), fc.constantFrom('inet', 'ip'))
  .map(
    ([input, one, two, policy, family]) =>
      `table ${family} filter {\n set some {\n  type ipv4_addr; flags interval\n  elements = { 10.98.0.0/30, 203.0.113.1 }\n }\n chain one {\n${flat(inner(one))} }\n chain two {\n${flat(inner(two))} }\n chain input {\n  type filter hook input priority filter; policy ${policy};\n${flat(input)} }\n}\n`,
  )
  // A table of one family does not take conditions of the other.
  .filter((text) => !text.startsWith('table ip ') || !/ip6|nfproto/.test(text));

describe.skipIf(!able)('rules of nftables and the kernel', () => {
  let sender: PacketSender;
  let member: ChildProcess;

  beforeAll(() => {
    run('netns', 'add', A);
    run('netns', 'add', B);
    run('link', 'add', 'e0', 'netns', A, 'type', 'veth', 'peer', 'name', 'e0', 'netns', B);
    for (const [netns, address] of [
      [A, '10.98.0.1/24'],
      [B, '10.98.0.2/24'],
    ] as const) {
      inside(netns, 'ip', 'link', 'set', 'lo', 'up');
      inside(netns, 'ip', 'addr', 'add', address, 'dev', 'e0');
      inside(netns, 'ip', 'link', 'set', 'e0', 'up');
      inside(netns, 'ip', 'route', 'add', '224.0.0.0/4', 'dev', 'e0');
    }
    const join224 =
      'import socket,sys\ns=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\ns.setsockopt(0,socket.IP_ADD_MEMBERSHIP,socket.inet_aton("224.0.0.18")+socket.inet_aton("10.98.0.2"))\nsys.stdin.read()';
    member = spawn('ip', ['netns', 'exec', B, 'python3', '-c', join224], { stdio: ['pipe', 'ignore', 'ignore'] });
    sender = startSender(A);
  });

  afterAll(() => {
    sender.stop();
    member.stdin?.end();
    for (const netns of [A, B]) run('netns', 'del', netns);
  });

  /** False: nft refuses the text, such as two protocols in one rule. */
  const load = (text: string): boolean =>
    spawnSync('ip', ['netns', 'exec', B, 'nft', '-f', '-'], { input: `flush ruleset\n${text}` }).status === 0;
  const counted = (): number =>
    Number(
      /packets (\d+)/.exec(
        execFileSync('ip', ['netns', 'exec', B, 'nft', 'list', 'table', 'inet', 'probe']).toString(),
      )?.[1],
    );

  async function passes({ protocol, destination, port }: Packet): Promise<boolean> {
    const before = counted();
    await sender.send(protocol, destination ?? '', port ?? 0);
    return counted() > before;
  }

  // Two thousand programs are started for it.
  test('agree on every packet', { timeout: 600_000 }, async () => {
    load(PROBE);
    // The group is joined and the neighbour is known once a packet of each kind has arrived.
    for (let i = 0; i < 50 && !((await passes(PACKETS[0] as Packet)) && (await passes(PACKETS[1] as Packet))); i++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const wrong: string[] = [];
    let judged = 0;
    const sets = fc.sample(ruleSet, { numRuns: 200, seed: Number(process.env['HALINT_SEED'] ?? 42) });
    for (const text of sets) {
      if (!load(text + PROBE)) continue;
      const firewall = readNftables(new Map([['/etc/nftables.conf', text]]));
      for (const packet of PACKETS) {
        const said = firewall === undefined ? 'unknown' : filterVerdict(firewall, packet).verdict;
        const real = (await passes(packet)) ? 'accept' : 'drop';
        judged++;
        if (said !== real)
          wrong.push(`${packet.protocol} ${packet.destination ?? ''}: halint ${said}, kernel ${real}\n${text}`);
      }
    }
    expect(judged).toBeGreaterThan(500);
    expect(wrong.slice(0, 3)).toEqual([]);
  });
});
