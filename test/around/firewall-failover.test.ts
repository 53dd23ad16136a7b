import { describe, expect, test } from 'vitest';
import { simulateFailover, snapshotFromFiles } from '../../packages/halint/src/index.ts';
import { failoverJson, failoverMarkdown, failoverTable } from '@halint/report';
import type { FailoverReport, Step } from '@halint/model';
import { cluster, TRUTH } from './filter-truth.ts';

function played(files: ReadonlyMap<string, string>): FailoverReport {
  return simulateFailover(snapshotFromFiles(files));
}

/** The last step of a scenario. */
function ends(report: FailoverReport, name: string): Step | undefined {
  return report.clusters[0]?.scenarios.find((scenario) => scenario.name === name)?.steps.at(-1);
}

const VIP = '10.98.0.100';

describe.skipIf(TRUTH === undefined)('what keepalived did behind a packet filter, played', () => {
  test.each(TRUTH ?? [])('$transport, input $policy, $accepted', ({ transport, rules, holders, split, tookOver }) => {
    const start = ends(played(cluster(transport, rules)), 'healthy');
    expect(start?.holders[VIP]).toEqual(holders);
    expect(start?.verdict).toBe(split ? 'split-brain' : 'ok');
    if (split)
      expect(start?.why).toMatch(/nftables of \w drops the adverts of \w: \/etc\/nftables\.conf line 2 decides/);
    // b was MASTER for a while though a was there: it is told.
    else expect(start?.why.includes('drops the adverts of a until b has taken over once')).toBe(tookOver);
  });
});

/** The rules of one host in the place of those of both. */
function only(host: 'a' | 'b', transport: string, rules: string): Map<string, string> {
  const files = new Map(cluster(transport, undefined));
  for (const [path, text] of cluster(transport, rules)) if (path.startsWith(`${host}/`)) files.set(path, text);
  return files;
}

// By hand: a (150) has the better priority, so that b yields to it as soon as it hears it, and a never yields to b.
test.each([
  ['only b is deaf: it takes the address beside a', 'b', 'split-brain', ['a', 'b']],
  ['only a is deaf: b hears it and stays BACKUP', 'a', 'ok', ['a']],
] as const)('%s', (_, host, verdict, holders) => {
  const start = ends(played(only(host, 'multicast', 'tcp dport 22 accept')), 'healthy');
  expect(start).toMatchObject({ verdict, holders: { [VIP]: holders } });
});

test('what a host does not let out is not heard', () => {
  const files = new Map(cluster('multicast', ''));
  files.set(
    'a/etc/nftables.conf',
    'table inet f {\n chain o {\n  type filter hook output priority 0; policy drop;\n }\n}\n',
  );
  files.set('b/etc/nftables.conf', 'table inet f {\n}\n');
  const start = ends(played(files), 'healthy');
  expect(start?.holders[VIP]).toEqual(['a', 'b']);
  expect(start?.why).toContain('nftables of a drops the adverts that it sends to b: /etc/nftables.conf line 2 decides');
});

// By hand: connection tracking calls a packet established once one of the other direction has been let through. Where both let out replies
// alone, nobody ever begins; where a alone does, b is MASTER once, and its adverts make those of a replies.
test.each([
  ['both', 'split-brain'],
  ['a', 'ok'],
] as const)('replies only are let out by %s', (who, verdict) => {
  const files = new Map(cluster('unicast', ''));
  for (const host of ['a', 'b']) {
    const rules = who === 'both' || who === host ? 'policy drop; ct state established accept' : 'policy accept';
    files.set(
      `${host}/etc/nftables.conf`,
      `table inet f {\n chain o {\n  type filter hook output priority 0; ${rules}\n }\n}\n`,
    );
  }
  expect(ends(played(files), 'healthy')?.verdict).toBe(verdict);
});

describe('what is not known of a filter', () => {
  const report = played(only('b', 'multicast', 'meta mark 0x1 ip protocol vrrp accept'));
  const reason = 'whether nftables of b lets the adverts of a in is not known';

  test('makes a step unknown while both run', () => {
    expect(ends(report, 'healthy')).toMatchObject({ verdict: 'unknown' });
    expect(ends(report, 'healthy')?.why).toContain(
      `${reason}: a condition that is not followed (/etc/nftables.conf line 6)`,
    );
    // Nobody is left whom b could hear or not.
    expect(ends(report, 'host-down:a')).toMatchObject({ verdict: 'ok', holders: { [VIP]: ['b'] } });
  });

  test('is shown in every format', () => {
    const words = (text: string): string => text.replaceAll(/\s+/g, ' ');
    expect(words(failoverTable(report, 400, false))).toContain(reason);
    expect(failoverMarkdown(report, false)).toContain(reason);
    expect(failoverJson(report)).toContain(reason);
  });

  test('whether the unit is enabled', () => {
    const start = ends(played(cluster('multicast', 'tcp dport 22 accept', false)), 'healthy');
    expect(start?.verdict).toBe('unknown');
    expect(start?.why).toContain('whether nftables.service is enabled');
  });

  test('does not matter where the adverts pass in any case', () => {
    const start = ends(played(cluster('multicast', 'ip protocol vrrp accept', false)), 'healthy');
    expect(start?.verdict).toBe('ok');
  });
});

/** A host that starts again has forgotten its conversations: b is deaf again until it has been MASTER once. */
test('conversations that are known last until the host goes down', () => {
  const report = played(only('b', 'unicast', 'ct state established accept'));
  for (const name of ['healthy', 'host-down:b,host-up:b', 'keepalived-stop:a,keepalived-start:a'])
    expect(ends(report, name)).toMatchObject({ verdict: 'ok', holders: { [VIP]: ['a'] } });
});
