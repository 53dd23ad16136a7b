// Scenarios that are the same for all times: one for each thing that decides who holds an address. None of them is a race.

const FAST = 'advert_int 0.2';

/**
 * One host with one instance on eth0. VRRP version 3 with a fifth of a second unless `version` is 2: the plays are short.
 * @param more what else the instance says  @param top blocks beside the instance
 */
function host(
  n,
  priority,
  { version = 3, vips = ['10.0.0.100/24'], more = [], top = [], globals = [], isV6 = false } = {},
) {
  const link = isV6 ? [`fe80::${n}/64`] : [];
  const wanted = version === 3 ? ['vrrp_version 3'] : [];
  const interval = more.some((line) => typeof line === 'string' && line.startsWith('advert_int'))
    ? []
    : [version === 3 ? FAST : 'advert_int 1'];
  return {
    id: `ha${n}`,
    addresses: { eth0: [`10.0.0.${n}/24`, ...link], eth1: [`10.0.1.${n}/24`, ...link] },
    config: [
      ['global_defs', `router_id ha${n}`, 'script_user root', ...wanted, ...globals],
      ...top,
      [
        'vrrp_instance VI_1',
        'interface eth0',
        'virtual_router_id 51',
        `priority ${priority}`,
        ...interval,
        ...more,
        ['virtual_ipaddress', ...vips],
      ],
    ],
  };
}

/** A script that fails at once when its file appears, and how the instance tracks it. */
function check(n, ...lines) {
  const script = [
    'vrrp_script chk',
    `script "/usr/bin/test ! -e {FLAGS}/ha${n}.chk"`,
    'interval 1',
    'fall 1',
    'rise 1',
    ...lines,
  ];
  return { top: [script], more: [['track_script', 'chk']] };
}

/** A second instance on eth1 in one sync group with the first. */
function grouped(n, priority, ...group) {
  const second = [
    'vrrp_instance VI_2',
    'interface eth1',
    'virtual_router_id 52',
    `priority ${priority}`,
    FAST,
    ['virtual_ipaddress', '10.0.1.100/24'],
  ];
  return [['vrrp_sync_group G', ['group', 'VI_1', 'VI_2'], ...group], second];
}

const peers = (...numbers) => ['unicast_peer', ...numbers.map((n) => `10.0.0.${n}`)];
const password = (text) => ['authentication', 'auth_type PASS', `auth_pass ${text}`];

const scenarios = [
  ['stop', [host(1, 110), host(2, 100)], ['keepalived-stop:ha1', 'keepalived-start:ha1']],
  ['kill', [host(1, 110), host(2, 100)], ['keepalived-kill:ha1', 'keepalived-start:ha1']],
  ['power', [host(1, 110), host(2, 100), host(3, 90)], ['host-down:ha1', 'host-down:ha2', 'host-up:ha1']],
  ['carrier', [host(1, 110), host(2, 100)], ['interface-down:ha1/eth0', 'interface-up:ha1/eth0']],
  [
    'weight-negative',
    [host(1, 110, check(1, 'weight -20')), host(2, 100, check(2, 'weight -20'))],
    ['script-fail:ha1/chk', 'script-ok:ha1/chk'],
  ],
  ['weight-positive', [host(1, 90, check(1, 'weight 20')), host(2, 100)], ['script-fail:ha1/chk', 'script-ok:ha1/chk']],
  ['weight-too-small', [host(1, 110, check(1, 'weight -5')), host(2, 100)], ['script-fail:ha1/chk']],
  [
    'weight-reverse',
    [host(1, 110, check(1, 'weight 20 reverse')), host(2, 100)],
    ['script-fail:ha1/chk', 'script-ok:ha1/chk'],
  ],
  [
    'fault',
    [host(1, 110, check(1)), host(2, 100, check(2))],
    ['script-fail:ha1/chk', 'script-fail:ha2/chk', 'script-ok:ha2/chk'],
  ],
  [
    'fault-from-start',
    [host(1, 110, check(1)), host(2, 100)],
    ['script-ok:ha1/chk'],
    { initial: ['script-fail:ha1/chk'] },
  ],
  [
    'process',
    [
      host(1, 90, {
        top: [['vrrp_track_process proc', 'process {RUN}1', 'weight 30']],
        more: [['track_process', 'proc']],
      }),
      host(2, 100),
    ],
    ['script-fail:ha1/proc', 'script-ok:ha1/proc'],
  ],
  [
    'interface-weight',
    [host(1, 110, { more: [['track_interface', 'eth1 weight -20']] }), host(2, 100)],
    ['interface-down:ha1/eth1', 'interface-up:ha1/eth1'],
  ],
  [
    'nopreempt',
    [host(1, 110, { more: ['nopreempt'] }), host(2, 100)],
    ['keepalived-stop:ha2', 'keepalived-start:ha2'],
    { order: ['ha2', 'ha1'] },
  ],
  [
    'preempt-delay',
    [host(1, 110, { more: ['preempt_delay 14'] }), host(2, 100)],
    ['keepalived-stop:ha1', 'keepalived-start:ha1', 'wait'],
    { order: ['ha1', 'ha2'] },
  ],
  ['equal-heal', [host(1, 100), host(2, 100)], ['partition', 'heal'], { order: ['ha1', 'ha2'] }],
  ['one-way', [host(1, 110), host(2, 100)], ['partition:ha2>ha1', 'partition:ha1>ha2', 'heal']],
  [
    'unicast',
    [
      host(1, 110, { more: [peers(2, 3)] }),
      host(2, 100, { more: [peers(1, 3)] }),
      host(3, 90, { more: [peers(1, 2)] }),
    ],
    ['keepalived-stop:ha1', 'keepalived-start:ha1'],
  ],
  ['unicast-one-sided', [host(1, 110, { more: [peers(2)] }), host(2, 100)], ['keepalived-stop:ha1']],
  [
    'auth',
    [host(1, 110, { version: 2, more: [password('one')] }), host(2, 100, { version: 2, more: [password('other')] })],
    [],
  ],
  [
    'auth-eight-bytes',
    [
      host(1, 110, { version: 2, more: [password('abcdefgh1')] }),
      host(2, 100, { version: 2, more: [password('abcdefgh2')] }),
    ],
    [],
  ],
  ['interval', [host(1, 110, { version: 2, more: ['advert_int 2'] }), host(2, 100, { version: 2 })], []],
  [
    'interval-v3',
    [host(1, 110, { more: ['advert_int 0.6'] }), host(2, 100)],
    ['keepalived-stop:ha1', 'keepalived-start:ha1'],
  ],
  ['versions', [host(1, 110, { version: 2 }), host(2, 100)], []],
  ['addresses', [host(1, 110, { vips: ['10.0.0.100/24', '10.0.0.101/24'] }), host(2, 100)], ['keepalived-stop:ha1']],
  [
    'ipv6',
    [1, 2].map((n) => host(n, 120 - 10 * n, { isV6: true, vips: ['fe80::100/64', '2001:db8::100/64'] })),
    ['interface-down:ha1/eth0', 'interface-up:ha1/eth0'],
  ],
  ['owner', [host(1, 255), host(2, 100)], ['keepalived-stop:ha1', 'keepalived-start:ha1']],
  [
    'sync-group',
    [host(1, 110, { top: grouped(1, 110) }), host(2, 100, { top: grouped(2, 100) })],
    ['interface-down:ha1/eth1', 'interface-up:ha1/eth1'],
  ],
];

export const fixedScenarios = () => scenarios.map(([name, hosts, events, more]) => ({ name, hosts, events, ...more }));
