import { Collector, linesOf, type Found } from './source.ts';

/**
 * unicast_src_ip lines of keepalived.conf: an address that the host must hold to send its advertisements. Read without
 * the grammar, so that only plain lines count: conditions and definitions are left alone. The prefix is unknown.
 */
export function readUnicastSources(path: string, text: string): Found {
  const out = new Collector(path, 'unicast_src_ip');
  let device = '';
  for (const { text: raw, line } of linesOf(text)) {
    const [word, value] = raw.trim().split(/\s+/);
    if (word === 'vrrp_instance') device = '';
    else if (word === 'interface' && value !== undefined) device = value;
    else if (word === 'unicast_src_ip' && value !== undefined && !value.includes('$')) out.add(device, value, line);
  }
  return { addresses: out.addresses, notes: [] };
}
