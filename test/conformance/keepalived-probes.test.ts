import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Probe {
  tables(language: string): readonly string[];
  letterNow(context: string, text: string, version: string, language: string): Promise<string>;
}
interface Daemon {
  whyNoKeepalived(version: string): Promise<string | undefined>;
}
interface Work {
  inParallel<T, R>(items: readonly T[], work: (item: T, i: number) => Promise<R>): Promise<R[]>;
}
const module = (name: string): string => new URL(name, import.meta.url).href;
const { tables, letterNow } = (await import(module('./probe.mjs'))) as Probe;
const { whyNoKeepalived } = (await import(module('./keepalived-daemon.mjs'))) as Daemon;
const { inParallel } = (await import(module('./daemon.mjs'))) as Work;

const VERSIONS = ['2.2.7', '2.3.4'];
const reasons = await Promise.all(VERSIONS.map(whyNoKeepalived));
const reason = reasons.find((each) => each !== undefined);
if (reason !== undefined) console.warn(`SKIPPED: ${reason}`);

/** One version for each row, in turn, as all of them take minutes. */
describe.skipIf(reason !== undefined)('the real keepalived', () => {
  test.each(tables('keepalived').map((path) => [basename(path), path] as const))(
    'answers the probes of %s as its table says',
    async (_name, path) => {
      const [head = '', ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
      const columns = head.split('\t');
      const wrong = await inParallel(rows, async (row, i) => {
        const [context = '', text = '', ...letters] = row.split('\t');
        const version = VERSIONS[i % VERSIONS.length] as string;
        const told = letters[columns.indexOf(version) - 2];
        if (row === '' || row.startsWith('#') || told === undefined) return [];
        const now = await letterNow(context, text, version, 'keepalived');
        return now === told ? [] : [`${version} ${context}: ${text}: ${now}, the table says ${told}`];
      });
      expect(wrong.flat()).toEqual([]);
    },
    600_000,
  );
});
