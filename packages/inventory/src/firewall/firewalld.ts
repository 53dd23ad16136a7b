import { parseCidr } from '@halint/core';
import type { FilterChain, FilterMatch, FilterRule, FirewallFacts } from '@halint/model';
import { linesOf, nameOf, type FactNote } from '../network/source.ts';
import { portRange, PROTOCOLS } from './nft-rule.ts';
import { readXml, type Element } from './xml.ts';

const FOLDER = '/etc/firewalld';
const CONFIG = `${FOLDER}/firewalld.conf`;
/** firewalld.conf(5). */
const DEFAULT_ZONE = 'public';

/** Services that firewalld ships and that are about ports alone: they let neither VRRP nor AH in. */
const PORTS_OF: Readonly<Record<string, readonly string[]>> = {
  ssh: ['22/tcp'],
  http: ['80/tcp'],
  https: ['443/tcp'],
  'dhcpv6-client': ['546/udp'],
  cockpit: ['9090/tcp'],
  mdns: ['5353/udp'],
  dns: ['53/tcp', '53/udp'],
  ntp: ['123/udp'],
  snmp: ['161/udp'],
  mysql: ['3306/tcp'],
  postgresql: ['5432/tcp'],
  redis: ['6379/tcp'],
  'samba-client': ['137/udp', '138/udp'],
  'high-availability': [
    '2224/tcp',
    '3121/tcp',
    '5403/tcp',
    '5404/udp',
    '5405-5412/udp',
    '9929/tcp',
    '9929/udp',
    '21064/tcp',
  ],
};
/** Services that are about protocols. */
const PROTOCOLS_OF: Readonly<Record<string, readonly string[]>> = {
  vrrp: ['vrrp'],
  ospf: ['ospf'],
  ipsec: ['ah', 'esp'],
};

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
      ...shell(chosen, path),
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

function shell(name: string, path: string): Omit<FilterChain, 'rules'> {
  return { name, table: TABLE, family: 'any', hook: undefined, policy: 'drop', at: { path, line: 1 } };
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
      const name = nameOf(path).replace(/\.xml$/, '');
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
  return { ...shell('zones', at.path), hook: 'input', rules };
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

function zoneChain(
  path: string,
  root: Element | undefined,
  services: ReadonlyMap<string, Element | undefined>,
): FilterChain {
  const name = nameOf(path).replace(/\.xml$/, '');
  const target = root?.attributes.get('target') ?? 'default';
  const rules = (root?.children ?? []).flatMap((element): readonly FilterRule[] => {
    const at = { path, line: element.line };
    if (element.name === 'rule') return richRules(element, services, at);
    return allowed(element, services).map((matches) => ({ matches, action: { kind: 'accept' }, at }));
  });
  const at = { path, line: root?.line ?? 1 };
  // ICMP gets in where the target is default; of the rest nothing does.
  rules.push({ matches: [], action: { kind: target === 'ACCEPT' ? 'accept' : 'drop' }, at });
  return { ...shell(name, path), rules };
}

/** The conditions under which an element of a zone lets packets in: one list for each of them. */
function allowed(
  { name, attributes, children }: Element,
  services: ReadonlyMap<string, Element | undefined>,
): readonly (readonly (FilterMatch | undefined)[])[] {
  switch (name) {
    case 'port':
      return [portMatch(attributes.get('port') ?? '', attributes.get('protocol') ?? '')];
    case 'protocol':
      return [[protocolMatch(attributes.get('value') ?? '')]];
    case 'service': {
      const service = attributes.get('name') ?? '';
      const custom = services.get(service);
      if (custom !== undefined) return custom.children.flatMap((each) => allowed(each, new Map()));
      const ports = PORTS_OF[service]?.map((each) => portMatch(each.split('/')[0] ?? '', each.split('/')[1] ?? ''));
      const protocols = PROTOCOLS_OF[service]?.map((each) => [protocolMatch(each)]);
      // A service that nothing here knows may let anything in.
      return [
        ...(ports ?? []),
        ...(protocols ?? []),
        ...(ports === undefined && protocols === undefined ? [[undefined]] : []),
      ];
    }
    default:
      return children.length > 0 && name !== 'destination' ? [[undefined]] : [];
  }
}

function richRules(
  rule: Element,
  services: ReadonlyMap<string, Element | undefined>,
  at: FilterRule['at'],
): readonly FilterRule[] {
  const verdict = rule.children.find(({ name }) => /^(?:accept|reject|drop)$/.test(name))?.name;
  const action: FilterRule['action'] =
    verdict === undefined ? { kind: 'unknown' } : { kind: verdict === 'accept' ? 'accept' : 'drop' };
  const base: (FilterMatch | undefined)[] = [];
  const written = rule.attributes.get('family');
  if (written === 'ipv4' || written === 'ipv6') base.push({ kind: 'family', not: false, family: written });
  let what: readonly (readonly (FilterMatch | undefined)[])[] = [[]];
  for (const child of rule.children) {
    if (/^(?:accept|reject|drop|log|audit|nflog)$/.test(child.name)) {
      // A limit makes the verdict one of chance.
      if (child.name === verdict && child.children.length > 0) base.push(undefined);
    } else if (child.name === 'source' || child.name === 'destination') {
      const net = parseCidr(child.attributes.get('address') ?? '');
      const not = /^(?:true|yes)$/i.test(child.attributes.get('invert') ?? '');
      base.push(net === undefined ? undefined : { kind: child.name, not, nets: [net] });
    } else if (/^(?:service|port|protocol)$/.test(child.name)) what = allowed(child, services);
    else base.push(undefined);
  }
  return what.map((matches) => ({ matches: [...base, ...matches], action, at }));
}

function protocolMatch(value: string): FilterMatch | undefined {
  const number = /^\d+$/.test(value) ? Number(value) : PROTOCOLS[value.toLowerCase()];
  return number === undefined ? undefined : { kind: 'protocol', not: false, numbers: [number] };
}

function portMatch(port: string, protocol: string): readonly (FilterMatch | undefined)[] {
  // A service may be a protocol without a port.
  if (port === '') return [protocolMatch(protocol)];
  const range = portRange(port);
  return [protocolMatch(protocol), range === undefined ? undefined : { kind: 'port', not: false, ranges: [range] }];
}
