import { describe, expect, test } from 'vitest';
import { joinFleet, simulateFailover } from '../src/index.ts';
import { block, course, hostOf, instance, played, vi, type Node } from './lab.ts';

const auth = (...lines: string[]): string => block('authentication', ...lines);
const v3 = block('global_defs', 'vrrp_version 3');
const unicast = (n: number, peers: readonly number[], ...lines: string[]): Node => ({
  keepalived: vi(100 - n, block('unicast_peer', ...peers.map((each) => `10.0.0.${each}`)), ...lines),
  addresses: [`eth0 10.0.0.${n}/24`],
});

// A and B hear each other: A alone holds the address. vrrp.c vrrp_check_packet, in its order.
describe('adverts that are taken', () => {
  test.each([
    ['a type without a password is none', vi(100, auth('auth_type PASS')), vi(90)],
    [
      'eight characters decide',
      vi(100, auth('auth_type PASS', 'auth_pass 12345678a')),
      vi(90, auth('auth_type PASS', 'auth_pass 12345678')),
    ],
    ['version 3 has no authentication', v3 + vi(100, auth('auth_type PASS', 'auth_pass a')), v3 + vi(90)],
    ['strict mode has none', vi(100, 'strict_mode', auth('auth_type PASS', 'auth_pass a')), vi(90)],
    [
      'one group given in two ways',
      block('global_defs', 'vrrp_mcast_group4 224.0.0.99') + vi(100),
      vi(90, 'mcast_dst_ip 224.0.0.99'),
    ],
    ['a peerless unicast keyword is multicast', vi(100, 'unicast_src_ip 10.0.0.1'), vi(90)],
    ['addresses of another family are dropped', vi(100, block('virtual_ipaddress', '10.0.0.100', 'fd99::1')), vi(90)],
  ])('%s', (_, a, b) => expect(course([a, b], 'start')).toBe('A'));
});

describe('adverts that are dropped', () => {
  test.each([
    [
      'AH against PASS',
      vi(100, auth('auth_type AH', 'auth_pass a')),
      vi(90, auth('auth_type PASS', 'auth_pass a')),
      'another authentication',
    ],
    ['another multicast group', vi(100), vi(90, 'mcast_dst_ip 224.0.0.99'), 'another multicast group'],
    ['multicast against unicast', vi(100), vi(90, block('unicast_peer', '10.0.0.1')), 'unicast against multicast'],
    ['versions', v3 + vi(100), vi(90), 'another VRRP version'],
  ])('%s', (_, a, b, why) => {
    const [start] = played([a, b], 'start');
    expect(start?.holders['10.0.0.100']).toEqual(['A', 'B']);
    expect(start?.why).toBe(`A and B both hold 10.0.0.100: each drops the adverts of the other (${why})`);
  });

  // The receiver of the old checksum takes any; that of the new one refuses the old (2.3 on; 2.2 does not know the keyword).
  test.each([
    ['2.3.4', 100, 90, 'AB'],
    ['2.3.4', 90, 100, 'B'],
    ['2.2.7', 100, 90, 'A'],
  ])('%s: v3_checksum_as_v2 with %d against %d', (version, first, second, holders) => {
    const a = { keepalived: v3 + vi(first, 'v3_checksum_as_v2'), version };
    expect(course([a, { keepalived: v3 + vi(second), version }], 'start')).toBe(holders);
  });

  test.each([
    ['', 'A'],
    ['old_unicast_checksum never', 'AB'],
  ])('an old unicast checksum, and a receiver with %j', (line, holders) => {
    const node = (n: number, peer: number, own: string): Node => ({
      keepalived: v3 + vi(100 - n, block('unicast_peer', `10.0.0.${peer}`), own),
      addresses: [`eth0 10.0.0.${n}/24`],
    });
    expect(course([node(1, 2, 'old_unicast_checksum'), node(2, 1, line)], 'start')).toBe(holders);
  });

  test('another list of VIPs, up to 2.2, whatever skip_check_adv_addr says', () => {
    const node = (priority: number, version: string, ...vips: string[]): Node => ({
      keepalived: vi(priority, 'skip_check_adv_addr', block('virtual_ipaddress', ...vips)),
      version,
    });
    const pair = (version: string): Node[] => [node(100, version, '10.0.0.101'), node(90, version)];
    expect(played(pair('2.2.7'), 'start')[0]?.holders['10.0.0.100']).toEqual(['A', 'B']);
    expect(played(pair('2.3.4'), 'start')[0]?.holders['10.0.0.100']).toEqual(['A']);
  });
});

// Two routers whose ids were swapped on one host: A's VI_1 and B's VI_2 both are 51. From 2.3 they are one router, up to 2.2 their lists differ.
describe('one virtual_router_id on a segment', () => {
  const node = (
    n: number,
    priority: number,
    vrids: readonly [number, number],
    version: string,
    net = '10.0.0',
  ): Node => ({
    keepalived:
      instance('VI_1', vrids[0], '10.0.0.100/24', priority) + instance('VI_2', vrids[1], '10.0.0.101/24', priority),
    addresses: [`eth0 ${net}.${n}/24`],
    version,
  });

  test.each([
    ['2.3.4', '10.0.0', 'A/A'],
    ['2.2.7', '10.0.0', 'AB/AB'],
    ['2.3.4', '10.0.9', 'AB/AB'],
  ])('%s, B in %s.0/24: %s', (version, net, expected) => {
    expect(course([node(1, 100, [51, 52], version), node(2, 90, [52, 51], version, net)], 'start')).toBe(expected);
  });

  test('the weaker one obeys, and its own address has no holder', () => {
    const one = (name: string, vip: string, priority: number, n: number): Node => ({
      keepalived: instance(name, 51, vip, priority),
      addresses: [`eth0 10.0.0.${n}/24`],
    });
    const pair = (a: Node, b: string): Node => ({ ...a, keepalived: a.keepalived + b });
    const third = (priority: number): string => instance('VI_3', 53, '10.0.0.102/24', priority);
    const [start] = played(
      [
        pair(one('VI_1', '10.0.0.100/24', 100, 1), third(100)),
        pair(one('VI_2', '10.0.0.101/24', 90, 2), instance('VI_1', 54, '10.0.0.100/24', 80) + third(90)),
        one('VI_2', '10.0.0.101/24', 80, 3),
      ],
      'start',
    );
    expect(start?.holders).toEqual({ '10.0.0.100': ['A', 'B'], '10.0.0.102': ['A'], '10.0.0.101': [] });
    expect(start?.why).toContain(
      'nobody holds 10.0.0.101: B obeys VI_1 of A, which has the same virtual_router_id, C obeys VI_1 of A',
    );
  });
});

test('clusters of one virtual_router_id on a segment are played together (lab: 004)', () => {
  const node = (id: string, n: number, priority: number, vip: string, vrid = 51) =>
    hostOf(id, { keepalived: instance('VI_1', vrid, vip, priority), addresses: [`eth0 10.0.0.${n}/24`] });
  const hosts = [
    node('A', 1, 110, '10.0.0.100/24'),
    node('B', 2, 100, '10.0.0.100/24'),
    node('C', 3, 120, '10.0.0.107/24'),
    node('D', 4, 90, '10.0.0.107/24'),
    node('E', 5, 90, '10.0.0.108/24', 52),
  ];
  const { clusters } = simulateFailover(joinFleet(hosts), { events: [], initial: [], startOrder: [] });
  expect(clusters.map((cluster) => cluster.scenarios[0]?.steps[0]?.holders)).toEqual([
    { '10.0.0.100': [], '10.0.0.107': ['C'] },
    { '10.0.0.108': ['E'] },
  ]);
});

test('AH numbers run apart where one side alone hears: unknown', () => {
  const ah = block('authentication', 'auth_type AH', 'auth_pass secret');
  expect(course([vi(100, ah), vi(90, ah)], 'partition,heal')).toBe('A AB A');
  const steps = played([vi(100, ah), vi(90, ah)], 'partition:A>B,heal');
  expect(steps.map((step) => step.verdict)).toEqual(['ok', 'unknown', 'ok']);
  expect(steps[1]?.why).toContain('whether A takes the AH numbers of B, which does not hear it, is not followed');
});

describe('unicast peers are a directed graph', () => {
  test('A does not send to C: C takes the address beside A', () => {
    expect(course([unicast(1, [2]), unicast(2, [1, 3]), unicast(3, [1, 2])], 'start')).toBe('AC');
    expect(course([unicast(1, [2, 3]), unicast(2, [1, 3]), unicast(3, [1, 2])], 'start')).toBe('A');
  });

  test('check_unicast_src takes adverts of its peers only', () => {
    expect(course([unicast(1, [2]), unicast(2, [3], 'check_unicast_src')], 'start')).toBe('AB');
    expect(course([unicast(1, [2]), unicast(2, [1], 'check_unicast_src')], 'start')).toBe('A');
    expect(course([unicast(1, [2]), unicast(2, [3])], 'start')).toBe('A');
  });
});

// vrrp.c chk_min_cfg, vrrp_complete_instance, check_vrid_conflicts: one bad instance ends the whole daemon.
describe('a keepalived that gives up', () => {
  const other = instance('VI_2', 52, '10.0.1.100/24', 100);
  test.each([
    [vi(100).replace('virtual_router_id 51\n', '') + other, 'VI_1 has no virtual_router_id'],
    [vi(100).replace('interface eth0\n', '') + other, 'VI_1 has no interface'],
    [vi(100).replace('eth0', 'lo') + other, 'VI_1 has no interface: there is no lo'],
    [vi(100) + instance('VI_2', 51, '10.0.1.100/24', 100), 'VI_1 and VI_2 both use virtual_router_id 51'],
    [
      v3 + vi(100) + block('vrrp_instance VI_2', 'interface eth0', 'virtual_router_id 9'),
      'VI_2 has no virtual_ipaddress',
    ],
  ])('%#', (a, why) => {
    const [start] = played([a, vi(90) + instance('VI_2', 52, '10.0.1.100/24', 90)], 'start');
    expect(Object.values(start?.holders ?? {}).flat()).toEqual(['B', 'B']);
    expect(start?.why).toContain(`keepalived of A gives up: ${why}`);
  });

  // 2.2.7 and 2.3.4 as observed: vrrp.c has a message for it, but tests the flag before it is set.
  test('strict mode does not mind unicast peers', () => {
    expect(course([vi(100, 'strict_mode', block('unicast_peer', '10.0.0.2')), vi(90)], 'start')).toBe('AB');
  });

  test('two instances of one VRID live on different interfaces, families and groups', () => {
    const more = [
      instance('VI_2', 51, '10.0.1.100/24', 100).replace('eth0', 'eth1'),
      instance('VI_3', 51, 'fe80::100/64', 100),
      instance('VI_4', 51, '10.0.2.100/24', 100, 'mcast_dst_ip 224.0.0.99'),
    ].join('');
    expect(course([vi(100) + more], 'start')).toBe('A/A/A/A');
  });

  test('an interface that the facts do not name, unless it may come later: then FAULT', () => {
    const node = (text: string): Node => ({ keepalived: text, addresses: ['eth1 10.0.0.1/24'], allInterfaces: true });
    const dynamic = block('global_defs', 'dynamic_interfaces');
    expect(played([node(vi(100)), vi(90)], 'start')[0]?.why).toContain('VI_1 has no interface: there is no eth0');
    expect(played([node(dynamic + vi(100)), vi(90)], 'start')[0]?.why).toContain('A is in FAULT (there is no eth0)');
  });

  test('an interface without an address of the family is FAULT (vrrp_track.c initialise_vrrp_tracking_priorities)', () => {
    const a: Node = { keepalived: vi(100), addresses: ['eth0 fe80::1/64'], allInterfaces: true };
    expect(played([a, vi(90)], 'start')[0]?.why).toBe(
      'B (90) holds 10.0.0.100: A is in FAULT (eth0 has no IPv4 address)',
    );
  });
});

// Lab: 2.2.7 "bind unicast_src 10.0.0.1 failed 99 - Cannot assign requested address" and FAULT for good; 2.3.4 runs.
describe('a unicast source that is no address of the host', () => {
  const node = (n: number, peer: number, version: string, ...lines: string[]): Node => ({
    keepalived: vi(100 - n, block('unicast_peer', `10.0.0.${peer}`), ...lines),
    addresses: [`eth0 10.0.0.${n}/24`],
    allInterfaces: true,
    version,
  });

  test.each([
    ['2.2.7', 'unicast_src_ip 10.0.0.77', 'B'],
    ['2.3.4', 'unicast_src_ip 10.0.0.77', 'A'],
    ['2.2.7', 'unicast_src_ip 10.0.0.1', 'A'],
  ])('%s, %s', (version, line, holders) => {
    const b = { ...node(2, 1, version), keepalived: vi(98, block('unicast_peer', '10.0.0.1', '10.0.0.77')) };
    const steps = played([node(1, 2, version, line), b], 'start');
    expect(steps[0]?.holders['10.0.0.100']).toEqual([holders]);
    expect(steps[0]?.why.includes('A is in FAULT (it cannot send from 10.0.0.77)')).toBe(holders === 'B');
  });

  test('is the last of unicast_src_ip and mcast_src_ip: peers that name the other one are not heard', () => {
    const pair = [1, 2].map((n) => node(n, 3 - n, '2.3.4', `unicast_src_ip 10.0.0.${n}`, `mcast_src_ip 10.0.0.20${n}`));
    expect(course(pair, 'start')).toBe('AB');
  });
});

test('excluded addresses move along', () => {
  const more = block('virtual_ipaddress_excluded', '10.0.9.9/24', 'fd99::9/64');
  expect(played([vi(100, more), vi(90, more)], 'host-down:A')[1]?.holders).toEqual({
    '10.0.0.100': ['B'],
    '10.0.9.9': ['B'],
    'fd99::9': ['B'],
  });
});

// vrrp.c vrrp_handle_accept_mode: what is not for an address owner is dropped by the firewall.
describe('services', () => {
  const haproxy =
    'frontend f\n  mode tcp\n  bind 10.0.0.100:80\n  bind 10.0.0.101:80\n  default_backend b\nbackend b\n  mode tcp\n  server s 192.0.2.9:80\n';
  const node = (priority: number, ...lines: string[]): Node => ({
    keepalived: vi(priority, ...lines) + instance('VI_2', 52, '10.0.0.101/24', 190 - priority),
    haproxy,
  });

  test('behind an address without accept mode nobody answers', () => {
    const one = haproxy.replace('  bind 10.0.0.101:80\n', '');
    const [start] = played([{ keepalived: vi(100, 'no_accept'), haproxy: one }, vi(90)], 'start');
    expect(start?.verdict).toBe('outage');
    expect(start?.why).toContain('keepalived of A drops packets to 10.0.0.100:80: no accept mode');
  });

  test('haproxy starts with all of its addresses or not at all', () => {
    const [start] = played([node(100), node(90)], 'start');
    expect(start?.holders).toEqual({ '10.0.0.100': ['A'], '10.0.0.101': ['B'] });
    expect(start?.services.map(({ bind, host, state }) => `${bind} ${host} ${state}`)).toEqual([
      '10.0.0.100:80 A down',
      '10.0.0.101:80 B down',
    ]);
    expect(start?.why).toContain('haproxy of A could not start without 10.0.0.101 (net.ipv4.ip_nonlocal_bind)');
  });
});
