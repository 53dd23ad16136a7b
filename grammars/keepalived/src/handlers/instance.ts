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
import { addressLine, plainAddress } from './addresses.ts';
import { INT } from './arguments.ts';
import { interfaceLines, scriptOnce, trackLines } from './tracking.ts';
import { atLeast23 } from './versions.ts';
import { useIpvlan, useVmac } from './virtual-interface.ts';

/** IFNAMSIZ, the closing zero not counted. */
const LONGEST_NAME = 15;
/** UINT_MAX microseconds, in whole seconds. */
const LONGEST_DELAY = 4294;
/** Bytes of a password that go on the wire (vrrp.h VRRP_AUTH_LEN). */
const PASS_BYTES = 8;

type Use = (call: Call, instance: Instance) => void;

/** A handler of a statement of the instance being read; the first place of each keyword is kept for later complaints. */
const on =
  (use: Use): Handler =>
  (call) => {
    const { instance } = call.state;
    if (instance === undefined) return;
    if (!instance.places.has(call.keyword.text)) instance.places.set(call.keyword.text, call.line.at);
    use(call, instance);
  };

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

/** The source address of adverts, of the family of the instance (vrrp_srcip_handler). */
const source: Use = (call, instance) => {
  const word = need(call);
  if (word === undefined || isPlaceholder(word.text)) return;
  const ip = plainAddress(word.text);
  if (ip === undefined) return invalid(call, word.at, `${word.text} is no IP address`);
  if (instance.family !== undefined && instance.family !== ip.family) {
    call.messages.reject(
      'vrrp/address-family-mixed',
      word.at,
      `${call.keyword.text} ${word.text} is of another family than the instance`,
      {
        help: 'keepalived drops the statement.',
      },
    );
    return;
  }
  instance.family = ip.family;
  instance.sourceAddress = ip.address;
};

const multicastDestination: Use = (call, instance) => {
  const word = need(call);
  if (word === undefined || isPlaceholder(word.text)) return;
  const ip = plainAddress(word.text);
  if (ip === undefined) return invalid(call, word.at, `${word.text} is no IP address`);
  if (instance.family !== undefined && instance.family !== ip.family) {
    call.messages.reject(
      'vrrp/address-family-mixed',
      word.at,
      `mcast_dst_ip ${word.text} is of another family than the instance`,
    );
    return;
  }
  instance.family = ip.family;
  const first = Number(ip.address.split('.')[0]);
  const isMulticast = ip.family === 'ipv4' ? first >= 224 && first < 240 : /^ff.2:/i.test(ip.address);
  if (!isMulticast) return invalid(call, word.at, `${word.text} is no multicast address`);
  instance.mcastDestination = true;
};

/** An address of an instance; a second one of the same value is ignored, but an excluded one of another device (vrrp_data.c vip_is_duplicate). */
const vips =
  (excluded: boolean): Use =>
  (call, instance) => {
    for (const words of call.values()) {
      const vip = addressLine(call, words, false);
      if (vip === undefined) continue;
      if (!excluded && instance.family !== undefined && instance.family !== vip.family) {
        call.messages.reject(
          'vrrp/address-family-mixed',
          vip.at,
          `${words[0]?.text} is of another family than the instance: keepalived ignores it`,
          {
            help: 'All virtual_ipaddress of an instance are of one family; those of the other go into virtual_ipaddress_excluded or an instance of their own.',
          },
        );
        continue;
      }
      if (!excluded) instance.family ??= vip.family;
      const twin = instance.vips.find(
        (each) =>
          each.address === vip.address &&
          each.family === vip.family &&
          ((!excluded && !each.excluded) || each.device === vip.device),
      );
      // Since 2.3 it is said, before it was taken twice.
      if (twin !== undefined && atLeast23(call.version)) {
        call.messages.reject(
          'vrrp/repeated-statement',
          vip.at,
          `${words[0]?.text} stands above: keepalived ignores it here`,
          {
            related: [{ at: twin.at, message: 'the one that counts' }],
          },
        );
        continue;
      }
      instance.vips.push({ ...vip, excluded });
    }
  };

const peers: Use = (call, instance) => {
  instance.unicast = true;
  for (const [word, ...options] of call.values()) {
    if (word === undefined || isPlaceholder(word.text)) continue;
    const ip = plainAddress(word.text);
    if (ip === undefined) {
      call.messages.reject(
        'vrrp/unicast-peer-malformed',
        word.at,
        `unicast peer ${word.text} is no IP address: keepalived skips it`,
      );
      continue;
    }
    if (instance.family !== undefined && instance.family !== ip.family) {
      call.messages.reject(
        'vrrp/address-family-mixed',
        word.at,
        `unicast peer ${word.text} is of another family than the instance: keepalived skips it`,
      );
      continue;
    }
    instance.family = ip.family;
    for (let i = 0; i < options.length; i += 2) {
      const [option, value] = [options[i], options[i + 1]];
      if (option === undefined) break;
      if (value === undefined) {
        call.messages.reject('vrrp/missing-argument', option.at, `${option.text} needs a value`);
        break;
      }
      if (readUnsigned(value.text, 0, 255) === undefined)
        outside(call, value, 'a whole number from 0 to 255', 'keepalived ignores it.');
      else if (option.text !== 'min_ttl' && option.text !== 'max_ttl') {
        call.messages.reject(
          'vrrp/invalid-argument',
          option.at,
          `${option.text} is no option of a unicast peer: min_ttl, max_ttl`,
        );
        break;
      }
    }
    if (instance.peers.some((each) => each.address === ip.address)) {
      if (atLeast23(call.version)) {
        call.messages.reject(
          'vrrp/repeated-statement',
          word.at,
          `unicast peer ${word.text} stands above: keepalived ignores it here`,
        );
      }
      continue;
    }
    instance.peers.push({ address: ip.address, at: word.at });
    const [low = 0, high = 255] = ['min_ttl', 'max_ttl'].map((name) => {
      const at = options.findIndex((each) => each.text === name);
      return at < 0 ? undefined : Number(options[at + 1]?.text);
    });
    if (low > high) {
      call.messages.complain(
        'vrrp/incompatible-statements',
        word.at,
        `min_ttl ${low} is above max_ttl ${high}: keepalived takes no packet of ${word.text}`,
      );
    }
  }
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

const authPass: Use = (call, instance) => {
  const word = need(call);
  if (word === undefined) return;
  instance.authPass = word.text;
  if (isPlaceholder(word.text)) return;
  const bytes = new TextEncoder().encode(word.text).length;
  if (bytes > PASS_BYTES) {
    call.messages.complain(
      'vrrp/auth-pass-truncated',
      word.at,
      `auth_pass has ${bytes} characters: keepalived uses the first ${PASS_BYTES}`,
      {
        help: 'A password that differs only behind them counts as equal. Use at most 8 characters, the same on all hosts.',
      },
    );
  }
};

const authType: Use = (call, instance) => {
  const word = need(call);
  if (word === undefined || isPlaceholder(word.text)) return;
  if (word.text === 'AH' || word.text === 'PASS') instance.authType = word.text;
  else
    invalid(
      call,
      word.at,
      `auth_type ${word.text} is neither PASS nor AH`,
      'keepalived drops the statement: without a type nothing is authenticated.',
    );
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
  ['vrrp_instance/authentication/auth_type', on(authType)],
  ['vrrp_instance/authentication/auth_pass', on(authPass)],
]);

export const INSTANCE_ENDS: ReadonlyMap<string, (call: Call) => void> = new Map([['vrrp_instance', end]]);
