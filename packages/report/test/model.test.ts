import { describe, expect, test } from 'vitest';
import type { FailoverReport, ListenersReport, Step } from '@halint/model';
import { failoverJson, failoverMarkdown, failoverTable, listenersJson, listenersTable, widthOf } from '../src/index.ts';
import { fileOf, KEEPALIVED, placeOf } from './support.ts';

const VIP = '192.0.2.10';
const file = fileOf('/etc/keepalived/keepalived.conf', 'keepalived', KEEPALIVED);
const step = (event: string, holders: readonly string[], more: Partial<Step> = {}): Step => ({
  event,
  holders: { [VIP]: holders },
  verdict: 'ok',
  race: false,
  priorities: { VI_1: { ha0: 110, ha1: 100 } },
  services: [],
  why: 'ha0 (110) keeps it',
  cites: [placeOf(file, '300')],
  ...more,
});
const start = step('start', ['ha0']);
const report: FailoverReport = {
  version: 1,
  clusters: [
    {
      id: VIP,
      vips: [VIP],
      hosts: ['ha0', 'ha1'],
      scenarios: [
        { name: 'healthy', steps: [start], verdict: 'ok' },
        {
          name: 'haproxy-down:ha0',
          steps: [
            start,
            step('haproxy-down:ha0', ['ha0'], {
              verdict: 'outage',
              why: 'haproxy is dead on ha0 and 110 - 10 = 100 is not below 100 on ha1: the address stays where nobody answers',
            }),
          ],
          verdict: 'outage',
        },
        {
          name: 'partition,heal',
          steps: [
            start,
            step('partition', ['ha0', 'ha1'], { verdict: 'split-brain' }),
            step('heal', ['ha0', 'ha1'], { race: true, verdict: 'race' }),
          ],
          verdict: 'split-brain',
        },
      ],
    },
  ],
};

describe('failover', () => {
  test('json: places cited by host, file and range', () => {
    const read = JSON.parse(failoverJson(report));
    expect(Object.keys(read.clusters[0])).toEqual(['id', 'vips', 'hosts', 'scenarios']);
    expect(read.clusters[0].scenarios[0].steps[0]).toEqual({
      ...start,
      cites: [
        {
          host: 'ha0',
          file: 'ha0/etc/keepalived/keepalived.conf',
          range: { start: { line: 4, column: 14 }, end: { line: 4, column: 17 } },
        },
      ],
    });
  });

  test('table: one row a scenario, fitting 100 columns', () => {
    const text = failoverTable(report, 100, false);
    expect(text).toBe(`VIP 192.0.2.10 on ha0, ha1

event                 held by  verdict      why
--------------------  -------  -----------  --------------------------------------------------------
healthy               ha0      ok           ha0 (110) keeps it
haproxy-down:ha0      ha0      outage       haproxy is dead on ha0 and 110 - 10 = 100 is not below
                                            100 on ha1: the address stays where nobody answers
partition, then heal  ha0|ha1  race         ha0 (110) keeps it
`);
    expect(Math.max(...text.split('\n').map(widthOf))).toBeLessThanOrEqual(100);
  });

  test('failures that end alike share a row; a recovery that only brings back what was is counted', () => {
    const [healthy, other] = [step('start', ['ha0']), step('x', ['ha1'], { why: 'ha1 takes it' })];
    const down = (host: string, recovered: Step) =>
      [
        { name: `host-down:${host}`, steps: [healthy, other], verdict: 'ok' },
        { name: `host-down:${host},host-up:${host}`, steps: [healthy, other, recovered], verdict: 'ok' },
      ] as const;
    const scenarios = [
      { name: 'healthy', steps: [healthy], verdict: 'ok' } as const,
      ...down('a', step('host-up:a', ['ha0'])),
      ...down('b', step('host-up:b', ['ha0'])),
      ...down('c', step('host-up:c', ['ha1'], { why: 'nopreempt' })),
    ];
    const only = { version: 1, clusters: [{ ...report.clusters[0]!, scenarios }] } as const;
    expect(failoverTable(only, 100, false).split('\n').slice(4)).toEqual([
      'healthy           ha0      ok           ha0 (110) keeps it',
      'host-down:a       ha1      ok           ha1 takes it',
      'host-down:b',
      'host-down:c',
      '  then host-up:c  ha1      ok           nopreempt',
      '',
      'After 2 of 3 recoveries all is as in healthy; the others are shown.',
      '',
    ]);
    expect(failoverMarkdown(only, false)).toContain(
      '| host-down:a<br>host-down:b<br>host-down:c | ha1 | ok | ha1 takes it |',
    );
  });

  test('addresses in several hands are counted', () => {
    const vips = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
    const holders = { '192.0.2.1': ['ha0'], '192.0.2.2': ['ha1'], '192.0.2.3': ['ha0'] };
    const scenarios = [{ name: 'healthy', steps: [{ ...start, holders }], verdict: 'ok' }] as const;
    const only = { version: 1, clusters: [{ ...report.clusters[0]!, vips, scenarios }] } as const;
    expect(failoverTable(only, 100, false)).toContain('healthy  ha0:2, ha1:1  ok');
  });

  test('table of a sequence: one row a step', () => {
    const text = failoverTable(
      { version: 1, clusters: [{ ...report.clusters[0]!, scenarios: [report.clusters[0]!.scenarios[2]!] }] },
      100,
      true,
    );
    expect(
      text
        .split('\n')
        .slice(4, 7)
        .map((line) => line.split(/ {2,}/).slice(0, 3)),
    ).toEqual([
      ['start', 'ha0', 'ok'],
      ['partition', 'ha0+ha1', 'split-brain'],
      ['heal', 'ha0|ha1', 'race'],
    ]);
  });

  test('nobody, pending, and no cluster at all', () => {
    const scenario = {
      name: 'host-up:ha0',
      steps: [step('host-up:ha0', [], { pending: true })],
      verdict: 'ok',
    } as const;
    const text = failoverTable(
      { version: 1, clusters: [{ ...report.clusters[0]!, scenarios: [scenario] }] },
      100,
      false,
    );
    expect(text).toContain('host-up:ha0  nobody (pending)  ok');
    expect(failoverTable({ version: 1, clusters: [] }, 100, false)).toBe('no virtual router in these files\n');
  });

  test('a host name cannot act on the terminal', () => {
    const cluster = { ...report.clusters[0]!, hosts: ['a\u001b[2J'] };
    expect(failoverTable({ version: 1, clusters: [cluster] }, 100, false)).not.toContain('\u001b');
  });

  test('markdown', () => {
    expect(failoverMarkdown(report, false).split('\n').slice(0, 5)).toEqual([
      '### VIP 192.0.2.10 on ha0, ha1',
      '',
      '| event | held by | verdict | why |',
      '|---|---|---|---|',
      '| healthy | ha0 | ok | ha0 (110) keeps it |',
    ]);
  });
});

describe('listeners', () => {
  const declared = placeOf(fileOf('/etc/haproxy/haproxy.cfg', 'haproxy', 'frontend f\n  bind :22\n'), 'bind :22');
  const reports: ListenersReport[] = [
    {
      host: 'ha0',
      sockets: [
        {
          service: 'sshd',
          family: 'ipv4',
          address: '0.0.0.0',
          port: 22,
          v6only: false,
          reuseport: false,
          transparent: false,
          origin: 'default',
          presence: 'present',
        },
        {
          service: 'haproxy',
          family: 'ipv6',
          address: '::',
          port: 22,
          portTo: 24,
          v6only: true,
          reuseport: true,
          transparent: true,
          declared,
          origin: 'explicit',
          presence: 'vip',
        },
      ],
      conflicts: [{ sockets: [0, 1], orders: [{ first: 'sshd', sshd: 'up', haproxy: 'exit' }] }],
      starts: { haproxy: 'ok', sshd: 'ok' },
    },
    { host: 'ha1', sockets: [], conflicts: [], starts: {} },
  ];

  test('json: where each socket is declared', () => {
    const read = JSON.parse(listenersJson(reports));
    expect(read.hosts[0].sockets[1].declared).toEqual({
      file: 'ha0/etc/haproxy/haproxy.cfg',
      range: { start: { line: 2, column: 3 }, end: { line: 2, column: 11 } },
    });
    expect(read.hosts[0].conflicts[0].orders).toEqual([{ first: 'sshd', sshd: 'up', haproxy: 'exit' }]);
    expect(read.hosts[0].sockets[0]).not.toHaveProperty('declared');
  });

  // As `ss -ltn` lists them: one line for each port.
  test('json: a range is a socket for each port, and what points at it points at the port that is meant', () => {
    const [first] = reports as [ListenersReport, ListenersReport];
    const range = first.sockets[1] as ListenersReport['sockets'][number];
    const single = (port: number): ListenersReport['sockets'][number] => ({
      ...(first.sockets[0] as typeof range),
      port,
    });
    const report: ListenersReport = {
      ...first,
      sockets: [range, single(23), { ...range, port: 30000, portTo: 60000 }, single(80)],
      conflicts: [{ sockets: [1, 0], orders: [] }],
      drift: [
        { kind: 'not-listening', socket: 0, ports: [22, 24] },
        { kind: 'taken', socket: 0, port: 23, by: 'nginx', line: 1 },
        { kind: 'not-listening', socket: 3 },
      ],
    };
    const [host] = JSON.parse(listenersJson([report])).hosts;
    const shown = host.sockets.map(({ port, portTo }: { port: number; portTo?: number }) => [port, portTo ?? port]);
    expect(shown).toEqual([
      [22, 22],
      [23, 23],
      [24, 24],
      [23, 23],
      [30000, 60000],
      [80, 80],
    ]);
    expect(host.conflicts[0].sockets).toEqual([3, 1]);
    expect(host.drift).toEqual([
      { kind: 'not-listening', socket: 0 },
      { kind: 'not-listening', socket: 2 },
      { kind: 'taken', socket: 1, port: 23, by: 'nginx', line: 1 },
      { kind: 'not-listening', socket: 5 },
    ]);
    expect(listenersTable([report], 100)).toContain('haproxy [::]:22-24 does not listen on 22, 24\n');
  });

  test('table', () => {
    expect(listenersTable(reports, 100)).toBe(`ha0
  sshd     0.0.0.0:22                          default
  haproxy  [::]:22-24  v6only transparent VIP  /etc/haproxy/haproxy.cfg:2:3
  haproxy alone: ok
  sshd alone: ok
  conflict: sshd 0.0.0.0:22 and haproxy [::]:22-24
    sshd first: sshd up, haproxy exit

ha1
  no sockets
`);
  });

  test('table of 80 columns: whole pairs, and what is long goes on below', () => {
    const [one] = reports as [ListenersReport, ListenersReport];
    const lost = [
      '10.20.0.11:22',
      '10.20.0.12:22',
      '[2001:db8:0:1::aaaa]:22',
      '10.20.0.13:22',
      '10.20.0.14:22',
      '10.20.0.15:22',
    ];
    const narrow: ListenersReport = {
      ...one,
      sockets: one.sockets.map((socket) => ({ ...socket, address: '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1' })),
      starts: {
        sshd: 'unknown: nothing says whether the host has 10.20.0.11:22; store `ip -j address` in facts/ip-address.json',
      },
      conflicts: [
        {
          sockets: [0, 1],
          orders: [
            { first: 'haproxy', sshd: `up-without:${lost.slice(0, 2).join(',')}`, haproxy: 'up' },
            { first: 'haproxy', sshd: `up-without:${lost.join(',')}`, haproxy: 'up' },
            { first: 'haproxy', sshd: 'up-without:10.20.0.11:22', haproxy: 'up' },
            { first: 'haproxy', sshd: 'up-without-ipv4', haproxy: 'up' },
          ],
        },
      ],
    };
    const lines = listenersTable([narrow], 80).split('\n');
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80);
    expect(lines).toEqual([
      'ha0',
      '  sshd     [2001:db8:aaaa:bbbb:cccc:dddd:eeee:1]:22                      default',
      '  haproxy  [2001:db8:aaaa:bbbb:cccc:dddd:eeee:1]:22-24  transparent VIP',
      '    /etc/haproxy/haproxy.cfg:2:3',
      '  sshd alone: unknown: nothing says whether the host has 10.20.0.11:22; store',
      '    `ip -j address` in facts/ip-address.json',
      '  conflict: sshd [2001:db8:aaaa:bbbb:cccc:dddd:eeee:1]:22 and haproxy',
      '    [2001:db8:aaaa:bbbb:cccc:dddd:eeee:1]:22-24',
      '    haproxy first: sshd up without 10.20.0.11:22 and 10.20.0.12:22, haproxy up',
      '    haproxy first: sshd up without 10.20.0.11:22, 10.20.0.12:22,',
      '    [2001:db8:0:1::aaaa]:22, 10.20.0.13:22 and 2 more, haproxy up',
      '    haproxy first: sshd up without 10.20.0.11:22, haproxy up',
      '    haproxy first: sshd up-without-ipv4, haproxy up',
      '',
    ]);
  });
});
