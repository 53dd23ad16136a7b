import { DEFAULT_TARGETS, defaulted, parseCidr, parseIp, type Place, type SourceFile } from '@halint/core';
import { parseSshd, sshd } from '@halint/grammar-sshd';
import { NO_FACTS, type Bind, type HaproxyFacts, type Host, type HostFacts } from '@halint/model';

function fileOf(path: string, text: string): SourceFile {
  return { path, display: path, language: 'sshd', document: parseSshd(text) as unknown as SourceFile['document'] };
}

function startOf(file: SourceFile): Place {
  return { host: 'ha0', file, section: file.document.sectionAt(0), start: 0, end: 0 };
}

/** A bind line of haproxy.cfg as facts; only the forms that the tests use. */
function bindOf(line: string): Bind {
  const at = startOf(fileOf('/etc/haproxy/haproxy.cfg', line));
  const [, written = '', ...options] = line.trim().split(/\s+/);
  const colon = written.lastIndexOf(':');
  const host = written.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const address = host === '' || host === '*' ? '0.0.0.0' : (parseIp(host)?.address ?? host);
  const [from = '0', to = from] = written.slice(colon + 1).split('-');
  const v6only = options.includes('v6only') ? true : options.includes('v4v6') ? false : undefined;
  const device = options[options.indexOf('interface') + 1];
  return {
    proxy: 'x',
    family: address.includes(':') ? 'ipv6' : 'ipv4',
    address: { value: address, at },
    portFrom: Number(from),
    portTo: Number(to),
    transparent: options.includes('transparent'),
    ...(v6only === undefined ? {} : { v6only }),
    ...(options.includes('interface') && device !== undefined ? { interface: device } : {}),
    acceptProxy: false,
    ssl: false,
    at,
  };
}

function haproxyOf(binds: readonly Bind[], noReuseport: boolean): HaproxyFacts {
  return {
    globals: { statsSockets: [], ...(noReuseport ? { noReuseport: defaulted(true, 'test', 'ha0') } : {}) },
    proxies: () => [],
    proxy: () => undefined,
    binds: () => binds,
    bindsOnPort: (port) => binds.filter((bind) => bind.portFrom <= port && port <= bind.portTo),
    bindsAt: (address) => binds.filter((bind) => bind.address.value === address),
    bindsByName: () => binds.filter(({ lookUp }) => lookUp !== undefined),
    bindsMapped: () => [],
    datagrams: () => [],
    bindAddresses: () => new Set(binds.map((bind) => bind.address.value)),
    serversAt: () => [],
    serverAddresses: () => [],
    endpoints: [],
    logs: [],
  };
}

export interface HostText {
  readonly sshd?: string;
  readonly binds?: readonly string[];
  readonly noReuseport?: boolean;
  readonly sysctl?: Readonly<Record<string, string>>;
  /** Everything that `ip -j address` lists, as ADDR/LEN. */
  readonly addresses?: readonly string[];
  readonly facts?: Partial<HostFacts>;
}

export function hostOf({ sshd: config, binds, noReuseport = false, sysctl = {}, addresses, facts }: HostText): Host {
  const known = addresses?.map((text) => {
    const address = parseCidr(text);
    if (address === undefined) throw new RangeError(`no address: ${text}`);
    return { interface: 'v0', address, source: 'ip -j address' };
  });
  const context = { host: 'ha0', hostName: 'ha0', targets: DEFAULT_TARGETS, included: () => [] };
  return {
    id: 'ha0',
    name: 'ha0',
    targets: DEFAULT_TARGETS,
    facts: {
      ...NO_FACTS,
      addresses: known,
      interfaces: known === undefined ? undefined : ['lo', 'v0'],
      sysctl: new Map(Object.entries(sysctl)),
      ...facts,
    },
    keepalived: undefined,
    haproxy: binds === undefined ? undefined : haproxyOf(binds.map(bindOf), noReuseport),
    sshd: config === undefined ? undefined : sshd.lower([fileOf('/etc/ssh/sshd_config', config)], context),
    sysctl: undefined,
    files: [],
  };
}
