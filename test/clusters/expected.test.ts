import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Workspace } from '@halint/engine';
import { simulateFailover as simulate } from '@halint/model';
import { lint, rangeOf, simulateFailover } from '../../packages/halint/src/index.ts';
import { parts } from '../../packages/halint/src/knowledge.ts';
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

describe('eight-vips', () => {
  type Held = Readonly<Record<string, readonly string[]>>;
  const byHand = (
    JSON.parse(readFileSync(join(CLUSTERS, 'expected-failover.json'), 'utf8')) as { 'eight-vips': Record<string, Held> }
  )['eight-vips'];
  const cluster = simulateFailover(load('eight-vips')).clusters[0];
  const heldAtTheEnd = (scenario: string): Held => {
    const steps = cluster?.scenarios.find(({ name }) => name === scenario)?.steps ?? [];
    const held: Record<string, string[]> = {};
    for (const [vip, hosts] of Object.entries(steps[steps.length - 1]?.holders ?? {}))
      for (const host of hosts) (held[host] ??= []).push(vip);
    return Object.fromEntries(Object.entries(held).sort(([a], [b]) => a.localeCompare(b)));
  };
  const failures = ['ha0', 'ha1', 'ha2', 'ha3'].flatMap((host) =>
    [
      [`host-down:${host}`, `host-up:${host}`],
      [`haproxy-down:${host}`, `haproxy-up:${host}`],
      [`keepalived-stop:${host}`, `keepalived-start:${host}`],
      [`interface-down:${host}/eth0`, `interface-up:${host}/eth0`],
      [`script-fail:${host}/chk_haproxy`, `script-ok:${host}/chk_haproxy`],
    ].map(([fail, recover]) => [fail as string, recover as string, `${host} fails`] as const),
  );

  test('starts with two addresses on each host', () => expect(heldAtTheEnd('healthy')).toEqual(byHand['start']));

  test.each(failures)('%s, then %s', (fail, recover, key) => {
    expect(heldAtTheEnd(fail)).toEqual(byHand[key]);
    expect(heldAtTheEnd(`${fail},${recover}`)).toEqual(byHand['start']);
  });

  test('a host alone takes everything, and gives it back', () => {
    const name = 'partition:ha0/ha1+ha2+ha3';
    expect(heldAtTheEnd(name)).toEqual(byHand[name]);
    expect(heldAtTheEnd(`${name},heal`)).toEqual(byHand['start']);
  });

  test('only partitions are bad', () => {
    const bad = (cluster?.scenarios ?? []).filter(({ verdict }) => verdict !== 'ok').map(({ name }) => name);
    expect(bad.every((name) => name.startsWith('partition'))).toBe(true);
    expect(cluster?.scenarios).toHaveLength(1 + 2 * (failures.length + 4));
  });

  test('all single failures with their recoveries are worked out in a moment', () => {
    const { fleet } = new Workspace(load('eight-vips'), parts);
    const times = Array.from({ length: 40 }, () => {
      const start = performance.now();
      simulate(fleet);
      return performance.now() - start;
    });
    // Twenty to warm up, then the median of twenty: 50 ms is what it may take, the rest of the bound is for a loaded machine.
    const [median = Number.POSITIVE_INFINITY] = times
      .slice(20)
      .sort((a, b) => a - b)
      .slice(10);
    console.info(`49 scenarios of 4 hosts and 8 instances: median ${median.toFixed(1)} ms`);
    expect(median).toBeLessThan(250);
  });
});
