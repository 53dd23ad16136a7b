import { append } from '@halint/core';
import { matchingPaths } from '../path-patterns.ts';
import { readIni, type Entry } from './ini.ts';
import { Collector, isInterfaceName, nameOf, type FactNote, type Found } from './source.ts';

const FILE = /^\/etc\/systemd\/network\/[^/]+\.network$/;
const DROP_IN = /^\/etc\/systemd\/network\/[^/]+\.network\.d\/[^/]+\.conf$/;

type Files = ReadonlyMap<string, string>;

/** Is this a file of systemd-networkd that may name addresses? */
export function isNetworkFile(path: string): boolean {
  return FILE.test(path) || DROP_IN.test(path);
}

/**
 * The .network files that apply: of those that match one interface the first by name, "all later files are ignored, even if they match as
 * well" (systemd.network(5)). One that asks for more than a name matches nobody knows what.
 */
export function networkFiles(files: Files): readonly string[] {
  const patterns: string[] = [];
  return [...files.keys()]
    .filter((path) => FILE.test(path))
    .sort()
    .filter((path) => {
      const match = entriesOf(path, files).entries.filter(({ section }) => section === 'Match');
      const names = match.filter(({ key }) => key === 'Name').flatMap(({ value }) => value.split(/\s+/));
      const [name = ''] = names;
      const isOne = names.length === 1 && isInterfaceName(name);
      if (isOne && patterns.some((each) => matchingPaths(each, new Map([[name, '']])).length > 0)) return false;
      const isPlain = match.every(({ key }) => key === 'Name') && names.every((each) => !each.startsWith('!'));
      if (isPlain) append(patterns, names);
      return true;
    });
}

/** Reads a .network file of systemd-networkd with its drop-ins: Address= of [Network] and of each [Address]. */
export function readNetworkd(path: string, text: string, files: Files = new Map([[path, text]])): Found {
  const out = new Collector(path, 'systemd-networkd');
  const { entries, notes } = entriesOf(path, files);
  append(out.notes, notes);
  if (entries.length > 0 && !entries.some(({ section, value }) => section === 'Match' && value !== '')) {
    out.note('nothing in [Match]: systemd-networkd ignores this file');
    return out;
  }
  const match = entries.find((entry) => entry.section === 'Match' && entry.key === 'Name')?.value;
  // Without Name= the interface is chosen by something else; a glob or a second name says which ones at most.
  const device = match !== undefined && isInterfaceName(match) ? match : '';
  for (const { section, key, value, line } of entries) {
    if ((section === 'Network' || section === 'Address') && key === 'Address' && value !== '')
      out.add(device, value, line);
  }
  // The last one counts.
  const dhcp = entries.findLast(({ section, key }) => section === 'Network' && key === 'DHCP')?.value ?? '';
  if (/^(?:yes|true|1|on|both|ipv4|v4)$/.test(dhcp)) out.addDynamic(device, 'ipv4');
  if (/^(?:yes|true|1|on|both|ipv6|v6)$/.test(dhcp)) out.addDynamic(device, 'ipv6');
  return out;
}

/** Those of the file, then those of its drop-ins by their names. */
function entriesOf(
  path: string,
  files: Files,
): { readonly entries: readonly Entry[]; readonly notes: readonly FactNote[] } {
  const dropIns = [...files.keys()]
    .filter((each) => each.startsWith(`${path}.d/`) && DROP_IN.test(each))
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const read = [path, ...dropIns].map((each) => ({ each, ...readIni(files.get(each) ?? '') }));
  return {
    entries: read.flatMap(({ entries }) => entries),
    notes: read.flatMap(({ each, broken }) =>
      broken.map((line) => ({ path: each, line, message: 'neither section nor key=value' })),
    ),
  };
}
