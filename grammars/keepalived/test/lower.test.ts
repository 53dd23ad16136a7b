import { DEFAULT_TARGETS, type Document, type SourceFile } from '@halint/core';
import type { KeepalivedFacts, VrrpInstance } from '@halint/model';
import { describe, expect, test } from 'vitest';
import { keepalived, parseKeepalived } from '../src/index.ts';

function file(path: string, text: string): SourceFile {
  return { path, display: path, language: 'keepalived', document: parseKeepalived(text) as unknown as Document };
}

const MAIN = '/etc/keepalived/keepalived.conf';

/** Facts of one host; `included`: texts by the pattern that brings them in. */
function facts(text: string, hostName = 'ha0', included: Readonly<Record<string, string>> = {}): KeepalivedFacts {
  const files = new Map(Object.entries(included).map(([path, content]) => [path, file(path, content)]));
  return keepalived.lower([file(MAIN, text)], {
    host: 'id',
    hostName,
    targets: DEFAULT_TARGETS,
    included: (_, { pattern }) => {
      const found = files.get(pattern);
      return found === undefined ? [] : [found];
    },
  });
}

function instance(body: string, more = ''): VrrpInstance {
  const [first] = facts(`${more}\nvrrp_instance VI_1 {\n${body}\n}\n`).instances;
  if (first === undefined) throw new Error('no instance');
  return first;
}

const block = (keyword: string, ...lines: string[]): string => `${keyword} {\n${lines.join('\n')}\n}`;
const values = (list: readonly { readonly value: unknown }[]): unknown[] => list.map((each) => each.value);

test('defaults', () => {
  const { state, priority, advertInt, version, nopreempt, preemptDelay, strict, accept, tracksPrimary, ...rest } =
    instance('interface eth0');
  expect(values([state, priority, advertInt, version, nopreempt, preemptDelay, strict, accept, tracksPrimary])).toEqual(
    ['BACKUP', 100, 1, 2, false, 0, false, true, true],
  );
  expect(priority.at).toBeUndefined();
  expect(rest).toMatchObject({ vips: [], trackScripts: [], unicastPeers: [], unmodelled: [] });
  expect(rest.virtualRouterId).toBeUndefined();
  expect(rest.auth).toBeUndefined();
});

// Priorities as keepalived 2.2.7 -d shows them.
describe('priority', () => {
  test.each([
    ['state MASTER', 255],
    ['state BACKUP', 100],
    ['state master', 100],
    ['state MASTER\npriority 100', 100],
    ['state MASTER\npriority 300', 100],
    ['priority 0', 100],
    ['priority 90\npriority 110', 110],
    ['priority ten', 100],
  ])('%j', (body, expected) => expect(instance(body).priority.value).toBe(expected));

  test('is cited where it is written', () => {
    const { priority } = instance('  priority 110');
    const { at } = priority;
    expect(at === undefined ? '' : at.section.text.slice(at.start, at.end)).toBe('110');
  });
});

test('numbers outside their ranges are dropped', () => {
  const { advertInt, preemptDelay, virtualRouterId } = instance(
    'virtual_router_id 256\nadvert_int 300\npreempt_delay 2000',
  );
  expect([advertInt.value, preemptDelay.value, virtualRouterId]).toEqual([1, 0, undefined]);
});

// vrrp.c vrrp_complete_instance: wantstate MASTER clears both; nopreempt and strict mode clear the delay, an address owner nopreempt.
// Strict mode makes the state follow the priority, AH turns MASTER into BACKUP, no state follows the priority.
test.each([
  ['state MASTER\nnopreempt\npreempt_delay 5', true, false, 0],
  ['state BACKUP\nnopreempt\npreempt_delay 5', false, true, 0],
  ['state BACKUP\npreempt_delay 5', false, false, 5],
  ['state BACKUP\nnopreempt\npreempt\npreempt_delay 5', false, false, 5],
  ['state BACKUP\npriority 255\nnopreempt\npreempt_delay 5', false, false, 5],
  ['priority 255\nnopreempt\npreempt_delay 5', true, false, 0],
  ['nopreempt', false, true, 0],
  ['strict_mode\nstate MASTER\npriority 100\nnopreempt', false, true, 0],
  ['strict_mode\nstate BACKUP\npreempt_delay 5', false, false, 0],
  ['state MASTER\npriority 100\nnopreempt\nauthentication {\nauth_type AH\nauth_pass x\n}', false, true, 0],
  ['state MASTER\nstate BACKUP\npriority 100\nnopreempt', true, false, 0],
  ['state MASTER\nstate slave\npriority 100\nnopreempt', false, true, 0],
])('%j: wants MASTER %j, nopreempt %j, preempt_delay %d', (body, wantsMaster, nopreempt, delay) => {
  const found = instance(body);
  expect([found.wantsMaster, found.nopreempt.value, found.preemptDelay.value]).toEqual([wantsMaster, nopreempt, delay]);
});

describe('version, authentication and strict mode', () => {
  const auth = block('authentication', 'auth_type PASS', 'auth_pass secret');
  test.each([
    ['', auth, 2, true, false],
    ['global_defs {\nvrrp_version 3\n}', auth, 3, false, false],
    ['global_defs {\nvrrp_version 3\n}', `version 2\n${auth}`, 2, true, false],
    ['', `${auth}\n${block('virtual_ipaddress', 'fd99::100/64')}`, 3, false, false],
    ['global_defs {\nvrrp_strict\n}', auth, 2, false, true],
    ['global_defs {\nvrrp_strict\n}', `strict_mode off\n${auth}`, 2, true, false],
    ['global_defs {\nrouter_id a\n}\nglobal_defs {\nvrrp_version 3\n}', '', 3, false, false],
  ])('%j %j', (globals, body, version, hasAuth, strict) => {
    const found = instance(body, globals);
    expect([found.version.value, found.auth !== undefined, found.strict.value]).toEqual([version, hasAuth, strict]);
  });

  // vrrp.c vrrp_complete_instance: version 2 knows no accept mode in strict mode, an address owner always accepts.
  test.each([
    ['', 2, false],
    ['accept', 2, false],
    ['accept', 3, true],
    ['priority 255', 2, true],
    ['strict_mode off', 2, true],
    ['strict_mode off\nno_accept', 2, false],
  ])('strict mode with %j, version %d, accepts packets to the address: %j', (body, version, accepts) => {
    const found = instance(body, `global_defs {\nvrrp_strict\nvrrp_version ${version}\n}`);
    expect(found.accept.value).toBe(accepts);
  });

  // vrrp_parser.c vrrp_version_handler: the first one counts, and version 2 is refused once an IPv6 address was read.
  test.each([
    [`version 2\n${block('virtual_ipaddress', 'fd99::100')}`, 2],
    [`${block('virtual_ipaddress', 'fd99::100')}\nversion 2`, 3],
    ['version 3\nversion 2', 3],
    ['native_ipv6', 3],
  ])('%j is version %d', (body, version) => expect(instance(body).version.value).toBe(version));
});

// vrrp_data.c alloc_vrrp_vip: the first address decides the family, others and doubles are dropped; excluded ones may be of any.
test('addresses are canonical, of one family and distinct', () => {
  const found = instance(
    [
      block(
        'virtual_ipaddress',
        '10.0.0.100/24 dev eth1 label x',
        '10.0.0.101 no_track',
        '10.0.0.100/32',
        'fd99::1/64',
        'nonsense',
      ),
      block('virtual_ipaddress_excluded', '10.0.1.100/24', 'FD99:0:0::100/64', '10.0.0.101'),
    ].join('\n'),
  );
  expect(
    found.vips.map(({ family, address, prefix, dev }) => [family, address.value, prefix.value, dev?.value]),
  ).toEqual([
    ['ipv4', '10.0.0.100', 24, 'eth1'],
    ['ipv4', '10.0.0.101', 32, undefined],
  ]);
  expect(found.vips[1]?.prefix.at).toBeUndefined();
  expect(found.vips.map(({ tracked }) => tracked)).toEqual([true, false]);
  expect(found.excludedVips.map(({ address }) => address.value)).toEqual(['10.0.1.100', 'fd99::100']);
  expect(found.family).toBe('ipv4');
});

test.each([
  ['unicast_src_ip fd99::1', 'fd99::100'],
  [`unicast_peer {\nfd99::2\n}`, 'fd99::100'],
  ['native_ipv6', 'fd99::100'],
  ['mcast_src_ip 10.0.0.1', '10.0.0.100'],
])('%s decides the family of the list behind it', (line, kept) => {
  const found = instance(`${line}\n${block('virtual_ipaddress', '10.0.0.100', 'fd99::100')}`);
  expect(found.vips.map(({ address }) => address.value)).toEqual([kept]);
});

test('more VIPs than an advert can name move to the excluded ones', () => {
  const many = Array.from({ length: 300 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  const found = instance(block('virtual_ipaddress', ...many));
  expect([found.vips.length, found.excludedVips.length]).toEqual([255, 45]);
});

// vrrp_track.c alloc_track_script: the second word must be weight; a weight out of range leaves the script's own, 254 counts as 253.
test('tracked items', () => {
  const found = instance(
    [
      block(
        'track_script',
        'chk',
        'other weight -5 reverse',
        'third weight 300',
        'fourth noreverse',
        'fifth weight',
        'sixth weight 254 noreverse',
        'chk weight 9',
      ),
      block('track_interface', 'eth1 weight 0', 'eth2'),
      block('track_process', 'p weight 3'),
      block('unicast_peer', '10.0.0.2', '10.0.0.3 min_ttl 1', 'name'),
      'unicast_src_ip 10.0.0.1',
      'dont_track_primary',
      block('track_file', 'f'),
    ].join('\n'),
  );
  const uses = (list: VrrpInstance['trackScripts']): unknown[] =>
    list.map(({ name, weight, reverse }) => [name.value, weight?.value, reverse]);
  expect(uses(found.trackScripts)).toEqual([
    ['chk', undefined, undefined],
    ['other', -5, true],
    ['third', undefined, undefined],
    ['sixth', 253, false],
  ]);
  expect(uses(found.trackInterfaces)).toEqual([
    ['eth1', 0, undefined],
    ['eth2', undefined, undefined],
  ]);
  expect(uses(found.trackProcesses)).toEqual([['p', 3, undefined]]);
  expect([values(found.unicastPeers), found.unicastSrcIp?.value]).toEqual([['10.0.0.2', '10.0.0.3'], '10.0.0.1']);
  expect([found.tracksPrimary.value, found.checksUnicastSource]).toEqual([false, true]);
  expect(uses(found.trackFiles)).toEqual([['f', undefined, undefined]]);
});

test('what is tracked counts when its block stands above and is complete', () => {
  const chk = block('vrrp_script chk', 'script /bin/true');
  const vi = `vrrp_instance VI_1 {\n${block('track_script', 'chk')}\n}`;
  const used = (text: string): boolean | undefined => facts(text).instances[0]?.trackScripts[0]?.defined;
  expect([
    used(`${chk}\n${vi}`),
    used(`${vi}\n${chk}`),
    used(`${block('vrrp_script chk', 'weight 2')}\n${vi}`),
  ]).toEqual([true, false, false]);
});

test('files, BFD, the quorum of processes and what sync groups track', () => {
  const found = facts(
    [
      block('vrrp_track_file load', 'file /run/load', 'weight 2 reverse', 'init_file 7 overwrite'),
      block('track_file plain', 'file /run/plain', 'init_file'),
      block('bfd_instance peer', 'neighbor_ip 10.0.0.2', 'weight -30'),
      block('vrrp_track_process none', 'process stray', 'quorum_max 0'),
      block('vrrp_track_process two', 'process web', 'quorum 2', 'quorum_max 1'),
      block(
        'vrrp_sync_group G',
        block('group', 'A', 'B'),
        block('track_file', 'load weight 3'),
        block('track_bfd', 'peer'),
      ),
    ].join('\n'),
  );
  expect(found.files.map((each) => [each.weight.value, each.weightReverse, each.initial?.value])).toEqual([
    [2, true, 7],
    [1, false, 0],
  ]);
  expect(found.bfds).toMatchObject([{ neighbour: { value: '10.0.0.2' }, weight: { value: -30 } }]);
  expect(found.processes.map(({ quorum, quorumMax }) => [quorum, quorumMax])).toEqual([
    [0, 0],
    [2, 65_535],
  ]);
  expect(found.syncGroups[0]?.trackFiles).toMatchObject([
    { name: { value: 'load' }, weight: { value: 3 }, defined: true },
  ]);
  expect(found.syncGroups[0]?.trackBfds).toMatchObject([{ name: { value: 'peer' } }]);
});

test('timers, multicast groups and checksums, from the instance or global_defs', () => {
  const globals =
    'global_defs {\nvrrp_down_timer_adverts 5\nvrrp_mcast_group4 224.0.0.99\nvrrp_startup_delay 2.5\nv3_checksum_as_v2\n}';
  const given = instance('', globals);
  expect([given.downTimerAdverts.value, given.multicastGroup.value, given.v3ChecksumAsV2]).toEqual([
    5,
    '224.0.0.99',
    true,
  ]);
  expect(facts(globals).globals.startupDelay.value).toBe(2.5);
  const own = instance('down_timer_adverts 2\nmcast_dst_ip 224.0.0.50\nold_unicast_checksum never', globals);
  expect([own.downTimerAdverts.value, own.multicastGroup.value, own.oldUnicastChecksum]).toEqual([
    2,
    '224.0.0.50',
    'never',
  ]);
  expect(instance('').multicastGroup.value).toBe('224.0.0.18');
  expect(instance('native_ipv6').multicastGroup.value).toBe('ff02::12');
});

test('a second instance or group of a name is skipped', () => {
  const found = facts('vrrp_instance A {\npriority 1\n}\nvrrp_instance A {\npriority 2\n}\n');
  expect(found.instances.map((each) => each.priority.value)).toEqual([1]);
});

test('scripts, processes and sync groups', () => {
  const found = facts(
    [
      block(
        'vrrp_script chk',
        `script "/bin/check 'a b' -p 80"`,
        'interval 2',
        'weight -20 reverse',
        'rise 0',
        'init_fail',
      ),
      block('vrrp_script bare', 'script /bin/check -q', 'weight 400', 'fall 3', 'user root'),
      block('vrrp_track_process hap', 'process haproxy', 'weight 10'),
      block('vrrp_sync_group G', block('group', 'VI_1', 'VI_2'), 'sync_group_tracking_weight'),
      block('vrrp_sync_group H', block('group', 'VI_3 VI_4')),
    ].join('\n'),
  );
  expect(found.scripts).toMatchObject([
    {
      name: { value: 'chk' },
      argv: ['/bin/check', 'a b', '-p', '80'],
      interval: { value: 2 },
      weight: { value: -20 },
      weightReverse: true,
      rise: { value: 1 },
      initFail: true,
    },
    // keepalived 2.2.7 and 2.3.4 complain about the weight and count with it.
    {
      name: { value: 'bare' },
      argv: ['/bin/check', '-q'],
      weight: { value: 400 },
      fall: { value: 3 },
      user: { value: 'root' },
    },
  ]);
  expect(found.processes).toMatchObject([
    { name: { value: 'hap' }, process: { value: 'haproxy' }, weight: { value: 10 } },
  ]);
  expect(found.syncGroups.map((group) => [group.name.value, values(group.members), group.trackingWeight])).toEqual([
    ['G', ['VI_1', 'VI_2'], true],
    ['H', ['VI_3', 'VI_4'], false],
  ]);
});

// What keepalived 2.2.7 -d -i NAME shows of the same lines.
describe('conditions and definitions', () => {
  const text = `$IF=eth0
$PRIO=150
@ha0 $PRIO=160
vrrp_instance A {
  interface $IF
  @ha0 priority 110
  @^ha0 priority 90
  virtual_ipaddress {
    @ha0 10.0.0.100/24
    10.0.0.101/24 dev \${IF}
  }
}
vrrp_instance B {
  priority $PRIO
}
`;
  test.each([
    ['ha0', [110, 160], ['10.0.0.100', '10.0.0.101']],
    ['ha1', [90, 150], ['10.0.0.101']],
  ])('on %s', (name, priorities, vips) => {
    const { instances } = facts(text, name);
    expect(instances.map((each) => each.priority.value)).toEqual(priorities);
    expect(instances[0]?.vips.map((vip) => vip.address.value)).toEqual(vips);
    expect([instances[0]?.interface?.value, instances[0]?.vips.at(-1)?.dev?.value]).toEqual(['eth0', 'eth0']);
  });

  test('a definition may stand for a quoted word, several words or none', () => {
    const { instances } = facts(
      '$LINE=priority 77\n$NAME="x y"\n$NONE=\n$V=10.0.0.100/24 dev\nvrrp_instance $NAME {\n$LINE\n$NONE\nvirtual_ipaddress {\n$V eth0\n}\n}\n',
    );
    expect([instances[0]?.name.value, instances[0]?.priority.value]).toEqual(['x y', 77]);
    expect(instances[0]?.vips[0]).toMatchObject({ address: { value: '10.0.0.100' }, dev: { value: 'eth0' } });
  });

  test('a name that is not defined stays as it is', () => {
    expect(instance('interface $NOWHERE').interface?.value).toBe('$NOWHERE');
  });
});

describe('includes', () => {
  test('stand in place, and their definitions count behind them', () => {
    const found = facts('include a.conf\nvrrp_instance A {\npriority $P\ninclude b.conf\n}\n', 'ha0', {
      'a.conf': '$P=120\nvrrp_script chk {\nscript /bin/true\n}\n',
      'b.conf': 'virtual_router_id 7\n',
    });
    expect([found.instances[0]?.priority.value, found.instances[0]?.virtualRouterId?.value]).toEqual([120, 7]);
    expect(found.scripts[0]?.at.file.path).toBe('a.conf');
  });

  test('of oneself end', () => {
    const found = facts('include a.conf\nvrrp_instance A {\n}\n', 'ha0', {
      'a.conf': 'include a.conf\nvrrp_instance B {\n}\n',
    });
    expect(found.instances.map((each) => each.name.value)).toEqual(['B', 'A']);
  });

  test('are listed with the folder that they start from', () => {
    const document = parseKeepalived('include a.conf\nvrrp_instance A {\n  include conf.d/*.conf\n}\n');
    expect(keepalived.includes?.(document, MAIN).map(({ pattern, base }) => [pattern, base])).toEqual([
      ['a.conf', '/etc/keepalived'],
      ['conf.d/*.conf', '/etc/keepalived'],
    ]);
  });
});
