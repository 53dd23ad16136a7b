import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import { Collector, type Found } from './source.ts';

/** Kinds of interfaces whose entries may carry addresses (netplan(5)). */
const KINDS = ['ethernets', 'wifis', 'bonds', 'bridges', 'vlans', 'tunnels', 'dummy-devices', 'modems', 'vrfs'];

/** Reads a netplan file: network, kind, interface, addresses; an address may be a mapping with options. */
export function readNetplan(path: string, text: string): Found {
  const out = new Collector(path, 'netplan');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent', uniqueKeys: false });
  for (const error of document.errors)
    out.note(error.message.split('\n')[0] ?? error.message, lines.linePos(error.pos[0]).line);
  const root: unknown = document.contents;
  const network: unknown = isMap(root) ? root.get('network', true) : undefined;
  const isMapping = isMap(root) && (isMap(network) || isNothing(network));
  if (!isMapping && !isNothing(root))
    out.note('no mapping with `network:`', isNode(root) ? (lineOf(root, lines) ?? 1) : 1);
  for (const kind of isMapping ? KINDS : []) {
    const links: unknown = document.getIn(['network', kind], true);
    if (!isMap(links)) {
      if (isNode(links) && !isNothing(links)) out.note(`\`${kind}\` is no mapping`, lineOf(links, lines));
      continue;
    }
    for (const { key, value } of links.items) {
      if (!isMap(value)) continue;
      const name = value.get('set-name');
      // A match without set-name may mean several interfaces, and its key is a title.
      const title = String(isScalar(key) ? key.value : key);
      const device = typeof name === 'string' ? name : value.has('match') ? '' : title;
      for (const [key, family] of [
        ['dhcp4', 'ipv4'],
        ['dhcp6', 'ipv6'],
      ] as const) {
        if (/^(?:true|yes|on)$/i.test(String(value.get(key)))) out.addDynamic(device, family);
      }
      readAddresses(device, value.get('addresses', true), lines, out);
    }
  }
  return out;
}

function isNothing(node: unknown): boolean {
  return node === undefined || node === null || (isScalar(node) && node.value === null);
}

function readAddresses(device: string, node: unknown, lines: LineCounter, out: Collector): void {
  if (!isSeq(node)) return;
  for (const item of node.items) {
    const written: unknown = isMap(item) ? item.items[0]?.key : item;
    if (!isScalar(written)) continue;
    out.add(device, String(written.value), lineOf(written, lines));
  }
}

function lineOf(node: Node, lines: LineCounter): number | undefined {
  return node.range === undefined || node.range === null ? undefined : lines.linePos(node.range[0]).line;
}
