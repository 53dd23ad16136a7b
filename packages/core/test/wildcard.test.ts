import { matchesWildcard } from '@halint/core';
import { expect, test } from 'vitest';

// glob(7) and fnmatch(3) of glibc.
test.each([
  ['eth0', 'eth*', true],
  ['eth0', 'eth', false],
  ['eth0', '*0', true],
  ['eth0', '*h?', true],
  ['eth10', 'eth?', false],
  ['eth1', 'eth[0-3]', true],
  ['eth7', 'eth[0-3]', false],
  ['eth7', 'eth[!0-3]', true],
  ['a]b', 'a[]]b', true],
  ['a[b', 'a[b', true],
  ['', '*', true],
  ['', '?', false],
])('%j matches %j: %j', (text, pattern, holds) => {
  expect(matchesWildcard(text, pattern)).toBe(holds);
});

test('many stars take no time of their own', () => {
  const started = performance.now();
  expect(matchesWildcard('a'.repeat(20_000), `${'*a'.repeat(200)}b`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(2000);
});
