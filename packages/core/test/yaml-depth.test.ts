import { tooDeepLine } from '@halint/core';
import { expect, test } from 'vitest';

const nested = (levels: number): string => Array.from({ length: levels }, (_, i) => `${' '.repeat(i)}a:\n`).join('');

test.each<[string, string, number | undefined]>([
  ['nothing', '', undefined],
  ['a usual file', 'network:\n  ethernets:\n    eth0:\n      addresses: [10.0.0.1/24, "10.0.0.2/24"]\n', undefined],
  ['many lines of one level', 'a:\n- [b]\n'.repeat(1000), undefined],
  [
    'brackets in quotes and comments',
    `a: "${'['.repeat(100)}" # ${'{'.repeat(100)}\nb: '${'['.repeat(100)}'\n`,
    undefined,
  ],
  ['brackets that one top level leaves open each', 'a: x[\n'.repeat(1000), undefined],
  ['sequences in a line', `a:\n  ${'- '.repeat(60)}x\n`, 2],
  ['keys in a line', `${'? '.repeat(60)}x\n`, 1],
  ['brackets', `a: ${'['.repeat(60)}`, 1],
  ['brackets over lines', `a:\n${'  [\n'.repeat(60)}`, 50],
  ['columns', nested(60), 51],
  ['as many as may be', nested(50), undefined],
])('%s', (_, text, line) => {
  expect(tooDeepLine(text)).toBe(line);
});
