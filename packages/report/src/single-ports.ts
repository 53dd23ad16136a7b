import type { Drift, ListenersReport, PredictedSocket, SocketConflict } from '@halint/model';

/** A range of more ports than this stays one entry with `portTo`: nobody reads, and few programs hold, a list of them. */
export const MOST_PORTS = 1024;

interface Place {
  /** Index of its first port in the new list. */
  readonly first: number;
  readonly port: number;
  /** Undefined: the entry stays as it was. */
  readonly last?: number;
}

/** The same report with a socket for each port of a range, as `ss -ltn` has it; what points at sockets points at those that are meant. */
export function singlePorts(report: ListenersReport): ListenersReport {
  const sockets: PredictedSocket[] = [];
  const places = report.sockets.map((socket): Place => {
    const first = sockets.length;
    const { portTo, ...single } = socket;
    const { port } = socket;
    if (portTo === undefined || portTo - port >= MOST_PORTS) {
      sockets.push(socket);
      return { first, port };
    }
    for (let each = port; each <= portTo; each++) sockets.push({ ...single, port: each });
    return { first, port, last: portTo };
  });
  /** Where a port of an old entry stands now; its first one where that is not said. */
  const at = (index: number, port?: number): number => {
    const place = places[index];
    if (place === undefined) return index;
    const isOne = port !== undefined && place.last !== undefined && place.port <= port && port <= place.last;
    return place.first + (isOne ? port - place.port : 0);
  };
  const conflict = ({ sockets: [a, b], orders }: SocketConflict): SocketConflict => {
    // Two ranges meet at the greater of their starts.
    const shared = Math.max(report.sockets[a]?.port ?? 0, report.sockets[b]?.port ?? 0);
    return { sockets: [at(a, shared), at(b, shared)], orders };
  };
  const drifted = (drift: Drift): readonly Drift[] => {
    if (drift.kind === 'taken' || drift.kind === 'other-families')
      return [{ ...drift, socket: at(drift.socket, drift.port) }];
    if (drift.kind !== 'not-listening') return [drift];
    const { port = 0, last } = places[drift.socket] ?? {};
    if (last === undefined) return [{ ...drift, socket: at(drift.socket) }];
    const ports = drift.ports ?? Array.from({ length: last - port + 1 }, (_, i) => port + i);
    return ports.map((each) => ({ kind: 'not-listening', socket: at(drift.socket, each) }));
  };
  return {
    ...report,
    sockets,
    conflicts: report.conflicts.map(conflict),
    ...(report.drift === undefined ? {} : { drift: report.drift.flatMap(drifted) }),
  };
}
