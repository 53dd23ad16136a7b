import type { Family } from '@halint/core';
import type { FirewallFacts } from '@halint/model';
import type { FactNote } from '../network/source.ts';
import { chainsOf, emptyTables, restore } from './iptables-restore.ts';

interface Kept {
  readonly family: Family;
  /** The unit that restores it at boot. */
  readonly unit: string;
}

/** Where rules are kept: by iptables-persistent of Debian, by iptables-services of Red Hat. */
const FILES: ReadonlyMap<string, Kept> = new Map([
  ['/etc/iptables/rules.v4', { family: 'ipv4', unit: 'netfilter-persistent.service' }],
  ['/etc/iptables/rules.v6', { family: 'ipv6', unit: 'netfilter-persistent.service' }],
  ['/etc/sysconfig/iptables', { family: 'ipv4', unit: 'iptables.service' }],
  ['/etc/sysconfig/ip6tables', { family: 'ipv6', unit: 'ip6tables.service' }],
]);

/** Is this a file of iptables-save? */
export function isIptablesFile(path: string): boolean {
  return FILES.has(path);
}

/**
 * The rules that iptables-save wrote, one packet filter for each file.
 * @param notes takes lines for which iptables-restore loads nothing.
 */
export function readIptables(files: ReadonlyMap<string, string>, notes: FactNote[] = []): readonly FirewallFacts[] {
  return [...FILES].flatMap(([path, { family, unit }]) => {
    const text = files.get(path);
    if (text === undefined) return [];
    const tables = emptyTables(family, path);
    restore(tables, path, text, { keeps: false, notes });
    return [{ service: 'iptables', unit, family, chains: chainsOf(tables), unknown: tables.unknown }];
  });
}
