import { hostPort, isWildcard, type Place, type Related } from '@halint/core';
import {
  addressesOf,
  cannotBind,
  conflictsOf,
  inKernel,
  listeningBindsOn,
  lostOfSshd,
  neverStarts,
  openingOf,
  socketName,
  socketOfBind,
  sshSocket,
  vipsOf,
  type Bind,
  type Host,
  type PredictedSocket,
  type SocketConflict,
  type SshSocket,
} from '@halint/model';
import { sshdListens, unsureOf } from './sshd-listens.ts';

/** A socket for which people log in: of sshd itself, or of the unit that listens for it. */
interface Listener extends PredictedSocket {
  /** The line that asks for it, else the file that could. */
  readonly at: Place | undefined;
  /** No line asks for it. */
  readonly isDefault: boolean;
}

/** A bind that cannot listen beside sshd. */
export interface PortConflict {
  readonly bind: Bind;
  /** The socket of the bind. */
  readonly wanted: PredictedSocket;
  readonly listener: Listener;
  readonly conflict: SocketConflict;
}

/** Every bind of a host and socket of its sshd that exclude each other, where neither fails by itself. */
export function portConflicts(host: Host): readonly PortConflict[] {
  const unit = sshSocket(host);
  const addresses = addressesOf(host, undefined);
  const listeners = listenersOf(host, unit);
  const ports = new Set(listeners.map(({ port }) => port));
  if (ports.size === 0) return [];
  const opening = openingOf(host);
  const asked = listeningBindsOn(host, ports).flatMap((bind) => {
    const wanted = socketOfBind(bind, addresses, opening);
    return wanted === undefined || cannotBind(wanted, addresses, true) ? [] : [{ bind, wanted }];
  });
  const lost = lostOfSshd(listeners, (socket) => cannotBind(socket, addresses, true));
  // A socket unit that fails by itself is in nobody's way.
  if (unit !== undefined && lost.length > 0) return [];
  return conflictsOf({ sshd: listeners, haproxy: asked.map(({ wanted }) => wanted) }, addresses).flatMap((conflict) => {
    const listener = listeners[conflict.sockets[0]];
    const haproxy = asked[conflict.sockets[1] - listeners.length];
    return listener === undefined || haproxy === undefined || lost.includes(listener)
      ? []
      : [{ ...haproxy, listener, conflict }];
  });
}

function listenersOf(host: Host, unit: SshSocket | undefined): readonly Listener[] {
  if (unit !== undefined)
    return unit.sockets.map((socket) => ({
      ...socket,
      at: socket.declared ?? unit.at,
      isDefault: socket.declared === undefined,
    }));
  return neverStarts(host) ? [] : sshdListens(host);
}

/** Does cross/sshd-wildcard-vs-haproxy-bind tell of it? */
export function isWildcardTakingVip({ listener, wanted }: PortConflict, host: Host): boolean {
  return isWildcard(listener) && (isWildcard(wanted) || vipsOf(host).has(inKernel(wanted).address));
}

/** What of a finding about conflicts of one bind does not depend on the rule. */
export function conflictText(
  conflicts: readonly [PortConflict, ...PortConflict[]],
  host: Host,
): {
  readonly severity?: 'info';
  readonly missing?: string;
  readonly at: Place;
  readonly message: string;
  readonly related: readonly Related[];
} {
  const [{ bind, wanted, listener }] = conflicts;
  const missing = listener.unit === undefined ? undefined : sshSocket(host)?.missing;
  const unsure = missing === undefined ? {} : { severity: 'info' as const, missing };
  const names = conflicts.map((each) => nameOf(each.listener));
  return {
    ...(listener.unit === undefined ? unsureOf(host) : unsure),
    at: bind.address.at ?? bind.at,
    message: `${listener.unit ?? 'sshd'} of ${host.id} listens on ${names.join(' and ')} and takes ${hostPort(wanted.address, listener.port)} from haproxy`,
    related: conflicts.flatMap((each) => relatedOf(each.listener)),
  };
}

function nameOf(listener: Listener): string {
  if (listener.unit !== undefined)
    return `${socketName(listener)}${listener.isDefault ? ' (ListenStream of its package)' : ''}`;
  return `${hostPort(listener.address, listener.port)}${listener.isDefault ? ' (no ListenAddress)' : ''}`;
}

function relatedOf(listener: Listener): readonly Related[] {
  const { at, isDefault, unit } = listener;
  if (at === undefined) return [];
  if (unit !== undefined) return isDefault ? [] : [{ at, message: 'systemd listens here' }];
  if (isDefault) return [{ at, message: 'sshd reads its addresses here: none is set' }];
  return [{ at, message: isWildcard(listener) ? 'sshd listens on all addresses' : 'sshd listens here' }];
}

/** What happens in either start order, as the listener predictor has it: sshd that keeps another socket goes on without one family. */
export function startOrders({ listener, conflict }: PortConflict): string {
  const order = conflict.orders.find(({ first }) => first === 'haproxy');
  const start = 'If sshd starts first, haproxy exits ("Address already in use")';
  if (order?.haproxy === 'exit') return `${start}; if haproxy starts first, it exits too: its own sockets overlap.`;
  const outcome = order?.sshd ?? 'exit';
  if (listener.unit !== undefined)
    return `If ${listener.unit} starts first, haproxy exits ("Address already in use"); if haproxy starts first, ${listener.unit} fails and nobody can log in.`;
  const without = outcome
    .replace(/^up-without[-:]/, '')
    .replace('ipv4', 'IPv4')
    .replace('ipv6', 'IPv6')
    .replaceAll(',', ', ');
  const second =
    outcome === 'exit' ? 'sshd exits and is not restarted' : `sshd goes on without ${without}, and nobody is told`;
  return `${start}; if haproxy starts first, ${second}.`;
}
