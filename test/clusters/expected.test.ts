import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lint, rangeOf, simulateFailover } from '../../packages/halint/src/index.ts';
import { loadSnapshot } from '../../packages/halint/src/node.ts';

const CLUSTERS = join(import.meta.dirname, '../../fixtures/clusters');
const expected = JSON.parse(readFileSync(join(CLUSTERS, 'expected.json'), 'utf8')) as Record<
  string,
  [string, string, string][]
>;
const names = readdirSync(CLUSTERS, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const load = (name: string) => loadSnapshot([join(CLUSTERS, name)], { cwd: CLUSTERS });

test('every cluster has its expectation', () => expect(names.sort()).toEqual(Object.keys(expected).sort()));

describe.each(names)('%s', (name) => {
  test('gives exactly the findings that were derived by hand', () => {
    const { findings, errors } = lint(load(name));
    expect(errors).toEqual([]);
    const found = findings.filter((finding) => finding.severity !== 'info');
    const shown = found.map(({ rule, at }) => `${rule} ${at.host}:${at.file.path}:${rangeOf(at).start.line}`);
    expect(shown.sort()).toEqual((expected[name] ?? []).map(([rule, place]) => `${rule} ${place}`).sort());
  });
});

test('haproxy dying on ha0 of ssh-vip leaves the VIP there, with the arithmetic', () => {
  const scenario = simulateFailover(load('ssh-vip')).clusters[0]?.scenarios.find(
    (each) => each.name === 'haproxy-down:ha0',
  );
  const step = scenario?.steps[1];
  expect(step?.holders).toEqual({ '192.168.2.232': ['ha0'] });
  expect(step?.priorities).toEqual({ VI_1: { ha0: 100, ha1: 100 } });
  expect(step?.why).toContain('90 + 10 = 100');
  expect(scenario?.verdict).toBe('outage');
});

test('every single failure of ssh-vip-fixed ends with one holder and a working service', () => {
  const cluster = simulateFailover(load('ssh-vip-fixed')).clusters[0];
  const scenarios = cluster?.scenarios ?? [];
  expect(scenarios.length).toBeGreaterThan(20);
  for (const { name, steps, verdict } of scenarios) {
    // The hosts of a partition cannot know of each other: both hold the address, and healing ends that.
    const last = steps[steps.length - 1];
    if (name === 'partition') continue;
    expect(last?.holders['192.168.2.232'], name).toHaveLength(1);
    expect(
      last?.services.map((service) => service.state),
      name,
    ).toEqual(['up']);
    if (!name.startsWith('partition')) expect(verdict, name).toBe('ok');
  }
});
