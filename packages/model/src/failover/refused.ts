import { compareVersions, parseIp, type Place } from '@halint/core';
import type { VrrpInstance } from '../facts/keepalived.ts';
import { nonlocalBind, type Host, type SwitchDoubt } from '../host.ts';
import { sourceAddress } from './source-address.ts';

/** Why something that is written takes no part. */
export interface Refusal {
  readonly text: string;
  readonly at: Place;
}

/**
 * Why keepalived of a host gives up on its whole configuration, so that none of its instances runs: the first complaint that makes
 * vrrp.c vrrp_complete_init return false. Undefined: it runs.
 */
export function refusalOf(host: Host): Refusal | undefined {
  const instances = host.keepalived?.instances ?? [];
  for (const instance of instances) {
    const text = incomplete(instance, host);
    if (text !== undefined) return { text: `${instance.name.value} ${text}`, at: instance.at };
  }
  return sameRouterId(instances, host);
}

/** chk_min_cfg and vrrp_complete_instance: what one instance lacks. */
function incomplete(instance: VrrpInstance, host: Host): string | undefined {
  const { interface: device, asksForUnicast } = instance;
  if (instance.virtualRouterId === undefined) return 'has no virtual_router_id';
  const there = isThere(instance, host);
  if (device === undefined || !there) {
    if (!asksForUnicast)
      return device === undefined ? 'has no interface' : `has no interface: there is no ${device.value}`;
    if (instance.sourceIp === undefined) return 'has neither an interface nor unicast_src_ip';
  }
  if (instance.vips.length > 0 || instance.allowsNoVips) return undefined;
  const old = compareVersions(host.targets.keepalived, '2.3') < 0;
  const needs = instance.version.value === 3 || instance.strict.value || (old && instance.family === 'ipv6');
  return needs ? 'has no virtual_ipaddress' : undefined;
}

/** Only `ip -j address` lists every interface; a loopback is none for VRRP (vrrp_parser.c vrrp_int_handler). */
function isThere({ interface: device }: VrrpInstance, host: Host): boolean {
  if (device?.value === 'lo') return false;
  const { interfaces } = host.facts;
  return (
    device === undefined ||
    interfaces === undefined ||
    interfaces.includes(device.value) ||
    host.keepalived?.globals.dynamicInterfaces.value === true
  );
}

/** Two instances of one virtual router (vrrp.c check_vrid_conflicts). */
function sameRouterId(instances: readonly VrrpInstance[], host: Host): Refusal | undefined {
  const seen = new Map<string, VrrpInstance>();
  for (const instance of instances) {
    const isUnicast = instance.unicastPeers.length > 0;
    const where = isUnicast ? sourceAddress(host, instance) : instance.multicastGroup.value;
    if (isUnicast && where === undefined) continue;
    const key = [instance.family, instance.virtualRouterId?.value, instance.interface?.value, isUnicast, where].join(
      ' ',
    );
    const other = seen.get(key);
    const shared =
      !isUnicast || other?.unicastPeers.some((peer) => instance.unicastPeers.some((each) => each.value === peer.value));
    if (other !== undefined && shared === true) {
      const text = `${other.name.value} and ${instance.name.value} both use virtual_router_id ${instance.virtualRouterId?.value ?? ''}`;
      return { text, at: instance.virtualRouterId?.at ?? instance.at };
    }
    if (other === undefined) seen.set(key, instance);
  }
  return undefined;
}

/** Why an instance stays in FAULT for good although keepalived runs. */
export function standingFault(instance: VrrpInstance, host: Host): string | undefined {
  const device = instance.interface?.value;
  const { interfaces } = host.facts;
  if (instance.faultWithoutPeers && instance.unicastPeers.length === 0) return 'it has no unicast peers';
  if (instance.ipvlan?.address === false && instance.family === 'ipv4') return 'its ipvlan has no address';
  if (interfaces !== undefined && cannotSend(instance, host))
    return `it cannot send from ${instance.sourceIp?.value ?? ''}`;
  if (device === undefined || interfaces === undefined) return undefined;
  if (!interfaces.includes(device)) return `there is no ${device}`;
  if (instance.sourceIp !== undefined || instance.ipvlan !== undefined) return undefined;
  if (instance.family === 'ipv6' && instance.useVmac?.value === true) return undefined;
  const found = host.facts.addresses?.some(
    (each) => each.interface === device && each.address.family === instance.family,
  );
  return found === false ? `${device} has no ${instance.family === 'ipv4' ? 'IPv4' : 'IPv6'} address` : undefined;
}

/**
 * Up to 2.2 a unicast instance binds its source, and one that is no address of the host (a file copied from the other node) is FAULT for
 * good, unless the kernel lets it bind (lab: "bind unicast_src failed 99"). 2.3 runs.
 */
function cannotSend(instance: VrrpInstance, host: Host): boolean {
  return bindsAbsentSource(instance, host) && !nonlocalBind(host, instance.family).isOn;
}

/** Why it cannot be told whether an instance is in that FAULT: what the switch is hangs on a file that is not at hand. */
export function doubtOfFault(instance: VrrpInstance, host: Host): SwitchDoubt | undefined {
  return bindsAbsentSource(instance, host) ? nonlocalBind(host, instance.family).doubt : undefined;
}

function bindsAbsentSource({ sourceIp, unicastPeers }: VrrpInstance, host: Host): boolean {
  const source = sourceIp === undefined ? undefined : parseIp(sourceIp.value)?.address;
  if (source === undefined || unicastPeers.length === 0) return false;
  if (compareVersions(host.targets.keepalived, '2.3') >= 0) return false;
  return host.facts.addresses?.some(({ address }) => address.address === source) === false;
}
