import { isWildcard, mappedIpv4, parseIp, parseZoned, type Ip, type Family, type Place } from '@halint/core';
import type { Bind } from '../facts/haproxy.ts';
import type { ListenAddress, SshdFacts } from '../facts/sshd.ts';
import type { Host } from '../host.ts';
import { openerOf, type Opener } from './opener.ts';
import type { Addresses } from './presence.ts';
import type { PredictedSocket } from './types.ts';

/**
 * Sockets of haproxy: one for each bind on an IP address, port ranges stay one entry; then stats sockets, log-forward and the
 * local peer.
 */
export function haproxySockets(host: Host, addresses: Addresses): PredictedSocket[] {
  const sockets: PredictedSocket[] = [];
  const { haproxy } = host;
  if (haproxy === undefined) return sockets;
  const self = haproxy.globals.localPeer?.value ?? host.name;
  const own = haproxy.endpoints.filter(({ peer }) => peer === undefined || peer === self);
  const opening = openingOf(host);
  for (const bind of [...haproxy.binds(), ...own]) {
    const socket = socketOfBind(bind, addresses, opening);
    if (socket !== undefined) sockets.push(socket);
  }
  return sockets;
}

/** How haproxy of a host opens its sockets, whatever their addresses. */
export function openingOf(host: Host): Opener & Pick<PredictedSocket, 'reuseport'> {
  return { reuseport: host.haproxy?.globals.noReuseport === undefined, ...openerOf(host, 'haproxy') };
}

/** The socket of one bind; undefined when it opens none on an IP address. */
export function socketOfBind(
  bind: Bind,
  addresses: Addresses,
  opening: ReturnType<typeof openingOf>,
): PredictedSocket | undefined {
  const { family, address, portFrom, portTo, transparent } = bind;
  if ((family !== 'ipv4' && family !== 'ipv6') || portFrom === 0) return undefined;
  return {
    service: 'haproxy',
    family,
    address: address.value,
    port: portFrom,
    ...(portTo > portFrom ? { portTo } : {}),
    v6only: family === 'ipv6' && (bind.v6only ?? addresses.v6only),
    ...(bind.interface === undefined ? {} : { interface: bind.interface }),
    ...opening,
    transparent,
    declared: bind.at,
    origin: 'explicit',
    presence: addresses.presence(address.value),
  };
}

/** One literal address and port that sshd asks for. */
interface Wanted {
  readonly address: string;
  readonly port: number;
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
  for (const { address, port, declared } of wantedOf(sshd, host)) {
    const ip = resolvedFor(family, parseIp(address));
    if (ip === undefined || isExcluded(ip.family, family)) continue;
    const key = `${ip.address} ${port}`;
    sockets.delete(key);
    sockets.set(key, {
      service: 'sshd',
      family: ip.family,
      address: ip.address,
      port,
      v6only: ip.family === 'ipv6',
      reuseport: false,
      ...opener,
      transparent: false,
      ...(declared === undefined ? {} : { declared }),
      origin: declared === undefined ? 'default' : 'explicit',
      presence: addresses.presence(ip.address),
    });
  }
  return [...sockets.values()];
}

function isExcluded(family: Family, setting: 'any' | 'inet' | 'inet6'): boolean {
  return (setting === 'inet' && family === 'ipv6') || (setting === 'inet6' && family === 'ipv4');
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
  return namesOf(listen.host.value, host).flatMap((address) =>
    own.map(({ port }) => ({ address, port, ...(declared === undefined ? {} : { declared }) })),
  );
}

const LOOPBACK = ['127.0.0.1', '::1'];

/** glibc resolves `*` to the loopback addresses; of other names only those of /etc/hosts are known. */
function namesOf(name: string, host: Host): readonly string[] {
  if (parseIp(name) !== undefined) return [name];
  const zoned = parseZoned(name);
  if (zoned !== undefined) return [zoned.ip.address];
  if (name === '*') return LOOPBACK;
  return host.facts.names.get(name) ?? (name === 'localhost' ? LOOPBACK : []);
}

/**
 * Names of ListenAddress lines that nothing at hand resolves: what DNS says of them is not known. sshd ends with "bad addr or host" and 255
 * where one does not resolve, whatever the other lines say (servconf.c add_one_listen_addr()).
 */
export function unresolvedNames(host: Host): readonly ListenAddress[] {
  return (host.sshd?.listenAddresses ?? []).filter(({ host: { value } }) => namesOf(value, host).length === 0);
}

/** A ListenAddress that AddressFamily excludes: sshd does not start at all. */
export function excludedAddress(sshd: SshdFacts): ListenAddress | undefined {
  return sshd.listenAddresses.find(({ host }) => {
    const ip = resolvedFor(sshd.addressFamily.value, parseIp(host.value));
    return ip !== undefined && isExcluded(ip.family, sshd.addressFamily.value);
  });
}

/** getaddrinfo() for IPv4 alone makes 10.0.0.1 of ::ffff:10.0.0.1 (sshd -T of 9.2 to 10.6). */
function resolvedFor(family: SshdFacts['addressFamily']['value'], ip: Ip | undefined): Ip | undefined {
  return ip === undefined || family !== 'inet' ? ip : (mappedIpv4(ip) ?? ip);
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
