import { hostPort, parseZoned } from '@halint/core';
import type { Bind } from '../facts/haproxy.ts';
import type { RefusedOption } from '../facts/sshd.ts';
import { MAIN_FILE_LINK, type Host } from '../host.ts';
import { cannotBind, doubtOfBind, isMappedV6only, lostOfSshd, overlappingOfHaproxy } from './outcome.ts';
import type { Addresses } from './presence.ts';
import {
  addressOfBind,
  datagramBinds,
  datagramSockets,
  excludedAddress,
  listeningBinds,
  unresolvedNames,
} from './sockets.ts';
import { unreadOf, unreadText } from '../unread.ts';
import { startsPerConnection } from '../ssh-connection.ts';
import { hasGenerator } from './ssh-socket-generator.ts';
import { doubtfulSocket, type SshSocket } from './ssh-socket.ts';
import type { PredictedSocket } from './types.ts';

/** haproxy puts variables into an address even outside of quotes: 2.6 listens on 0.0.0.0:80 for `${UNSET}:80`. */
const VARIABLE = /\$\{?[A-Za-z_]/;
/** With what `${X-VALUE}` is where X is unset. */
const VARIABLES = /\$\{?(\w+)(?:-([^}]*)\})?/g;

export function startOfHaproxy(host: Host, streams: readonly PredictedSocket[], addresses: Addresses): string {
  // 2.6, 3.0 and 3.2: `haproxy -c` exits with 2, and so does the unit; run without its check "No enabled listener found".
  if (listeningBinds(host).length === 0 && datagramBinds(host).length === 0) return 'fails: no proxy has a listener';
  const sockets = [...streams, ...datagramSockets(host, addresses)];
  const unsure = sockets.filter((socket) => doubtOfBind(socket, addresses) !== undefined);
  const lost = sockets.filter((socket) => !unsure.includes(socket) && cannotBind(socket, addresses, false));
  if (lost.length > 0) return `fails: ${reason(lost)}`;
  const taken = overlappingOfHaproxy(streams);
  if (taken.length > 0) return `fails: cannot bind ${places(taken)}: its own socket has the port (noreuseport)`;
  if (unsure.length > 0) return openByKernel(unsure, addresses);
  for (const bind of listeningBinds(host)) {
    const doubt = doubtOf(bind, addresses);
    if (doubt !== undefined) return `unknown: bind ${doubt}`;
  }
  return doubtOfPresence(host, sockets, addresses) ?? 'ok';
}

/** Why it is not known what a bind of haproxy opens. */
function doubtOf(bind: Bind, addresses: Addresses): string | undefined {
  const { value } = bind.address;
  if (bind.namespace !== undefined)
    return `${value} is in the network namespace ${bind.namespace.name}: no file says whether it is there, and with which addresses`;
  if (bind.family === 'other' && VARIABLE.test(value)) {
    const defaults = [...value.matchAll(VARIABLES)].map(([, name, otherwise]) => ({ name, otherwise }));
    const [first] = defaults;
    if (first === undefined || defaults.some(({ otherwise }) => otherwise === undefined))
      return `${value} takes a variable of the environment; unset it is nothing`;
    return `${value} takes ${first.otherwise === '' ? 'nothing' : first.otherwise} unless the environment sets ${first.name}, and what haproxy is started with is not known`;
  }
  const first = addressOfBind(bind, addresses);
  if (first === 'none')
    return `${value} is a name that /etc/hosts does not have; haproxy exits where DNS has none either`;
  if (first === 'several')
    return `${value} is a name with several addresses; haproxy takes the one that is looked up first`;
  return undefined;
}

/** A service that starts only where an address is there of which nothing says whether the host has it. */
function doubtOfPresence(host: Host, sockets: readonly PredictedSocket[], addresses: Addresses): string | undefined {
  const unsure = sockets.filter(
    (socket) => socket.presence === 'unknown' && cannotBind({ ...socket, presence: 'absent' }, addresses, false),
  );
  if (unsure.length === 0) return undefined;
  const [file] = unreadOf(host, 'keepalived');
  const help =
    file === undefined
      ? 'store `ip -j address` in facts/ip-address.json'
      : `${unreadText(file)}, and a VIP may stand there`;
  return `unknown: nothing says whether the host has ${places(unsure)}; ${help}`;
}

export function startOfUnit(
  { unit, sockets, missing, refused: isRefused }: SshSocket,
  host: Host,
  addresses: Addresses,
): string {
  // Ubuntu's socket starts ssh.service, with its command line, at the first connection; one with Accept=yes a sshd for each.
  const [refused] = hasGenerator(host) || startsPerConnection(host) ? refusedOf(host) : [];
  if (refused !== undefined) return `fails: ${refused.option}: ${refused.message}`;
  if (missing !== undefined) return `unknown: ${unit} is enabled, and what it listens on takes ${missing}`;
  if (isRefused === true) return `fails: systemd does not load ${unit}: it has nothing to listen on`;
  const lost = lostOfSshd(sockets, (socket) => cannotBind(socket, addresses, false));
  return lost.length === 0 ? 'ok' : `fails: ${unit} ${reason(lost)}`;
}

export function startOfSshd(host: Host, sockets: readonly PredictedSocket[], addresses: Addresses): string {
  const doubtful = doubtfulSocket(host);
  if (doubtful !== undefined) {
    return `unknown: nothing says whether ${doubtful} is enabled, of which a drop-in sets ListenStream`;
  }
  const [refused] = refusedOf(host);
  if (refused !== undefined) return `fails: ${refused.option}: ${refused.message}`;
  const missing = host.sshd?.command?.missing;
  if (missing !== undefined) return `unknown: more options of sshd may come from ${missing}`;
  const excluded = excludedOf(host);
  if (excluded !== undefined) {
    return `fails: AddressFamily ${host.sshd?.addressFamily.value} excludes ListenAddress ${excluded.host.value}`;
  }
  const zoned = interfaceLacking(host);
  if (zoned !== undefined) return `fails: ListenAddress ${zoned}: the host has no interface of that name`;
  const [name] = unresolvedNames(host);
  if (name !== undefined) {
    const family = host.sshd?.addressFamily.value ?? 'any';
    const lacking = family === 'any' ? '' : ` with an ${family === 'inet' ? 'IPv4' : 'IPv6'} address`;
    return `unknown: ListenAddress ${name.host.value} is a name that /etc/hosts does not have${lacking}; sshd exits where DNS has none either`;
  }
  const unsure = sockets.filter((socket) => doubtOfBind(socket, addresses) !== undefined);
  if (unsure.length > 0) return openByKernel(unsure, addresses);
  const lost = lostOfSshd(sockets, (socket) => cannotBind(socket, addresses, false));
  if (lost.length === 0) return doubtOfPresence(host, sockets, addresses) ?? 'ok';
  return lost.length === sockets.length ? `fails: ${reason(lost)}` : `ok: without ${places(lost, lost.length)}`;
}

/** sshd 9.2, 10.0 and 10.6 with fe80::1%LO: "bad addr or host", exit 255; with %lo they listen. `ip -j address` lists all interfaces. */
function interfaceLacking({ sshd, facts: { interfaces } }: Host): string | undefined {
  if (interfaces === undefined) return undefined;
  return sshd?.listenAddresses.find(({ host: { value } }) => {
    const zone = parseZoned(value)?.zone;
    return zone !== undefined && !/^\d+$/.test(zone) && zone !== 'lo' && !interfaces.includes(zone);
  })?.host.value;
}

/** ip_nonlocal_bind of a file that is not at hand, or of /etc/sysctl.conf, which is read at boot through the link of the package only. */
function openByKernel(sockets: readonly PredictedSocket[], addresses: Addresses): string {
  const [doubt] = sockets.flatMap((socket) => doubtOfBind(socket, addresses) ?? []);
  const link = doubt?.missing === MAIN_FILE_LINK ? 'the link ' : '';
  return `unknown: whether ${places(sockets)} can be bound hangs on ${link}${doubt?.missing ?? ''}, ${doubt?.why ?? ''}`;
}

/** Does sshd end before it listens, whatever the host's addresses? */
export function neverStarts(host: Host): boolean {
  return excludedOf(host) !== undefined || refusedOf(host).length > 0;
}

/** Options of its command line with which sshd does not start. */
function refusedOf({ sshd }: Host): readonly RefusedOption[] {
  return sshd?.command?.refused ?? [];
}

function excludedOf({ sshd }: Host): ReturnType<typeof excludedAddress> {
  return sshd === undefined ? undefined : excludedAddress(sshd);
}

function reason(lost: readonly PredictedSocket[]): string {
  const mapped = lost.filter(isMappedV6only);
  if (mapped.length > 0) return `cannot bind ${places(mapped)}: an IPv4 address takes no IPv6-only socket`;
  const low = lost.filter(({ privileged }) => privileged === true);
  if (low.length > 0) return `cannot bind ${places(low)}: its unit keeps it from CAP_NET_BIND_SERVICE`;
  const vips = lost.filter((socket) => socket.presence === 'vip');
  if (vips.length > 0) return `cannot bind ${places(vips)} while not holder`;
  return `cannot bind ${places(lost)}: the host has no such address`;
}

/** Enough to find the line; a report of a thousand binds helps nobody. */
const MOST_PLACES = 3;

function places(sockets: readonly PredictedSocket[], most = MOST_PLACES): string {
  const shown = sockets.slice(0, most).map(({ address, port }) => hostPort(address, port));
  const more = sockets.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
