import { expect, test } from 'vitest';
import { parseConfig } from '../src/config.ts';

// What the aliases of halint.config.yaml can do is bad configuration (contract, section 3), at the first of them.

const bomb = [
  'version: 1',
  'a: &a [x,x,x,x,x,x,x,x,x]',
  'b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]',
  'c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]',
  'rules: *c',
].join('\n');

test.each([
  ['aliases of aliases', bomb, 3, 8],
  ['an alias of nothing', 'version: 1\nrules: *r\n', 2, 8],
])('%s', (_, text, line, column) => {
  expect(parseConfig(text)).toMatchObject({ problems: [{ line, column }] });
});

test('an alias that is used as meant', () => {
  const text = 'version: 1\nhosts:\n  a: { targets: &t { haproxy: "3.0" } }\n  b: { targets: *t }\n';
  expect(parseConfig(text)).toMatchObject({ config: { hosts: { b: { targets: { haproxy: '3.0' } } } } });
});
