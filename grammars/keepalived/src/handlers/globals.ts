import { isMulticast, type Place } from '@halint/core';
import { booleanArgument, invalid, need, numberArgument, readInt, readUnsigned } from '../process/arguments.ts';
import type { Call, Handler } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import type { Value } from '../stream/logical.ts';
import { cutOff, INT, notOneOf, outOfRange, repeated, UINT, wanted, wantedNumber } from './arguments.ts';
import { lvsTimeouts, flushOnStop, syncDaemon } from './global-lvs.ts';
import { emailFrom, smtpServer } from './global-mail.ts';
import { umask } from './umask.ts';
import { atLeast23 } from './versions.ts';
import { readSocketAddress } from './socket-address.ts';

/** TASK_COMM_LEN, the closing zero not counted. */
const LONGEST_PROCESS_NAME = 15;
/** NFT_NAME_MAXLEN less what keepalived leaves free. */
const LONGEST_TABLE = 254;

/** A statement that counts once: the place of the first. */
function once(call: Call, key = call.keyword.text): boolean {
  const { given } = call.state;
  const first: Place | undefined = given.get(key);
  if (repeated(call, first)) return false;
  given.set(key, call.line.at);
  return true;
}

const connectTimeout: Handler = (call) => {
  const seconds = numberArgument(call, 'unsigned', 0, 4294);
  if (seconds === 0) atLeastOne(call);
};

function atLeastOne(call: Call): void {
  const value = call.args[0] as Value;
  call.messages.reject('vrrp/value-out-of-range', value.at, `${call.keyword.text} 0 is too little: keepalived takes 1`);
}

const repeat: Handler = (call) => {
  if (numberArgument(call, 'unsigned', 0, UINT) === 0) atLeastOne(call);
};

const email: Handler = (call) => {
  if (call.values().length === 0)
    call.messages.complain('vrrp/missing-argument', call.line.at, 'the block notification_email is empty');
};

const startScript: Handler = (call) => {
  const { given, running } = call.state;
  if (repeated(call, given.get(call.keyword.text))) return;
  const script = wanted(call, 'a command');
  if (script === undefined) return;
  given.set(call.keyword.text, call.line.at);
  if (!running.has('start')) running.set('start', script.at);
};

const dynamicInterfaces: Handler = (call) => {
  const [option] = call.args;
  if (option !== undefined && option.text !== 'allow_if_changes')
    notOneOf(call, option, ['allow_if_changes'], 'keepalived ignores it.');
};

const multicastGroup =
  (family: 'ipv4' | 'ipv6'): Handler =>
  (call) => {
    const value = need(call);
    if (value === undefined || isPlaceholder(value.text)) return;
    const address = readSocketAddress(value.text);
    if (address === undefined || address.family !== family || !isMulticast(address)) {
      invalid(call, value.at, `${value.text} is no ${family === 'ipv4' ? 'IPv4' : 'IPv6'} multicast address`);
    } else if (family === 'ipv6' && !/^ff.2:/i.test(address.address)) {
      call.messages.warn('vrrp/invalid-argument', value.at, `${value.text} is not link-local (ff02::/16)`);
    }
  };

const garpExtra: Handler = (call) => {
  if (call.keyword.text === 'vrrp_vmac_garp_intvl')
    call.messages.warn(
      'vrrp/deprecated-keyword',
      call.keyword.at,
      'vrrp_vmac_garp_intvl is called vrrp_garp_extra_if now',
    );
  let seconds: number | undefined;
  for (const word of call.args) {
    if (word.text === 'all') continue;
    seconds = readUnsigned(word.text, 1, 86_400);
    if (seconds === undefined) return outOfRange(call, word, 1, 86_400);
  }
  if (seconds === undefined)
    call.messages.reject('vrrp/missing-argument', call.line.at, `${call.keyword.text} needs a number of seconds`);
};

/** Builds with nftables, such as Debian's, have no iptables. */
const iptables: Handler = (call) => {
  call.messages.complain(
    'vrrp/deprecated-keyword',
    call.keyword.at,
    'vrrp_iptables is not known to a keepalived with nftables: it uses nftables instead',
    { help: 'Write nftables; builds with iptables alone still need vrrp_iptables.' },
  );
};

const ipsets: Handler = (call) => {
  call.messages.reject(
    'vrrp/unknown-keyword',
    call.keyword.at,
    'vrrp_ipsets is no keyword of a keepalived with nftables: it drops it',
  );
};

const table: Handler = (call) => {
  if (!once(call)) return;
  const [name] = call.args;
  if (name === undefined) return;
  // Until 2.2 an empty name was taken.
  const least = atLeast23(call.version) ? 1 : 0;
  if (name.text.length >= least && name.text.length <= LONGEST_TABLE) return;
  call.state.given.delete(call.keyword.text);
  invalid(call, name.at, `the name of a table has ${least} to ${LONGEST_TABLE} characters`);
};

const downTimer: Handler = (call) => {
  const value = numberArgument(call, 'unsigned', 1, 100);
  const keyword = call.keyword.text;
  if (value !== undefined) call.state.options.set(keyword, { keyword, value, at: call.line.at });
};

const vrrpVersion: Handler = (call) => {
  const version = numberArgument(call, 'int', 2, 3);
  if (version !== undefined) call.state.vrrpVersion = version;
};

const strict: Handler = (call) => {
  // Until 2.2 no word behind it was looked at.
  const on = atLeast23(call.version) ? booleanArgument(call) : true;
  if (on !== undefined) call.state.strict = on;
};

const skipCheck: Handler = (call) => {
  if (atLeast23(call.version)) booleanArgument(call);
};

const realtime: Handler = (call) => {
  const value = wanted(call, 'a priority');
  if (value !== undefined && readInt(value.text, 1, 99) === undefined)
    outOfRange(call, value, 1, 99, 'keepalived takes the nearest, and none where it is no number.');
};

/** How many there are is the machine's. */
const affinity: Handler = (call) => {
  if (wanted(call, 'the numbers of CPUs') === undefined) return;
  const wrong = call.args.find((word) => readInt(word.text, 0, INT) === undefined);
  if (wrong !== undefined && !isPlaceholder(wrong.text)) invalid(call, wrong.at, `${wrong.text} is no number of a CPU`);
};

const fifo: Handler = (call) => {
  if (wanted(call, 'a path') !== undefined) once(call);
};

const fifoScript =
  (of: readonly ('vrrp' | 'check')[]): Handler =>
  (call) => {
    const script = wanted(call, 'a command');
    if (script === undefined || !once(call)) return;
    for (const kind of of) if (!call.state.running.has(kind)) call.state.running.set(kind, script.at);
  };

const snmpSocket: Handler = (call) => {
  const extra = call.args[1];
  if (extra !== undefined) {
    call.messages.reject(
      'vrrp/unexpected-argument',
      extra.at,
      'snmp_socket takes one word: keepalived drops the statement',
    );
  } else if (wanted(call, 'an address') !== undefined) once(call);
};

const bufferPolicy: Handler = (call) => {
  const first = wanted(call, 'MTU, ADVERT or a number');
  if (first === undefined) return;
  const said = new Set<string>();
  for (const word of call.args) {
    const name = word.text.toUpperCase();
    if (name === 'MTU' || name === 'ADVERT') said.add(name);
    // Whichever word it is, keepalived reads the first.
    else if (readUnsigned(first.text, 0, UINT) === undefined)
      invalid(call, word.at, `${word.text} is neither MTU, ADVERT nor a number`, 'keepalived ignores it.');
    else said.add('size');
  }
  if (said.size > 1)
    call.messages.reject(
      'vrrp/incompatible-statements',
      call.line.at,
      'MTU, ADVERT and a number do not go together: keepalived takes one',
    );
};

const bufferMultiplier: Handler = (call) => {
  const [value, extra] = call.args;
  if (value === undefined || extra !== undefined)
    invalid(call, (extra ?? call.keyword).at, 'vrrp_rx_bufs_multiplier takes one number');
  else if (readUnsigned(value.text, 1, UINT) === undefined) outOfRange(call, value, 1, UINT);
};

const macPrefix: Handler = (call) => {
  if (need(call) !== undefined) once(call);
};

const oneWord: Handler = (call) => {
  const [value, extra] = call.args;
  if (value === undefined || extra !== undefined || (value.text === '' && /_dump_file$/.test(call.keyword.text)))
    invalid(call, (extra ?? call.keyword).at, `${call.keyword.text} takes one path`);
};

const INCLUDE_CHECKS = ['read', 'match', 'wildcard_match', 'brace_match'];

const includeCheck: Handler = (call) => {
  for (const [i, word] of call.args.entries()) {
    const sign = /^[-+]/.test(word.text);
    if (!sign && i > 0) {
      call.messages.reject(
        'vrrp/repeated-statement',
        word.at,
        `${word.text} stands behind another without + or -: keepalived ignores it`,
      );
    } else if (!INCLUDE_CHECKS.includes(sign ? word.text.slice(1) : word.text))
      notOneOf(call, word, INCLUDE_CHECKS, 'keepalived ignores it.');
  }
};

const copyDirectory: Handler = (call) => {
  if (repeated(call, call.state.given.get(call.keyword.text))) return;
  if (wanted(call, 'a directory') !== undefined) call.state.given.set(call.keyword.text, call.line.at);
};

/** A name of the whole process, at the top level. */
const named: Handler = (call) => {
  if (wanted(call, 'a name') !== undefined) once(call);
};

const PROCESS_KINDS = ['vrrp', 'checker', 'bfd'];

const GLOBALS: readonly (readonly [string, Handler])[] = [
  ...['process_name', 'vrrp_process_name', 'checker_process_name', 'lvs_process_name', 'bfd_process_name'].map(
    (word): [string, Handler] => [word, cutOff(LONGEST_PROCESS_NAME)],
  ),
  ['notification_email_from', emailFrom],
  ['smtp_server', smtpServer],
  ['smtp_connect_timeout', connectTimeout],
  ['notification_email', email],
  ['startup_script', startScript],
  ['shutdown_script', startScript],
  ['startup_script_timeout', wantedNumber('unsigned', 1, 1000, 'a number of seconds')],
  ['shutdown_script_timeout', wantedNumber('unsigned', 1, 1000, 'a number of seconds')],
  ['min_auto_priority_delay', wantedNumber('unsigned', 1, 10_000_000, 'a number of microseconds')],
  ['dynamic_interfaces', dynamicInterfaces],
  ['lvs_timeouts', lvsTimeouts],
  ['lvs_flush_on_stop', flushOnStop],
  ['lvs_flush_onstop', flushOnStop],
  ['lvs_sync_daemon', syncDaemon],
  ['vrrp_mcast_group4', multicastGroup('ipv4')],
  ['vrrp_mcast_group6', multicastGroup('ipv6')],
  ['vrrp_garp_master_repeat', repeat],
  ['vrrp_garp_master_refresh_repeat', repeat],
  ['vrrp_garp_extra_if', garpExtra],
  ['vrrp_vmac_garp_intvl', garpExtra],
  ['vrrp_iptables', iptables],
  ['vrrp_ipsets', ipsets],
  ['nftables', table],
  ['nftables_ipvs', table],
  ['vrrp_down_timer_adverts', downTimer],
  ['vrrp_version', vrrpVersion],
  ['vrrp_strict', strict],
  ['vrrp_skip_check_adv_addr', skipCheck],
  ...PROCESS_KINDS.flatMap((kind): [string, Handler][] => [
    [`${kind}_priority`, wantedNumber('int', -20, 19, 'a priority')],
    [`${kind}_rt_priority`, realtime],
    [`${kind}_cpu_affinity`, affinity],
  ]),
  ['notify_fifo', fifo],
  ['vrrp_notify_fifo', fifo],
  ['lvs_notify_fifo', fifo],
  ['notify_fifo_script', fifoScript(['vrrp', 'check'])],
  ['vrrp_notify_fifo_script', fifoScript(['vrrp'])],
  ['lvs_notify_fifo_script', fifoScript(['check'])],
  ['snmp_socket', snmpSocket],
  [
    'enable_script_security',
    ({ state }) => {
      state.scriptSecurity = true;
    },
  ],
  ...['vrrp_netlink_cmd', 'vrrp_netlink_monitor', 'process_monitor', 'lvs_netlink_cmd', 'lvs_netlink_monitor'].map(
    (word): [string, Handler] => [`${word}_rcv_bufs`, wantedNumber('unsigned', 0, UINT, 'a number of bytes')],
  ),
  ['vrrp_rx_bufs_policy', bufferPolicy],
  ['vrrp_rx_bufs_multiplier', bufferMultiplier],
  ['vmac_prefix', macPrefix],
  ['vmac_addr_prefix', macPrefix],
  ['umask', umask],
  ['reload_time_file', oneWord],
  ['include_check', includeCheck],
  ['tmp_config_directory', copyDirectory],
  ['json_version', wantedNumber('unsigned', 1, 2, 'a version')],
  ['iproute_usr_dir', oneWord],
  ['iproute_etc_dir', oneWord],
  ['state_dump_file', oneWord],
  ['stats_dump_file', oneWord],
  ['json_dump_file', oneWord],
];

export const GLOBAL_HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ...GLOBALS.map(([word, handler]): [string, Handler] => [`global_defs/${word}`, handler]),
  ['net_namespace', named],
  ['instance', named],
  [
    'net_namespace_ipvs',
    (call) => {
      if (!call.state.given.has('net_namespace_ipvs') || need(call) !== undefined) once(call);
    },
  ],
]);
