import { readNftables } from '@halint/inventory/network/index';
import { filterVerdict } from '@halint/model';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canFilter, PACKETS, startFilterLab, type FilterLab } from './filter-lab.ts';

// What halint says of a rule set beside what the kernel does with real packets, in two network namespaces of its own.

if (!canFilter) console.warn('SKIPPED: nft, ip, python3 and root are needed to send packets through real rules');

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
  'iifname . ip protocol { "e0" . vrrp, "e1" . tcp }',
  'iifname . tcp dport { "e0" . 80, "e0" . 440-450 }',
  'ip saddr . ip daddr { 10.98.0.1 . 224.0.0.18, 10.98.0.0/24 . 10.98.0.2 }',
  'ip protocol . ip saddr vrrp . 10.98.0.1',
  'meta l4proto . th dport != { udp . 112, tcp . 22 }',
  'ip saddr . ip protocol @pairs',
  'ip saddr 10.98.0.1-10.98.0.5',
  'ip saddr { 10.98.0.2-10.98.0.9, 10.98.0.128/25 }',
  'tcp dport >= 443',
  'tcp dport > 0x1bb',
  'udp dport < 113',
  'tcp dport <= https',
  'ip protocol 0x70',
  'tcp dport @filled',
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
  'ip protocol vmap @named',
  'tcp dport vmap @ports',
  'ct state vmap @states',
  'tcp dport vmap { 22 : drop, * : accept }',
  'ip saddr . ip protocol vmap { 10.98.0.1 . vrrp : accept, 10.98.0.1 . ah : drop }',
);
/** Verdict maps with names; jumps stand in none, for chains of which one jumps to the other would make a circle. */
const MAPS = [
  'map named {\n  type inet_proto : verdict\n  elements = { vrrp : accept, tcp : drop, ah : return }\n }\n',
  'map ports {\n  type inet_service : verdict; flags interval\n  elements = { 1-399 : drop, 443 : accept }\n }\n',
  'map states {\n  type ct_state : verdict\n  elements = { established : accept, new : accept }\n }\n',
].join(' ');
const chain = fc.array(fc.oneof({ weight: 5, arbitrary: rule }, maps), { maxLength: 4 });
const flat = (rules: readonly string[]): string => rules.map((each) => `  ${each}\n`).join('');
const inner = (rules: readonly string[]): readonly string[] => rules.filter((each) => !/jump one|goto two/.test(each));
const ruleSet = fc
  .tuple(chain, chain, chain, fc.constantFrom('drop', 'accept'), fc.constantFrom('inet', 'ip'))
  .map(
    ([input, one, two, policy, family]) =>
      `table ${family} filter {\n set some {\n  type ipv4_addr; flags interval\n  elements = { 10.98.0.0/30, 203.0.113.1 }\n }\n${MAPS} set pairs {\n  type ipv4_addr . inet_proto; elements = { 10.98.0.1 . vrrp, 10.98.0.9 . tcp }\n }\n set filled {\n  type inet_service\n }\n chain one {\n${flat(inner(one))} }\n chain two {\n${flat(inner(two))} }\n chain input {\n  type filter hook input priority filter; policy ${policy};\n${flat(input)} }\n}\nadd element ${family} filter filled { 443, 8443 }\n`,
  )
  // A table of one family does not take conditions of the other.
  .filter((text) => !text.startsWith('table ip ') || !/ip6|nfproto/.test(text));

describe.skipIf(!canFilter)('rules of nftables and the kernel', () => {
  let lab: FilterLab;
  beforeAll(async () => (lab = await startFilterLab('nft')));
  afterAll(() => lab.stop());

  // Two thousand programs are started for it.
  test('agree on every packet', { timeout: 600_000 }, async () => {
    const wrong: string[] = [];
    let judged = 0;
    const sets = fc.sample(ruleSet, { numRuns: 200, seed: Number(process.env['HALINT_SEED'] ?? 42) });
    for (const text of sets) {
      if (!lab.load(text)) continue;
      const firewall = readNftables(new Map([['/etc/nftables.conf', text]]));
      for (const packet of PACKETS) {
        const said = firewall === undefined ? 'unknown' : filterVerdict(firewall, packet).verdict;
        const real = (await lab.passes(packet)) ? 'accept' : 'drop';
        judged++;
        if (said !== real)
          wrong.push(`${packet.protocol} ${packet.destination ?? ''}: halint ${said}, kernel ${real}\n${text}`);
      }
    }
    expect(judged).toBeGreaterThan(500);
    expect(wrong.slice(0, 3)).toEqual([]);
  });
});
