import { append, isLoopback, parseIp } from '@halint/core';
import {
  saysOfOthers,
  type DynamicAddress,
  type HostFacts,
  type InterfaceAddress,
  type Listening,
} from '@halint/model';
import { readFirewalld } from '../firewall/firewalld.ts';
import { isIptablesFile, readIptables } from '../firewall/iptables.ts';
import { readNftables } from '../firewall/nftables.ts';
import { isUfwFile, readUfw } from '../firewall/ufw.ts';
import { addressPrograms, isAddressScript, unlistedBy } from './address-programs.ts';
import { isEnvironmentFile, readEnvironment } from './environment.ts';
import { readHosts } from './hosts-file.ts';
import { isIfcfg, readIfcfg } from './ifcfg.ts';
import { ifupdownFiles, isInterfacesFile } from './ifupdown-sources.ts';
import { readIfupdown, settledByIfupdown } from './ifupdown.ts';
import { readIpJson } from './ip-json.ts';
import { isNetplanFile, netplanFiles, readNetplan } from './netplan.ts';
import { isKeyfile, keyfiles, readKeyfile } from './network-manager.ts';
import { isNetworkFile, networkFiles, readNetworkd } from './networkd.ts';
import { readSelinux } from './selinux.ts';
import { readServices, SERVICES_FILE } from './services-file.ts';
import { Collector, type FactNote, type Found } from './source.ts';
import { readListeners, type SsReading } from './ss.ts';
import { readPackages, readSysctlValues, readUnitFiles, readUnitLinks } from './system.ts';
import { readUnicastSources } from './unicast-source.ts';
import { isWireguardFile, readWireguard } from './wireguard.ts';

/** interface -> ADDR/LEN, from the settings file. */
export type ConfiguredAddresses = Readonly<Record<string, readonly string[]>>;

/** What is known beside a host's files. */
export interface Around {
  readonly configured?: ConfiguredAddresses;
  /** Paths of which nothing is known, folders too: addresses may stand there. */
  readonly unread?: readonly string[];
}

export interface FactsReading {
  readonly facts: HostFacts;
  readonly notes: readonly FactNote[];
}

type Files = ReadonlyMap<string, string>;

/** A program whose files say addresses. */
interface Source {
  readonly isFile: (path: string) => boolean;
  /** Those of its files that count; absent: all. */
  readonly pathsOf?: (files: Files) => readonly string[];
  readonly read: (path: string, text: string, files: Files) => Found;
}

const NETWORKD: Source = { isFile: isNetworkFile, pathsOf: networkFiles, read: readNetworkd };
const IFUPDOWN: Source = {
  isFile: isInterfacesFile,
  pathsOf: (files) => ifupdownFiles(files).paths,
  read: readIfupdown,
};
/** What keepalived sends from says no more than that the address is there. */
const UNICAST: Source = { isFile: (path) => /^\/etc\/keepalived\/[^/]+\.conf$/.test(path), read: readUnicastSources };

/** Each configures interfaces of its own: what they say adds up. Of the same address the first one says the prefix. */
const SOURCES: readonly Source[] = [
  { isFile: isKeyfile, pathsOf: keyfiles, read: readKeyfile },
  { isFile: isNetplanFile, pathsOf: netplanFiles, read: readNetplan },
  NETWORKD,
  IFUPDOWN,
  { isFile: isIfcfg, read: readIfcfg },
  { isFile: isWireguardFile, read: readWireguard },
];

/** Other files that facts are taken from: names, versions, SELinux, packet filters. Variables: those of the daemons that are modelled. */
const OTHERS: readonly RegExp[] = [
  /^\/etc\/(?:hosts|hostname|services|os-release|selinux\/config|nftables\.conf|sysconfig\/nftables\.conf)$/,
  /^\/usr\/lib\/os-release$/,
  /^\/etc\/(?:nftables|nftables\.d)\/.+$/,
  /^\/etc\/firewalld\/(?:firewalld\.conf|direct\.xml|(?:zones|services|policies)\/[^/]+\.xml)$/,
  /^\/etc\/(?:default|sysconfig)\/(?:haproxy|keepalived|sshd?|rsyslog)$/,
  /^\/etc\/default\/networking$/,
];

/** Are facts taken from a file at this path of a host? */
export function isFactFile(path: string): boolean {
  return (
    isIptablesFile(path) ||
    isUfwFile(path) ||
    isAddressScript(path) ||
    UNICAST.isFile(path) ||
    SOURCES.some((source) => source.isFile(path)) ||
    OTHERS.some((pattern) => pattern.test(path))
  );
}

/** Is this the name of an output of a command that is read in facts/? */
export function isFactName(name: string): boolean {
  return /^(?:ip-address\.json|(?:sysctl|listeners|unit-files|packages|selinux-booleans|selinux-ports)\.txt)$/.test(
    name,
  );
}

/**
 * Everything known of a host beside its configuration languages. `files` by path inside the host's root, `facts` by
 * file name. Addresses include virtual ones that the host happened to hold.
 */
export function hostFacts(
  files: ReadonlyMap<string, string>,
  facts: ReadonlyMap<string, string>,
  hostName: string,
  { configured = {}, unread = [] }: Around = {},
): FactsReading {
  const notes: FactNote[] = [];
  const take = <T extends { readonly notes: readonly FactNote[] }>(found: T): T => {
    append(notes, found.notes);
    return found;
  };
  const ipText = facts.get('ip-address.json');
  const ip = ipText === undefined ? undefined : take(readIpJson('facts/ip-address.json', ipText));
  const names = take(readHosts('/etc/hosts', files.get('/etc/hosts') ?? '')).names;
  const units = new Map([...readUnitLinks(files), ...readUnitFiles(facts.get('unit-files.txt') ?? '', notes)]);
  const written = (): Listed => {
    const found = writtenAddresses(files, names, hostName, take);
    return { ...found, dynamic: [...found.dynamic, ...unread.filter(mayHaveAddresses).flatMap(unlistedIn)] };
  };
  const listed = firstNonEmpty([() => ip ?? NONE, () => take(configuredAddresses(configured)), written]);
  const { addresses } = listed;
  const isWhole = ip !== undefined && ip.addresses.length > 0;
  const dynamic = isWhole ? [] : [...listed.dynamic, ...addressPrograms(units, files)];
  const sysctl = facts.get('sysctl.txt');
  const packages = facts.get('packages.txt');
  const services = files.get(SERVICES_FILE);
  const tcp = services === undefined ? undefined : readServices(services, 'tcp');
  const listeners = facts.get('listeners.txt');
  const known = packages === undefined ? undefined : readPackages(packages, notes);
  const result: HostFacts = {
    addresses: addresses.length === 0 ? undefined : addresses,
    dynamic,
    interfaces: ip === undefined || ip.interfaces.length === 0 ? undefined : ip.interfaces,
    sysctl: sysctl === undefined ? undefined : take(readSysctlValues('facts/sysctl.txt', sysctl)).values,
    listeners:
      listeners === undefined ? undefined : listeningOf(take(readListeners('facts/listeners.txt', listeners, tcp))),
    units,
    names,
    services: tcp,
    packages: known,
    environmentFiles: new Map(
      [...files]
        .filter(([path]) => isEnvironmentFile(path))
        .map(([path, text]) => [path, readEnvironment(text)] as const),
    ),
    firewalls: [
      take(readFirewalld(files, { hardware: ip?.hardware, packages: known })).firewall,
      readNftables(files, notes),
      ...readIptables(files, notes),
      ...readUfw(files, notes),
    ].filter((each) => each !== undefined),
    selinux: take(readSelinux(files, facts)).selinux,
    settled: settledAtBoot(files),
  };
  append(
    notes,
    ifupdownFiles(files).notes.filter(({ kind }) => kind === 'include-outside-root'),
  );
  return { facts: result, notes };
}

function listeningOf({ sockets, notes: [first] }: SsReading): Listening {
  if (first === undefined) return { kind: 'sockets', sockets };
  const { line, message } = first;
  return { kind: 'unreadable', ...(line === undefined ? {} : { line }), message };
}

/** Names that files of a folder with addresses have. */
const SAMPLES = ['x', 'x.nmconnection', 'x.yaml', 'x.network', 'ifcfg-x', 'x.conf', 'interfaces'];

function mayHaveAddresses(path: string): boolean {
  const isSource = (each: string): boolean => isAddressScript(each) || SOURCES.some(({ isFile }) => isFile(each));
  return isSource(path) || SAMPLES.some((name) => isSource(`${path}/${name}`));
}

function unlistedIn(path: string): readonly DynamicAddress[] {
  return unlistedBy(path, `what could not be read of ${path}`);
}

/** Where another program has the same address too, which of the two brings it at boot is not known. */
function settledAtBoot(files: ReadonlyMap<string, string>): readonly string[] {
  const settled = settledByIfupdown(ifupdownFiles(files).paths, files);
  if (settled.length === 0) return settled;
  const others = SOURCES.filter((source) => source !== IFUPDOWN);
  const named = others.flatMap((source) => fromFiles(files, source, (found) => found).addresses);
  return settled.filter((each) => !named.some(({ address }) => address.address === each));
}

interface Listed {
  readonly addresses: readonly InterfaceAddress[];
  readonly dynamic: readonly DynamicAddress[];
}

const NONE: Listed = { addresses: [], dynamic: [] };

/** The first source that names an address; what the sources before it leave to the network is lacking all the same. */
function firstNonEmpty(candidates: readonly (() => Listed)[]): Listed {
  const dynamic: DynamicAddress[] = [];
  for (const candidate of candidates) {
    const found = candidate();
    append(dynamic, found.dynamic);
    if (found.addresses.length > 0) return { addresses: found.addresses, dynamic };
  }
  return { addresses: [], dynamic };
}

/**
 * What the files of all sources say. Where they say nothing of the host's own network, as those of lo alone, what keepalived sends from and
 * what /etc/hosts says of the host's own name come on top.
 */
function writtenAddresses(
  files: Files,
  names: ReadonlyMap<string, readonly string[]>,
  hostName: string,
  take: (found: Found) => Found,
): Listed {
  const found = SOURCES.map((source) => fromFiles(files, source, take));
  const all: Listed = {
    addresses: found.flatMap(({ addresses }) => addresses),
    dynamic: found.flatMap(({ dynamic }) => dynamic),
  };
  if (all.addresses.some(saysOfOthers)) return { ...all, addresses: withoutTwins(all.addresses) };
  const more = firstNonEmpty([
    () => fromFiles(files, UNICAST, take),
    () => ({ ...NONE, addresses: ownAddresses(names, hostName) }),
  ]);
  return { ...all, addresses: withoutTwins([...all.addresses, ...more.addresses]) };
}

/** Two programs that have the same address for one interface bring it once. */
function withoutTwins(addresses: readonly InterfaceAddress[]): readonly InterfaceAddress[] {
  const seen = new Set<string>();
  return addresses.filter(({ interface: device, address }) => {
    const key = `${device} ${address.address}`;
    return !seen.has(key) && seen.add(key);
  });
}

function fromFiles(files: Files, source: Source, take: (found: Found) => Found): Listed {
  const paths = source.pathsOf?.(files) ?? [...files.keys()].filter(source.isFile);
  const found = [...paths].sort().map((path) => take(source.read(path, files.get(path) ?? '', files)));
  if (source === IFUPDOWN) {
    const missing = ifupdownFiles(files).notes.filter(({ kind }) => kind === 'include-missing');
    found.push(take({ addresses: [], notes: missing }));
  }
  // What could not be read may be an address.
  const doubts = new Set(found.flatMap(({ notes }) => notes.map(({ path }) => path)));
  return {
    addresses: found.flatMap(({ addresses }) => addresses),
    dynamic: [
      ...found.flatMap(({ dynamic }) => dynamic ?? []),
      ...[...doubts].flatMap((path) => unlistedBy(path, `what is not read of ${path}`)),
    ],
  };
}

function configuredAddresses(configured: ConfiguredAddresses): Collector {
  const out = new Collector('halint.config.yaml', 'halint.config.yaml');
  for (const [device, addresses] of Object.entries(configured))
    for (const address of addresses) out.add(device, address);
  return out;
}

/** What /etc/hosts says of the host's own name; no interface is known, and the prefix is that of a single address. */
function ownAddresses(names: ReadonlyMap<string, readonly string[]>, hostName: string): readonly InterfaceAddress[] {
  const short = hostName.split('.')[0] ?? hostName;
  const found = [...(names.get(hostName) ?? []), ...(short === hostName ? [] : (names.get(short) ?? []))];
  return [...new Set(found)].flatMap((address) => {
    const ip = parseIp(address);
    if (ip === undefined || isLoopback(ip)) return [];
    return [{ interface: '', address: { ...ip, prefix: ip.family === 'ipv4' ? 32 : 128 }, source: '/etc/hosts' }];
  });
}
