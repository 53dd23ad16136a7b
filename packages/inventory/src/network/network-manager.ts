import { readIni } from './ini.ts';
import { Collector, nameOf, type Found } from './source.ts';

/** Keys of an address: address, address1, addresses, and the old addresses1 (nm-settings-keyfile(5)). */
const ADDRESS_KEY = /^address(?:es)?\d*$/;

/** Reads a keyfile of NetworkManager: `[ipv4] address1=192.168.2.230/24,192.168.2.1`, the gateway behind the comma. */
export function readKeyfile(path: string, text: string): Found {
  const out = new Collector(path, 'NetworkManager');
  const { entries, broken } = readIni(text);
  for (const line of broken) out.note('neither section nor key=value', line);
  const setting = (key: string): string | undefined =>
    entries.find((entry) => entry.section === 'connection' && entry.key === key)?.value;
  const device = setting('interface-name') ?? setting('id') ?? nameOf(path).replace(/\.nmconnection$/, '');
  for (const { section, key, value, line } of entries) {
    if ((section !== 'ipv4' && section !== 'ipv6') || !ADDRESS_KEY.test(key) || value === '') continue;
    const plural = key === 'addresses';
    for (const written of plural ? value.split(/[;,]/) : [value.split(/[,;]/)[0] ?? '']) {
      if (written.trim() !== '') out.add(device, written, line);
    }
  }
  return out;
}
