import { DEFAULT_TARGETS, type SourceFile } from '@halint/core';
import { keepalived, parseKeepalived } from '@halint/grammar-keepalived';
import { describe, expect, test } from 'vitest';
import { effectivePriority, trackedItems, type KeepalivedFacts } from '../src/index.ts';

function factsOf(text: string): KeepalivedFacts {
  const document = parseKeepalived(text);
  const path = '/etc/keepalived/keepalived.conf';
  const source = { path, display: path, language: 'keepalived', document } as unknown as SourceFile;
  return keepalived.lower([source], { host: 'A', hostName: 'A', targets: DEFAULT_TARGETS, included: () => [] });
}

const script = (name: string, weight: string): string =>
  `vrrp_script ${name} {\n  script "/bin/check"\n  weight ${weight}\n}\n`;

const instance = (priority: number, ...track: string[]): string =>
  `vrrp_instance VI_1 {\n  interface eth0\n  priority ${priority}\n  track_script {\n    ${track.join('\n    ')}\n  }\n  track_interface {\n    eth1 weight -7\n    eth2\n  }\n}\n`;

/** What the instance of a text comes to while the named items fail. */
function priorityOf(text: string, ...failing: string[]): readonly [number, boolean, string] {
  const facts = factsOf(text);
  const [first] = facts.instances;
  if (first === undefined) throw new Error('no instance');
  const found = effectivePriority(first, trackedItems(first, facts), ({ name }) => failing.includes(name));
  return [found.value, found.fault, found.arithmetic];
}

describe('weights', () => {
  test.each([
    ['chk', '10', [], [110, false, '100 + 10 = 110']],
    ['chk', '10', ['chk'], [100, false, '100']],
    ['chk', '-10', [], [100, false, '100']],
    ['chk', '-10', ['chk'], [90, false, '100 - 10 = 90']],
    ['chk', '0', [], [100, false, '100']],
    ['chk', '0', ['chk'], [100, true, '100']],
    ['chk weight -30', '10', ['chk'], [70, false, '100 - 30 = 70']],
    ['chk weight 0', '10', ['chk'], [100, true, '100']],
    ['chk', '-10', ['chk', 'eth1'], [83, false, '100 - 10 - 7 = 83']],
    ['chk', '10', ['eth2'], [110, true, '100 + 10 = 110']],
    ['unknown', '10', ['unknown'], [100, false, '100']],
  ])('%s of weight %s while %j fail', (track, weight, failing, expected) => {
    expect(priorityOf(script('chk', weight) + instance(100, track), ...failing)).toEqual(expected);
  });
});

describe('bounds', () => {
  test.each([
    [250, '10', [], [254, false, '250 + 10 = 260, clamped to 254']],
    [50, '-200', ['chk'], [1, false, '50 - 200 = -150, clamped to 1']],
    [255, '-200', ['chk'], [255, false, '255']],
    [255, '0', ['chk'], [255, true, '255']],
  ])('priority %d, weight %s while %j fail', (priority, weight, failing, expected) => {
    expect(priorityOf(script('chk', weight) + instance(priority, 'chk'), ...failing)).toEqual(expected);
  });
});

// The interface keeps its weight though keepalived logs that it is ignored: observed with 2.2.7, "Changing effective priority".
test('members of a sync group lose the weights of scripts, not of interfaces', () => {
  const group = (more: string): string => `vrrp_sync_group G {\n  group {\n    VI_1\n  }\n  ${more}\n}\n`;
  const text = script('chk', '-10') + instance(100, 'chk');
  expect(priorityOf(text + group(''), 'chk')).toEqual([100, false, '100']);
  expect(priorityOf(text + group(''), 'eth1')).toEqual([93, false, '100 - 7 = 93']);
  expect(priorityOf(text + group('sync_group_tracking_weight'), 'chk', 'eth1')).toEqual([
    83,
    false,
    '100 - 10 - 7 = 83',
  ]);
});
