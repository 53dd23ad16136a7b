import { parseCidr } from '@halint/core';
import type { FilterChain, FilePlace, FilterMatch, FilterRule, FirewallFacts } from '@halint/model';
import { linesOf, nameOf, type FactNote } from '../network/source.ts';
import type { Services } from './firewalld-services.ts';
import { zoneRules } from './firewalld-zones.ts';
import { readXml, type Element } from './xml.ts';

const FOLDER = '/etc/firewalld';
const CONFIG = `${FOLDER}/firewalld.conf`;
/** firewalld.conf(5). */
const DEFAULT_ZONE = 'public';

export interface FirewalldReading {
  readonly firewall: FirewallFacts | undefined;
  readonly notes: readonly FactNote[];
}

/**
 * The zones of firewalld below /etc as chains: what the zone of an interface, or the default zone, lets in. A zone of the package that
 * was never changed is no file below /etc: what it lets in is unknown.
 */
export function readFirewalld(files: ReadonlyMap<string, string>): FirewalldReading {
  const own = [...files.keys()].filter((path) => path.startsWith(`${FOLDER}/`));
  if (own.length === 0) return { firewall: undefined, notes: [] };
  const notes: FactNote[] = [];
  const unknown: FirewallFacts['unknown'][number][] = [];
  const xml = (path: string): Element | undefined => {
    const { root, broken } = readXml(files.get(path) ?? '');
    const expected = path.includes('/zones/') ? 'zone' : 'service';
    if (broken === undefined && root?.name === expected) return root;
    const line = broken ?? root?.line ?? 1;
    const message = broken === undefined ? `no <${expected}>` : 'no XML that firewalld reads';
    notes.push({ path, line, message });
    unknown.push({ path, line, what: path });
    return root;
  };
  for (const path of own) {
    if (/\/(?:direct\.xml|policies\/[^/]+\.xml)$/.test(path)) unknown.push({ path, line: 1, what: path });
  }
  const services = new Map(
    own
      .filter((path) => /\/services\/[^/]+\.xml$/.test(path))
      .map((path) => [nameOf(path).replace(/\.xml$/, ''), xml(path)] as const),
  );
  const zones = own.filter((path) => /\/zones\/[^/]+\.xml$/.test(path)).sort();
  const chains = zones.map((path) => zoneChain(path, xml(path), services));
  const chosen = defaultZone(files.get(CONFIG) ?? '', notes);
  chains.push(dispatch(zones, chosen, files, chains));
  if (!zones.includes(`${FOLDER}/zones/${chosen}.xml`)) {
    const path = `${FOLDER}/zones/${chosen}.xml`;
    chains.push({
      ...shell(chosen, { path, line: 1 }),
      rules: [{ matches: [], action: { kind: 'unknown' }, at: { path, line: 1 } }],
    });
  }
  return { firewall: { service: 'firewalld', unit: 'firewalld.service', chains, unknown }, notes };
}

function defaultZone(text: string, notes: FactNote[]): string {
  let zone = DEFAULT_ZONE;
  for (const { text: raw, line } of linesOf(text)) {
    const found = /^\s*DefaultZone\s*=\s*(\S+)/.exec(raw)?.[1];
    if (found !== undefined) zone = found;
    else if (!/^\s*(?:[#;].*)?$|=/.test(raw)) notes.push({ path: CONFIG, line, message: 'no `key=value`' });
  }
  return zone;
}

const TABLE = 'firewalld';

function shell(name: string, at: FilePlace): Omit<FilterChain, 'rules'> {
  return { name, table: TABLE, family: 'any', hook: undefined, policy: 'drop', at };
}

/** What firewalld puts before its zones: conversations that exist and lo are let in, then the zone is chosen. */
function dispatch(
  zones: readonly string[],
  chosen: string,
  files: ReadonlyMap<string, string>,
  chains: readonly FilterChain[],
): FilterChain {
  const at = { path: `${FOLDER}/zones/${chosen}.xml`, line: 1 };
  const rules: FilterRule[] = [
    { matches: [{ kind: 'state', not: false, states: ['established', 'related'] }], action: { kind: 'accept' }, at },
    { matches: [{ kind: 'interface', not: false, names: ['lo'] }], action: { kind: 'accept' }, at },
  ];
  for (const kind of ['source', 'interface'] as const) {
    for (const path of zones) {
      const name = zoneOf(path);
      for (const element of readXml(files.get(path) ?? '').root?.children ?? []) {
        if (element.name !== kind) continue;
        rules.push({
          matches: [bindingOf(element)],
          action: { kind: 'goto', chain: name },
          at: { path, line: element.line },
        });
      }
    }
  }
  for (const { device, zone, path, line } of keyfileZones(files)) {
    const known = chains.some(({ name }) => name === zone) || zone === chosen;
    rules.push({
      matches: [{ kind: 'interface', not: false, names: [device] }],
      action: known ? { kind: 'goto', chain: zone } : { kind: 'unknown' },
      at: { path, line },
    });
  }
  rules.push({ matches: [], action: { kind: 'goto', chain: chosen }, at });
  return { ...shell('zones', at), hook: 'input', rules };
}

/** `zone=` of NetworkManager's connections: it hands their interfaces to firewalld. */
function* keyfileZones(
  files: ReadonlyMap<string, string>,
): Generator<{ readonly device: string; readonly zone: string; readonly path: string; readonly line: number }> {
  for (const [path, text] of files) {
    if (!path.startsWith('/etc/NetworkManager/system-connections/')) continue;
    let device: string | undefined;
    let zone: { readonly name: string; readonly line: number } | undefined;
    for (const { text: raw, line } of linesOf(text)) {
      const [, key, value] = /^\s*(interface-name|zone)\s*=\s*(\S+)/.exec(raw) ?? [];
      if (key === 'zone' && value !== undefined) zone = { name: value, line };
      else if (value !== undefined) device = value;
    }
    if (device !== undefined && zone !== undefined) yield { device, zone: zone.name, path, line: zone.line };
  }
}

function bindingOf({ name, attributes }: Element): FilterMatch | undefined {
  if (name === 'interface') return { kind: 'interface', not: false, names: [attributes.get('name') ?? ''] };
  const net = parseCidr(attributes.get('address') ?? '');
  return net === undefined ? undefined : { kind: 'source', not: false, nets: [net] };
}

function zoneChain(path: string, root: Element | undefined, services: Services): FilterChain {
  return {
    ...shell(zoneOf(path), { path, line: root?.line ?? 1 }),
    rules: zoneRules(path, root, services),
  };
}

function zoneOf(path: string): string {
  return nameOf(path).replace(/\.xml$/, '');
}
