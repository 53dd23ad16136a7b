import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/bundle.ts';

interface Daemon {
  haproxyOf(version: string): string | undefined;
  shimOf(): string | undefined;
  inParallel<T, R>(items: readonly T[], work: (item: T, i: number) => Promise<R>): Promise<R[]>;
}
interface Probe {
  tables(): readonly string[];
  letterNow(context: string, text: string, version: string): Promise<string>;
}
const module = (name: string): string => new URL(name, import.meta.url).href;
const { haproxyOf, shimOf, inParallel } = (await import(module('./daemon.mjs'))) as Daemon;
const { tables, letterNow } = (await import(module('./probe.mjs'))) as Probe;

const VERSIONS = ['2.6', '3.0', '3.2'];
const missing = VERSIONS.filter((version) => haproxyOf(version) === undefined);
const present = missing.length === 0 && shimOf() !== undefined;
const required = (process.env['HALINT_REQUIRE'] ?? '').split(',').includes('daemons');
if (!present) console.warn(`SKIPPED: no haproxy ${missing.join(', ') || 'shim'}: npm run daemons`);

test.runIf(required)('the daemons are here', () => expect(missing).toEqual([]));

describe.skipIf(!present)('the real haproxy', () => {
  /** One version for each row, in turn: all of them take minutes, and a new build shows in a third of the rows as well. */
  test.each(tables().map((path) => [basename(path), path] as const))(
    'answers the probes of %s as its table says',
    async (_name, path) => {
      const [head = '', ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
      const columns = head.split('\t');
      const wrong = await inParallel(rows, async (row, i) => {
        const [context = '', text = '', ...letters] = row.split('\t');
        const version = VERSIONS[i % VERSIONS.length] as string;
        const told = letters[columns.indexOf(version) - 2];
        if (row === '' || row.startsWith('#') || told === undefined) return [];
        const now = await letterNow(context, text, version);
        return now === told ? [] : [`${version} ${context}: ${text}: ${now}, the table says ${told}`];
      });
      expect(wrong.flat()).toEqual([]);
    },
    600_000,
  );

  test('conformance compares files and mutants with it', () => {
    const args = [join(ROOT, 'test/conformance/conformance.mjs'), '--version', '3.0', '--mutants', '60'];
    const run = spawnSync(process.execPath, [...args, join(ROOT, 'fixtures/clusters')], { encoding: 'utf8' });
    expect(run.stderr.split('\n').filter((line) => /^(?:false positive|miss )/.test(line))).toEqual([]);
    const report = JSON.parse(run.stdout) as Record<'files' | 'mutants', { files: number; agreement: number }>;
    expect(report.files.agreement).toBe(100);
    expect(report.mutants.files).toBe(60);
    expect(report.mutants.agreement).toBe(100);
  }, 300_000);

  test('a daemon that is not here is told in one line', () => {
    const args = [join(ROOT, 'test/conformance/conformance.mjs'), '--version', '1.5', ROOT];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect([status, existsSync(ROOT)]).toEqual([2, true]);
    expect(stderr).toMatch(/^conformance: haproxy 1\.5 .* npm run daemons\n$/);
  });
});
