import { readIni } from './ini.ts';
import { Collector, nameOf, type Found } from './source.ts';

/** Reads a .network file of systemd-networkd: Address= of [Network] and of each [Address]. */
export function readNetworkd(path: string, text: string): Found {
  const out = new Collector(path, 'systemd-networkd');
  const { entries, broken } = readIni(text);
  for (const line of broken) out.note('neither section nor key=value', line);
  const match = entries.find((entry) => entry.section === 'Match' && entry.key === 'Name')?.value;
  const device = match?.split(/\s+/)[0] ?? nameOf(path).replace(/\.network$/, '');
  for (const { section, key, value, line } of entries) {
    if ((section === 'Network' || section === 'Address') && key === 'Address' && value !== '')
      out.add(device, value, line);
  }
  return out;
}
