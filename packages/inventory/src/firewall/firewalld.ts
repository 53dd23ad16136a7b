import { append, parseCidr } from '@halint/core';
import type { FilterChain, FilePlace, FilterMatch, FilterRule, FirewallFacts } from '@halint/model';
import { linesOf, nameOf, type FactNote } from '../network/source.ts';
import { handedInterfaces, type HandedInterface, type HardwareAddresses } from './firewalld-interfaces.ts';
import type { Services } from './firewalld-services.ts';
import { fallsBack, firewalldVersion, hasVrrp, isShipped, type FirewalldVersion } from './firewalld-versions.ts';
import { forwardRules, STOCK_ZONES, zoneRules } from './firewalld-zones.ts';
import { readXml, type Element } from './xml.ts';

const FOLDER = '/etc/firewalld';
const CONFIG = `${FOLDER}/firewalld.conf`;
/** firewalld.conf(5). */
const DEFAULT_ZONE = 'public';

/** What else of a host says how its zones count. */
export interface FirewalldHost {
  /** Tells which interface a connection is about that names a hardware address. */
  readonly hardware?: HardwareAddresses | undefined;
  readonly packages?: ReadonlyMap<string, string> | undefined;
}

export interface FirewalldReading {
  readonly firewall: FirewallFacts | undefined;
  readonly notes: readonly FactNote[];
}

/**
 * The zones of firewalld below /etc as chains: what the zone of an interface, or the default zone, lets in. A zone of the package that
 * was never changed is no file below /etc: what it lets in is unknown.
 */
export function readFirewalld(
  files: ReadonlyMap<string, string>,
  { hardware = new Map(), packages }: FirewalldHost = {},
): FirewalldReading {
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
  const version = firewalldVersion(files, packages);
  const parsed = (paths: readonly string[]): Roots => new Map(paths.map((path) => [path, xml(path)]));
  const ofServices = parsed(own.filter((path) => /\/services\/[^/]+\.xml$/.test(path)));
  const zones = parsed(own.filter((path) => /\/zones\/[^/]+\.xml$/.test(path)).sort());
  const services: Services = {
    own: new Map([...ofServices].map(([path, root]) => [nameOfXml(path), root])),
    hasVrrp: hasVrrp(version) === true,
  };
  const { chosen, at: chosenAt } = defaultZone(files.get(CONFIG), own, notes);
  const handed = handedInterfaces(files, hardware);
  if (version !== undefined) {
    const asked = own.flatMap((path) => askedServices(path, zones.get(path) ?? ofServices.get(path)));
    const absent = asked.filter(({ name }) => !services.own.has(name) && !isShipped(name, version));
    const lacking = hasVrrp(version) === false ? absent.find(({ name }) => name === 'vrrp') : undefined;
    if (lacking !== undefined) notes.push(lackingNote(lacking, version));
    if (lacking !== undefined && fallsBack(version)) {
      return { firewall: { ...FIREWALLD, chains: fallBack(lacking, handed), unknown: [] }, notes };
    }
    const [open] = absent;
    if (open !== undefined && fallsBack(version)) {
      const what = `whether a package brings the service ${open.name} of firewalld, without which it loads nothing of ${FOLDER}`;
      unknown.push({ path: open.path, line: open.line, what });
    }
  }
  const chains = [...zones].map(([path, root]) => zoneChain(path, root, services));
  const jumps = zoneJumps(zones, chosen, chosenAt, handed);
  chains.push(dispatch(jumps, chosenAt));
  append(chains, forwardChains(zones, [chosen, ...handed.map(({ zone }) => zone)], jumps, chosenAt));
  for (const name of new Set([chosen, ...handed.map(({ zone }) => zone)])) {
    if (!zones.has(`${FOLDER}/zones/${name}.xml`)) chains.push(stockChain(name, chosenAt));
  }
  return { firewall: { ...FIREWALLD, chains, unknown }, notes };
}

interface AskedService extends FilePlace {
  readonly name: string;
}

/** Services that a zone, its rich rules, or another service names. */
function askedServices(path: string, root: Element | undefined): readonly AskedService[] {
  return (root?.children ?? [])
    .flatMap((child) => [child, ...child.children])
    .flatMap(({ name, attributes, line }) => {
      const asked =
        name === 'service' ? attributes.get('name') : name === 'include' ? attributes.get('service') : undefined;
      return asked === undefined ? [] : [{ name: asked, path, line }];
    });
}

function lackingNote({ name, path, line }: AskedService, firewalld: FirewalldVersion): FactNote {
  const loads = fallsBack(firewalld) ? `: it loads nothing of ${FOLDER} and takes the zones of its package` : '';
  const number = firewalld.version.join('.');
  return {
    path,
    line,
    message: `firewalld ${number} has no service ${name}, and ${FOLDER}/services has no ${name}.xml${loads}`,
  };
}

/** The zones of the package in the place of the host's own; the default one is that of firewalld.conf(5) and lets in what Debian's does. */
function fallBack(at: FilePlace, handed: readonly HandedInterface[]): readonly FilterChain[] {
  const zone = '<zone><service name="ssh"/><service name="dhcpv6-client"/></zone>';
  const others = new Set(handed.map((each) => each.zone));
  others.delete(DEFAULT_ZONE);
  const rules = zoneRules(at.path, readXml(zone).root, { own: new Map(), hasVrrp: false });
  return [
    dispatch(zoneJumps(new Map(), DEFAULT_ZONE, at, handed), at),
    { ...shell(DEFAULT_ZONE, at), rules: rules.map((rule) => ({ ...rule, at })) },
    ...[...others].map((name) => stockChain(name, at)),
  ];
}

/** The default zone and what chooses it: without a line for it any file of firewalld's that is there. */
function defaultZone(
  text: string | undefined,
  own: readonly string[],
  notes: FactNote[],
): { readonly chosen: string; readonly at: FilePlace } {
  let chosen = DEFAULT_ZONE;
  let at: FilePlace = { path: text === undefined ? (own[0] as string) : CONFIG, line: 1 };
  for (const { text: raw, line } of linesOf(text ?? '')) {
    const found = /^\s*DefaultZone\s*=\s*(\S+)/.exec(raw)?.[1];
    if (found !== undefined) {
      chosen = found;
      at = { path: CONFIG, line };
    } else if (!/^\s*(?:[#;].*)?$|=/.test(raw)) notes.push({ path: CONFIG, line, message: 'no `key=value`' });
  }
  return { chosen, at };
}

const TABLE = 'firewalld';
const FIREWALLD = { service: 'firewalld', unit: 'firewalld.service' } as const;

function shell(name: string, at: FilePlace): Omit<FilterChain, 'rules'> {
  return { name, table: TABLE, family: 'any', hook: undefined, policy: 'drop', at };
}

/** Files by their paths, as they were parsed. */
type Roots = ReadonlyMap<string, Element | undefined>;

/** What firewalld puts before its zones: conversations that exist and lo are let in, then the zone is chosen. */
function dispatch(jumps: readonly FilterRule[], at: FilePlace): FilterChain {
  const rules: FilterRule[] = [
    { matches: [{ kind: 'state', not: false, states: ['established', 'related'] }], action: { kind: 'accept' }, at },
    { matches: [{ kind: 'translated', not: false }], action: { kind: 'accept' }, at },
    { matches: [{ kind: 'interface', not: false, names: ['lo'] }], action: { kind: 'accept' }, at },
  ];
  append(rules, jumps);
  return { ...shell('zones', at), hook: 'input', rules };
}

/** The same choice of a zone for what forwards ports; empty where no zone does. */
function forwardChains(
  zones: Roots,
  chosen: readonly string[],
  jumps: readonly FilterRule[],
  at: FilePlace,
): readonly FilterChain[] {
  const rules = new Map([...zones].map(([path, root]) => [nameOfXml(path), forwardRules(path, root)]));
  if ([...rules.values()].every((each) => each.length === 0)) return [];
  const chain = (name: string): Omit<FilterChain, 'rules'> => ({
    ...shell(name, at),
    table: `${TABLE} nat`,
    policy: 'accept',
  });
  const names = new Set([...rules.keys(), ...chosen]);
  return [
    { ...chain('zones'), hook: 'prerouting', translates: true, rules: jumps },
    ...[...names].map((name) => ({ ...chain(name), rules: rules.get(name) ?? [] })),
  ];
}

/**
 * The choice of a zone: by source, then by interface, else the default one.
 * @param at what chooses the default zone.
 */
function zoneJumps(
  zones: Roots,
  chosen: string,
  at: FilePlace,
  handed: readonly HandedInterface[],
): readonly FilterRule[] {
  const rules: FilterRule[] = [];
  for (const kind of ['source', 'interface'] as const) {
    if (kind === 'interface') append(rules, handed.map(handedRule));
    for (const [path, root] of zones) {
      const name = nameOfXml(path);
      for (const element of root?.children ?? []) {
        if (element.name !== kind) continue;
        rules.push({
          matches: [bindingOf(element)],
          action: { kind: 'goto', chain: name },
          at: { path, line: element.line },
        });
      }
    }
  }
  rules.push({ matches: [], action: { kind: 'goto', chain: chosen }, at });
  return rules;
}

/** Of an interface that cannot be told it is not known whether the packet came in there. */
function handedRule({ device, zone, path, line }: HandedInterface): FilterRule {
  const match: FilterMatch | undefined =
    device === undefined ? undefined : { kind: 'interface', not: false, names: [device] };
  return { matches: [match], action: { kind: 'goto', chain: zone }, at: { path, line } };
}

function bindingOf({ name, attributes }: Element): FilterMatch | undefined {
  if (name === 'interface') return { kind: 'interface', not: false, names: [attributes.get('name') ?? ''] };
  const net = parseCidr(attributes.get('address') ?? '');
  return net === undefined ? undefined : { kind: 'source', not: false, nets: [net] };
}

/** A zone of the package, of which the host has no file of its own. */
function stockChain(name: string, at: FilePlace): FilterChain {
  const kind = STOCK_ZONES.get(name);
  const action: FilterRule['action'] =
    kind === undefined
      ? { kind: 'unknown', what: `what the package's zone ${name} lets in, for ${FOLDER}/zones has no ${name}.xml` }
      : { kind };
  return { ...shell(name, at), rules: [{ matches: [], action, at }] };
}

function zoneChain(path: string, root: Element | undefined, services: Services): FilterChain {
  return {
    ...shell(nameOfXml(path), { path, line: root?.line ?? 1 }),
    rules: zoneRules(path, root, services),
  };
}

function nameOfXml(path: string): string {
  return nameOf(path).replace(/\.xml$/, '');
}
