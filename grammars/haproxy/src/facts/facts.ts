import { mappedIpv4, type Section } from '@halint/core';
import type { Bind, Endpoint, HaproxyFacts, HaproxyGlobals, LogTarget, Proxy, Server } from '@halint/model';
import type { SectionUnit } from '../unit.ts';
import { nameIndex, sectionName } from '../head.ts';
import { endpointsOf, ownDatagramsOf } from './endpoint.ts';
import { globalsOf } from './globals.ts';
import { logsOf, ProxyFact } from './proxy.ts';
import type { Owner } from './scope.ts';

/** A range with more ports than this is not entered port by port. */
const WIDE = 64;

function put<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

function drop<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const rest = map.get(key)?.filter((other) => other !== value) ?? [];
  if (rest.length === 0) map.delete(key);
  else map.set(key, rest);
}

/** Facts of one file of one host, by section, with what rules look up. */
export class FileFacts {
  readonly owner: Owner;
  readonly #proxies = new Map<Section, ProxyFact>();
  readonly #logs = new Map<Section, readonly LogTarget[]>();
  readonly #endpoints = new Map<Section, readonly Endpoint[]>();
  readonly #globals = new Set<Section<SectionUnit>>();
  readonly #byName = new Map<string, ProxyFact[]>();
  readonly #binds = new Map<Bind, ProxyFact>();
  readonly #byPort = new Map<number, Bind[]>();
  readonly #wide = new Set<Bind>();
  readonly #byAddress = new Map<string, Bind[]>();
  readonly #named = new Set<Bind>();
  readonly #mapped = new Set<Bind>();
  /** UDP sockets, with the proxy that may be disabled. */
  readonly #datagrams = new Map<Section, { readonly binds: readonly Bind[]; readonly proxy?: ProxyFact }>();
  /** Made at the first question: only rules about servers of the cluster's own addresses ask. */
  #servers: Map<string, Server[]> | undefined;

  constructor(owner: Owner) {
    this.owner = owner;
    for (const section of owner.document.sections) this.add(section);
  }

  add(section: Section<SectionUnit>): void {
    const { lines } = section.unit;
    if (lines.kind === 'global') this.#globals.add(section);
    const endpoints = endpointsOf(this.owner, section);
    if (endpoints.length > 0) this.#endpoints.set(section, endpoints);
    const datagrams = ownDatagramsOf(this.owner, section);
    if (datagrams.length > 0) this.#datagrams.set(section, { binds: datagrams });
    const logs = logsOf(this.owner, section);
    if (logs.length > 0) this.#logs.set(section, logs);
    if (lines.kind !== 'frontend' && lines.kind !== 'backend' && lines.kind !== 'listen') return;
    if (nameIndex(lines) < 0) return;
    const proxy = new ProxyFact(this.owner, section, lines.kind);
    this.#proxies.set(section, proxy);
    if (proxy.datagrams.length > 0) this.#datagrams.set(section, { binds: proxy.datagrams, proxy });
    for (const key of keysOf(proxy)) put(this.#byName, key, proxy);
    for (const bind of proxy.binds) this.#enter(proxy, bind, put);
    if (this.#servers !== undefined) for (const server of proxy.servers) put(this.#servers, server.key, server);
  }

  remove(section: Section<SectionUnit>): void {
    this.#globals.delete(section);
    this.#logs.delete(section);
    this.#endpoints.delete(section);
    this.#datagrams.delete(section);
    const proxy = this.#proxies.get(section);
    if (proxy === undefined) return;
    this.#proxies.delete(section);
    for (const key of keysOf(proxy)) drop(this.#byName, key, proxy);
    for (const bind of proxy.binds) this.#enter(proxy, bind, drop);
    if (this.#servers !== undefined) for (const server of proxy.servers) drop(this.#servers, server.key, server);
  }

  #enter(proxy: ProxyFact, bind: Bind, act: <K>(map: Map<K, Bind[]>, key: K, value: Bind) => void): void {
    if (act === put) this.#binds.set(bind, proxy);
    else this.#binds.delete(bind);
    if (bind.lookUp !== undefined) {
      if (act === put) this.#named.add(bind);
      else this.#named.delete(bind);
    }
    if (bind.family !== 'ipv4' && bind.family !== 'ipv6') return;
    const { family, address } = bind;
    const mapped = mappedIpv4({ family, address: address.value });
    if (mapped !== undefined) {
      if (act === put) this.#mapped.add(bind);
      else this.#mapped.delete(bind);
    }
    act(this.#byAddress, mapped?.address ?? address.value, bind);
    if (bind.portTo - bind.portFrom <= WIDE) {
      for (let port = bind.portFrom; port <= bind.portTo; port++) act(this.#byPort, port, bind);
    } else if (act === put) this.#wide.add(bind);
    else this.#wide.delete(bind);
  }

  *proxies(): Iterable<Proxy> {
    for (const section of this.owner.document.sections) {
      const proxy = this.#proxies.get(section);
      if (proxy !== undefined) yield proxy;
    }
  }

  proxy(key: string): Proxy | undefined {
    return this.#byName.get(key)?.[0];
  }

  *binds(): Iterable<Bind> {
    for (const [bind, proxy] of this.#binds) if (!proxy.disabled) yield bind;
  }

  #listening(binds: readonly Bind[]): readonly Bind[] {
    return binds.filter((bind) => this.#binds.get(bind)?.disabled === false);
  }

  bindsOnPort(port: number): readonly Bind[] {
    const wide = [...this.#wide].filter((bind) => bind.portFrom <= port && port <= bind.portTo);
    return this.#listening([...(this.#byPort.get(port) ?? []), ...wide]);
  }

  bindsAt(address: string): readonly Bind[] {
    return this.#listening(this.#byAddress.get(address) ?? []);
  }

  bindsByName(): readonly Bind[] {
    return this.#listening([...this.#named]);
  }

  bindsMapped(): readonly Bind[] {
    return this.#listening([...this.#mapped]);
  }

  bindAddresses(): Iterable<string> {
    return this.#byAddress.keys();
  }

  serversAt(address: string): readonly Server[] {
    return this.#serversByAddress().get(address) ?? [];
  }

  serverAddresses(): Iterable<string> {
    return this.#serversByAddress().keys();
  }

  #serversByAddress(): ReadonlyMap<string, readonly Server[]> {
    if (this.#servers === undefined) {
      this.#servers = new Map();
      for (const proxy of this.#proxies.values())
        for (const server of proxy.servers) put(this.#servers, server.key, server);
    }
    return this.#servers;
  }

  logs(): readonly LogTarget[] {
    return [...this.#logs.values()].flat();
  }

  endpoints(): readonly Endpoint[] {
    return [...this.#endpoints.values()].flat();
  }

  datagrams(): readonly Bind[] {
    return [...this.#datagrams.values()].flatMap(({ binds, proxy }) => (proxy?.disabled === true ? [] : binds));
  }

  globals(): readonly Section<SectionUnit>[] {
    return [...this.#globals];
  }
}

function keysOf(proxy: ProxyFact): readonly string[] {
  const name = sectionName(proxy.section.unit.lines);
  if (proxy.kind !== 'listen') return [`${proxy.kind} ${name}`];
  return [`frontend ${name}`, `backend ${name}`];
}

/** The facts of all files together. */
export function merge(files: readonly FileFacts[]): HaproxyFacts {
  let globals: HaproxyGlobals | undefined;
  let logs: readonly LogTarget[] | undefined;
  let endpoints: readonly Endpoint[] | undefined;
  const every = function* <T>(of: (file: FileFacts) => Iterable<T>): Iterable<T> {
    for (const file of files) yield* of(file);
  };
  return {
    get globals() {
      return (globals ??= globalsOf(files));
    },
    get logs() {
      return (logs ??= files.flatMap((file) => file.logs()));
    },
    get endpoints() {
      return (endpoints ??= files.flatMap((file) => file.endpoints()));
    },
    datagrams: () => files.flatMap((file) => file.datagrams()),
    proxies: () => every((file) => file.proxies()),
    proxy: (kind, name) => files.map((file) => file.proxy(`${kind} ${name}`)).find((proxy) => proxy !== undefined),
    binds: () => every((file) => file.binds()),
    bindsOnPort: (port) => files.flatMap((file) => file.bindsOnPort(port)),
    bindsAt: (address) => files.flatMap((file) => file.bindsAt(address)),
    bindsByName: () => files.flatMap((file) => file.bindsByName()),
    bindsMapped: () => files.flatMap((file) => file.bindsMapped()),
    bindAddresses: () => new Set(every((file) => file.bindAddresses())),
    serverAddresses: () => every((file) => file.serverAddresses()),
    serversAt: (address) => files.flatMap((file) => file.serversAt(address)),
  };
}
