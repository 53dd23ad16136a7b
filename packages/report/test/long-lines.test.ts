import pc from 'picocolors';
import { expect, test } from 'vitest';
import { pretty, redact, wrap } from '../src/index.ts';
import { fileOf, findingOf, NONE, placeOf } from './support.ts';

// What takes a second here took minutes when each step looked at the whole line again.

const LIMIT = 10_000;

function msOf(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

test('a word of two megabytes is wrapped in one pass', () => {
  const word = 'x'.repeat(2_000_000);
  let lines: readonly string[] = [];
  expect(msOf(() => (lines = wrap(`a ${word}`, 80)))).toBeLessThan(LIMIT);
  expect(lines.length).toBe(25_001);
  expect(lines.join('')).toBe(`a${word}`);
});

test('a word that is cut keeps wide characters whole, and the last line takes what follows', () => {
  expect(wrap('漢漢漢 b', 5)).toEqual(['漢漢', '漢 b']);
  expect(wrap('漢漢', 1)).toEqual(['漢', '漢']);
  expect(wrap('  abc', 2)).toEqual(['ab', 'c']);
});

test('a line with a hundred thousand findings is searched for secrets once', () => {
  const text = '{'.repeat(100_000);
  const file = fileOf('/etc/keepalived/keepalived.conf', 'keepalived', `${text}\n`);
  const { section, host } = placeOf(file, '{');
  const findings = Array.from({ length: text.length }, (_, start) =>
    findingOf({ host, file, section, start, end: start + 1 }),
  );
  let shown = '';
  const colors = pc.createColors(false);
  expect(msOf(() => (shown = pretty(findings, NONE, { width: 80, colors })))).toBeLessThan(LIMIT);
  expect(shown).toContain(':1:100000\n');
});

test('columns behind many secrets are found by search', () => {
  const line = 'auth_pass hunter '.repeat(100_000);
  const { text, column } = redact(line, 'keepalived');
  expect(text.length).toBe('auth_pass *** '.length * 100_000);
  const columns: number[] = [];
  expect(
    msOf(() => {
      for (let at = 0; at < line.length; at += 17) columns.push(column(at));
    }),
  ).toBeLessThan(LIMIT);
  expect(columns[99_999]).toBe(99_999 * 14);
});
