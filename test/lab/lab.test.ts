import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/bundle.ts';
import { shared } from '../support/shared.ts';

interface Summary {
  readonly scenarios: number;
  readonly steps: number;
  readonly agreements: number;
  readonly disagreements: number;
  readonly races: number;
  readonly unknown: number;
  readonly unstable: number;
  readonly notRepeated: readonly string[];
}

interface Ran {
  readonly code: number | null;
  readonly summary: Summary & { readonly recorded?: Readonly<Record<string, Summary>> };
  readonly told: string;
}

const module = (name: string): string => new URL(name, import.meta.url).href;
const { networkProblem } = (await import(module('./network.mjs'))) as { networkProblem(): string | undefined };
const { keepalivedOf, processEvents } = (await import(module('./keepalived.mjs'))) as {
  keepalivedOf(): object | undefined;
  processEvents(): string | undefined;
};

const { bindProblem } = (await import(module('./binds.mjs'))) as { bindProblem(): string | undefined };

const missing =
  networkProblem() ??
  (keepalivedOf() === undefined ? 'no keepalived: npm run daemons' : undefined) ??
  (processEvents() === undefined ? 'no gcc: npm run daemons' : undefined);
const required = (process.env['HALINT_REQUIRE'] ?? '').split(',').includes('daemons');
if (missing !== undefined) console.warn(`SKIPPED: the lab with real keepalived: ${missing}`);

function lab(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'test/lab/lab.mjs'), ...args], { cwd: ROOT });
    const [out, err]: Buffer[][] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out?.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err?.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const told = Buffer.concat(err ?? []).toString('utf8');
      const text = Buffer.concat(out ?? []).toString('utf8');
      if (text === '') reject(new Error(`lab ${args.join(' ')}: exit ${code}: ${told}`));
      else resolve({ code, summary: JSON.parse(text) as Ran['summary'], told });
    });
  });
}

test.runIf(required)('the lab can be played here', () => expect(missing).toBeUndefined());

describe.skipIf(missing !== undefined)('real keepalived', () => {
  test('holds the addresses that the simulator says, event by event', async () => {
    const { code, summary, told } = await lab('--fixed', '--parallel', '30');
    expect(summary, told).toMatchObject({ disagreements: 0, unstable: 0, unknown: 0, races: 0 });
    expect(summary.scenarios).toBeGreaterThanOrEqual(20);
    // On a machine that is too busy a daemon may be late once; one that is late three times in three is a disagreement.
    expect(summary.notRepeated.length, told).toBeLessThanOrEqual(1);
    expect(code).toBe(0);
  }, 180_000);
});

const noBinds = bindProblem();
if (noBinds !== undefined) console.warn(`SKIPPED: the lab with real sshd and haproxy: ${noBinds}`);
test.runIf(required)('binds can be played here', () => expect(noBinds).toBeUndefined());

test.skipIf(noBinds !== undefined)(
  'real sshd and haproxy get the sockets that the predictor says, in both start orders',
  async () => {
    const { code, summary, told } = await lab('--binds', '--parallel', '4');
    expect(told).toBe('');
    expect(summary).toMatchObject({ disagreements: 0 });
    expect(summary.scenarios).toBeGreaterThanOrEqual(15);
    expect(code).toBe(0);
  },
  120_000,
);

const truth = shared('truth');

test.skipIf(!truth.present)(
  'what both versions of keepalived did, as recorded, is what the simulator says',
  async () => {
    const { summary, told } = await lab('--recorded');
    expect(told).toBe('');
    // 153 rows of 66 scenarios stand in the table; in some of them a race decides.
    for (const version of ['2.2.7', '2.3.4']) {
      expect(summary.recorded?.[version]).toMatchObject({ scenarios: 66, steps: 153, disagreements: 0 });
      expect(summary.recorded?.[version]?.races).toBeLessThan(15);
    }
  },
);

/** Random scenarios as keepalived played them (`--save`), each twice or more with the same holders or once where the simulator agreed. */
test.each(['2.2.7', '2.3.4'])(
  'what keepalived %s did in random scenarios is what the simulator says',
  async (version) => {
    const { summary, told } = await lab('--saved', join(import.meta.dirname, 'observed', `${version}.jsonl`));
    expect(told).toBe('');
    expect(summary.scenarios).toBeGreaterThan(40);
    expect(summary).toMatchObject({ disagreements: 0, unstable: 0, unknown: 0 });
    // A race is no verdict: nearly all of these were decided.
    expect(summary.races).toBeLessThan(summary.steps / 20);
  },
);
