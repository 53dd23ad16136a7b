import type { Handler, Call } from '../process/call.ts';
import {
  booleanArgument,
  invalid,
  need,
  numberArgument,
  outside,
  readDecimal,
  readUnsigned,
} from '../process/arguments.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import { Instance } from '../process/state.ts';
import { INT } from './arguments.ts';
import { multicastDestination, source, vips } from './instance-addresses.ts';
import { on, type Use } from './on-instance.ts';
import { interfaceLines, scriptOnce, trackLines } from './tracking.ts';
import { peers } from './unicast-peer.ts';
import { useIpvlan, useVmac } from './virtual-interface.ts';

/** IFNAMSIZ, the closing zero not counted. */
const LONGEST_NAME = 15;
/** UINT_MAX microseconds, in whole seconds. */
const LONGEST_DELAY = 4294;
const open: Handler = (call) => {
  const { state, messages } = call;
  const [name] = call.args;
  if (call.args.length !== 1 || name === undefined) {
    messages.reject('vrrp/missing-argument', call.line.at, 'vrrp_instance needs one name: keepalived drops the block');
    state.instance = undefined;
    state.void('vrrp_instance');
    return call.skip();
  }
  const known = state.instances.find((each) => each.name === name.text);
  if (known !== undefined && !isPlaceholder(name.text)) {
    messages.reject(
      'vrrp/duplicate-name',
      name.at,
      `vrrp_instance ${name.text} is defined above: keepalived drops this one`,
      {
        related: [{ at: known.at, message: 'the one that counts' }],
      },
    );
    state.instance = undefined;
    state.void('vrrp_instance');
    return call.skip();
  }
  state.instance = new Instance(name.text, call.line.at);
};

/** vrrp_parser.c vrrp_end_handler. */
function end({ state, messages }: Call): void {
  const { instance } = state;
  state.instance = undefined;
  if (instance === undefined) return;
  const at = (keyword: string) => instance.places.get(keyword) ?? instance.at;
  if (
    instance.unicast &&
    (instance.vmac || instance.ipvlan) &&
    instance.interface !== undefined &&
    !instance.vmacXmitBase
  ) {
    messages.reject(
      'vrrp/incompatible-statements',
      at(instance.vmac ? 'use_vmac' : 'use_ipvlan'),
      'a virtual interface with unicast needs vmac_xmit_base: keepalived sets it',
    );
    instance.vmacXmitBase = true;
  }
  if (instance.peers.length === 0 && instance.ttl !== undefined && instance.ttl >= 0) {
    messages.reject(
      'vrrp/incompatible-statements',
      at('unicast_ttl'),
      'unicast_ttl counts with unicast_peer only: keepalived clears it',
    );
  }
  state.instances.push(instance);
}

const state: Use = (call, instance) => {
  const word = need(call);
  if (word === undefined) return;
  if (word.text === 'MASTER') instance.state = 'MASTER';
  else if (word.text === 'BACKUP') {
    if (instance.state === 'MASTER') {
      call.messages.reject(
        'vrrp/repeated-statement',
        call.line.at,
        'state BACKUP stands below state MASTER: keepalived ignores it',
      );
    } else instance.state = 'BACKUP';
  } else if (!isPlaceholder(word.text)) {
    instance.state = 'BACKUP';
    const near = /^m/i.test(word.text) ? 'MASTER' : 'BACKUP';
    call.messages.reject(
      'vrrp/unknown-state',
      word.at,
      `state ${word.text} is neither MASTER nor BACKUP: keepalived uses BACKUP`,
      {
        help: `Write state ${near}.`,
        fix: { title: `Replace by ${near}`, safety: 'unsafe', edits: [{ at: word.at, text: near }] },
      },
    );
  }
};

const device: Use = (call, instance) => {
  const word = need(call);
  if (word === undefined) return;
  if (word.text.length > LONGEST_NAME && !isPlaceholder(word.text)) {
    return invalid(call, word.at, `interface ${word.text} is longer than ${LONGEST_NAME} characters`);
  }
  if (word.text === 'lo') {
    instance.interface = undefined;
    return invalid(call, word.at, 'VRRP does not run on the loopback interface');
  }
  instance.interface = word.text;
};

const repeats = (call: Call, high: number): void => {
  const number = numberArgument(call, 'unsigned', 0, high);
  const [word] = call.args;
  if (number === 0 && word !== undefined) {
    call.messages.reject(
      'vrrp/value-out-of-range',
      word.at,
      `${call.keyword.text} 0 is too little: keepalived takes 1`,
    );
  }
};

const version: Use = (call, instance) => {
  const number = numberArgument(call, 'int', 2, 3);
  const [word] = call.args;
  if (number === undefined || word === undefined) return;
  if ((instance.version !== 0 && instance.version !== number) || (number === 2 && instance.family === 'ipv6')) {
    return invalid(
      call,
      word.at,
      `version ${number} does not fit ${instance.family === 'ipv6' ? 'the IPv6 addresses' : `version ${instance.version}`} above`,
    );
  }
  instance.version = number;
};

/** `garp_extra_if [all] SECONDS` (vrrp_garp_extra_if_handler). */
const extraInterface: Use = (call) => {
  if (call.keyword.text === 'vmac_garp_intvl') {
    call.messages.warn('vrrp/deprecated-keyword', call.keyword.at, 'vmac_garp_intvl is called garp_extra_if now');
  }
  let some = false;
  for (const word of call.args) {
    if (word.text === 'all') continue;
    if (readUnsigned(word.text, 0, 86_400) === undefined)
      return outside(call, word, 'a whole number from 0 to 86400', 'keepalived drops the statement.');
    some = true;
  }
  if (!some) invalid(call, call.line.at, `${call.keyword.text} needs a time in seconds`);
};

/** An option that strict mode has a value of its own for. */
const kept = (call: Call, instance: Instance, value: number | boolean | undefined): void => {
  const keyword = call.keyword.text;
  if (value !== undefined) instance.options.set(keyword, { keyword, value, at: call.line.at });
};

const RULES: Readonly<Record<string, Use>> = {
  state,
  interface: device,
  native_ipv6: (call, instance) => {
    if (instance.family === 'ipv4')
      return invalid(call, call.keyword.at, 'native_ipv6 stands in an instance with IPv4 addresses');
    instance.family = 'ipv6';
    instance.version = 3;
  },
  mcast_src_ip: source,
  unicast_src_ip: (call, instance) => {
    instance.unicast = true;
    source(call, instance);
  },
  mcast_dst_ip: multicastDestination,
  unicast_peer: peers,
  unicast_fault_no_peer: (_call, instance) => {
    instance.unicast = true;
    instance.unicastFault = true;
  },
  check_unicast_src: (_call, instance) => {
    instance.unicast = true;
  },
  old_unicast_checksum: (call, instance) => {
    instance.unicast = true;
    const [word] = call.args;
    if (word !== undefined && word.text !== 'never')
      invalid(call, word.at, `${word.text} is no mode of old_unicast_checksum: never is`);
  },
  virtual_router_id: (call, instance) => {
    instance.vrid = numberArgument(call, 'unsigned', 1, 255) ?? instance.vrid;
  },
  unicast_ttl: (call, instance) => {
    instance.ttl = numberArgument(call, 'unsigned', 0, 255) ?? instance.ttl;
  },
  version,
  priority: (call, instance) => {
    const number = numberArgument(call, 'unsigned', 1, 255, { effect: 'keepalived takes 100.' });
    instance.priority = number ?? 100;
  },
  advert_int: (call, instance) => {
    const word = need(call);
    if (word === undefined) return;
    const seconds = readDecimal(word.text, 0.01, 255);
    if (seconds === undefined)
      outside(call, word, 'a number from 0.01 to 255', 'keepalived drops the statement and uses 1.');
    else instance.advertInt = seconds;
  },
  virtual_ipaddress: vips(false),
  virtual_ipaddress_excluded: vips(true),
  no_virtual_ipaddress: (_call, instance) => {
    instance.noVips = true;
  },
  accept: (_call, instance) => {
    instance.accept = true;
  },
  no_accept: (_call, instance) => {
    instance.accept = false;
  },
  strict_mode: (call, instance) => {
    instance.strict = booleanArgument(call) ?? instance.strict;
  },
  down_timer_adverts: (call, instance) => kept(call, instance, numberArgument(call, 'unsigned', 1, 100)),
  garp_lower_prio_repeat: (call, instance) => kept(call, instance, numberArgument(call, 'unsigned', 0, INT)),
  garp_lower_prio_delay: (call, instance) => kept(call, instance, numberArgument(call, 'unsigned', 0, LONGEST_DELAY)),
  lower_prio_no_advert: (call, instance) => kept(call, instance, booleanArgument(call)),
  higher_prio_send_advert: (call, instance) => kept(call, instance, booleanArgument(call)),
  // Only its place counts.
  dont_track_primary: () => undefined,
  nopreempt: (_call, instance) => {
    instance.nopreempt = true;
  },
  preempt: (_call, instance) => {
    instance.nopreempt = false;
  },
  preempt_delay: (call, instance) => {
    instance.preemptDelay = numberArgument(call, 'decimal', 0, 1000, { effect: 'keepalived takes 0.' }) ?? 0;
  },
  use_vmac: useVmac,
  use_ipvlan: useIpvlan,
  owner_ignore_adverts: (call, instance) => {
    instance.ownerIgnoresAdverts = booleanArgument(call) ?? instance.ownerIgnoresAdverts;
  },
  vmac_xmit_base: (_call, instance) => {
    instance.vmacXmitBase = true;
  },
  linkbeat_use_polling: (call) => {
    call.messages.complain(
      'vrrp/deprecated-keyword',
      call.keyword.at,
      'linkbeat_use_polling is replaced by the block linkbeat_interfaces',
    );
  },
  lvs_sync_daemon_interface: (call) => {
    call.messages.complain(
      'vrrp/deprecated-keyword',
      call.keyword.at,
      'lvs_sync_daemon_interface is replaced by lvs_sync_daemon in global_defs',
    );
  },
  thread_timer_expired: (call) => {
    call.messages.complain(
      'vrrp/deprecated-keyword',
      call.keyword.at,
      'thread_timer_expired is called timer_expired_backup',
    );
    if (call.args.length > 0) numberArgument(call, 'unsigned', 1, 254);
  },
  timer_expired_backup: (call) => {
    if (call.args.length > 0) numberArgument(call, 'unsigned', 1, 254);
  },
  garp_master_repeat: (call) => repeats(call, 4_294_967_295),
  garp_master_refresh_repeat: (call) => repeats(call, 4_294_967_295),
  garp_extra_if: extraInterface,
  vmac_garp_intvl: extraInterface,
  kernel_rx_buf_size: (call) => {
    const [word] = call.args;
    if (word === undefined || call.args.length > 1 || readUnsigned(word.text, 0, 4_294_967_295) === undefined)
      invalid(call, call.line.at, 'kernel_rx_buf_size needs one number of bytes');
  },
  track_interface: (call, instance) => interfaceLines(call, instance),
  track_script: (call, instance) => trackLines(call, instance, 'script'),
  track_process: (call, instance) => trackLines(call, instance, 'process'),
  track_file: (call, instance) => trackLines(call, instance, 'file'),
  track_bfd: (call, instance) => trackLines(call, instance, 'bfd'),
  notify_deleted: (call, instance) => scriptOnce(call, instance.scripts),
  vrf: (call, instance) => {
    const word = need(call);
    if (word === undefined) return;
    if (word.text.length > LONGEST_NAME)
      invalid(call, word.at, `vrf ${word.text} is longer than ${LONGEST_NAME} characters`);
    else if (instance.interface !== undefined) invalid(call, call.line.at, 'vrf and interface exclude each other');
  },
};

const NOTIFY = [
  'notify',
  'notify_backup',
  'notify_master',
  'notify_fault',
  'notify_stop',
  'notify_master_rx_lower_pri',
];

/** By `path/word`. */
export const INSTANCE_HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['vrrp_instance', open],
  ...Object.entries(RULES).map(([word, use]): [string, Handler] => [`vrrp_instance/${word}`, on(use)]),
  ...NOTIFY.map((word): [string, Handler] => [
    `vrrp_instance/${word}`,
    on((call, instance) => scriptOnce(call, instance.scripts)),
  ]),
]);

export const INSTANCE_ENDS: ReadonlyMap<string, (call: Call) => void> = new Map([['vrrp_instance', end]]);
