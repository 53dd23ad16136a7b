import { DEFAULT_TARGETS, type SourceFile } from '@halint/core';
import { keepalived, parseKeepalived } from '@halint/grammar-keepalived';
import { describe, expect, test } from 'vitest';
import { joinFleet, NO_FACTS, parseEvents, play, type Cluster, type Host, type Step } from '../src/index.ts';

const CHECK = 'vrrp_script chk {\n  script "/bin/check"\n  weight WEIGHT\n}\n';

interface Instance {
  readonly name?: string;
  readonly priority: number;
  readonly track?: string;
}

/** One instance; the number at the end of its name makes VRID and address. */
function instance({ name = 'VI_1', priority, track }: Instance): string {
  const number = Number(name.slice(3));
  const tracking = track === undefined ? '' : `  track_script {\n    ${track}\n  }\n`;
  return `vrrp_instance ${name} {\n  state BACKUP\n  interface eth0\n  virtual_router_id ${number}\n  priority ${priority}\n  virtual_ipaddress {\n    10.0.0.${100 + number}/24\n  }\n${tracking}}\n`;
}

const check = (weight: string): string => CHECK.replace('WEIGHT', weight);
const group = (members: string, more = ''): string =>
  `vrrp_sync_group G {\n  group {\n    ${members}\n  }\n  ${more}\n}\n`;

function host(id: string, text: string, keepalivedVersion = DEFAULT_TARGETS.keepalived): Host {
  const targets = { ...DEFAULT_TARGETS, keepalived: keepalivedVersion };
  const document = parseKeepalived(text);
  const path = '/etc/keepalived/keepalived.conf';
  const source = { path, display: `${id}${path}`, language: 'keepalived', document } as unknown as SourceFile;
  const context = { host: id, hostName: id, targets, included: () => [] };
  return {
    id,
    name: id,
    targets,
    facts: NO_FACTS,
    keepalived: keepalived.lower([source], context),
    haproxy: undefined,
    sshd: undefined,
    sysctl: undefined,
    files: [source],
  };
}

function steps(a: string, b: string, events: string, version?: string): readonly Step[] {
  const hosts = [host('A', a, version), host('B', b, version)];
  const list = parseEvents(events);
  if ('problem' in list) throw new Error(list.problem);
  const cluster: Cluster = { id: 'x', hosts, routers: joinFleet(hosts).clusters.flatMap((each) => each.routers) };
  return play(cluster, list).scenarios[0]?.steps ?? [];
}

/** Holders of each address after each step: `A/B` = the first address on A, the second on B. */
const course = (a: string, b: string, events: string): string =>
  steps(a, b, events)
    .map((step) =>
      Object.values(step.holders)
        .map((hosts) => hosts.join('') || '-')
        .join('/'),
    )
    .join(' ');

const FAIL = 'script-fail:A/chk,script-ok:A/chk';

// A has priority 100, B 90. Holders and priorities as keepalived 2.2.7 showed them in two network namespaces.
describe('reverse flips the sign of a weight, not the moment at which it counts', () => {
  test.each([
    ['20 reverse', 'chk', 'B A B', [80, 100, 80]],
    ['-20 reverse', 'chk', 'A A A', [100, 120, 100]],
    ['20 reverse', 'chk weight 30', 'B A B', [70, 100, 70]],
    ['20 reverse', 'chk weight 30 noreverse', 'A A A', [130, 100, 130]],
    ['20', 'chk weight 30 reverse', 'B A B', [70, 100, 70]],
  ])('weight %s, tracked as %s', (weight, track, holders, priorities) => {
    const a = check(weight) + instance({ priority: 100, track });
    const b = instance({ priority: 90 });
    expect(course(a, b, FAIL)).toBe(holders);
    expect(steps(a, b, FAIL).map((step) => step.priorities['VI_1']?.['A'])).toEqual(priorities);
  });

  test('weight 0 reverse: FAULT while the check passes', () => {
    const a = check('0 reverse') + instance({ priority: 100, track: 'chk' });
    expect(course(a, instance({ priority: 90 }), FAIL)).toBe('B A B');
  });
});

// The same two hosts with a second instance. Observed in the same way.
describe('sync groups', () => {
  const two = (first: number, second: number, track?: string, secondTrack?: string): string =>
    instance({ priority: first, ...(track === undefined ? {} : { track }) }) +
    instance({ name: 'VI_2', priority: second, ...(secondTrack === undefined ? {} : { track: secondTrack }) });
  const both = group('VI_1 VI_2');
  const weighted = 'sync_group_tracking_weight';

  test.each([
    ['weights are ignored', both, undefined, 'A/A A/A A/A'],
    [
      'one member that gets weaker stays while the other is the stronger',
      group('VI_1 VI_2', weighted),
      undefined,
      'A/A A/A A/A',
    ],
    ['members that get weaker together move together', group('VI_1 VI_2', weighted), 'chk', 'A/A B/B A/A'],
    ['an instance outside the group goes its own way', group('VI_1', weighted), undefined, 'A/A B/A A/A'],
  ])('%s', (_, syncGroup, secondTrack, holders) => {
    const a = check('-50') + syncGroup + two(100, 100, 'chk', secondTrack);
    const b = syncGroup + two(90, 90);
    expect(course(a, b, FAIL)).toBe(holders);
  });

  test('keeping the weights shows in the priorities', () => {
    const syncGroup = group('VI_1 VI_2', weighted);
    const a = check('-50') + syncGroup + two(100, 100, 'chk');
    expect(steps(a, syncGroup + two(90, 90), FAIL).map((step) => step.priorities['VI_1']?.['A'])).toEqual([
      100, 50, 100,
    ]);
  });

  test('a group takes over only with all of its members', () => {
    const [a, b] = [both + two(100, 90), both + two(90, 100)];
    expect(course(a, b, 'start-order:A>B,keepalived-stop:A,keepalived-start:A,keepalived-stop:B')).toBe(
      'A/A B/B B/B A/A',
    );
  });

  // Lab, 2.3.4: after heal either host kept both, three times the one with the weaker VI_1.
  test('groups of which each is the stronger in one member: the first advert decides', () => {
    const [a, b] = [both + two(100, 90), both + two(90, 100)];
    const after = steps(a, b, 'start-order:A>B,partition,heal')[2];
    expect([after?.race, Object.values(after?.holders ?? {})]).toEqual([
      true,
      [
        ['A', 'B'],
        ['A', 'B'],
      ],
    ]);
  });

  test('a group that loses one address gives up the other', () => {
    const [a, b] = [both + two(100, 90), two(90, 100)];
    expect(course(a, b, 'start-order:A>B,keepalived-stop:A,keepalived-start:A')).toBe('B/B B/B B/B');
  });
});

describe('many instances', () => {
  const many = (count: number, priority: number): string =>
    Array.from({ length: count }, (_, i) => instance({ name: `VI_${i + 1}`, priority })).join('');
  const holdersOf = (step: Step | undefined): readonly string[] => [
    ...new Set(Object.values(step?.holders ?? {}).map((hosts) => hosts.join(''))),
  ];

  test('an election of 150 instances settles', () => {
    const [start, after] = steps(many(150, 110), many(150, 100), 'host-down:A');
    expect(holdersOf(start)).toEqual(['A']);
    expect(holdersOf(after)).toEqual(['B']);
  });

  test('every candidate of 20 races is named', () => {
    const [start] = steps(many(20, 100), many(20, 100), 'start');
    expect(start?.race).toBe(true);
    expect(holdersOf(start)).toEqual(['AB']);
  });

  test('a router that is decided says so beside one that races', () => {
    const second = (priority: number): string => instance({ name: 'VI_2', priority });
    const [start] = steps(many(1, 100) + second(110), many(1, 100) + second(100), 'start');
    expect(start?.why).toBe(
      "equal priorities: whoever's timer ends first holds 10.0.0.101 (A or B); A (110) holds 10.0.0.102: B has 100, below 110",
    );
  });
});

test('a keyword that the model does not follow makes a step of its router unknown, and is named', () => {
  const signed = instance({ priority: 100 }).replace(
    '  virtual_ipaddress',
    '  auth_hmac {\n    key 1\n  }\n  virtual_ipaddress',
  );
  // It came with 2.4: an older one drops the line.
  const [start] = steps(signed, instance({ priority: 90 }), 'start', '2.4.3');
  expect(start?.verdict).toBe('unknown');
  expect(start?.why).toContain('auth_hmac of VI_1 on A is not followed');
  expect(start?.cites.some((place) => place.section.text.slice(place.start, place.end).startsWith('auth_hmac'))).toBe(
    true,
  );
});
