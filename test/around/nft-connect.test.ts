import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { startSender, type PacketSender } from './packet-sender.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lint, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// What halint says of the connections that haproxy opens to its servers beside what the kernel lets out.

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const able =
  process.getuid?.() === 0 && has('nft', '--version') && has('ip', 'netns', 'list') && has('python3', '--version');
if (!able) console.warn('SKIPPED: nft, ip, python3 and root are needed to open connections through real rules');

interface Connection {
  readonly address: string;
  readonly port: number;
  /** Of the server line. */
  readonly more: string;
  /** What haproxy binds to for it: address, interface. */
  readonly from: readonly [string, string?];
}

const CONNECTIONS: readonly Connection[] = [
  { address: '10.98.0.2', port: 443, more: '', from: ['-'] },
  { address: '10.98.0.2', port: 8443, more: 'source 10.98.0.7', from: ['10.98.0.7'] },
  { address: '10.99.0.2', port: 22, more: '', from: ['-'] },
  { address: '10.99.0.3', port: 443, more: 'source 0.0.0.0 interface e1', from: ['-', 'e1'] },
  { address: '10.98.0.1', port: 80, more: '', from: ['-'] },
  { address: '127.0.0.1', port: 443, more: '', from: ['-'] },
  { address: 'fd00:98::2', port: 443, more: '', from: ['-'] },
];

const ADDRESSES = [
  { ifname: 'lo', addr_info: [{ local: '127.0.0.1', prefixlen: 8 }] },
  {
    ifname: 'e0',
    addr_info: [
      { local: '10.98.0.1', prefixlen: 24 },
      { local: '10.98.0.7', prefixlen: 32 },
      { local: 'fd00:98::1', prefixlen: 64 },
    ],
  },
  { ifname: 'e1', addr_info: [{ local: '10.99.0.1', prefixlen: 24 }] },
];

const keepalived = (priority: number): string =>
  `vrrp_instance V {\n interface e0\n virtual_router_id 51\n priority ${priority}\n virtual_ipaddress {\n  10.98.0.100/24\n }\n}\n`;
const written = (address: string): string => (address.includes(':') ? `[${address}]` : address);

/** Addresses and ports of the connections that halint says are dropped. */
function claimed(rules: string): ReadonlySet<string> {
  const servers = CONNECTIONS.map(
    ({ address, port, more }, i) => ` server s${i} ${written(address)}:${port} check ${more}\n`,
  ).join('');
  const { findings, errors } = lint(
    snapshotFromFiles(
      new Map([
        ['a/etc/keepalived/keepalived.conf', keepalived(100)],
        ['b/etc/keepalived/keepalived.conf', keepalived(90)],
        ['a/facts/ip-address.json', JSON.stringify(ADDRESSES)],
        ['a/etc/systemd/system/sysinit.target.wants/nftables.service', ''],
        ['a/etc/nftables.conf', rules],
        [
          'a/etc/haproxy/haproxy.cfg',
          `defaults\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nbackend b\n${servers}`,
        ],
      ]),
    ),
    { only: ['cross/firewall-blocks-service'] },
  );
  expect(errors).toEqual([]);
  return new Set(findings.flatMap(({ message }) => /haproxy opens to (\S+?):? /.exec(`${message} `)?.[1] ?? []));
}

const matches = fc.constantFrom(
  'tcp dport 443',
  'tcp dport { 22, 80, 443 }',
  'tcp dport 8000-9000',
  'tcp dport != 443',
  'ip daddr 10.98.0.0/24',
  'ip daddr @some',
  'ip daddr != 10.99.0.2',
  'ip6 daddr fd00:98::/64',
  'ip saddr 10.98.0.7',
  'ip saddr { 10.98.0.1, 10.99.0.1 }',
  'oifname "e0"',
  'oifname "e*"',
  'oif "lo"',
  'oifname != { "e0", "lo" }',
  'iifname "e0"',
  'meta l4proto tcp',
  'meta nfproto ipv6',
  'ct state new',
  'ct state established,related',
);
/** Holds or not, and nothing in the files says which. */
const OPEN = 'meta skuid 4711';
const verdict = fc.constantFrom('accept', 'drop', 'accept', 'reject', 'counter', 'jump one', 'return');
const rule = fc
  .tuple(fc.array(fc.oneof({ weight: 12, arbitrary: matches }, fc.constant(OPEN)), { maxLength: 2 }), verdict)
  .map(([conditions, end]) => [...conditions, end].join(' '));
const map = fc.constantFrom(
  'tcp dport vmap { 443 : accept, 22 : drop }',
  'oifname vmap { "e0" : jump one, "lo" : accept }',
);
const chain = fc.array(fc.oneof({ weight: 6, arbitrary: rule }, map), { maxLength: 4 });
const text = (rules: readonly string[]): string => rules.map((each) => `  ${each}\n`).join('');
const ruleSet = fc
  .tuple(chain, chain, fc.constantFrom('drop', 'drop', 'accept'), fc.constantFrom('output', 'output', 'postrouting'))
  .map(
    ([out, one, policy, hook]) =>
      `table inet filter {\n set some {\n  type ipv4_addr; flags interval\n  elements = { 10.98.0.0/30, 10.99.0.3 }\n }\n chain one {\n${text(one.filter((each) => !each.includes('jump')))} }\n chain out {\n  type filter hook ${hook} priority filter; policy ${policy};\n${text(hook === 'postrouting' ? out.filter((each) => !each.includes('reject')) : out)} }\n}\n`,
  );

const NAME = `halint-nft-connect-${process.pid}`;
const run = (...words: string[]): void => void execFileSync('ip', words);

/** Counts the first packet of each connection behind all rules. */
const PROBE = `table inet probe {\n chain o {\n  type filter hook postrouting priority 900;\n${CONNECTIONS.map(
  ({ address, port }) =>
    `  ${address.includes(':') ? 'ip6' : 'ip'} daddr ${address} tcp dport ${port} tcp flags & (syn | ack) == syn counter\n`,
).join('')} }\n}\n`;

describe.skipIf(!able)('connections of haproxy and the kernel', () => {
  let sender: PacketSender;

  beforeAll(() => {
    run('netns', 'add', NAME);
    const inside = (...words: string[]): void => run('netns', 'exec', NAME, 'ip', ...words);
    for (const device of ['e0', 'e1']) {
      inside('link', 'add', device, 'type', 'veth', 'peer', 'name', `p${device}`);
      inside('link', 'set', `p${device}`, 'up');
    }
    inside('link', 'set', 'lo', 'up');
    for (const { ifname, addr_info: list } of ADDRESSES.slice(1)) {
      inside('link', 'set', ifname, 'up');
      for (const { local, prefixlen } of list)
        inside('addr', 'add', `${local}/${prefixlen}`, 'dev', ifname, ...(local.includes(':') ? ['nodad'] : []));
    }
    sender = startSender(NAME);
  });

  afterAll(() => {
    sender.stop();
    run('netns', 'del', NAME);
  });

  const nft = (...args: string[]): string[] => ['netns', 'exec', NAME, 'nft', ...args];
  /** False: nft refuses the text, such as two families in one rule. */
  const load = (rules: string): boolean =>
    spawnSync('ip', nft('-f', '-'), { input: `flush ruleset\n${rules}` }).status === 0;

  /** Which of the connections leave the host. */
  async function leaving(): Promise<readonly boolean[]> {
    for (const { address, port, from } of CONNECTIONS) {
      await sender.send(6, address, port, from.join(' '));
    }
    const listed = execFileSync('ip', nft('list', 'table', 'inet', 'probe')).toString();
    return [...listed.matchAll(/packets (\d+)/g)].map(([, count]) => Number(count) > 0);
  }

  test('agree on every connection', { timeout: 120_000 }, async () => {
    load(PROBE);
    expect(await leaving()).toEqual(CONNECTIONS.map(() => true));
    const wrong: string[] = [];
    const seen = { sets: 0, claims: 0, passes: 0, open: 0 };
    for (const rules of fc.sample(ruleSet, { numRuns: 60, seed: Number(process.env['HALINT_SEED'] ?? 42) })) {
      if (!load(rules + PROBE)) continue;
      seen.sets++;
      const claims = claimed(rules);
      for (const [i, leaves] of (await leaving()).entries()) {
        const { address, port } = CONNECTIONS[i] as Connection;
        const claim = claims.has(`${written(address)}:${port}`);
        if (claim) seen.claims++;
        else if (leaves) seen.passes++;
        else if (rules.includes(OPEN)) seen.open++;
        // A claim is certain; one that is not made must hang on what nothing says.
        if (claim ? leaves : !leaves && !rules.includes(OPEN))
          wrong.push(
            `${address} ${port}: halint ${claim ? 'drop' : 'nothing'}, kernel ${leaves ? 'accept' : 'drop'}\n${rules}`,
          );
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(seen.sets).toBeGreaterThan(40);
    expect(Math.min(seen.claims, seen.passes)).toBeGreaterThan(40);
  });
});
