import { contains, parseIp, type Ip } from '@halint/core';
import { realAddresses } from '../addresses.ts';
import type { Host } from '../host.ts';
import { isCut, machineOf, type Conditions } from './conditions.ts';
import { sourceAddress } from './source-address.ts';

/** A BFD session of a host with another one of the cluster. */
export interface BfdSession {
  readonly neighbour: string;
  /** Interfaces that its packets take, as host and name; those that are not known are left out. */
  readonly interfaces: readonly (readonly [host: string, name: string])[];
}

/** Where an address of the cluster is. */
interface Owner {
  readonly host: string;
  readonly interface: string | undefined;
}

/** Real addresses of the hosts: from their facts, from what their instances send from, and from where their BFD sessions start. */
export function addressOwners(hosts: readonly Host[]): ReadonlyMap<string, Owner> {
  const owners = new Map<string, Owner>();
  const add = (address: string | undefined, host: Host, name: string | undefined): void => {
    if (address !== undefined && owners.get(address)?.interface === undefined)
      owners.set(address, { host: host.id, interface: name === '' ? undefined : name });
  };
  for (const host of hosts) {
    for (const { address, interface: name } of realAddresses(host) ?? []) add(address.address, host, name);
    for (const instance of host.keepalived?.instances ?? [])
      add(sourceAddress(host, instance), host, instance.interface?.value);
    for (const { source } of host.keepalived?.bfds ?? [])
      add(source === undefined ? undefined : parseIp(source.value)?.address, host, undefined);
  }
  return owners;
}

/** BFD instance -> its session, for neighbours of the cluster. */
export function bfdSessionsOf(host: Host, owners: ReadonlyMap<string, Owner>): ReadonlyMap<string, BfdSession> {
  const sessions = new Map<string, BfdSession>();
  for (const { name, neighbour, source } of host.keepalived?.bfds ?? []) {
    const address = neighbour === undefined ? undefined : parseIp(neighbour.value);
    const owner = address === undefined ? undefined : owners.get(address.address);
    if (address === undefined || owner === undefined || owner.host === host.id) continue;
    const own = ownInterface(host, address, source === undefined ? undefined : owners.get(source.value)?.interface);
    const ends = [
      [host.id, own],
      [owner.host, owner.interface],
    ] as const;
    sessions.set(name.value, {
      neighbour: owner.host,
      interfaces: ends.flatMap(([id, device]) => (device === undefined ? [] : [[id, device] as const])),
    });
  }
  return sessions;
}

/** The interface whose subnet holds the neighbour; else that of the source address. */
function ownInterface(host: Host, neighbour: Ip, bySource: string | undefined): string | undefined {
  const near = realAddresses(host)?.find(({ address }) => contains(address, neighbour))?.interface;
  return near === undefined || near === '' ? bySource : near;
}

/** A session is up unless the neighbour does not answer or the way to it is cut (RFC 5880: both must hear each other). */
export function bfdIsDown(host: string, session: BfdSession | undefined, conditions: Conditions): boolean {
  if (session === undefined) return false;
  const { neighbour, interfaces } = session;
  const { up, keepalived } = machineOf(conditions, neighbour);
  return (
    !up ||
    keepalived !== 'running' ||
    isCut(conditions, host, neighbour) ||
    isCut(conditions, neighbour, host) ||
    interfaces.some(([id, name]) => machineOf(conditions, id).interfacesDown.has(name))
  );
}
