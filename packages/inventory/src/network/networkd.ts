import { readIni } from './ini.ts';
import { Collector, isInterfaceName, type Found } from './source.ts';

/** Reads a .network file of systemd-networkd: Address= of [Network] and of each [Address]. */
export function readNetworkd(path: string, text: string): Found {
  const out = new Collector(path, 'systemd-networkd');
  const { entries, broken } = readIni(text);
  for (const line of broken) out.note('neither section nor key=value', line);
  const match = entries.find((entry) => entry.section === 'Match' && entry.key === 'Name')?.value;
  // Without Name= the interface is chosen by something else; a glob or a second name says which ones at most.
  const device = match !== undefined && isInterfaceName(match) ? match : '';
  for (const { section, key, value, line } of entries) {
    if ((section === 'Network' || section === 'Address') && key === 'Address' && value !== '')
      out.add(device, value, line);
    if (section === 'Network' && key === 'DHCP') {
      if (/^(?:yes|true|1|on|both|ipv4|v4)$/.test(value)) out.addDynamic(device, 'ipv4');
      if (/^(?:yes|true|1|on|both|ipv6|v6)$/.test(value)) out.addDynamic(device, 'ipv6');
    }
  }
  return out;
}
