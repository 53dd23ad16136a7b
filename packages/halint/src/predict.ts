import { Workspace, type Snapshot } from '@halint/engine';
import { parseEvents, simulateFailover as simulate, type EventList, type FailoverReport } from '@halint/model';
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
