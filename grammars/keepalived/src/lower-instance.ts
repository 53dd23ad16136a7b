import { cited, compareVersions, type Cited, type LowerContext, type Place } from '@halint/core';
import type { KeepalivedGlobals, Unmodelled, VrrpInstance } from '@halint/model';
import type { Evaluated } from './evaluate.ts';
import { addressesOf, routeInterfacesOf, type Addresses } from './lower-addresses.ts';
import { trackingOf, type Defined } from './lower-tracking.ts';
import { BlockReader } from './reader.ts';

/** Keywords that change who holds an address and that the model does not follow (2.4 and later). */
const UNMODELLED = ['auth_hmac'];

/** Keywords that say unicast, with or without peers (vrrp_parser.c VRRP_FLAG_UNICAST_CONFIGURED). */
const UNICAST = [
  'unicast_peer',
  'unicast_src_ip',
  'check_unicast_src',
  'old_unicast_checksum',
  'unicast_fault_no_peer',
];

const PRIORITY_OF_AN_OWNER = 255;

/** What instances take from global_defs. */
export interface Inherited {
  readonly globals: KeepalivedGlobals;
  readonly read: BlockReader | undefined;
}

/** One vrrp_instance with the defaults that keepalived fills in (vrrp.c vrrp_complete_instance). */
export function lowerInstance(
  block: Evaluated,
  { globals, read: global }: Inherited,
  { host, targets }: LowerContext,
  defined: Defined,
): VrrpInstance | undefined {
  const name = block.args[0];
  if (name === undefined) return undefined;
  const read = new BlockReader(block, host);
  const addresses = addressesOf(read);
  const { family, vips, excludedVips, unicastPeers, unicastSrcIp, sourceIp } = addresses;
  const strict = read.flag('strict_mode') ?? globals.vrrpStrict;
  const version = versionOf(addresses, strict, globals, read);
  const state = stateOf(read);
  const priority = priorityOf(read, state);
  const isOwner = priority.value === PRIORITY_OF_AN_OWNER;
  const auth = version.value === 3 || strict.value ? undefined : authOf(read);
  const wantsMaster = wantsMasterOf(state, isOwner, strict.value, auth);
  const preemption = preemptionOf(read, { wantsMaster, isOwner, strict: strict.value });
  const trackScript = read.last('track_script');
  const device = read.text('interface');
  const vrid = read.number('virtual_router_id', 1, 255);
  const vmac = read.flag('use_vmac');
  const ipvlan = read.last('use_ipvlan');
  const checksum = read.last('old_unicast_checksum');
  const since23 = compareVersions(targets.keepalived, '2.3') >= 0;
  return {
    name: cited(name.text, name.at),
    at: block.at,
    state,
    wantsMaster,
    family,
    ...(device === undefined ? {} : { interface: device }),
    ...(vrid === undefined ? {} : { virtualRouterId: vrid }),
    priority,
    advertInt: read.numberOr('advert_int', 0.01, 255, 1),
    downTimerAdverts: downTimerOf(read, global, strict.value),
    version,
    ...(auth === undefined ? {} : { auth }),
    vips,
    excludedVips,
    ...trackingOf(read, defined),
    ...(trackScript === undefined ? {} : { trackScriptAt: trackScript.at }),
    ...preemption,
    ...(unicastSrcIp === undefined ? {} : { unicastSrcIp }),
    ...(sourceIp === undefined ? {} : { sourceIp }),
    unicastPeers,
    asksForUnicast: UNICAST.some((keyword) => read.last(keyword) !== undefined),
    faultWithoutPeers: read.last('unicast_fault_no_peer') !== undefined,
    checksUnicastSource: checksSource(read, global),
    multicastGroup: multicastGroupOf(addresses, read, global),
    ownerIgnoresAdverts: since23 && isOwner && ownerIgnores(read, global, strict.value),
    lowerPrioNoAdvert:
      strict.value || (read.flag('lower_prio_no_advert') ?? global?.flag('vrrp_lower_prio_no_advert'))?.value === true,
    v3ChecksumAsV2: since23 && (isOn(read, 'v3_checksum_as_v2') || isOn(global, 'v3_checksum_as_v2')),
    ...(checksum === undefined
      ? {}
      : { oldUnicastChecksum: checksum.args[0]?.text === 'never' ? ('never' as const) : ('always' as const) }),
    allowsNoVips: since23 && !strict.value && read.last('no_virtual_ipaddress') !== undefined,
    strict,
    accept: acceptOf(read, isOwner, strict.value, version.value),
    ...(vmac === undefined ? {} : { useVmac: vmac }),
    ...(ipvlan === undefined ? {} : { ipvlan: ipvlanOf(ipvlan) }),
    tracksPrimary:
      read.last('dont_track_primary') === undefined
        ? read.default(true, 'keepalived.conf(5) dont_track_primary')
        : read.default(false, 'dont_track_primary'),
    routeInterfaces: routeInterfacesOf(read),
    unmodelled: UNMODELLED.flatMap((keyword): Unmodelled[] => {
      const found = read.last(keyword);
      return found === undefined ? [] : [{ keyword, at: found.at, owner: name.text }];
    }),
  };
}

function isOn(read: BlockReader | undefined, keyword: string): boolean {
  return read?.flag(keyword)?.value === true;
}

/** Exactly MASTER; BACKUP behind a MASTER is ignored, any other word is BACKUP (vrrp_parser.c vrrp_state_handler). */
function stateOf(read: BlockReader): Cited<'MASTER' | 'BACKUP'> {
  let state: Cited<'MASTER' | 'BACKUP'> = read.default('BACKUP', 'vrrp_parser.c vrrp_state_handler');
  for (const { args } of read.all('state')) {
    const [word] = args;
    if (word === undefined) continue;
    if (word.text === 'MASTER') state = cited('MASTER', word.at);
    else if (word.text !== 'BACKUP' || state.value !== 'MASTER') state = cited('BACKUP', word.at);
  }
  return state;
}

/** Without a priority state MASTER means 255; one outside 1 to 255 is replaced by 100 whatever the state (vrrp_parser.c vrrp_prio_handler). */
function priorityOf(read: BlockReader, state: Cited<string>): Cited<number> {
  if (state.value === 'MASTER' && read.last('priority') === undefined)
    return read.default(PRIORITY_OF_AN_OWNER, 'vrrp.c vrrp_complete_instance: state MASTER without a priority');
  return read.numberOr('priority', 1, 255, 100);
}

/** The state that keepalived starts out for: without a word it follows from the priority; strict mode and AH overrule it. */
function wantsMasterOf(
  state: Cited<string>,
  isOwner: boolean,
  strict: boolean,
  auth: VrrpInstance['auth'] | undefined,
): boolean {
  if (state.at === undefined || strict) return isOwner;
  return state.value === 'MASTER' && (isOwner || auth?.type.value !== 'AH');
}

/** What MASTER, priority 255 and strict mode leave of nopreempt and preempt_delay. */
function preemptionOf(
  read: BlockReader,
  { wantsMaster, isOwner, strict }: { wantsMaster: boolean; isOwner: boolean; strict: boolean },
): Pick<VrrpInstance, 'nopreempt' | 'preemptDelay'> {
  const delay = read.numberOr('preempt_delay', 0, 1000, 0);
  const said = read.statements.filter(({ keyword }) => keyword.text === 'nopreempt' || keyword.text === 'preempt');
  const last = said[said.length - 1];
  const written =
    last === undefined
      ? read.default(false, 'keepalived.conf(5) nopreempt')
      : cited(last.keyword.text === 'nopreempt', last.at);
  const cleared = read.default(false, 'keepalived.conf(5) state: MASTER clears nopreempt');
  const nopreempt = wantsMaster || isOwner ? cleared : written;
  if (wantsMaster)
    return { nopreempt, preemptDelay: read.default(0, 'keepalived.conf(5) preempt_delay: cleared by state MASTER') };
  if (strict || nopreempt.value)
    return { nopreempt, preemptDelay: read.default(0, 'vrrp.c vrrp_complete_instance: incompatible, reset') };
  return { nopreempt, preemptDelay: delay };
}

function versionOf(
  { version, family }: Addresses,
  strict: Cited<boolean>,
  globals: KeepalivedGlobals,
  read: BlockReader,
): Cited<number> {
  const six = read.default(3, 'RFC 9568: IPv6 needs version 3');
  if (family === 'ipv6') return version === undefined || strict.value ? six : version;
  return version ?? globals.vrrpVersion;
}

function downTimerOf(read: BlockReader, global: BlockReader | undefined, strict: boolean): Cited<number> {
  const adverts = 'keepalived.conf(5) down_timer_adverts';
  if (strict) return read.default(3, adverts);
  return (
    read.number('down_timer_adverts', 1, 100) ??
    global?.number('vrrp_down_timer_adverts', 1, 100) ??
    read.default(3, adverts)
  );
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

function acceptOf(read: BlockReader, isOwner: boolean, strict: boolean, version: number): Cited<boolean> {
  if (read.flag('no_accept') !== undefined) return read.default(false, 'no_accept');
  if (strict && !isOwner && version === 2) return read.default(false, 'vrrp_strict: version 2 has no accept mode');
  return read.flagOr('accept', isOwner || !strict);
}

function checksSource(read: BlockReader, global: BlockReader | undefined): boolean {
  if (read.last('check_unicast_src') !== undefined || global?.last('vrrp_check_unicast_src') !== undefined) return true;
  return read.lines('unicast_peer').some((words) => words.some((word) => /^(min|max)_ttl$/.test(word.text)));
}

function multicastGroupOf(
  { family, mcastDstIp }: Addresses,
  read: BlockReader,
  global: BlockReader | undefined,
): Cited<string> {
  if (mcastDstIp !== undefined) return mcastDstIp;
  const [keyword, usual] = family === 'ipv4' ? ['vrrp_mcast_group4', '224.0.0.18'] : ['vrrp_mcast_group6', 'ff02::12'];
  return global?.text(keyword) ?? read.default(usual, `keepalived.conf(5) ${keyword}`);
}

/** Written against an owner, `no` is corrected to yes (vrrp.c vrrp_complete_instance). */
function ownerIgnores(read: BlockReader, global: BlockReader | undefined, strict: boolean): boolean {
  return read.last('owner_ignore_adverts') !== undefined || strict || isOn(global, 'vrrp_owner_ignore_adverts');
}

function ipvlanOf(line: Evaluated): { readonly address: boolean; readonly at: Place } {
  return { address: line.args.some((word) => /^[\d.]+(\/\d+)?$|:/.test(word.text)), at: line.at };
}
