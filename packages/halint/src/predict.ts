import { rangeOf } from '@halint/core';
import { Workspace, type Snapshot } from '@halint/engine';
import {
  parseEvents,
  predictListeners as predict,
  simulateFailover as simulate,
  type EventList,
  type FailoverReport,
  type ListenersReport,
  type ListeningService,
  type Refused,
} from '@halint/model';
import { parts } from './knowledge.ts';

/**
 * What happens to the clusters of a snapshot: all single failures, or the events given (an `--events` list, contract section 5).
 * Throws RangeError when the list cannot be read.
 */
export function simulateFailover(snapshot: Snapshot, events?: string | EventList): FailoverReport {
  const workspace = new Workspace(snapshot, parts);
  if (events === undefined) return simulate(workspace.fleet);
  const list = typeof events === 'string' ? parseEvents(events) : events;
  if ('problem' in list) throw new RangeError(list.problem);
  return simulate(workspace.fleet, list);
}

/** The sockets that each host's sshd and haproxy will have, and what their conflicts cost (contract, section 6). */
export function predictListeners(snapshot: Snapshot): readonly ListenersReport[] {
  return listenersOf(new Workspace(snapshot, parts));
}

/** The same for hosts that are parsed already. */
export function listenersOf(workspace: Workspace): readonly ListenersReport[] {
  const { hosts, clusters } = workspace.fleet;
  const refused = refusedOf(workspace);
  return hosts.map((host) =>
    predict(
      host,
      clusters.find((cluster) => cluster.hosts.includes(host)),
      refused.get(host.id),
    ),
  );
}

/** What `sshd -t` says of values that do not go together; options of its command line may change them, and are judged with them. */
const OF_FILES_ALONE: ReadonlySet<string> = new Set([
  'sshd/addressfamily-excludes-listenaddress',
  'sshd/command-without-user',
  'sshd/disabled-authentication-method',
  'sshd/duplicate-subsystem',
  'sshd/too-many-ports',
]);

/** By host, the first line of a daemon's files for which it does not load them. */
function refusedOf(workspace: Workspace): ReadonlyMap<string, Refused> {
  const refused = new Map<string, Partial<Record<ListeningService, string>>>();
  const commanded = new Set(workspace.fleet.hosts.flatMap(({ id, sshd }) => (sshd?.command === undefined ? [] : [id])));
  for (const { rejects, rule, hosts, at, message } of workspace.findings()) {
    const { language, display } = at.file;
    if (!rejects || (language !== 'haproxy' && language !== 'sshd')) continue;
    const why = `${language} refuses ${display}:${rangeOf(at).start.line}: ${message}`;
    for (const host of hosts) {
      if (OF_FILES_ALONE.has(rule) && commanded.has(host)) continue;
      const known = refused.get(host) ?? {};
      known[language] ??= why;
      refused.set(host, known);
    }
  }
  return refused;
}
