import { atoi, isInteger } from '../../quantity/index.ts';
import { compareVersions } from '@halint/core';
import { inBrackets, isHostName, isIpv4, isIpv6 } from '../../address/hosts.ts';
import { readAddress, type Address } from '../../address/index.ts';
import { isOpaque } from '../../values.ts';

/** What the caller of str2sa_range() lets pass: its PA_O_* options (include/haproxy/tools-t.h). */
export interface Wants {
  readonly port: 'forbidden' | 'optional' | 'mandatory';
  readonly range?: boolean;
  readonly offset?: boolean;
  /** Descriptors: those of sockets, any, or none. */
  readonly fd?: 'socket' | 'any';
  readonly stream?: boolean;
  readonly datagram?: boolean;
  /** Datagrams when the address does not say which. */
  readonly datagramFirst?: boolean;
  /** `ring@` and `backend@` name what receives log lines. */
  readonly sinks?: boolean;
  /** A name that no resolver can be asked for is kept and only fails later. */
  readonly anyName?: boolean;
  /** No protocol is looked up: an address family that has none passes. */
  readonly unconnected?: boolean;
  /** Longest path of a socket, in bytes. */
  readonly path?: number;
}

/** sun_path of Linux less the room for `.<pid>.tmp` and a final zero; abstract names need no such room. */
const LONGEST_PATH = 97;
const LONGEST_ABSTRACT = 107;

export const BIND_ADDRESS: Wants = { port: 'mandatory', range: true, fd: 'socket', stream: true };
export const DGRAM_BIND_ADDRESS: Wants = { port: 'mandatory', range: true, fd: 'socket', datagram: true };
export const LOG_ADDRESS: Wants = {
  port: 'optional',
  fd: 'any',
  stream: true,
  datagram: true,
  datagramFirst: true,
  sinks: true,
};
export const NAMESERVER_ADDRESS: Wants = { port: 'mandatory', stream: true, datagram: true, datagramFirst: true };
export const SOURCE_ADDRESS: Wants = { port: 'optional', stream: true };
export const SERVER_SOURCE_ADDRESS: Wants = { port: 'optional', range: true, stream: true };
export const CHECK_ADDRESS: Wants = SOURCE_ADDRESS;
export const TARGET_ADDRESS: Wants = { port: 'mandatory', stream: true };
/** Before 3.0 a server was a stream socket; since then the mode of its proxy decides. */
const OLD_SERVER: Wants = { port: 'optional', offset: true, stream: true, anyName: true };
const SERVER: Wants = { ...OLD_SERVER, datagram: true, unconnected: true };

export function serverAddress(version: string): Wants {
  return compareVersions(version, '2.9') >= 0 ? SERVER : OLD_SERVER;
}

/** Version that brought a family or transport; the others are as old as 2.2. */
const SINCE: Readonly<Record<string, string>> = {
  stream: '2.3',
  dgram: '2.3',
  quic: '2.7',
  ip: '2.3',
  tcp: '2.3',
  tcp4: '2.3',
  tcp6: '2.3',
  udp: '2.3',
  udp4: '2.3',
  udp6: '2.3',
  uxdg: '2.3',
  uxst: '2.3',
  quic4: '2.3',
  quic6: '2.3',
  mptcp: '3.1',
  mptcp4: '3.1',
  mptcp6: '3.1',
  abnsz: '3.1',
  rhttp: '2.9',
  backend: '2.9',
};

const known = new Map<string, string>();
const MOST_KNOWN = 5_000;
const wantsIds = new WeakMap<Wants, number>();
let nextId = 0;

/** What is wrong with an address at that place, or undefined. Answers are kept: configurations repeat their addresses. */
export function addressFault(text: string, wants: Wants, version: string): string | undefined {
  let id = wantsIds.get(wants);
  if (id === undefined) wantsIds.set(wants, (id = nextId++));
  const key = `${id} ${version} ${text}`;
  let fault = known.get(key);
  if (fault === undefined) {
    if (known.size > MOST_KNOWN) known.clear();
    known.set(key, (fault = isOpaque(text) ? '' : judge(text, wants, version)));
  }
  return fault === '' ? undefined : fault;
}

function judge(text: string, wants: Wants, version: string): string {
  if (text === '') return 'the address is empty';
  const address = readAddress(text);
  const { transport, family, rest } = address;
  for (const [word, sign] of [
    [transport, '+'],
    [family, '@'],
  ] as const) {
    const since = SINCE[word];
    if (since !== undefined && text.includes(`${word}${sign}`) && compareVersions(version, since) < 0)
      return `haproxy ${version} does not know '${word}${sign}' yet: it came with ${since}`;
  }
  const sink = family === 'ring' || family === 'backend';
  if (sink) return wants.sinks === true ? '' : `'${family}@' names where log lines go, no socket`;
  const kind = typeFault(address, wants, version);
  if (kind !== '') return kind;
  return rest === undefined ? ipFault(text, address, wants, version) : restFault(family, rest, wants, version);
}

const DATAGRAM_FAMILIES: ReadonlySet<string> = new Set(['udp', 'udp4', 'udp6', 'uxdg']);
const STREAM_FAMILIES: ReadonlySet<string> = new Set('tcp tcp4 tcp6 mptcp mptcp4 mptcp6 uxst quic4 quic6'.split(' '));

/** Streams or datagrams, and whether there is such a socket at all. */
function typeFault({ transport, family }: Address, wants: Wants, version: string): string {
  const datagram =
    DATAGRAM_FAMILIES.has(family) ||
    (!STREAM_FAMILIES.has(family) &&
      (transport === '' ? wants.stream !== true || wants.datagramFirst === true : transport === 'dgram'));
  if (datagram && wants.datagram !== true)
    return `a stream socket is needed here, '${family || transport}' stands for datagrams`;
  if (!datagram && wants.stream !== true)
    return `a datagram socket is needed here, '${family || transport}' stands for streams`;
  const quic = transport === 'quic' || family === 'quic4' || family === 'quic6';
  if (quic && compareVersions(version, '2.5') < 0) return `haproxy ${version} has no QUIC yet: it came with 2.6`;
  return '';
}

function restFault(family: string, rest: string, wants: Wants, version: string): string {
  if (family === 'fd' || family === 'sockpair') {
    if (!isInteger(rest) || atoi(rest) < 0) return `'${rest}' is no file descriptor: write a number`;
    return family === 'fd' && wants.fd === undefined ? 'a file descriptor is not taken here' : '';
  }
  const abstract = family === 'abns' || family === 'abnsz';
  const most = abstract ? LONGEST_ABSTRACT : (wants.path ?? LONGEST_PATH);
  if (wants === TARGET_ADDRESS && compareVersions(version, '2.3') < 0) return 'an address with a port is needed here';
  return family !== 'rhttp' && rest.length > most ? `the path has ${rest.length} signs, a socket takes ${most}` : '';
}

const FAMILY_OF: Readonly<Record<string, 4 | 6>> = {
  ipv4: 4,
  tcp4: 4,
  udp4: 4,
  mptcp4: 4,
  quic4: 4,
  ipv6: 6,
  tcp6: 6,
  udp6: 6,
  mptcp6: 6,
  quic6: 6,
};

/** The IP version that a family word asks for. */
export function familyOf(family: string): 4 | 6 | undefined {
  return FAMILY_OF[family];
}

function ipFault(text: string, { family, host, port }: Address, wants: Wants, version: string): string {
  const fault = portFault(text, port, wants, version);
  if (fault !== '') return fault;
  return wants.anyName === true ? '' : hostFault(host, familyOf(family));
}

/** What is wrong with a host, '' when nothing is: neither an address of the family nor a name (str2ip2()). */
export function hostFault(host: string, family?: 4 | 6): string {
  const inner = inBrackets(host);
  if (inner === undefined) return `'${host}' is not an address: the brackets must hold one`;
  if (inner === '' || inner === '*') return '';
  if (isIpv6(inner)) return family === 4 ? `'${inner}' is not an IPv4 address` : '';
  if (isIpv4(inner)) return family === 6 ? `'${inner}' is not an IPv6 address` : '';
  return isHostName(inner) ? '' : `'${host}' is neither an address nor a host name`;
}

function portFault(text: string, port: string | undefined, wants: Wants, version: string): string {
  if (port === undefined || port === '') {
    if (port !== undefined && wants.port === 'forbidden') return `a port is not taken here: '${text}'`;
    return wants.port === 'mandatory' ? `'${text}' has no port` : '';
  }
  if (wants.port === 'forbidden') return `a port is not taken here: '${text}'`;
  const first = port.charCodeAt(0);
  if (first === 43 || first === 45) {
    if (wants.offset !== true) return `'${port}' is not a port: an offset is not taken here`;
    return compareVersions(version, '2.9') >= 0 && port.length > 1 && !isInteger(port.slice(1))
      ? `'${port}' is not an offset: write a number`
      : '';
  }
  if (first < 48 || first > 57) return `'${port}' is not a port: write a number`;
  return rangeFault(port, wants, version);
}

/** A port or two joined by a dash; before 3.0 signs behind the digits were passed over (atoi). */
function rangeFault(port: string, wants: Wants, version: string): string {
  const dash = port.indexOf('-');
  if (dash >= 0 && wants.range !== true) return `one port is taken here, not the range ${port}`;
  const low = dash < 0 ? port : port.slice(0, dash);
  const high = dash < 0 ? port : port.slice(dash + 1);
  const strict = compareVersions(version, '2.9') >= 0;
  for (const part of [low, high]) {
    if (strict && part !== '' && !isInteger(part)) return `'${part}' is not a port: write a number`;
    const value = atoi(part);
    const least = wants.port === 'mandatory' ? 1 : 0;
    const most = compareVersions(version, '2.3') >= 0 || wants.port === 'mandatory' ? 65_535 : Number.POSITIVE_INFINITY;
    if (value < least || value > most) return `port ${part || '(none)'} is not within ${least} and 65535`;
  }
  if (atoi(low) > atoi(high) && compareVersions(version, '2.3') >= 0) return `port range ${port} runs backwards`;
  return '';
}
