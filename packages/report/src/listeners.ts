import { hostPort, rangeOf, type Place } from '@halint/core';
import type { Drift, ListenersReport, PredictedSocket, SocketConflict } from '@halint/model';
import { visible, wrap } from './visible.ts';

/** The report as the contract's section 6 has it. */
export function listenersJson(reports: readonly ListenersReport[]): string {
  const socket = ({ declared, ...rest }: PredictedSocket): object => ({
    ...rest,
    ...(declared === undefined ? {} : { declared: placeJson(declared) }),
  });
  const hosts = reports.map((report) => ({ ...report, sockets: report.sockets.map(socket) }));
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
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0), 0));
  const lines = rows.map((row) =>
    `  ${row.map((cell, i) => (i < 3 ? cell.padEnd(widths[i] ?? 0) : cell)).join('  ')}`.trimEnd(),
  );
  const starts = Object.entries(report.starts).map(([service, how]) => `  ${service} alone: ${visible(how)}`);
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

function addressOf(socket: PredictedSocket): string {
  const end = socket.portTo === undefined ? '' : `-${socket.portTo}`;
  return hostPort(socket.address, socket.port) + end;
}

function flagsOf(socket: PredictedSocket): string {
  const flags = [
    ...(socket.unit === undefined ? [] : [socket.unit]),
    ...(socket.family === 'ipv6' && socket.address === '::' ? [socket.v6only ? 'v6only' : 'v4+v6'] : []),
    ...(socket.transparent ? ['transparent'] : []),
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
  const head = `  conflict: ${a.service} ${addressOf(a)} and ${b.service} ${addressOf(b)}`;
  const orders = conflict.orders.flatMap((order) =>
    wrap(`${order.first} first: sshd ${order.sshd}, haproxy ${order.haproxy}`, width - 4).map((line) => `    ${line}`),
  );
  return [head, ...orders];
}

function driftLines(report: ListenersReport, width: number): readonly string[] {
  const { drift, sockets } = report;
  if (drift === undefined) return [];
  if (drift.length === 0) return ['  facts/listeners.txt: as predicted'];
  const lines = drift.flatMap((each) => wrap(driftText(each, sockets), width - 4).map((line) => `    ${line}`));
  return ['  facts/listeners.txt differs:', ...lines];
}

function driftText(drift: Drift, sockets: readonly PredictedSocket[]): string {
  const name = (i: number): string => {
    const socket = sockets[i];
    return socket === undefined ? '' : `${socket.service} ${addressOf(socket)}`;
  };
  switch (drift.kind) {
    case 'not-running':
      return `${drift.service} does not run`;
    case 'not-listening':
      return `${name(drift.socket)} does not listen`;
    case 'taken':
      return `${name(drift.socket)} does not listen: ${visible(drift.by)} has the port (line ${drift.line})`;
    case 'not-predicted':
      return `${drift.service} listens on ${hostPort(drift.address, drift.port)} (line ${drift.line}), which no file asks for`;
  }
}
