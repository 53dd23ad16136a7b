import { cited, parseCidr, type Cited } from '@halint/core';
import type { KeepalivedGlobals, TrackUse, Unmodelled, VirtualAddress, VrrpInstance } from '@halint/model';
import type { Evaluated, Value } from './evaluate.ts';
import { BlockReader, numberOf } from './reader.ts';

/** Keywords that change who holds an address and that the model does not follow. */
const UNMODELLED = [
  'track_file',
  'track_bfd',
  'use_vmac',
  'use_ipvlan',
  'down_timer_adverts',
  'timer_expired_backup',
  'mcast_dst_ip',
  'vrf',
];

/** One vrrp_instance with the defaults that keepalived fills in (vrrp.c vrrp_complete_instance). */
export function lowerInstance(block: Evaluated, globals: KeepalivedGlobals, host: string): VrrpInstance | undefined {
  const name = block.args[0];
  if (name === undefined) return undefined;
  const read = new BlockReader(block, host);
  const state = stateOf(read);
  const isMaster = state.value === 'MASTER';
  const vips = addressesOf(read, 'virtual_ipaddress');
  const version =
    read.number('version', 2, 3) ??
    (vips[0]?.family === 'ipv6' ? read.default(3, 'RFC 9568: IPv6 needs version 3') : globals.vrrpVersion);
  const strict = read.flag('strict_mode') ?? globals.vrrpStrict;
  const off = read.default(false, 'keepalived.conf(5) state: MASTER clears nopreempt');
  const delay = read.numberOr('preempt_delay', 0, 1000, 0);
  const trackScript = read.last('track_script');
  const auth = version.value === 3 || strict.value ? undefined : authOf(read);
  const {
    interface: device,
    vrid,
    srcIp,
  } = {
    interface: read.text('interface'),
    vrid: read.number('virtual_router_id', 1, 255),
    srcIp: read.text('unicast_src_ip'),
  };
  const vmac = read.flag('use_vmac');
  return {
    name: cited(name.text, name.at),
    at: block.at,
    state,
    ...(device === undefined ? {} : { interface: device }),
    ...(vrid === undefined ? {} : { virtualRouterId: vrid }),
    priority: priorityOf(read, isMaster),
    advertInt: read.numberOr('advert_int', 0.01, 255, 1),
    version,
    ...(auth === undefined ? {} : { auth }),
    vips,
    excludedVips: addressesOf(read, 'virtual_ipaddress_excluded'),
    trackScripts: tracked(read, 'track_script'),
    trackProcesses: tracked(read, 'track_process'),
    trackInterfaces: tracked(read, 'track_interface'),
    ...(trackScript === undefined ? {} : { trackScriptAt: trackScript.at }),
    nopreempt: isMaster ? off : read.flagOr('nopreempt', false),
    preemptDelay: isMaster ? read.default(0, 'keepalived.conf(5) preempt_delay: cleared by state MASTER') : delay,
    ...(srcIp === undefined ? {} : { unicastSrcIp: srcIp }),
    unicastPeers: peersOf(read),
    strict,
    accept:
      read.flag('no_accept') === undefined ? read.flagOr('accept', !strict.value) : read.default(false, 'no_accept'),
    ...(vmac === undefined ? {} : { useVmac: vmac }),
    tracksPrimary:
      read.last('dont_track_primary') === undefined
        ? read.default(true, 'keepalived.conf(5) dont_track_primary')
        : read.default(false, 'dont_track_primary'),
    unmodelled: UNMODELLED.flatMap((keyword): Unmodelled[] => {
      const found = read.last(keyword);
      return found === undefined ? [] : [{ keyword, at: found.at, owner: name.text }];
    }),
  };
}

/** Exactly MASTER; anything else is BACKUP (vrrp_parser.c vrrp_state_handler). */
function stateOf(read: BlockReader): Cited<'MASTER' | 'BACKUP'> {
  const written = read.text('state');
  if (written?.at === undefined) return read.default('BACKUP', 'vrrp_parser.c vrrp_state_handler');
  return cited(written.value === 'MASTER' ? 'MASTER' : 'BACKUP', written.at);
}

/** Without a priority state MASTER means 255; one outside 1 to 255 is replaced by 100 whatever the state (vrrp_parser.c vrrp_prio_handler). */
function priorityOf(read: BlockReader, isMaster: boolean): Cited<number> {
  if (isMaster && read.last('priority') === undefined)
    return read.default(255, 'vrrp.c vrrp_complete_instance: state MASTER without a priority');
  return read.numberOr('priority', 1, 255, 100);
}

function authOf(read: BlockReader): VrrpInstance['auth'] {
  const block = read.last('authentication');
  if (block === undefined) return undefined;
  const inner = new BlockReader(block, block.at.host);
  const type = inner.text('auth_type');
  const pass = inner.text('auth_pass');
  if (type?.at === undefined) return undefined;
  return {
    type: cited(type.value === 'AH' ? 'AH' : 'PASS', type.at),
    ...(pass === undefined ? {} : { pass }),
    at: block.at,
  };
}

function addressesOf(read: BlockReader, keyword: string): readonly VirtualAddress[] {
  return read.lines(keyword).flatMap(([first, ...rest]): VirtualAddress[] => {
    const cidr = first === undefined ? undefined : parseCidr(first.text);
    if (first === undefined || cidr === undefined) return [];
    const at = rest.findIndex((word) => word.text === 'dev');
    const dev = at < 0 ? undefined : rest[at + 1];
    return [
      {
        family: cidr.family,
        address: cited(cidr.address, first.at),
        prefix: first.text.includes('/')
          ? cited(cidr.prefix, first.at)
          : read.default(cidr.prefix, 'keepalived.conf(5) virtual_ipaddress'),
        ...(dev === undefined ? {} : { dev: cited(dev.text, dev.at) }),
      },
    ];
  });
}

function tracked(read: BlockReader, keyword: string): readonly TrackUse[] {
  return read.lines(keyword).flatMap(([name, ...rest]): TrackUse[] => {
    if (name === undefined) return [];
    const weight = weightOf(rest);
    const reverse = rest.find((word) => /^(no)?reverse$/.test(word.text));
    return [
      {
        name: cited(name.text, name.at),
        ...(weight === undefined ? {} : { weight }),
        ...(reverse === undefined ? {} : { reverse: reverse.text === 'reverse' }),
      },
    ];
  });
}

function weightOf(words: readonly Value[]): Cited<number> | undefined {
  const at = words.findIndex((word) => word.text === 'weight');
  const word = at < 0 ? undefined : words[at + 1];
  const number = numberOf(word);
  return word === undefined || number === undefined || Math.abs(number) > 254 ? undefined : cited(number, word.at);
}

function peersOf(read: BlockReader): readonly Cited<string>[] {
  return read
    .lines('unicast_peer')
    .flatMap(([peer]) => (peer === undefined || parseCidr(peer.text) === undefined ? [] : [cited(peer.text, peer.at)]));
}
