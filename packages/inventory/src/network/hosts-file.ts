import { parseIp } from '@halint/core';
import { linesOf, shorten, type FactNote } from './source.ts';

export interface HostsFile {
  /** Name -> addresses, canonical, in the order of the file. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly notes: readonly FactNote[];
}

/** Reads /etc/hosts (hosts(5)). */
export function readHosts(path: string, text: string): HostsFile {
  const names = new Map<string, string[]>();
  const notes: FactNote[] = [];
  for (const { text: raw, line } of linesOf(text)) {
    const [address = '', ...words] = (raw.split('#')[0] ?? '').trim().split(/\s+/);
    if (address === '') continue;
    const ip = parseIp(address.replace(/%.*$/, ''));
    if (ip === undefined) notes.push({ path, line, message: `\`${shorten(address)}\` is no address` });
    else for (const name of words) names.set(name, [...(names.get(name) ?? []), ip.address]);
  }
  return { names, notes };
}
