import { hostPort } from '@halint/core';
import type { Cluster } from '../cluster.ts';
import type { Host } from '../host.ts';
import { driftOf } from './drift.ts';
import { cannotBind, conflictsOf, isMappedV6only, isUnsure, lostOfSshd, overlappingOfHaproxy } from './outcome.ts';
import { addressesOf, type Addresses } from './presence.ts';
import { excludedAddress, haproxySockets, sshdSockets, unresolvedNames } from './sockets.ts';
import { doubtfulSocket, sshSocket, type SshSocket } from './ssh-socket.ts';
import type { ListeningService, ListenersReport, PredictedSocket } from './types.ts';

/**
 * The TCP sockets that sshd and haproxy of a host open, which of them exclude each other, and how each service starts.
 * Ground: binds of haproxy 2.6 and sshd 9.2 observed on Linux. Two binds of haproxy on one address share it
 * (SO_REUSEPORT) and are no conflict.
 */
export function predictListeners(host: Host, cluster: Cluster | undefined): ListenersReport {
  const addresses = addressesOf(host, cluster);
  const unit = sshSocket(host);
  const services = { sshd: unit?.sockets ?? sshdSockets(host, addresses), haproxy: haproxySockets(host, addresses) };
  const starts: Partial<Record<ListeningService, string>> = {};
  if (host.haproxy !== undefined) starts.haproxy = startOfHaproxy(host, services.haproxy, addresses);
  if (unit !== undefined) starts.sshd = startOfUnit(unit, addresses);
  else if (host.sshd !== undefined) starts.sshd = startOfSshd(host, services.sshd, addresses);
  const sockets = [...services.sshd, ...services.haproxy];
  const seen = host.facts.listeners;
  return {
    host: host.id,
    sockets,
    // An sshd that does not start at all is in nobody's way.
    conflicts: unit !== undefined || excludedOf(host) === undefined ? conflictsOf(services, addresses) : [],
    starts,
    ...(seen === undefined ? {} : { drift: driftOf(sockets, seen, Object.keys(starts) as ListeningService[]) }),
  };
}

/** haproxy puts variables into an address even outside of quotes: 2.6 listens on 0.0.0.0:80 for `${UNSET}:80`. */
const VARIABLE = /\$\{?[A-Za-z_]/;

function startOfHaproxy(host: Host, sockets: readonly PredictedSocket[], addresses: Addresses): string {
  const unsure = sockets.filter((socket) => isUnsure(socket, addresses));
  const lost = sockets.filter((socket) => !isUnsure(socket, addresses) && cannotBind(socket, addresses, false));
  if (lost.length > 0) return `fails: ${reason(lost)}`;
  const taken = overlappingOfHaproxy(sockets);
  if (taken.length === 0 && unsure.length > 0) return openByLink(unsure);
  const open = [...(host.haproxy?.binds() ?? [])].find(
    ({ family, address }) => family === 'other' && VARIABLE.test(address.value),
  );
  if (taken.length === 0 && open !== undefined) {
    return `unknown: bind ${open.address.value} takes a variable of the environment; unset it is nothing`;
  }
  return taken.length === 0 ? 'ok' : `fails: cannot bind ${places(taken)}: its own socket has the port (noreuseport)`;
}

function startOfUnit({ unit, sockets, missing }: SshSocket, addresses: Addresses): string {
  if (missing !== undefined) return `unknown: ${unit} is enabled, and what it listens on takes ${missing}`;
  const lost = lostOfSshd(sockets, (socket) => cannotBind(socket, addresses, false));
  return lost.length === 0 ? 'ok' : `fails: ${unit} ${reason(lost)}`;
}

function startOfSshd(host: Host, sockets: readonly PredictedSocket[], addresses: Addresses): string {
  const doubtful = doubtfulSocket(host);
  if (doubtful !== undefined) {
    return `unknown: nothing says whether ${doubtful} is enabled, of which a drop-in sets ListenStream`;
  }
  const excluded = excludedOf(host);
  if (excluded !== undefined) {
    return `fails: AddressFamily ${host.sshd?.addressFamily.value} excludes ListenAddress ${excluded.host.value}`;
  }
  const [name] = unresolvedNames(host);
  if (name !== undefined) {
    return `unknown: ListenAddress ${name.host.value} is a name that /etc/hosts does not have; sshd exits where DNS has none either`;
  }
  const unsure = sockets.filter((socket) => isUnsure(socket, addresses));
  if (unsure.length > 0) return openByLink(unsure);
  const lost = lostOfSshd(sockets, (socket) => cannotBind(socket, addresses, false));
  if (lost.length === 0) return 'ok';
  return lost.length === sockets.length ? `fails: ${reason(lost)}` : `ok: without ${places(lost)}`;
}

/** ip_nonlocal_bind of /etc/sysctl.conf, which is read at boot through the link of the package only. */
function openByLink(sockets: readonly PredictedSocket[]): string {
  return `unknown: whether ${places(sockets)} can be bound hangs on the link /etc/sysctl.d/99-sysctl.conf, which is not among the files`;
}

function excludedOf({ sshd }: Host): ReturnType<typeof excludedAddress> {
  return sshd === undefined ? undefined : excludedAddress(sshd);
}

function reason(lost: readonly PredictedSocket[]): string {
  const mapped = lost.filter(isMappedV6only);
  if (mapped.length > 0) return `cannot bind ${places(mapped)}: an IPv4 address takes no IPv6-only socket`;
  const vips = lost.filter((socket) => socket.presence === 'vip');
  if (vips.length > 0) return `cannot bind ${places(vips)} while not holder`;
  return `cannot bind ${places(lost)}: the host has no such address`;
}

/** Enough to find the line; a report of a thousand binds helps nobody. */
const MOST_PLACES = 3;

function places(sockets: readonly PredictedSocket[]): string {
  const shown = sockets.slice(0, MOST_PLACES).map(({ address, port }) => hostPort(address, port));
  const more = sockets.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
