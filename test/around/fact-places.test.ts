import { expect, test } from 'vitest';
import { lint, rangeOf, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// A line of a fact file that cannot be read is told at its own line; the path stands in the place, not in the message again.

function told(files: Readonly<Record<string, string>>): readonly string[] {
  const all = { 'etc/haproxy/haproxy.cfg': '', ...files };
  const snapshot = snapshotFromFiles(new Map(Object.entries(all).map(([path, text]) => [`ha0/${path}`, text])));
  const { findings, errors } = lint(snapshot, { only: ['system/malformed-fact'] });
  expect(errors).toEqual([]);
  return findings.map(({ at, message }) => `${at.file.display}:${rangeOf(at).start.line} ${message}`);
}

test.each([
  ['etc/sysconfig/network-scripts/ifcfg-v0', 'IPADDR=10.99.0.11\nPREFIX=abc\n', ['2 `abc` is no netmask']],
  [
    'etc/sysconfig/network-scripts/ifcfg-v0',
    'NETMASK=255.0.255.0\n\nIPADDR=10.99.0.11\n',
    ['1 `255.0.255.0` is no netmask'],
  ],
  ['facts/sysctl.txt', 'a = 1\nodd\n', ['2 no key = value: `odd`']],
] as const)('%s %j', (path, text, said) => {
  expect(told({ [path]: text })).toEqual(said.map((each) => `ha0/${path}:${each}`));
});

test('netplan: one line, without a place that the finding has anyway', () => {
  const tab = told({ 'etc/netplan/01.yaml': 'network:\n\tethernets: {}\n' });
  expect(tab[0]).toMatch(/^ha0\/etc\/netplan\/01\.yaml:2 Tabs are not allowed as indentation$/);
  for (const each of told({
    'etc/netplan/01.yaml': 'network:\n  ethernets:\n   v0:\n     addresses: [10.99.0.11/24\n  foo: : :\n',
  }))
    expect(each).not.toMatch(/at line|:$/);
});

test('netplan: aliases of aliases cost nothing', () => {
  const lines = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (let i = 1; i < 9; i++) {
    const [last, next] = ['abcdefghi'[i - 1], 'abcdefghi'[i]];
    lines.push(`${next}: &${next} [${Array.from({ length: 9 }, () => `*${last}`).join(',')}]`);
  }
  expect(told({ 'etc/netplan/01.yaml': `${lines.join('\n')}\nnetwork: *i\n` })).toEqual([
    'ha0/etc/netplan/01.yaml:1 no mapping with `network:`',
  ]);
});
