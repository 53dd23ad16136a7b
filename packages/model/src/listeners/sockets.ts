import { isWildcard, mappedIpv4, parseIp, parseZoned, type Ip, type Place } from '@halint/core';
import type { Bind } from '../facts/haproxy.ts';
import type { ListenAddress, SshdFacts } from '../facts/sshd.ts';
import type { Host } from '../host.ts';
import { addressesOfName, type FirstAddress } from './names.ts';
import { firstPortOf, openerOf, type Opener } from './opener.ts';
import type { Addresses } from './presence.ts';
import type { PredictedSocket } from './types.ts';

/** Sockets of haproxy: one for each bind on an IP address, port ranges stay one entry. */
export function haproxySockets(host: Host, addresses: Addresses): PredictedSocket[] {
  const opening = openingOf(host);
  return listeningBinds(host).flatMap((bind) => socketOfBind(bind, addresses, opening) ?? []);
}

/** Sockets of haproxy in network namespaces: no file says which addresses are there and who listens, and those of the host are elsewhere. */
export function namespaceSockets(host: Host, addresses: Addresses): PredictedSocket[] {
  const opening = openingOf(host);
  const there: Addresses = { ...addresses, presence: () => 'unknown' };
  return listeningBinds(host).flatMap((bind) => {
    const socket = bind.namespace && socketOfBind({ ...bind, ...bind.namespace.inside }, there, opening);
    return socket === undefined ? [] : { ...socket, namespace: bind.namespace?.name ?? '' };
  });
}

/** UDP sockets of haproxy; they meet no TCP socket, and yet one that cannot be bound keeps haproxy from starting. */
export function datagramSockets(host: Host, addresses: Addresses): PredictedSocket[] {
  const opening = openingOf(host);
  return datagramBinds(host).flatMap((bind) => socketOfBind(bind, addresses, opening) ?? []);
}

export function datagramBinds({ haproxy }: Host): readonly Bind[] {
  return haproxy?.datagrams() ?? [];
}

/** Every TCP socket that haproxy of a host listens on: binds of proxies, then stats sockets, log-forward and the local peer. */
export function listeningBinds(host: Host): readonly Bind[] {
  return [...(host.haproxy?.binds() ?? []), ...ownEndpoints(host)];
}

/** Those of them with one of these ports; by index, for rules that are asked after each keystroke. */
export function listeningBindsOn(host: Host, ports: ReadonlySet<number>): readonly Bind[] {
  const { haproxy } = host;
  if (haproxy === undefined) return [];
  const found = new Set([...ports].flatMap((port) => haproxy.bindsOnPort(port)));
  const others = [...haproxy.bindsByName(), ...ownEndpoints(host)];
  const isOnOne = ({ portFrom, portTo }: Bind): boolean =>
    [...ports].some((port) => portFrom <= port && port <= portTo);
  return [...found, ...others.filter(isOnOne)];
}

/** Those of them with an address for which this holds, those with a name, and UDP sockets; by index too. */
export function listeningBindsAt(host: Host, isMeant: (address: string) => boolean): readonly Bind[] {
  const { haproxy } = host;
  if (haproxy === undefined) return [];
  const found = [...haproxy.bindAddresses()].filter(isMeant).flatMap((address) => haproxy.bindsAt(address));
  return [...found, ...haproxy.bindsByName(), ...ownEndpoints(host), ...datagramBinds(host)];
}

/** Those of them on IPv4 addresses written as IPv6 ones that ask for an IPv6 socket: bind() says "Invalid argument" (haproxy 2.6, 3.0, 3.2). */
export function v6onlyOnIpv4(host: Host, addresses: Addresses): readonly Bind[] {
  const all = [...(host.haproxy?.bindsMapped() ?? []), ...ownEndpoints(host), ...datagramBinds(host)];
  return all.filter((bind) => isV6onlyOnIpv4(bind, addresses));
}

/** Is a bind one of these? It fails whoever holds the address. */
export function isV6onlyOnIpv4({ family, address, v6only }: Bind, addresses: Addresses): boolean {
  if (family !== 'ipv6' || mappedIpv4({ family, address: address.value }) === undefined) return false;
  return v6only ?? addresses.v6only;
}

/** Stats sockets, log-forward and the local peer. */
function ownEndpoints({ haproxy, name }: Host): readonly Bind[] {
  const self = haproxy?.globals.localPeer?.value ?? name;
  return haproxy?.endpoints.filter(({ peer }) => peer === undefined || peer === self) ?? [];
}

/** How haproxy of a host opens its sockets, whatever their addresses. */
export interface Opening extends Opener, Pick<PredictedSocket, 'reuseport'> {
  /** Ports below it are refused to the process. */
  readonly firstPort: number;
  /** As nbthread says; undefined: one for each processor. */
  readonly threads: number | undefined;
}

export function openingOf(host: Host): Opening {
  const reuseport = host.haproxy?.globals.noReuseport === undefined;
  const threads = host.haproxy?.globals.nbthread?.value;
  return {
    reuseport,
    firstPort: firstPortOf(host, 'haproxy'),
    threads: Number.isNaN(threads) ? undefined : threads,
    ...openerOf(host, 'haproxy'),
  };
}

/** The socket of one bind; undefined when it opens none on an IP address that is known. */
export function socketOfBind(bind: Bind, addresses: Addresses, opening: Opening): PredictedSocket | undefined {
  const { portFrom, portTo, transparent } = bind;
  const ip = addressOfBind(bind, addresses);
  if (typeof ip !== 'object' || portFrom === 0) return undefined;
  const { firstPort, threads, ...opener } = opening;
  return {
    service: 'haproxy',
    family: ip.family,
    address: ip.address,
    port: portFrom,
    ...(portTo > portFrom ? { portTo } : {}),
    v6only: ip.family === 'ipv6' && (isOneOfIpv6(ip) || (bind.v6only ?? addresses.v6only)),
    ...(bind.interface === undefined ? {} : { interface: bind.interface }),
    ...opener,
    ...shardsOf(bind, opener.reuseport, threads),
    transparent,
    declared: bind.at,
    origin: 'explicit',
    presence: addresses.presence(ip.address, bind.interface),
    ...(portFrom < firstPort ? { privileged: true } : {}),
  };
}

/** haproxy 3.0 and 3.2 have one socket without SO_REUSEPORT (test/around/shards.test.ts). */
function shardsOf({ shards }: Bind, reuseport: boolean, threads: number | undefined): Pick<PredictedSocket, 'shards'> {
  if (shards === undefined || threads === undefined || !reuseport) return {};
  const count = shards === 'by-thread' ? threads : Math.min(shards, threads);
  return count > 1 ? { shards: count } : {};
}

/** The kernel makes a socket on one IPv6 address v6only, whatever was asked (af_inet6.c __inet6_bind()). */
function isOneOfIpv6(ip: Ip): boolean {
  return !isWildcard(ip) && mappedIpv4(ip) === undefined;
}

/** The address of a bind; undefined where it has none that files could tell: a path, fd@, a variable. */
export function addressOfBind(bind: Bind, addresses: Addresses): FirstAddress | undefined {
  const { family, address, lookUp } = bind;
  if (family === 'ipv4' || family === 'ipv6') return { family, address: address.value };
  return lookUp === undefined ? undefined : addresses.first(lookUp.name, lookUp.family);
}

/** One literal address and port that sshd asks for. */
interface Wanted {
  readonly address: string;
  readonly port: number;
  /** The zone of a link-local address. */
  readonly interface?: string;
  readonly declared?: Place;
}

/**
 * Sockets of sshd: ListenAddress x Port x AddressFamily (servconf.c add_listen_addr); its IPv6 sockets never take IPv4. Of equal
 * ones the last stays: sshd binds the last first, and the others find the port taken.
 */
export function sshdSockets(host: Host, addresses: Addresses): PredictedSocket[] {
  const { sshd } = host;
  if (sshd === undefined) return [];
  const family = sshd.addressFamily.value;
  const opener = openerOf(host, 'sshd');
  const sockets = new Map<string, PredictedSocket>();
  for (const { address, port, interface: device, declared } of wantedOf(sshd, host)) {
    const ip = inFamily(address, family);
    if (ip === undefined) continue;
    const key = `${ip.address} ${port}`;
    sockets.delete(key);
    sockets.set(key, {
      service: 'sshd',
      family: ip.family,
      address: ip.address,
      port,
      v6only: ip.family === 'ipv6',
      ...(device === undefined ? {} : { interface: device }),
      reuseport: false,
      ...opener,
      transparent: false,
      ...(declared === undefined ? {} : { declared }),
      origin: declared === undefined ? 'default' : 'explicit',
      presence: addresses.presence(ip.address, device),
    });
  }
  return [...sockets.values()];
}

type FamilySetting = SshdFacts['addressFamily']['value'];

/**
 * An address as getaddrinfo(3) gives it for an AddressFamily; undefined when the other family is asked for. sshd 9.2, 10.0 and 10.6 with inet
 * listen on 10.0.0.1 for ::ffff:10.0.0.1.
 */
function inFamily(address: string, setting: FamilySetting): Ip | undefined {
  const ip = parseIp(address);
  if (ip === undefined || setting === 'any') return ip;
  if (setting === 'inet') return ip.family === 'ipv4' ? ip : mappedIpv4(ip);
  return ip.family === 'ipv6' ? ip : undefined;
}

function wantedOf(sshd: SshdFacts, host: Host): readonly Wanted[] {
  const ports = sshd.ports.map((port) => ({ port: port.value, declared: port.at }));
  if (sshd.listenAddresses.length > 0) return sshd.listenAddresses.flatMap((each) => wantedAt(each, ports, host));
  return ports.flatMap(({ port, declared }) =>
    ['0.0.0.0', '::'].map((address) => ({ address, port, ...(declared === undefined ? {} : { declared }) })),
  );
}

/** A port of its own makes the Port lines irrelevant for the address. */
function wantedAt(listen: ListenAddress, ports: readonly { readonly port: number }[], host: Host): readonly Wanted[] {
  const declared = listen.host.at;
  const own = listen.port === undefined ? ports : [{ port: listen.port.value }];
  const zone = parseZoned(listen.host.value)?.zone;
  return addressesOfName(listen.host.value, host).flatMap((address) =>
    own.map(({ port }) => ({
      address,
      port,
      ...(zone === undefined ? {} : { interface: zone }),
      ...(declared === undefined ? {} : { declared }),
    })),
  );
}

/**
 * Names of ListenAddress lines for which nothing at hand has an address of the AddressFamily: what DNS says of them is not known. sshd
 * ends with "bad addr or host" and 255 where one does not resolve, whatever the other lines say (servconf.c add_one_listen_addr()).
 */
export function unresolvedNames(host: Host): readonly ListenAddress[] {
  const { sshd } = host;
  if (sshd === undefined) return [];
  return sshd.listenAddresses.filter(({ host: { value } }) => {
    if (literalOf(value) !== undefined) return false;
    return !addressesOfName(value, host).some((address) => inFamily(address, sshd.addressFamily.value) !== undefined);
  });
}

/** A ListenAddress that AddressFamily excludes: sshd does not start at all. */
export function excludedAddress(sshd: SshdFacts): ListenAddress | undefined {
  return sshd.listenAddresses.find(({ host: { value } }) => {
    const literal = literalOf(value);
    return literal !== undefined && inFamily(literal.address, sshd.addressFamily.value) === undefined;
  });
}

function literalOf(text: string): Ip | undefined {
  return parseIp(text) ?? parseZoned(text)?.ip;
}

/**
 * Can the two not listen together? Device bindings do not matter as long as one of both has none, and sshd never has
 * (inet_csk_bind_conflict; measured with `interface` on the haproxy side).
 */
export function overlaps(a: PredictedSocket, b: PredictedSocket): boolean {
  if (a.port > (b.portTo ?? b.port) || b.port > (a.portTo ?? a.port)) return false;
  const [one, other] = [inKernel(a), inKernel(b)];
  if (one.family !== other.family) return isDual(a) || isDual(b);
  return one.address === other.address || isWildcard(one) || isWildcard(other);
}

/** Where the kernel keeps a socket: one on ::ffff:10.0.0.1 among those of IPv4 (haproxy 2.6 beside sshd on 10.0.0.1: "Address already in use"). */
export function inKernel(socket: Ip): Ip {
  return mappedIpv4(socket) ?? socket;
}

/** `::` without IPV6_V6ONLY takes every IPv4 address of the port too. */
function isDual(socket: PredictedSocket): boolean {
  return socket.family === 'ipv6' && !socket.v6only && isWildcard(socket);
}
