import { append, isLoopback, parseIp } from '@halint/core';
import type { Listening, ListeningSocket } from '../facts/sockets.ts';
import { overlaps } from './sockets.ts';
import type { Drift, ListeningService, PredictedSocket } from './types.ts';

/** Since OpenSSH 9.8 sessions run as sshd-session, and since 10.0 log in as sshd-auth. */
const SESSIONS = ['sshd-session', 'sshd-auth'];
/** Process names of a service. */
const PROGRAMS: Readonly<Record<ListeningService, readonly string[]>> = {
  sshd: ['sshd', ...SESSIONS],
  haproxy: ['haproxy'],
};
/** ssh.socket is systemd's until somebody comes; netstat has the name on its command line. */
const SYSTEMD = ['systemd', 'init'];

/**
 * Where a host's `ss -ltnp` differs from what its files ask for: services that do not run, sockets that are not there or that
 * another program has, sockets that no file asks for. Without process names (ss ran without root) only addresses are compared; of a file that
 * cannot be read nothing is said but that.
 */
export function driftOf(
  predicted: readonly PredictedSocket[],
  listening: Listening,
  configured: readonly ListeningService[],
): readonly Drift[] {
  // What cannot be read may be the very socket that is missing.
  if (listening.kind === 'unreadable') return [listening];
  const { sockets: seen } = listening;
  const drift: Drift[] = [];
  const named = seen.some(({ programs }) => programs.length > 0);
  const has = (service: ListeningService, socket: ListeningSocket): boolean =>
    socket.programs.length === 0 ||
    socket.programs.some((name) => PROGRAMS[service].includes(name) || (service === 'sshd' && SYSTEMD.includes(name)));
  const absent = configured.filter(
    (service) =>
      predicted.some((socket) => socket.service === service) &&
      named &&
      !seen.some(({ programs }) => programs.some((name) => PROGRAMS[service].includes(name))) &&
      !predicted.some((socket) => socket.service === service && missingPorts(socket, seen, has) === 'none'),
  );
  append(
    drift,
    absent.map((service) => ({ kind: 'not-running' as const, service })),
  );
  predicted.forEach((socket, i) => {
    for (const { port, line } of othersAt(socket, seen, has))
      drift.push({ kind: 'other-families', socket: i, port, v6only: !socket.v6only, line });
    const missing = missingPorts(socket, seen, has);
    if (missing === 'none') return;
    const holder = seen.find(
      (each) => !has(socket.service, each) && overlaps(socket, asPredicted(each, socket.service)),
    );
    if (holder !== undefined)
      drift.push({ kind: 'taken', socket: i, port: holder.port, by: holder.programs[0] ?? '', line: holder.line });
    else if (!absent.includes(socket.service))
      drift.push({ kind: 'not-listening', socket: i, ...(missing === 'all' ? {} : { ports: missing }) });
  });
  for (const each of seen) {
    const service = configured.find((name) => each.programs.some((program) => PROGRAMS[name].includes(program)));
    if (service === undefined || predicted.some((socket) => socket.service === service && isAt(socket, each))) continue;
    // Forwards of a session and X11 listen on loopback addresses; no file asks for them.
    const ip = parseIp(each.address);
    if (service === 'sshd' && (each.programs.some((name) => SESSIONS.includes(name)) || (ip && isLoopback(ip))))
      continue;
    const { address, port, line } = each;
    if (!drift.some((other) => other.kind === 'not-predicted' && other.address === address && other.port === port))
      drift.push({ kind: 'not-predicted', service, address, port, line });
  }
  return drift;
}

/** Ports of a socket that the service does not listen on. */
function missingPorts(
  socket: PredictedSocket,
  seen: readonly ListeningSocket[],
  has: (service: ListeningService, socket: ListeningSocket) => boolean,
): 'none' | 'all' | readonly number[] {
  const { port, portTo = port } = socket;
  const ports = new Set(
    seen.filter((each) => has(socket.service, each) && isAt(socket, each)).map((each) => each.port),
  );
  const count = portTo - port + 1;
  if (ports.size === count) return 'none';
  if (ports.size === 0) return 'all';
  return Array.from({ length: count }, (_, i) => port + i).filter((each) => !ports.has(each));
}

/** Those that have its address and port and not its families; `*` of ss serves both. */
function othersAt(
  socket: PredictedSocket,
  seen: readonly ListeningSocket[],
  has: (service: ListeningService, socket: ListeningSocket) => boolean,
): readonly ListeningSocket[] {
  if (socket.address !== '::') return [];
  const own = seen.filter((each) => has(socket.service, each) && isAt(socket, each));
  const isOther = (each: ListeningSocket): boolean => each.v6only === !socket.v6only;
  const right = new Set(own.filter((each) => !isOther(each)).map(({ port }) => port));
  const wrong = new Map(own.filter((each) => !right.has(each.port)).map((each) => [each.port, each]));
  return [...wrong.values()];
}

function isAt({ address, port, portTo = port }: PredictedSocket, seen: ListeningSocket): boolean {
  return seen.address === address && port <= seen.port && seen.port <= portTo;
}

function asPredicted(seen: ListeningSocket, service: ListeningService): PredictedSocket {
  const { family, address, port, v6only = family === 'ipv6' } = seen;
  return {
    service,
    family,
    address,
    port,
    v6only,
    reuseport: false,
    transparent: false,
    origin: 'explicit',
    presence: 'present',
  };
}
