import { hostPort, rangeOf, type Place, largest } from '@halint/core';
import type { Drift, ListenersReport, Outcome, PredictedSocket, SocketConflict } from '@halint/model';
import { singlePorts } from './single-ports.ts';
import { visible, widthOf, wrap } from './visible.ts';

/** The report as the contract's section 6 has it: each port of a range is a socket, up to MOST_PORTS of them. */
export function listenersJson(reports: readonly ListenersReport[]): string {
  const socket = ({ declared, ...rest }: PredictedSocket): object => ({
    ...rest,
    ...(declared === undefined ? {} : { declared: placeJson(declared) }),
  });
  const hosts = reports.map(singlePorts).map((report) => ({ ...report, sockets: report.sockets.map(socket) }));
  return JSON.stringify({ version: 1, hosts }, null, 2) + '\n';
}

function placeJson(place: Place): object {
  return { file: place.file.display, range: rangeOf(place) };
}

/** For people: the sockets of each host, how each service starts, and what conflicts cost in either start order. */
export function listenersTable(reports: readonly ListenersReport[], width: number): string {
  return reports.map((report) => hostTable(report, width)).join('\n');
}

function hostTable(report: ListenersReport, width: number): string {
  const rows = report.sockets.map(
    (socket) => [socket.service, visible(addressOf(socket)), visible(flagsOf(socket)), declaredOf(socket)] as const,
  );
  const widths = [0, 1, 2].map((i) =>
    largest(
      rows.map((row) => row[i]?.length ?? 0),
      0,
    ),
  );
  const lines = rows.flatMap((row) => {
    const cells = row.map((cell, i) => (i < 3 ? cell.padEnd(widths[i] ?? 0) : cell));
    const line = `  ${cells.join('  ')}`.trimEnd();
    // The place of a socket stands below it where both do not fit.
    if (widthOf(line) <= width) return [line];
    const head = `  ${cells.slice(0, 3).join('  ')}`.trimEnd();
    const place = wrap(row[3], width - 4).map((each) => `    ${each}`);
    return [...(widthOf(head) <= width ? [head] : hung(head.trim(), width)), ...place];
  });
  const starts = Object.entries(report.starts).flatMap(([service, how]) =>
    hung(`${service} alone: ${visible(how)}`, width),
  );
  const conflicts = report.conflicts.flatMap((conflict) => conflictLines(report, conflict, width));
  return (
    [
      visible(report.host),
      ...(lines.length === 0 ? ['  no sockets'] : lines),
      ...starts,
      ...conflicts,
      ...driftLines(report, width),
    ].join('\n') + '\n'
  );
}

/** Text whose further lines are indented below its first. */
function hung(text: string, width: number): readonly string[] {
  return wrap(text, width - 4).map((line, i) => (i === 0 ? `  ${line}` : `    ${line}`));
}

function addressOf(socket: PredictedSocket): string {
  const end = socket.portTo === undefined ? '' : `-${socket.portTo}`;
  return hostPort(socket.address, socket.port) + end;
}

function flagsOf(socket: PredictedSocket): string {
  const flags = [
    ...(socket.unit === undefined ? [] : [socket.unit]),
    ...(socket.family === 'ipv6' && socket.address === '::' ? [socket.v6only ? 'v6only' : 'v4+v6'] : []),
    ...(socket.shards === undefined ? [] : [`${socket.shards} shards`]),
    ...(socket.transparent ? ['transparent'] : []),
    ...(socket.namespace === undefined ? [] : [`namespace ${socket.namespace}`]),
    ...(socket.interface === undefined ? [] : [socket.interface]),
    ...(socket.user === undefined && (socket.uid ?? 0) === 0 ? [] : [`as ${socket.user ?? socket.uid}`]),
    ...(socket.presence === 'vip' ? ['VIP'] : socket.presence === 'absent' ? ['not on this host'] : []),
  ];
  return flags.join(' ');
}

function declaredOf(socket: PredictedSocket): string {
  if (socket.declared === undefined) return 'default';
  const { line, column } = rangeOf(socket.declared).start;
  const place = `${visible(socket.declared.file.path)}:${line}:${column}`;
  return socket.origin === 'default' ? `default (${place})` : place;
}

function conflictLines(report: ListenersReport, conflict: SocketConflict, width: number): readonly string[] {
  const [a, b] = conflict.sockets.map((i) => report.sockets[i]);
  if (a === undefined || b === undefined) return [];
  const head = hung(`conflict: ${a.service} ${addressOf(a)} and ${b.service} ${addressOf(b)}`, width);
  const orders = conflict.orders.flatMap(({ first, sshd, haproxy }) =>
    wrap(`${first} first: sshd ${outcomeText(sshd)}, haproxy ${outcomeText(haproxy)}`, width - 4).map(
      (line) => `    ${line}`,
    ),
  );
  return [...head, ...orders];
}

/** More sockets than these are counted. */
const MOST_LOST = 4;

function listed(ports: readonly number[]): string {
  const shown = ports.slice(0, MOST_LOST).join(', ');
  return ports.length > MOST_LOST ? `${shown} and ${ports.length - MOST_LOST} more` : shown;
}

/** `up-without:A,B` in words that a line can be broken between; the other outcomes are words already. */
function outcomeText(outcome: Outcome): string {
  const prefix = 'up-without:';
  if (!outcome.startsWith(prefix)) return outcome;
  const lost = outcome.slice(prefix.length).split(',');
  const shown = lost.slice(0, MOST_LOST);
  const rest = lost.length > MOST_LOST ? `${lost.length - MOST_LOST} more` : shown.pop();
  return `up without ${shown.length === 0 ? '' : `${shown.join(', ')} and `}${rest}`;
}

function driftLines(report: ListenersReport, width: number): readonly string[] {
  const { drift, sockets } = report;
  if (drift === undefined) return [];
  if (drift.length === 0) return ['  facts/listeners.txt: as predicted'];
  const lines = drift.flatMap((each) => wrap(driftText(each, sockets), width - 4).map((line) => `    ${line}`));
  const isRead = drift.every(({ kind }) => kind !== 'unreadable');
  return [`  facts/listeners.txt ${isRead ? 'differs' : 'cannot be read, and nothing is compared'}:`, ...lines];
}

function driftText(drift: Drift, sockets: readonly PredictedSocket[]): string {
  const name = (i: number): string => {
    const socket = sockets[i];
    return socket === undefined ? '' : `${socket.service} ${addressOf(socket)}`;
  };
  switch (drift.kind) {
    case 'unreadable': {
      const place = drift.line === undefined ? '' : `line ${drift.line}: `;
      return `${place}${visible(drift.message)}. Store the output of \`ss -ltnp\` there anew.`;
    }
    case 'not-running':
      return `${drift.service} does not run`;
    case 'not-listening':
      return `${name(drift.socket)} does not listen${drift.ports === undefined ? '' : ` on ${listed(drift.ports)}`}`;
    case 'taken':
      return `${name(drift.socket)} does not listen: ${visible(drift.by)} has the port (line ${drift.line})`;
    case 'other-families': {
      const { port, v6only, line } = drift;
      const service = sockets[drift.socket]?.service ?? '';
      const how = v6only ? ['without IPv4', 'both'] : ['for IPv4 too', 'IPv6 alone'];
      return `${service} ${hostPort('::', port)} listens ${how[0]} (line ${line}), where its files ask for ${how[1]}`;
    }
    case 'not-predicted':
      return `${drift.service} listens on ${hostPort(drift.address, drift.port)} (line ${drift.line}), which no file asks for`;
  }
}
