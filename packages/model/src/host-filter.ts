import { realAddresses, vipsOf } from './addresses.ts';
import type { FirewallFacts } from './facts/firewall.ts';
import {
  filterVerdict,
  placeName,
  portsTranslatedTo,
  type FilterVerdict,
  type LocalAddresses,
  type Packet,
} from './firewall.ts';
import type { Host } from './host.ts';

export interface HostVerdict extends FilterVerdict {
  readonly firewall: FirewallFacts;
  /** What is not known: then the verdict is no claim. */
  readonly missing: string | undefined;
}

/** What the packet filters of a host do with a packet; the one that keeps it out counts. Undefined when it has none that is in use. */
export function firewallVerdict(host: Host, packet: Packet): HostVerdict | undefined {
  const verdicts = host.facts.firewalls.flatMap((firewall): HostVerdict[] => {
    const state = host.facts.units.get(firewall.unit);
    if (state !== undefined && state !== 'enabled') return [];
    const verdict = filterVerdict(firewall, packet, addressesOfHost(host));
    return [{ ...verdict, firewall, missing: missingOf(verdict, firewall, state) }];
  });
  return (
    verdicts.find(({ verdict }) => verdict === 'drop') ??
    verdicts.find(({ verdict }) => verdict === 'unknown') ??
    verdicts[0]
  );
}

/**
 * What becomes of connections to a socket of a host: those to its own port, and those to ports that rules send there. One way in is enough.
 */
export function serviceVerdict(host: Host, packet: Packet): HostVerdict | undefined {
  const own = firewallVerdict(host, packet);
  const { port } = packet;
  if (port === undefined || own === undefined || own.verdict === 'accept') return own;
  const ports = new Set(host.facts.firewalls.flatMap((firewall) => portsTranslatedTo(firewall, port)));
  const others = [...ports].flatMap((each) => {
    const found = firewallVerdict(host, { ...packet, port: each });
    return found !== undefined && (found.verdict === 'unknown' || found.translated?.port === port) ? [found] : [];
  });
  return (
    others.find(({ verdict }) => verdict === 'accept') ?? others.find(({ verdict }) => verdict === 'unknown') ?? own
  );
}

function addressesOfHost(host: Host): LocalAddresses {
  return {
    has: (address) =>
      vipsOf(host).has(address) || realAddresses(host)?.some((each) => each.address.address === address),
    firstOf: (device) =>
      realAddresses(host)?.find((each) => each.interface === device && each.address.family === 'ipv4')?.address.address,
  };
}

function missingOf(
  { verdict, at, what }: FilterVerdict,
  { unit }: FirewallFacts,
  state: string | undefined,
): string | undefined {
  if (verdict === 'unknown') return at === undefined ? what : `${what ?? 'a rule'} (${placeName(at)})`;
  return state === undefined ? `whether ${unit} is enabled (facts/unit-files.txt)` : undefined;
}
