import type { Cluster } from '../cluster.ts';
import type { Host } from '../host.ts';
import { unreadOf, unreadText } from '../unread.ts';
import { driftOf } from './drift.ts';
import { conflictsOf } from './outcome.ts';
import { addressesOf } from './presence.ts';
import { haproxySockets, namespaceSockets, sshdSockets } from './sockets.ts';
import { sshSocket } from './ssh-socket.ts';
import { neverStarts, startOfHaproxy, startOfSshd, startOfUnit } from './starts.ts';
import type { ListeningService, ListenersReport } from './types.ts';

/** Why daemons do not load their files; a service that is absent loads them. */
export type Refused = Readonly<Partial<Record<ListeningService, string>>>;

/**
 * The TCP sockets that sshd and haproxy of a host open, which of them exclude each other, and how each service starts.
 * Ground: binds of haproxy 2.6 and sshd 9.2 observed on Linux. Two binds of haproxy on one address share it
 * (SO_REUSEPORT) and are no conflict.
 */
export function predictListeners(host: Host, cluster: Cluster | undefined, refused: Refused = {}): ListenersReport {
  const addresses = addressesOf(host, cluster);
  const unit = sshSocket(host);
  const services = { sshd: unit?.sockets ?? sshdSockets(host, addresses), haproxy: haproxySockets(host, addresses) };
  const starts: Partial<Record<ListeningService, string>> = {};
  if (host.haproxy !== undefined) starts.haproxy = startOfHaproxy(host, services.haproxy, addresses);
  if (unit !== undefined) starts.sshd = startOfUnit(unit, host, addresses);
  else if (host.sshd !== undefined) starts.sshd = startOfSshd(host, services.sshd, addresses);
  // What stands there may be more sockets, or others.
  for (const service of ['haproxy', 'sshd'] as const) {
    const [file] = unreadOf(host, service);
    if (file !== undefined && (service === 'haproxy' || unit === undefined))
      starts[service] = `unknown: ${unreadText(file)}`;
  }
  for (const [service, why] of Object.entries(refused)) starts[service as ListeningService] = `fails: ${why}`;
  const isOut =
    refused.haproxy !== undefined || (unit === undefined && (refused.sshd !== undefined || neverStarts(host)));
  const sockets = [...services.sshd, ...services.haproxy];
  const seen = host.facts.listeners;
  return {
    host: host.id,
    // Those of namespaces last: neither conflicts nor what `ss` of the host shows are about them.
    sockets: [...sockets, ...namespaceSockets(host, addresses)],
    // Who does not start at all is in nobody's way.
    conflicts: isOut ? [] : conflictsOf(services, addresses),
    starts,
    ...(seen === undefined ? {} : { drift: driftOf(sockets, seen, Object.keys(starts) as ListeningService[]) }),
  };
}
