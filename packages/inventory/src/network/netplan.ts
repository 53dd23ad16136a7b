import { MOST_YAML_LEVELS, parseIp, tooDeepLine } from '@halint/core';
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { Collector, isInterfaceName, nameOf, shorten, type Found } from './source.ts';

/** Kinds of interfaces whose entries may carry addresses (netplan(5)). */
const KINDS = ['ethernets', 'wifis', 'bonds', 'bridges', 'vlans', 'tunnels', 'dummy-devices', 'modems', 'vrfs'];

/** A file of this name hides those of the folders behind (netplan-generate(8)). */
const FOLDERS = ['/run/netplan/', '/etc/netplan/', '/usr/lib/netplan/', '/lib/netplan/'];

type Files = ReadonlyMap<string, string>;

/** netplan takes *.yaml without a dot in front, and no *.yml (0.106). */
export function isNetplanFile(path: string): boolean {
  return FOLDERS.some((folder) => path.startsWith(folder) && /^[^./][^/]*\.yaml$/.test(path.slice(folder.length)));
}

/** The files that netplan reads, in its order: by name, whatever their folder. */
export function netplanFiles(files: Files): readonly string[] {
  const byName = new Map<string, string>();
  for (const folder of FOLDERS)
    for (const path of files.keys())
      if (path.startsWith(folder) && isNetplanFile(path) && !byName.has(nameOf(path))) byName.set(nameOf(path), path);
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

interface Parsed {
  readonly path: string;
  readonly document: Document;
  readonly lines: LineCounter;
  /** The line that stands too deep; nothing is read then. */
  readonly deep: number | undefined;
}

/** Each file is parsed once, though each needs what the others say. */
const PARSED = new WeakMap<Files, readonly Parsed[]>();

function parsedOf(files: Files): readonly Parsed[] {
  const known = PARSED.get(files);
  if (known !== undefined) return known;
  const parsed = netplanFiles(files).map((path) => {
    const lines = new LineCounter();
    const options = { lineCounter: lines, logLevel: 'silent', uniqueKeys: false, prettyErrors: false } as const;
    const text = files.get(path) ?? '';
    const deep = tooDeepLine(text);
    return { path, document: parseDocument(deep === undefined ? text : '', options), lines, deep };
  });
  PARSED.set(files, parsed);
  return parsed;
}

/**
 * Reads a netplan file: network, kind, interface, addresses; an address may be a mapping with options. Addresses of several files add up, of
 * anything else the last file counts.
 */
export function readNetplan(path: string, text: string, files: Files = new Map([[path, text]])): Found {
  const out = new Collector(path, 'netplan');
  const all = parsedOf(files);
  const own = all.find((each) => each.path === path);
  if (own === undefined) return out;
  const { document, lines, deep } = own;
  if (deep !== undefined) {
    out.note(`nested deeper than ${MOST_YAML_LEVELS} levels: nothing of this file is read`, deep);
    return out;
  }
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
      const id = isScalar(key) ? key.value : key;
      const lastWith = (name: string): Parsed | undefined =>
        all.findLast(({ document: each }) => each.hasIn(['network', kind, id, name]));
      const setting = (...names: string[]): unknown =>
        lastWith(names[0] ?? '')?.document.getIn(['network', kind, id, ...names]);
      const device = deviceOf(String(id), setting);
      for (const [name, family] of [
        ['dhcp4', 'ipv4'],
        ['dhcp6', 'ipv6'],
      ] as const) {
        if (lastWith(name) === own && /^(?:true|yes|on|y)$/i.test(String(value.get(name))))
          out.addDynamic(device, family);
      }
      readAddresses(device, value.get('addresses', true), lines, out);
    }
  }
  return out;
}

/** A match may mean several interfaces, and the key beside it is a title; a name without a pattern means one. */
function deviceOf(title: string, setting: (...names: string[]) => unknown): string {
  const name = setting('set-name');
  if (typeof name === 'string') return name;
  const match = setting('match');
  if (match === undefined) return title;
  const matched = isMap(match) && match.items.length === 1 ? match.get('name') : undefined;
  return typeof matched === 'string' && isInterfaceName(matched) ? matched : '';
}

function isNothing(node: unknown): boolean {
  return node === undefined || node === null || (isScalar(node) && node.value === null);
}

function readAddresses(device: string, node: unknown, lines: LineCounter, out: Collector): void {
  if (!isSeq(node)) return;
  for (const item of node.items) {
    const written: unknown = isMap(item) ? item.items[0]?.key : item;
    if (!isScalar(written)) continue;
    const text = String(written.value);
    if (parseIp(text) === undefined) out.add(device, text, lineOf(written, lines));
    else out.note(`\`${shorten(text)}\` has no prefix length: netplan sets up nothing`, lineOf(written, lines));
  }
}

function lineOf(node: Node, lines: LineCounter): number | undefined {
  return node.range === undefined || node.range === null ? undefined : lines.linePos(node.range[0]).line;
}
