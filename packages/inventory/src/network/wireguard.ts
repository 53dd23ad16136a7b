import { addCommand } from './address-commands.ts';
import { readIni } from './ini.ts';
import { Collector, nameOf, type Found } from './source.ts';

/** Is this a file that wg-quick brings an interface of its name up from? */
export function isWireguardFile(path: string): boolean {
  return /^\/etc\/wireguard\/[^/]+\.conf$/.test(path);
}

/**
 * Reads Address= and PostUp= of [Interface], and nothing else: the file has keys in it (wg-quick(8)). An address without a prefix is a single
 * one.
 */
export function readWireguard(path: string, text: string): Found {
  const device = nameOf(path).replace(/\.conf$/, '');
  const out = new Collector(path, 'wg-quick');
  for (const { section, key, value, line } of readIni(text).entries) {
    if (section.toLowerCase() !== 'interface') continue;
    const written = value.replace(/#.*$/, '');
    if (/^address$/i.test(key)) {
      for (const each of written.split(',')) if (each.trim() !== '') out.add(device, each, line);
    } else if (/^(?:pre|post)up$/i.test(key)) addCommand(value.replaceAll('%i', device), device, {}, out);
  }
  return out;
}
