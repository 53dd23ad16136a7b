import type { Family, Ip } from '@halint/core';
import {
  addressesComplete,
  realAddresses,
  staticAddresses,
  unreadOf,
  unreadText,
  type Fleet,
  type Host,
} from '@halint/model';

/** What a host's missing address list is called in `missing`. */
export const ADDRESS_FACT = 'facts/ip-address.json';

/** Why addresses of a family may be missing in the list of a host or of one interface, for people; undefined: nothing says so. */
export function unlistedAddresses(host: Host, family: Family, device?: string): string | undefined {
  const found = host.facts.dynamic.find(
    (each) => each.family === family && (device === undefined || each.interface === device || each.interface === ''),
  );
  if (found === undefined) return undefined;
  if (found.by !== undefined) return `${found.by} may add it`;
  return `those of ${found.interface === '' ? 'an interface' : found.interface} (${found.source}) come from the network`;
}

/** Why it cannot be told whether a host has an address. */
export interface AddressDoubt {
  readonly why: string;
  /** The fact that would tell. */
  readonly missing: string;
  /** How to bring it; absent where no file would tell. */
  readonly help?: string;
}

/** The same for one address; undefined: the host does not have it. */
export function addressDoubt(host: Host, ip: Ip): AddressDoubt | undefined {
  if (staticAddresses(host).has(ip.address))
    return { why: 'static_ipaddress brings it when keepalived starts', missing: 'whether keepalived starts first' };
  if (addressesComplete(host, ip.family)) return undefined;
  const vip = vipDoubt(host);
  if (vip !== undefined) return vip;
  const help = `Store the output of ip -j address as ${ADDRESS_FACT}.`;
  const unlisted = unlistedAddresses(host, ip.family);
  if (unlisted !== undefined) return { why: unlisted, missing: ADDRESS_FACT, help };
  const why = realAddresses(host) === undefined ? 'its addresses are not known' : 'not all its addresses are known';
  return { why, missing: ADDRESS_FACT, help };
}

/** An address that no readable file brings may be a VIP of one that could not be read. */
export function vipDoubt(host: Host): AddressDoubt | undefined {
  const [file] = unreadOf(host, 'keepalived');
  if (file === undefined) return undefined;
  return {
    why: `${unreadText(file)}, and it may be a VIP`,
    missing: file.path,
    help: 'Run as a user who may read it, or put a copy in its place.',
  };
}

/** Which host of a fleet has an address as its own. What stands on lo may stand there on many (anycast, direct server return). */
export function ownersOf(fleet: Fleet): ReadonlyMap<string, Host> {
  const owners = new Map<string, Host>();
  for (const host of fleet.hosts)
    for (const { address, interface: device } of realAddresses(host) ?? [])
      if (device !== 'lo') owners.set(address.address, host);
  return owners;
}
