import { execFileSync, spawnSync } from 'node:child_process';
import { readNftables } from '@halint/inventory/network/index';
import { filterVerdict, type Packet } from '@halint/model';
import fc from 'fast-check';
import { startSender, type PacketSender } from './packet-sender.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// What halint says of rules for what a host sends beside what the kernel lets out: raw packets as VRRP and AH are sent, and connections.

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const able =
  process.getuid?.() === 0 && has('nft', '--version') && has('ip', 'netns', 'list') && has('python3', '--version');
if (!able) console.warn('SKIPPED: nft, ip, python3 and root are needed to send packets through real rules');

const NAME = `halint-nft-out-${process.pid}`;
const run = (...words: string[]): void => void execFileSync('ip', words);

/** Counts what the rules under test let out: a chain behind all of them. Only what is sent here, for a new interface speaks IPv6 and IGMP by itself. */
const PROBE =
  'table inet probe {\n chain o {\n type filter hook postrouting priority 900;\n oifname "e0" ip protocol { 6, 51, 112 } counter\n }\n}\n';

const PACKETS: readonly Packet[] = [
  { protocol: 112, destination: '224.0.0.18' },
  { protocol: 112, destination: '10.98.0.2' },
  { protocol: 51, destination: '224.0.0.18' },
  { protocol: 51, destination: '10.98.0.2' },
  { protocol: 6, destination: '10.98.0.2', port: 443 },
].map((packet) => ({ ...packet, way: 'out', family: 'ipv4', source: '10.98.0.1', interface: 'e0', state: 'new' }));

const matches = fc.constantFrom(
  'ip protocol vrrp',
  'ip protocol { 112, 51 }',
  'meta l4proto ah',
  'ip daddr 224.0.0.18',
  'ip daddr != 10.98.0.2',
  'ip saddr 10.98.0.0/24',
  'tcp dport 443',
  'tcp dport { 22, 80 }',
  'oifname "e0"',
  'oif "lo"',
  'oifname != "e0"',
  'meta oifname { "lo", "e0" }',
  'iifname "e0"',
  'iifname != "lo"',
  'ct state new',
  'ct state established,related',
);
const rule = fc
  .tuple(fc.array(matches, { maxLength: 2 }), fc.constantFrom('accept', 'drop', 'accept', 'counter'))
  .map(([conditions, verdict]) => `  ${[...conditions, verdict].join(' ')}\n`);
const chain = fc.array(rule, { maxLength: 4 }).map((rules) => rules.join(''));
const policy = fc.constantFrom('drop', 'accept');
const ruleSet = fc
  .tuple(chain, policy, fc.constantFrom('output', 'output', 'postrouting'), policy)
  .map(
    ([rules, out, hook, input]) =>
      `table inet filter {\n chain i {\n  type filter hook input priority filter; policy ${input};\n }\n chain o {\n  type filter hook ${hook} priority filter; policy ${out};\n${rules} }\n}\n`,
  );

describe.skipIf(!able)('rules for what a host sends and the kernel', () => {
  let sender: PacketSender;

  beforeAll(() => {
    run('netns', 'add', NAME);
    const inside = (...words: string[]): void => run('netns', 'exec', NAME, 'ip', ...words);
    inside('link', 'add', 'e0', 'type', 'veth', 'peer', 'name', 'e1');
    inside('link', 'set', 'e1', 'up');
    inside('link', 'set', 'lo', 'up');
    inside('addr', 'add', '10.98.0.1/24', 'dev', 'e0');
    inside('link', 'set', 'e0', 'up');
    inside('route', 'add', '224.0.0.0/4', 'dev', 'e0');
    sender = startSender(NAME);
  });

  afterAll(() => {
    sender.stop();
    run('netns', 'del', NAME);
  });

  const nft = (...args: string[]): string[] => ['netns', 'exec', NAME, 'nft', ...args];
  /** False: nft refuses the text, such as two protocols in one rule. */
  const load = (text: string): boolean =>
    spawnSync('ip', nft('-f', '-'), { input: `flush ruleset\n${text}` }).status === 0;
  const counted = (): number =>
    Number(/packets (\d+)/.exec(execFileSync('ip', nft('list', 'table', 'inet', 'probe')).toString())?.[1]);

  async function send({ protocol, destination, port }: Packet): Promise<void> {
    await sender.send(protocol, destination ?? '', port ?? 0);
  }

  test('agree on every packet', async () => {
    const wrong: string[] = [];
    const seen = { accept: 0, drop: 0 };
    for (const text of fc.sample(ruleSet, { numRuns: 36, seed: Number(process.env['HALINT_SEED'] ?? 42) })) {
      if (!load(text + PROBE)) continue;
      const firewall = readNftables(new Map([['/etc/nftables.conf', text]]));
      let before = 0;
      for (const packet of PACKETS) {
        const said = firewall === undefined ? 'none' : filterVerdict(firewall, packet).verdict;
        await send(packet);
        const after = counted();
        const real = after > before ? 'accept' : 'drop';
        before = after;
        seen[real]++;
        if (said !== real)
          wrong.push(`${packet.protocol} ${packet.destination ?? ''}: halint ${said}, kernel ${real}\n${text}`);
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(Math.min(seen.accept, seen.drop)).toBeGreaterThan(20);
  }, 60_000);
});
