import { describe, expect, test } from 'vitest';
import { block, course, instance, played, vi, type Node } from './lab.ts';

const v3 = block('global_defs', 'vrrp_version 3');

// Timers of those that would not give the address back: with nopreempt the first one keeps it. Master_Down = adverts * interval + skew,
// skew = (256 - priority) / 256 s in version 2, times the interval in version 3; after priority 0 the skew alone (vrrp.h).
describe('who is first', () => {
  test('misses fewer adverts: C waits 2 + 0.69 s, B 5 + 0.65 s; after a goodbye B 0.65 s, C 0.69 s', () => {
    const nodes = [
      vi(100, 'nopreempt'),
      vi(90, 'nopreempt', 'down_timer_adverts 5'),
      vi(80, 'nopreempt', 'down_timer_adverts 2'),
    ];
    expect(course(nodes, 'start-order:A>B>C,host-down:A')).toBe('A C');
    expect(course(nodes, 'start-order:A>B>C,keepalived-stop:A')).toBe('A B');
  });

  test('a goodbye that a dead link swallows shortens nothing', () => {
    const nodes = [
      vi(100, 'nopreempt'),
      vi(90, 'nopreempt', 'down_timer_adverts 5'),
      vi(80, 'nopreempt', 'down_timer_adverts 2'),
    ];
    expect(course(nodes, 'start-order:A>B>C,interface-down:A/eth0')).toBe('A C');
  });

  test('version 3 takes the interval of the master that it heard: B 3.65 s instead of 15 + 3.2 s, C 3.69 s', () => {
    const nodes = [v3 + vi(100, 'nopreempt'), v3 + vi(90, 'nopreempt', 'advert_int 5'), v3 + vi(80, 'nopreempt')];
    expect(course(nodes, 'start-order:A>B>C,host-down:A')).toBe('A B');
    expect(course(nodes, 'initial:host-down:A')).toBe('C');
  });

  test('version 2 rounds the interval: 1.4 is 1, 1.5 is 2, and another one is not heard', () => {
    expect(course([vi(100, 'advert_int 1.4'), vi(90)], 'start')).toBe('A');
    expect(course([vi(100, 'advert_int 1.5'), vi(90)], 'start')).toBe('AB');
    expect(course([vi(100, 'advert_int 1.5'), vi(90, 'advert_int 2')], 'start')).toBe('A');
  });

  test('a startup delay lets others be first', () => {
    const slow = block('global_defs', 'vrrp_startup_delay 10') + vi(100, 'nopreempt');
    expect(course([slow, vi(90, 'nopreempt')], 'start')).toBe('B');
    expect(course([block('global_defs', 'vrrp_startup_delay 10') + vi(100), vi(90)], 'start')).toBe('A');
  });
});

describe('a race is what stays as it falls', () => {
  test('ten points of priority are 39 ms in version 2, 3.9 ms of an interval of 0.1 s in version 3', () => {
    const nodes = (more: string): string[] => [100, 90].map((priority) => v3 + vi(priority, 'advert_int 0.1', more));
    expect(course([vi(100, 'nopreempt'), vi(90, 'nopreempt')], 'start')).toBe('A');
    expect(course(nodes('nopreempt'), 'start')).toBe('A|B');
    expect(played(nodes('nopreempt'), 'start')[0]?.why).toBe(
      "timers end too close together: whoever's is first holds 10.0.0.100 (A or B)",
    );
    expect(course(nodes(''), 'start')).toBe('A');
  });

  test('of three equal ones the two that are left race, and a known address decides when two hold it', () => {
    const nodes = [1, 2, 3].map((n): Node => ({ keepalived: vi(100), addresses: [`eth0 10.0.0.${n}/24`] }));
    expect(course(nodes, 'start-order:A>B>C,host-down:A')).toBe('A B|C');
    expect(course(nodes, 'start-order:A>B>C,partition:A/B+C,heal')).toBe('A A|B|C B|C');
  });

  test('IPv6 compares link-local addresses, and without them nobody knows', () => {
    const text = instance('VI_1', 51, 'fe80::100/64', 100);
    const node = (...addresses: string[]): Node => ({ keepalived: text, addresses });
    const known = [node('eth0 fd99::9/64', 'eth0 fe80::1/64'), node('eth0 fd99::1/64', 'eth0 fe80::2/64')];
    expect(course(known, 'start-order:A>B,partition,heal')).toBe('A AB B');
    expect(course([node('eth0 fd99::9/64'), node('eth0 fd99::1/64')], 'start-order:A>B,partition,heal')).toBe(
      'A AB A|B',
    );
  });
});

// vrrp_scheduler.c vrrp_init_state, vrrp.c vrrp_state_master_rx.
describe('address owners (priority 255)', () => {
  const owner = (n: number, version: string, ...lines: string[]): Node => ({
    keepalived: vi(255, 'state MASTER', ...lines),
    addresses: [`eth0 10.0.0.${n}/24`],
    version,
  });
  const later = 'start-order:A>B';

  test('take over at once from a lower priority, and wait behind it only with state BACKUP', () => {
    expect(course([vi(100), owner(2, '2.3.4')], later)).toBe('B');
    expect(course([vi(254), vi(255)], later)).toBe('B');
  });

  test('two: up to 2.2 the newcomer wins, from 2.3 the higher address', () => {
    expect(course([owner(9, '2.2.7'), owner(1, '2.2.7')], later)).toBe('B');
    expect(course([owner(9, '2.3.4'), owner(1, '2.3.4')], later)).toBe('A');
    expect(course([owner(1, '2.3.4'), owner(9, '2.3.4')], later)).toBe('B');
    expect(course([owner(1, '2.3.4'), owner(9, '2.3.4')], 'start')).toBe('A|B');
  });

  test('back from FAULT one is a BACKUP like any other: another owner keeps the address', () => {
    const nodes = [owner(9, '2.3.4'), owner(1, '2.3.4')];
    expect(course(nodes, `${later},interface-down:A/eth0,interface-up:A/eth0`)).toBe('A B B');
  });

  test('the higher address yields when the other does not hear it', () => {
    expect(course([owner(9, '2.3.4'), owner(1, '2.3.4')], `${later},partition:A>B`)).toBe('A B');
  });

  test('owner_ignore_adverts, in strict mode by default, hears nobody (2.3)', () => {
    const deaf = (version: string): Node[] => [
      owner(9, version, 'owner_ignore_adverts'),
      owner(1, version, 'owner_ignore_adverts'),
    ];
    expect(course(deaf('2.3.4'), later)).toBe('AB');
    expect(course(deaf('2.2.7'), later)).toBe('B');
    const strict = (n: number): Node => ({ ...owner(n, '2.3.4', 'strict_mode') });
    expect(course([strict(9), strict(1)], later)).toBe('AB');
  });
});

// vrrp.c vrrp_state_backup: the delay begins with the first weaker advert, prio 0 and silence end the wait.
describe('preempt_delay', () => {
  const slow = (priority: number): string => vi(priority, 'preempt_delay 60');

  test('holds back who returns, until it has passed', () => {
    const steps = played([slow(100), vi(90)], 'host-down:A,host-up:A,wait');
    expect(steps.map((step) => [step.holders['10.0.0.100'], step.pending])).toEqual([
      [['A'], undefined],
      [['B'], undefined],
      [['B'], true],
      [['A'], undefined],
    ]);
  });

  test('does not hold back when the weaker one goes', () => {
    expect(course([slow(100), vi(90)], 'host-down:A,host-up:A,keepalived-stop:B')).toBe('A B B A');
  });

  test('begins anew after each FAULT', () => {
    expect(course([slow(100), vi(90)], 'start-order:B>A,wait,interface-down:A/eth0,interface-up:A/eth0,wait')).toBe(
      'B A B B A',
    );
  });

  test('a sync group moves when the delays of all members have passed', () => {
    const two = (priority: number, ...lines: string[]): string =>
      block('vrrp_sync_group G', block('group', 'VI_1', 'VI_2')) +
      vi(priority, ...lines) +
      instance('VI_2', 52, '10.0.1.100/24', priority);
    const nodes = [two(100, 'preempt_delay 60'), two(90)];
    const steps = played(nodes, 'host-down:A,host-up:A,wait');
    expect(steps.map((step) => Object.values(step.holders).join('/'))).toEqual(['A/A', 'B/B', 'B/B', 'A/A']);
    expect(steps[2]?.pending).toBe(true);
  });

  test('nothing that happens to another cluster ends it', () => {
    const alone = vi(100, 'preempt_delay 60').replaceAll('10.0.0.100', '10.9.0.100').replace('51', '9');
    expect(course([slow(100), vi(90), alone], 'host-down:A,host-up:A,host-down:C')).toBe('A/C B/C B/C B/-');
  });
});

// vrrp_scheduler.c vrrp_dispatcher_read: each advert that a master drops starts its own timer anew, and it may never send again. Seen with
// keepalived 2.2.7: C, kept back by nopreempt, takes over from B, which lives.
describe('a master beside one whose adverts it drops', () => {
  const other = block('authentication', 'auth_type PASS', 'auth_pass other');
  const holders = (...third: string[]) => played([vi(100, other), vi(90), vi(95, ...third)], 'start-order:B>C>A')[0];

  test('may fall silent, and who waited behind it may take over', () => {
    const start = holders('nopreempt');
    expect([start?.holders, start?.race, start?.verdict]).toEqual([
      { '10.0.0.100': ['A', 'B', 'C'] },
      true,
      'split-brain',
    ]);
    expect(start?.why).toMatch(/^A and [BC] both hold .*; as timers fall, [BC] instead of one of them$/);
    expect(played([vi(100), vi(90), vi(95, 'nopreempt')], 'start-order:B>C>A')[0]?.race).toBe(false);
  });

  test('matters to nobody who would give the address back', () => {
    const start = played([vi(100, other), vi(90), vi(80)], 'start-order:B>C>A')[0];
    expect([start?.holders, start?.race]).toEqual([{ '10.0.0.100': ['A', 'B'] }, false]);
  });

  test('does not with lower_prio_no_advert', () => {
    const start = played([vi(100, other), vi(90, 'lower_prio_no_advert'), vi(95, 'nopreempt')], 'start-order:B>C>A')[0];
    expect([start?.holders, start?.race]).toEqual([{ '10.0.0.100': ['A', 'B'] }, false]);
  });
});

describe('nopreempt', () => {
  test('takes over from FAULT and does not take back', () => {
    const check = block('vrrp_script chk', 'script /bin/check');
    const node = (priority: number): string => check + vi(priority, 'nopreempt', block('track_script', 'chk'));
    expect(course([node(100), node(90)], 'script-fail:A/chk,script-ok:A/chk,script-fail:B/chk')).toBe('A B B A');
  });

  test('a check that never passed keeps its host out from the start', () => {
    const check = block('vrrp_script chk', 'script /bin/check', 'init_fail');
    const node = (priority: number): string => check + vi(priority, 'nopreempt', block('track_script', 'chk'));
    expect(course([node(100), node(90)], 'initial:script-fail:A/chk,script-ok:A/chk')).toBe('B B');
  });
});

describe('partitions', () => {
  test('one way: who hears nothing takes over, and the other, hearing the weaker, stays', () => {
    const [start, cut, healed] = played([vi(100), vi(90)], 'partition:A>B,heal');
    expect([start, cut, healed].map((step) => step?.holders['10.0.0.100'])).toEqual([['A'], ['A', 'B'], ['A']]);
    expect(cut?.why).toBe('A and B both hold 10.0.0.100: B does not hear A');
    expect(course([vi(100), vi(90)], 'partition:B>A')).toBe('A A');
  });

  test('a killed keepalived leaves its address behind until it is started again', () => {
    expect(course([vi(100), vi(90)], 'keepalived-kill:A,keepalived-start:A,keepalived-kill:B')).toBe('A AB A A');
  });

  test('a keepalived that is stopped before the start stays so', () => {
    expect(course([vi(100), vi(90)], 'initial:keepalived-stop:A,keepalived-start:A')).toBe('B A');
  });
});
