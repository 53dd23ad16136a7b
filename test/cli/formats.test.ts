import { Ajv } from 'ajv';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { create } from 'xmlbuilder2';
import { ensureBundle, halint, ROOT } from '../support/bundle.ts';
import { tempTree } from '../support/tree.ts';

interface Report {
  readonly findings: {
    readonly rule: string;
    readonly file: string;
    readonly fingerprint: string;
    readonly range: { readonly start: { readonly line: number } };
  }[];
}
interface Suites {
  readonly testsuites: { readonly '@failures': string };
}

const CLUSTERS = join(ROOT, 'fixtures/clusters');
const names = readdirSync(CLUSTERS).filter((name) => name === 'ssh-vip' || name.startsWith('broken-'));
const out = tempTree({});
beforeAll(ensureBundle);
afterAll(() => out.gone());

async function reports(path: string): Promise<Record<'json' | 'sarif' | 'junit' | 'concise' | 'pretty', string>> {
  const { path: folder } = out;
  const formats = ['json', 'sarif', 'junit', 'concise'] as const;
  const targets = formats.flatMap((format) => ['-f', `${format}=${join(folder, format)}`]);
  const { stdout } = await halint(['.', ...targets, '-f', 'pretty', '--no-config'], {
    cwd: path,
    env: { COLUMNS: '80' },
  });
  const read = (format: string): string => readFileSync(join(folder, format), 'utf8');
  return { json: read('json'), sarif: read('sarif'), junit: read('junit'), concise: read('concise'), pretty: stdout };
}

/**
 * What SARIF 2.1.0 (OASIS) demands of the parts that are used: sections 3.13, 3.14, 3.19, 3.27, 3.28, 3.30 and 3.54. No schema of it
 * is among the packages, so the demands are written out here.
 */
function checkSarif(log: Log): void {
  expect(log.version).toBe('2.1.0');
  expect(log.runs).toHaveLength(1);
  for (const { tool, results = [], columnKind } of log.runs) {
    expect(tool.driver.name).toBe('halint');
    expect(columnKind).toBe('utf16CodeUnits');
    const ids = (tool.driver.rules ?? []).map((rule) => rule.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const result of results) {
      expect(ids[result.ruleIndex as number]).toBe(result.ruleId);
      expect(['none', 'note', 'warning', 'error']).toContain(result.level);
      expect(result.message.text).not.toBe('');
      for (const { physicalLocation } of [...(result.locations ?? []), ...(result.relatedLocations ?? [])]) {
        expect(physicalLocation?.artifactLocation?.uri).toMatch(/^[\w.%~/-]+$/);
        const { startLine = 0, startColumn = 0, endLine = 0, endColumn = 0 } = physicalLocation?.region ?? {};
        expect(Math.min(startLine, startColumn, endLine, endColumn)).toBeGreaterThanOrEqual(1);
        expect(endLine > startLine || (endLine === startLine && endColumn >= startColumn)).toBe(true);
      }
    }
  }
}

describe.each(names)('%s', (name) => {
  test('json, sarif, junit and concise are valid and agree; pretty keeps to 80 columns', async () => {
    const { json, sarif, junit, concise, pretty } = await reports(join(CLUSTERS, name));
    const report = JSON.parse(json) as Report;
    const schema = JSON.parse(
      readFileSync(join(ROOT, 'packages/halint/dist/halint.findings.schema.json'), 'utf8'),
    ) as object;
    const validate = new Ajv({ strict: false }).compile(schema);
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    const places = report.findings.map(({ rule, file, range }) => `${rule} ${file}:${range.start.line}`).sort();
    expect(places.length).toBeGreaterThan(0);

    const log = JSON.parse(sarif) as Log;
    checkSarif(log);
    const inSarif = (log.runs[0]?.results ?? []).map(({ ruleId, locations }) => {
      const physical = locations?.[0]?.physicalLocation;
      return `${ruleId} ${decodeURIComponent(physical?.artifactLocation?.uri ?? '')}:${physical?.region?.startLine}`;
    });
    expect(inSarif.sort()).toEqual(places);

    const { testsuites } = create(junit).end({ format: 'object' }) as unknown as Suites;
    expect(Number(testsuites['@failures'])).toBe(places.length);
    expect(junit.match(/<failure /g)).toHaveLength(places.length);
    const inJunit = [...junit.matchAll(/<testcase name="([^" ]+) ([^"]+):(\d+):\d+"/g)];
    expect(inJunit.map(([, rule, file, line]) => `${rule} ${file}:${line}`).sort()).toEqual(places);

    expect(concise.trimEnd().split('\n')).toHaveLength(places.length);
    for (const line of pretty.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
  });
});

test('fingerprints stay when lines are inserted above', async () => {
  const folder = join(out.path, 'moved');
  cpSync(join(CLUSTERS, 'ssh-vip'), folder, { recursive: true });
  const marks = async (): Promise<readonly string[]> => {
    const { stdout } = await halint(['.', '-f', 'json', '--level', 'info'], { cwd: folder });
    return (JSON.parse(stdout) as Report).findings.map((finding) => finding.fingerprint).sort();
  };
  const before = await marks();
  expect(new Set(before).size).toBe(before.length);
  for (const file of ['ha0/etc/keepalived/keepalived.conf', 'ha0/etc/haproxy/haproxy.cfg', 'ha1/etc/ssh/sshd_config']) {
    const path = join(folder, file);
    writeFileSync(path, `# one\n# two\n\n${readFileSync(path, 'utf8')}`);
  }
  expect(await marks()).toEqual(before);
});
