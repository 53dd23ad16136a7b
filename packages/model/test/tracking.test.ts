import { describe, expect, test } from 'vitest';
import { block, course, instance, played, vi } from './lab.ts';

const B = vi(90);

/** Priority of A after the start; 0 in FAULT. */
const startsWith = (text: string): number | undefined => played([text, B], 'start')[0]?.priorities['VI_1']?.['A'];

// track_file.c update_track_file_status and vrrp_track.c initialise_vrrp_file_tracking_priorities: number times weight, at most 253, at
// -254 FAULT; with weight 0 any number but 0 is FAULT, with reverse 0 is.
describe('track_file', () => {
  test.each([
    ['init_file 3', 'weight 2', 'load', 106],
    ['init_file -30', '', 'load', 70],
    ['init_file 3', 'weight 2', 'load weight -4', 88],
    ['init_file 3', 'weight 2', 'load weight 2 reverse', 94],
    ['init_file 127', 'weight -2', 'load', 0],
    ['init_file 300', '', 'load', 254],
    ['', 'weight 20', 'load', 100],
    ['init_file 0', 'weight 0', 'load', 100],
    ['init_file 1', 'weight 0', 'load', 0],
    ['init_file 1', 'weight 0 reverse', 'load', 100],
    ['', 'weight 0 reverse', 'load', 0],
  ])('%s, %s, tracked as %s: %d', (init, weight, use, priority) => {
    const file = block('vrrp_track_file load', 'file /run/load', init, weight);
    expect(startsWith(file + vi(100, block('track_file', use)))).toBe(priority);
  });

  test('of weight 0 fails by an event and is told where its number is not known', () => {
    const a = block('track_file flag', 'file /run/flag', 'weight 0') + vi(100, block('track_file', 'flag'));
    expect(course([a, B], 'script-fail:A/flag,script-ok:A/flag')).toBe('A B A');
    expect(played([a, B], 'start')[0]?.why).toContain('taken as 0, for want of init_file: flag of A');
  });

  test('in a sync group of no weights the default weight means FAULT, another one nothing', () => {
    const group = block('vrrp_sync_group G', block('group', 'VI_1'));
    const text = (weight: string): string =>
      block('track_file load', 'file /run/load', 'init_file 5', weight) + group + vi(100, block('track_file', 'load'));
    expect([startsWith(text('')), startsWith(text('weight 3'))]).toEqual([0, 100]);
  });
});

// vrrp_track.c initialise_process_tracking_priorities: the quorum holds between quorum and quorum_max.
describe('track_process', () => {
  const process = (...lines: string[]): string =>
    block('vrrp_track_process web', 'process haproxy', ...lines) + vi(100, block('track_process', 'web'));

  test.each([
    ['weight 0', 'A B A'],
    ['weight -20', 'A B A'],
    ['weight 5', 'A A A'],
    ['quorum_max 0', 'B A B'],
  ])('%s', (line, expected) => {
    expect(course([process(line), B], 'script-fail:A/web,script-ok:A/web')).toBe(expected);
  });

  test('keeps its weight in a sync group, where a script loses its own (vrrp.c vrrp_complete_instance)', () => {
    const group = block('vrrp_sync_group G', block('group', 'VI_1'));
    const script =
      block('vrrp_script web', 'script /bin/check', 'weight -20') + group + vi(100, block('track_script', 'web'));
    expect(course([process('weight -20') + group, B], 'script-fail:A/web')).toBe('A B');
    expect(course([script, B], 'script-fail:A/web')).toBe('A A');
  });
});

// vrrp_scheduler.c vrrp_handle_bfd_event: up counts a positive weight, down a negative one; weight 0 is FAULT while down.
describe('track_bfd', () => {
  const peer = (weight: string): string =>
    block('bfd_instance peer', 'neighbor_ip 10.0.0.1', weight) + vi(90, block('track_bfd', 'peer'));
  const nodes = (weight: string) => [
    { keepalived: vi(100, 'nopreempt'), addresses: ['eth0 10.0.0.1/24'] },
    { keepalived: peer(weight), addresses: ['eth0 10.0.0.2/24'] },
  ];

  test('is up, and down with the host of the cluster that it looks at', () => {
    const steps = played(nodes('weight 20 reverse'), 'host-down:A,host-up:A');
    expect(steps.map((step) => step.priorities['VI_1']?.['B'])).toEqual([70, 90, 70]);
  });

  test('of weight 0: who looks at a dead host is in FAULT', () => {
    expect(course(nodes(''), 'keepalived-stop:A')).toBe('A -');
  });

  // 2.3.4 in two namespaces: "Tracked BFD instance p is DOWN", "Entering FAULT STATE", nobody holds the address.
  test.each([
    ['with facts', ['eth0 10.0.0.1/24'], ['eth0 10.0.0.2/24']],
    ['by source_ip alone', undefined, undefined],
  ])('of two hosts that look at each other goes down with an interface or a host, %s', (_, a, b) => {
    const node = (priority: number, own: number, other: number): string =>
      block('bfd_instance p', `neighbor_ip 10.0.0.${other}`, `source_ip 10.0.0.${own}`) +
      vi(priority, block('track_bfd', 'p'));
    const pair = [
      { keepalived: node(150, 1, 2), ...(a === undefined ? {} : { addresses: a }) },
      { keepalived: node(100, 2, 1), ...(b === undefined ? {} : { addresses: b }) },
    ];
    expect(course(pair, 'host-down:A')).toBe('A -');
    if (a !== undefined) expect(course(pair, 'interface-down:A/eth0')).toBe('A -');
    expect(played(pair, 'host-down:A')[1]?.why).toContain('B is in FAULT (BFD p with A is down)');
  });

  test('of a neighbour outside stays up', () => {
    const a = block('bfd_instance gw', 'neighbor_ip 10.0.0.254', 'weight 20') + vi(100, block('track_bfd', 'gw'));
    expect(startsWith(a)).toBe(120);
  });
});

// vrrp.c sync_group_tracking_init, add_vrrp_to_track_script.
describe('what a sync group tracks', () => {
  const check = (weight: string): string => block('vrrp_script chk', 'script /bin/check', `weight ${weight}`);
  const two = (first: number, second: number, ...lines: string[]): string =>
    vi(first, ...lines) + instance('VI_2', 52, '10.0.1.100/24', second);
  const group = (...lines: string[]): string => block('vrrp_sync_group G', block('group', 'VI_1', 'VI_2'), ...lines);
  const both = group() + two(90, 90);
  const fail = 'script-fail:A/chk,script-ok:A/chk';

  test.each([
    ['-20', block('track_script', 'chk'), 'A/A B/B A/A'],
    ['0', block('track_script', 'chk'), 'A/A B/B A/A'],
    ['-5', block('track_script', 'chk'), 'A/A A/A A/A'],
  ])('a script of weight %s counts for all members', (weight, tracked, expected) => {
    expect(course([check(weight) + group(tracked) + two(100, 100), both], fail)).toBe(expected);
  });

  test('its weight wins over that of a member, but not over weight 0', () => {
    const a = (use: string): string =>
      check('-5') +
      group('sync_group_tracking_weight', block('track_script', 'chk weight -50')) +
      two(100, 100, block('track_script', use));
    const priorities = (use: string) => played([a(use), both], 'script-fail:A/chk')[1]?.priorities;
    expect(priorities('chk')).toMatchObject({ VI_1: { A: 50 }, VI_2: { A: 50 } });
    expect(priorities('chk weight 0')).toMatchObject({ VI_1: { A: 0 }, VI_2: { A: 0 } });
  });

  test('with an address owner among the members weights are cleared: FAULT', () => {
    const a = check('-20') + group(block('track_script', 'chk')) + two(255, 255);
    expect(course([a, both], 'script-fail:A/chk')).toBe('A/A B/B');
  });

  test('an interface', () => {
    const a = group(block('track_interface', 'eth1')) + two(100, 100);
    expect(course([a, both], 'interface-down:A/eth1,interface-up:A/eth1')).toBe('A/A B/B A/A');
  });
});

// vrrp.c vrrp_complete_instance, add_vrrp_to_interface.
describe('interfaces', () => {
  const down = (text: string, name: string): string =>
    course([text, B], `interface-down:A/${name},interface-up:A/${name}`);

  test('its own one is FAULT, even where it is tracked with a weight', () => {
    expect(down(vi(100, block('track_interface', 'eth0 weight -5')), 'eth0')).toBe('A B A');
  });

  test('with dont_track_primary the address stays on a dead link: no split brain, as nobody reaches it', () => {
    const a = vi(100, 'dont_track_primary', block('track_interface', 'eth0 weight -5'));
    const [, step] = played([a, B], 'interface-down:A/eth0');
    expect([step?.holders, step?.verdict]).toEqual([{ '10.0.0.100': ['A', 'B'] }, 'ok']);
  });

  // add_vrrp_to_interface: the group's weight replaces "not tracked", but not the weight 0 of an interface that is tracked anyway.
  test.each([
    ['dont_track_primary', 80],
    ['', 0],
  ])('its own one tracked by its sync group, %j', (line, priority) => {
    const group = block('vrrp_sync_group G', block('group', 'VI_1'), block('track_interface', 'eth0 weight -20'));
    const [, step] = played([group + vi(100, line), B], 'interface-down:A/eth0');
    expect(step?.priorities['VI_1']?.['A']).toBe(priority);
  });

  test.each([
    ['10.0.0.101/24 dev eth1', 'A/A B/B A/A'],
    ['10.0.0.101/24 dev eth1 no_track', 'A/A A/A A/A'],
  ])('that of an excluded address %s', (address, expected) => {
    const excluded = block('virtual_ipaddress_excluded', address);
    const nodes = [vi(100, excluded), vi(90, excluded)];
    expect(course(nodes, 'interface-down:A/eth1,interface-up:A/eth1')).toBe(expected);
  });

  test.each([
    ['10.9.0.0/16 via 10.0.1.1 dev eth1', 'A B A'],
    ['10.9.0.0/16 via 10.0.1.1 dev eth1 no_track', 'A A A'],
  ])('that of the route %s', (route, expected) => {
    expect(down(vi(100, block('virtual_routes', route)), 'eth1')).toBe(expected);
  });

  test('one that is not there is not tracked', () => {
    const a = {
      keepalived: vi(100, block('track_interface', 'eth7')),
      addresses: ['eth0 10.0.0.1/24'],
      allInterfaces: true,
    };
    expect(course([a, B], 'interface-down:A/eth7')).toBe('A A');
  });
});
