import type { Family } from '@halint/core';
import { realAddresses, type Fleet, type Host } from '@halint/model';

/** What a host's missing address list is called in `missing`. */
export const ADDRESS_FACT = 'facts/ip-address.json';

/** Which interface of a host gets addresses of a family from the network, for people; undefined: its list is whole. */
export function dynamicInterface(host: Host, family: Family, device?: string): string | undefined {
  const found = host.facts.dynamic.find(
    (each) => each.family === family && (device === undefined || each.interface === device || each.interface === ''),
  );
  if (found === undefined) return undefined;
  return `${found.interface === '' ? 'an interface' : found.interface} (${found.source})`;
}

/** Which host of a fleet has an address as its own. What stands on lo may stand there on many (anycast, direct server return). */
export function ownersOf(fleet: Fleet): ReadonlyMap<string, Host> {
  const owners = new Map<string, Host>();
  for (const host of fleet.hosts)
    for (const { address, interface: device } of realAddresses(host) ?? [])
      if (device !== 'lo') owners.set(address.address, host);
  return owners;
}
