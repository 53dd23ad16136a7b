import type { FirewallFacts } from './facts/firewall.ts';
import { filterVerdict, placeName, type FilterVerdict, type Packet } from './firewall.ts';
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
    const verdict = filterVerdict(firewall, packet);
    return [{ ...verdict, firewall, missing: missingOf(verdict, firewall, state) }];
  });
  return (
    verdicts.find(({ verdict }) => verdict === 'drop') ??
    verdicts.find(({ verdict }) => verdict === 'unknown') ??
    verdicts[0]
  );
}

function missingOf(
  { verdict, at, what }: FilterVerdict,
  { unit }: FirewallFacts,
  state: string | undefined,
): string | undefined {
  if (verdict === 'unknown') return at === undefined ? what : `${what ?? 'a rule'} (${placeName(at)})`;
  return state === undefined ? `whether ${unit} is enabled (facts/unit-files.txt)` : undefined;
}
