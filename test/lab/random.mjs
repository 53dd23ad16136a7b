// Random scenarios: the same seed and number give the same scenario.
import { delaysOf, longestDelay } from './config.mjs';
import { randomNumbers } from './randomness.mjs';

class Dice {
  #next;
  constructor(seed) {
    const next = randomNumbers(seed);
    this.#next = () => next() / 4294967296;
  }
  /** True with this probability. */
  odds(probability) {
    return this.#next() < probability;
  }
  /** A whole number from a to b. */
  between(a, b) {
    return a + Math.floor(this.#next() * (b - a + 1));
  }
  one(list) {
    return list[this.between(0, list.length - 1)];
  }
  /** [[weight, value], ...] */
  weighted(list) {
    let left = this.#next() * list.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of list) if ((left -= weight) < 0) return value;
    return list.at(-1)[1];
  }
  shuffled(list) {
    const rest = [...list];
    return list.map(() => rest.splice(this.between(0, rest.length - 1), 1)[0]);
  }
}

/** @param seed any whole number  @param number 0, 1, ... within the seed */
export function randomScenario(seed, number) {
  const dice = new Dice(Math.imul(seed, 0x9e3779b1) + Math.imul(number, 0x85ebca6b) + 1);
  const plan = planOf(dice);
  const hosts = plan.ids.map((id, i) => ({
    id,
    addresses: addressesOf(plan, i),
    config: configOf(dice, plan, i),
  }));
  const scenario = { name: `seed-${seed}-${number}`, hosts, ...startOf(dice, plan), events: eventsOf(dice, plan) };
  return withDelays(scenario);
}

/**
 * Statements that few configurations have; each scenario has none or a few of them, on all hosts or on one. `globals` go into
 * global_defs, `instance` into each instance, `address` behind each IPv4 address, `group` into the sync group.
 */
const OPTIONS = [
  { instance: () => ['dont_track_primary'] },
  { address: () => ' dev eth1' },
  { address: () => ' dev eth1 no_track' },
  { instance: (dice) => [`down_timer_adverts ${dice.one([1, 2, 5])}`] },
  { globals: () => ['vrrp_skip_check_adv_addr'] },
  { globals: () => ['vrrp_higher_prio_send_advert true'] },
  { globals: () => ['vrrp_lower_prio_no_advert true'] },
  { instance: () => ['higher_prio_send_advert', 'lower_prio_no_advert'] },
  { instance: (dice) => [dice.one(['accept', 'no_accept'])] },
  { instance: (dice) => [`advert_int ${dice.one([0.4, 0.5, 1.4, 1.5])}`] },
  { instance: (dice) => [`version ${dice.one([2, 3])}`] },
  { instance: () => ['use_vmac'] },
  { instance: () => ['use_vmac', 'vmac_xmit_base'] },
  { globals: () => ['vrrp_mcast_group4 224.0.0.19'] },
  { globals: (dice) => [`vrrp_startup_delay ${dice.one([1, 2])}`] },
  { instance: () => ['check_unicast_src'] },
  { instance: () => ['unicast_fault_no_peer'] },
  { instance: () => [['track_script', 'nosuch']] },
  { group: () => [['track_interface', 'eth1']] },
  { group: () => [['track_interface', 'eth1 weight -30']] },
  { globals: () => ['vrrp_strict'] },
  { instance: () => ['strict_mode off'] },
  { instance: () => ['owner_ignore_adverts'] },
  { instance: () => ['mcast_src_ip 10.0.0.200'] },
  { globals: () => ['vrrp_garp_lower_prio_repeat 2'] },
  { globals: () => ['dynamic_interfaces'] },
  { instance: () => ['interface nosuch0'] },
  { instance: () => ['virtual_router_id 51'] },
  { instance: () => ['priority 256'] },
  { instance: () => ['priority 255'] },
  { instance: () => ['state SLAVE'] },
  { instance: () => ['nopreempt', 'preempt'] },
];

function optionsOf(dice, count) {
  const many = dice.weighted([
    [50, 0],
    [35, 1],
    [15, 2],
  ]);
  return Array.from({ length: many }, () => {
    const option = dice.one(OPTIONS);
    const drawn = Object.fromEntries(Object.entries(option).map(([key, make]) => [key, make(dice)]));
    return { ...drawn, on: dice.odds(0.6) ? undefined : dice.between(0, count - 1) };
  });
}

/** What the options of a host add in one place. */
const added = ({ options }, i, key) =>
  options.filter(({ on }) => on === undefined || on === i).flatMap((each) => each[key] ?? []);

/** What the hosts have in common, and at most one thing in which they differ though they should not. */
function planOf(dice) {
  const count = dice.weighted([
    [6, 2],
    [3, 3],
    [1, 4],
  ]);
  const ids = Array.from({ length: count }, (_, i) => `ha${i}`);
  const numbers = dice.shuffled([1, 2, 3, 4, 5, 6, 7, 8, 9]).slice(0, count);
  const isV6 = dice.odds(0.1);
  const version = isV6 || dice.odds(0.3) ? 3 : 2;
  const oddities = ['auth', 'auth-none', 'advert', 'version', 'peers', 'one-sided', 'vips', 'vip-count', 'vrid'];
  const fitting = oddities
    .filter((each) => version === 2 || !each.startsWith('auth'))
    .filter((each) => !isV6 || each !== 'version');
  const odd = dice.odds(0.35) ? dice.one(fitting) : 'none';
  const strict = dice.odds(0.05);
  const unicast = odd === 'peers' || odd === 'one-sided' || (dice.odds(0.15) && !strict);
  const instances = dice.odds(0.4) ? 2 : 1;
  return {
    ids,
    numbers,
    isV6,
    version,
    odd,
    oddHost: dice.between(0, count - 1),
    strict: strict && !unicast,
    unicast,
    sourceGiven: dice.odds(0.4),
    adverts:
      version === 2
        ? dice.weighted([
            [9, 1],
            [1, 2],
          ])
        : dice.one([0.2, 0.3, 0.5, 1]),
    auth:
      version === 2 && !strict
        ? dice.weighted([
            [5, 'none'],
            [4, 'secret'],
            [1, 'abcdefgh-long'],
            [1, 'AH'],
          ])
        : 'none',
    instances: Array.from({ length: instances }, (_, k) => instanceOf(dice, k, count, isV6)),
    sync:
      instances === 2 && dice.odds(0.5)
        ? dice.weighted([
            [6, 'plain'],
            [4, 'sync_group_tracking_weight'],
          ])
        : undefined,
    nopreempt: dice.weighted([
      [75, 'none'],
      [17, 'all'],
      [8, 'one'],
    ]),
    delayed: dice.weighted([
      [88, 'none'],
      [6, 'all'],
      [6, 'one'],
    ]),
    checks: checksOf(dice, count),
    options: optionsOf(dice, count),
  };
}

function instanceOf(dice, k, count, isV6) {
  const family = isV6 ? (i) => `2001:db8:${k}::1${i}` : (i) => `10.0.${k}.10${i}`;
  const length = isV6 ? 64 : 24;
  const vips = Array.from(
    {
      length: dice.weighted([
        [7, 1],
        [2, 2],
        [1, 3],
      ]),
    },
    (_, i) => `${family(i)}/${length}`,
  );
  if (isV6) vips.unshift(`fe80::${k + 1}00/64`);
  return {
    name: `VI_${k + 1}`,
    device: k === 0 || dice.odds(0.4) ? 'eth0' : 'eth1',
    vrid: 51 + k,
    vips,
    excluded: dice.odds(0.1) ? [`${family(9)}/${length}`] : [],
    ...prioritiesOf(dice, count),
    checks: k === 0 || dice.odds(0.5),
    shuffled: dice.odds(0.1),
    bare: dice.odds(0.02),
  };
}

/** Distinct priorities mostly; sometimes an equal one, 255, or none written. */
function prioritiesOf(dice, count) {
  const near = dice.shuffled([100, 90, 110, 95, 80, 105, 120, 101]).slice(0, count);
  const far = dice.shuffled([50, 100, 150, 200, 250, 10]).slice(0, count);
  const priorities = dice.odds(0.7) ? near : far;
  if (dice.odds(0.12)) priorities[1] = priorities[0];
  else if (dice.odds(0.06)) priorities[dice.between(0, count - 1)] = 255;
  if (dice.odds(0.03)) priorities[dice.between(0, count - 1)] = undefined;
  const best = priorities.indexOf(Math.max(...priorities.map((each) => each ?? 100)));
  const states = dice.weighted([
    [35, () => priorities.map((_, i) => (i === best ? 'MASTER' : 'BACKUP'))],
    [35, () => priorities.map(() => 'BACKUP')],
    [12, () => priorities.map(() => undefined)],
    [18, () => priorities.map(() => dice.one(['MASTER', 'BACKUP', 'BACKUP', undefined]))],
  ])();
  return { priorities, states };
}

/** Checks of all hosts, with their weights host by host. */
function checksOf(dice, count) {
  const weight = () =>
    dice.weighted([
      [3, 0],
      [3, dice.one([5, 10, 20, 30, 60])],
      [3, -dice.one([5, 10, 20, 30, 60])],
    ]);
  const weights = () => {
    const common = weight();
    return Array.from({ length: count }, () => (dice.odds(0.1) ? weight() : common));
  };
  const check = (kind, name) => ({ kind, name, weights: weights(), reverse: dice.odds(0.1), inUse: dice.odds(0.3) });
  const checks = [];
  if (dice.odds(0.6))
    checks.push({
      ...check('script', 'chk'),
      fall: dice.between(1, 2),
      rise: dice.between(1, 2),
      initFail: dice.odds(0.08),
    });
  if (dice.odds(0.12)) checks.push({ ...check('script', 'chk2'), fall: 1, rise: 1, initFail: false });
  if (dice.odds(0.2)) checks.push({ ...check('interface', 'eth1'), inUse: true });
  if (dice.odds(0.05)) checks.push({ ...check('process', 'proc'), reverse: false });
  if (dice.odds(0.08)) checks.push(check('file', 'file'));
  return checks;
}

function addressesOf({ numbers, isV6 }, i) {
  const n = numbers[i];
  return {
    eth0: [`10.0.0.${n}/24`, ...(isV6 ? [`fe80::${n}/64`] : [])],
    eth1: [`10.0.1.${n}/24`, ...(isV6 ? [`fe80::${n}/64`] : [])],
  };
}

function configOf(dice, plan, i) {
  const isOdd = i === plan.oddHost;
  const version = plan.odd === 'version' && isOdd ? 5 - plan.version : plan.version;
  const globals = ['global_defs', `router_id ${plan.ids[i]}`, 'script_user root'];
  if (version === 3) globals.push('vrrp_version 3');
  if (plan.strict) globals.push('vrrp_strict');
  globals.push(...added(plan, i, 'globals'));
  const config = [globals, ...plan.checks.flatMap((check) => checkBlock(check, plan.ids[i], i))];
  if (plan.sync !== undefined) {
    const group = ['vrrp_sync_group G', ['group', ...plan.instances.map(({ name }) => name)]];
    if (plan.sync !== 'plain') group.push(plan.sync);
    group.push(...added(plan, i, 'group'));
    config.push(group);
  }
  return [...config, ...plan.instances.map((instance) => instanceBlock(dice, plan, instance, i, version))];
}

function checkBlock({ kind, name, weights, reverse, inUse, fall, rise, initFail }, id, i) {
  const weight = inUse || weights[i] === 0 ? [] : [`weight ${weights[i]}${reverse ? ' reverse' : ''}`];
  if (kind === 'script') {
    const lines = [`script "/usr/bin/test ! -e {FLAGS}/${id}.${name}"`, 'interval 1', `fall ${fall}`, `rise ${rise}`];
    return [[`vrrp_script ${name}`, ...lines, ...weight, ...(initFail ? ['init_fail'] : [])]];
  }
  if (kind === 'process') return [[`vrrp_track_process ${name}`, `process {RUN}${i}`, ...weight]];
  // A file without a weight of its own has 1.
  if (kind === 'file')
    return [
      [
        `track_file ${name}`,
        `file {FLAGS}/${id}.${name}`,
        `weight ${inUse ? 0 : weights[i]}${reverse && !inUse ? ' reverse' : ''}`,
      ],
    ];
  return [];
}

function instanceBlock(dice, plan, instance, i, version) {
  const isOdd = i === plan.oddHost;
  const lines = [`vrrp_instance ${instance.name}`];
  if (instance.states[i] !== undefined) lines.push(`state ${instance.states[i]}`);
  lines.push(
    `interface ${instance.device}`,
    `virtual_router_id ${instance.vrid + (plan.odd === 'vrid' && isOdd ? 10 : 0)}`,
  );
  if (instance.priorities[i] !== undefined) lines.push(`priority ${instance.priorities[i]}`);
  lines.push(
    `advert_int ${plan.odd === 'advert' && isOdd ? (version === 2 ? plan.adverts + 1 : plan.adverts * 3) : plan.adverts}`,
  );
  if (plan.nopreempt === 'all' || (plan.nopreempt === 'one' && isOdd)) lines.push('nopreempt');
  if (plan.delayed === 'all' || (plan.delayed === 'one' && isOdd)) lines.push('preempt_delay DELAY');
  lines.push(...authOf(plan, isOdd, version), ...unicastOf(plan, i, instance.device));
  const own =
    plan.odd === 'vips' && isOdd && instance.vips.length > 0
      ? instance.vips.with(-1, another(instance.vips.at(-1)))
      : instance.vips;
  const listed = plan.odd === 'vip-count' && isOdd ? [...own, another(own.at(-1))] : own;
  const vips = instance.shuffled && !plan.isV6 ? dice.shuffled(listed) : listed;
  const [suffix = ''] = plan.isV6 ? [] : added(plan, i, 'address');
  if (!instance.bare) lines.push(['virtual_ipaddress', ...vips.map((vip) => `${vip}${suffix}`)]);
  lines.push(...added(plan, i, 'instance'));
  if (instance.excluded.length > 0) lines.push(['virtual_ipaddress_excluded', ...instance.excluded]);
  if (instance.checks) {
    for (const kind of ['script', 'interface', 'process', 'file']) {
      const mine = plan.checks.filter(
        (check) => check.kind === kind && (kind !== 'interface' || instance.device !== check.name),
      );
      if (mine.length > 0) lines.push([`track_${kind}`, ...mine.map((check) => useOf(check, i))]);
    }
  }
  return lines;
}

const another = (vip) => vip.replace(/(\d)\//, (_, digit) => `${digit === '7' ? '8' : '7'}/`);

function useOf({ name, weights, reverse, inUse }, i) {
  return inUse && weights[i] !== 0 ? `${name} weight ${weights[i]}${reverse ? ' reverse' : ''}` : name;
}

function authOf(plan, isOdd, version) {
  const none = plan.odd === 'auth-none' && isOdd;
  const secret = plan.odd === 'auth' ? (isOdd ? 'other' : 'secret') : plan.odd === 'auth-none' ? 'secret' : plan.auth;
  if (version === 3 || none || secret === 'none' || plan.strict) return [];
  const type = secret === 'AH' ? 'AH' : 'PASS';
  return [
    [
      'authentication',
      `auth_type ${type}`,
      `auth_pass ${secret === 'abcdefgh-long' && isOdd ? 'abcdefgh-other' : secret}`,
    ],
  ];
}

/** Peers are all others; `peers`: one host forgets one; `one-sided`: one host has none. */
function unicastOf({ unicast, odd, oddHost, numbers, sourceGiven, isV6 }, i, device) {
  if (!unicast || (odd === 'one-sided' && i === oddHost)) return [];
  const address = (n) => (isV6 ? `fe80::${n}` : `10.0.${device.slice(-1)}.${n}`);
  const others = numbers.filter((_, j) => j !== i);
  const named = odd === 'peers' && i === oddHost && others.length > 1 ? others.slice(1) : others;
  const wrong = odd === 'peers' && i === oddHost && others.length === 1 ? [address(77)] : [];
  const source = sourceGiven ? [`unicast_src_ip ${address(numbers[i])}`] : [];
  return [...source, ['unicast_peer', ...(wrong.length > 0 ? wrong : named.map(address))]];
}

/** Who starts when, and what is broken before. */
function startOf(dice, { ids, nopreempt, instances, checks }) {
  const tied = instances.some(({ priorities }) => new Set(priorities).size < priorities.length);
  const order = dice.odds(tied || nopreempt !== 'none' ? 0.7 : 0.25) ? dice.shuffled(ids) : [];
  const initial = [];
  const named = checks.filter(({ kind }) => kind !== 'interface');
  if (named.length > 0 && dice.odds(0.2)) initial.push(`script-fail:${dice.one(ids)}/${dice.one(named).name}`);
  if (dice.odds(0.05)) initial.push(`interface-down:${dice.one(ids)}/${dice.one(['eth0', 'eth1'])}`);
  if (dice.odds(0.04)) initial.push(`host-down:${dice.one(ids)}`);
  if (dice.odds(0.03)) initial.push('partition');
  return { order, initial };
}

/** One to four events; what is broken is mended more often than not. */
function eventsOf(dice, plan) {
  const { ids, checks, instances, delayed } = plan;
  const broken = [];
  const events = [];
  const devices = new Set([
    ...instances.map(({ device }) => device),
    ...checks.filter(({ kind }) => kind === 'interface').map(({ name }) => name),
  ]);
  const named = checks.filter(({ kind }) => kind !== 'interface');
  for (let left = dice.between(1, 5); left > 0; left--) {
    if (broken.length > 0 && dice.odds(0.5)) {
      events.push(broken.splice(dice.between(0, broken.length - 1), 1)[0]);
      continue;
    }
    const id = dice.one(ids);
    const kinds = [
      [3, ['host-down', 'host-up', id]],
      [3, ['keepalived-stop', 'keepalived-start', id]],
      [2, ['keepalived-kill', 'keepalived-start', id]],
      [4, ['interface-down', 'interface-up', `${id}/${dice.one([...devices])}`]],
      ...(named.length > 0 ? [[8, ['script-fail', 'script-ok', `${id}/${dice.one(named).name}`]]] : []),
      [3, [partitionOf(dice, ids), 'heal', undefined]],
    ];
    const [fail, mend, what] = dice.weighted(kinds);
    const text = what === undefined ? fail : `${fail}:${what}`;
    const back = what === undefined ? mend : `${mend}:${what}`;
    if (broken.includes(back) || events.includes(text)) continue;
    events.push(text);
    broken.push(back);
  }
  if (delayed !== 'none' && dice.odds(0.7)) events.push('wait');
  return events;
}

function partitionOf(dice, ids) {
  const [a, b, ...rest] = dice.shuffled(ids);
  if (dice.odds(0.3)) return `partition:${a}>${b}`;
  if (rest.length === 0) return 'partition';
  return `partition:${a}/${[b, ...rest].join('+')}`;
}

/** A preempt_delay must not end on its own while the events are played: it lasts longer than all of them. */
function withDelays(scenario) {
  const configs = scenario.hosts.map(({ config }) => config);
  const phases = 1 + scenario.order.length + scenario.events.length;
  const { notice, masterDown } = delaysOf(configs);
  const delay = Math.ceil(phases * (notice + 1.5 * masterDown + 2.5));
  const replaced = JSON.parse(JSON.stringify(scenario).replaceAll('preempt_delay DELAY', `preempt_delay ${delay}`));
  if (longestDelay(replaced.hosts.map(({ config }) => config)) > 1000) throw new Error('preempt_delay is at most 1000');
  return replaced;
}
