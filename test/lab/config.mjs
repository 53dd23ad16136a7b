// keepalived.conf as a tree that scenarios are made of and shrunk by: a string is a line, an array is a block, [head, ...children].

import { SocketAddress } from 'node:net';

/** The text of a tree. `{FLAGS}` and `{RUN}` stand for what differs from one play to the next: fill() puts it in. */
export function print(nodes, indent = '') {
  return nodes
    .map((node) =>
      typeof node === 'string'
        ? `${indent}${node}\n`
        : `${indent}${node[0]} {\n${print(node.slice(1), `${indent}  `)}${indent}}\n`,
    )
    .join('');
}

/** @param flags folder of the flag files  @param run a word of its own for each play, at most 9 characters: part of process names */
export const fill = (text, { flags, run }) => text.replaceAll('{FLAGS}', flags).replaceAll('{RUN}', run);

/** Reads what print() writes: one statement a line, `{` at the end of a head, `}` alone. */
export function read(text) {
  const stack = [[]];
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    if (line === '}') stack.pop();
    else if (line.endsWith('{')) {
      const block = [line.slice(0, -1).trim()];
      stack.at(-1).push(block);
      stack.push(block);
    } else stack.at(-1).push(line);
  }
  return stack[0];
}

const headOf = (node) => (typeof node === 'string' ? node : node[0]);
const word = (node, i) => headOf(node).split(/\s+/)[i];

/** Blocks of a tree (not nested deeper than instances are) whose head starts with the keyword. */
export const blocks = (nodes, keyword) => nodes.filter((node) => Array.isArray(node) && word(node, 0) === keyword);

function* lines(nodes, keyword) {
  for (const node of nodes) if (typeof node === 'string' && word(node, 0) === keyword) yield node;
}

const numbers = (nodes, keyword) => [...lines(nodes, keyword)].map((line) => Number(word(line, 1)));

/** An address as the kernel writes it. */
const canonical = (address) =>
  address.includes(':') ? new SocketAddress({ address, family: 'ipv6' }).address : address;

/** Every address that the configurations may bring, without prefix length. */
export function vipsOf(configs) {
  const instances = configs.flatMap((config) => blocks(config, 'vrrp_instance'));
  const lists = instances.flatMap((instance) => [
    ...blocks(instance, 'virtual_ipaddress'),
    ...blocks(instance, 'virtual_ipaddress_excluded'),
  ]);
  return [...new Set(lists.flatMap((list) => list.slice(1).map((line) => canonical(line.split(/[\s/]/)[0]))))];
}

/** What kind of check a name is on a host: script, process or file. */
export function checkOf(config, name) {
  const has = (...keywords) =>
    keywords.some((keyword) => blocks(config, keyword).some((each) => word(each, 1) === name));
  if (has('vrrp_script')) return 'script';
  if (has('vrrp_track_process', 'track_process')) return 'process';
  if (has('vrrp_track_file', 'track_file')) return 'file';
  return undefined;
}

/** Names of all checks of one kind on a host. */
export function namesOf(config, kind) {
  const keywords = {
    script: ['vrrp_script'],
    process: ['vrrp_track_process', 'track_process'],
    file: ['vrrp_track_file', 'track_file'],
  };
  return keywords[kind].flatMap((keyword) => blocks(config, keyword).map((each) => word(each, 1)));
}

/** The highest priority that is written on a host; 100, the default, when there is none. */
export const highestPriority = (config) =>
  Math.max(...blocks(config, 'vrrp_instance').map((each) => numbers(each, 'priority').at(-1) ?? 100));

/** The longest preempt_delay, in seconds; 0 when there is none. */
export const longestDelay = (configs) =>
  Math.max(
    0,
    ...configs.flatMap((config) => blocks(config, 'vrrp_instance').flatMap((each) => numbers(each, 'preempt_delay'))),
  );

/**
 * Seconds that things take: `notice`, until checks tell of an event (interval * the longer of rise and fall, and the time-out; a delayed
 * start comes to it, and each advert that is dropped meanwhile lengthens the timer by what is left of the delay), and `masterDown`, until a BACKUP that hears nobody is MASTER
 * (down_timer_adverts * advert_int + skew: RFC 3768 6.1, RFC 9568 6.1), twice that in a sync group whose members wait for each other.
 */
export function delaysOf(configs) {
  const instances = configs.flatMap((config) => blocks(config, 'vrrp_instance'));
  const advert = Math.max(...instances.map((each) => numbers(each, 'advert_int').at(-1) ?? 1));
  const isV2 = configs.some((config) =>
    blocks(config, 'vrrp_instance').some((each) => {
      const globals = blocks(config, 'global_defs').flatMap((block) => numbers(block, 'vrrp_version'));
      return (numbers(each, 'version')[0] ?? globals[0] ?? 2) === 2;
    }),
  );
  // Version 2 knows whole seconds only, and its skew is up to a second whatever the interval.
  const interval = isV2 ? Math.max(1, Math.round(advert)) : advert;
  const adverts = Math.max(3, ...instances.flatMap((each) => numbers(each, 'down_timer_adverts')));
  const masterDown = adverts * interval + (isV2 ? 1 : interval);
  const checks = configs.flatMap((config) =>
    blocks(config, 'vrrp_script').map(
      (each) =>
        (numbers(each, 'interval')[0] ?? 1) * Math.max(numbers(each, 'rise')[0] ?? 1, numbers(each, 'fall')[0] ?? 1) +
        (numbers(each, 'timeout')[0] ?? 0) +
        0.5,
    ),
  );
  const startUp = Math.max(
    0,
    ...configs.flatMap((config) =>
      blocks(config, 'global_defs').flatMap((each) => numbers(each, 'vrrp_startup_delay')),
    ),
  );
  const grouped = configs.some((config) => blocks(config, 'vrrp_sync_group').length > 0);
  return {
    notice: Math.max(0, ...checks) + startUp + (startUp * startUp) / (2 * interval),
    masterDown: masterDown * (grouped ? 2 : 1),
  };
}
