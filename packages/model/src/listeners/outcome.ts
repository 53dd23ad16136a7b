import { hostPort, mappedIpv4 } from '@halint/core';
import type { SwitchDoubt } from '../host.ts';
import { maySharePort } from './opener.ts';
import type { Addresses } from './presence.ts';
import { inKernel, overlaps } from './sockets.ts';
import type { ListeningService, Outcome, PredictedSocket, SocketConflict, StartOrder } from './types.ts';

/** Does bind() fail although nobody else holds the port? `unknown` addresses are given the benefit of the doubt. */
export function cannotBind(socket: PredictedSocket, addresses: Addresses, asHolder: boolean): boolean {
  if (isRefused(socket)) return true;
  return needsNonlocal(socket, asHolder) && !addresses.nonlocal(inKernel(socket).family).isOn;
}

/** Why it is not known whether the bind succeeds, where that is for the kernel to say. */
export function doubtOfBind(socket: PredictedSocket, addresses: Addresses): SwitchDoubt | undefined {
  if (isRefused(socket) || !needsNonlocal(socket, false)) return undefined;
  return addresses.nonlocal(inKernel(socket).family).doubt;
}

/** Refused whatever the host's addresses are. */
function isRefused(socket: PredictedSocket): boolean {
  return isMappedV6only(socket) || socket.privileged === true;
}

function needsNonlocal({ presence, transparent }: PredictedSocket, asHolder: boolean): boolean {
  return !transparent && (presence === 'absent' || (presence === 'vip' && !asHolder));
}

/** IPV6_V6ONLY and an IPv4 address in IPv6's clothes: bind() says "Invalid argument" (sshd 9.2 always asks for it, haproxy with v6only). */
export function isMappedV6only(socket: PredictedSocket): boolean {
  return socket.v6only && mappedIpv4(socket) !== undefined;
}

function exclude(a: PredictedSocket, b: PredictedSocket): boolean {
  return overlaps(a, b) && !maySharePort(a, b);
}

/**
 * The sockets of sshd that it does not get. It binds them one after the other, the last address of its configuration first
 * (servconf.c add_one_listen_addr), without SO_REUSEPORT: one that overlaps a socket it has already is lost.
 */
export function lostOfSshd(
  own: readonly PredictedSocket[],
  isBlocked: (socket: PredictedSocket, index: number) => boolean,
): readonly PredictedSocket[] {
  const open: PredictedSocket[] = [];
  const lost = new Set<PredictedSocket>();
  for (let i = own.length - 1; i >= 0; i--) {
    const socket = own[i] as PredictedSocket;
    if (isBlocked(socket, i) || open.some((each) => exclude(each, socket))) lost.add(socket);
    else open.push(socket);
  }
  return own.filter((socket) => lost.has(socket));
}

/** Sockets of haproxy that the first of two overlapping ones keeps from opening; only without SO_REUSEPORT, the default. */
export function overlappingOfHaproxy(own: readonly PredictedSocket[]): readonly PredictedSocket[] {
  return own.filter((socket, i) => !socket.reuseport && own.slice(0, i).some((each) => exclude(each, socket)));
}

interface Services {
  readonly sshd: readonly PredictedSocket[];
  readonly haproxy: readonly PredictedSocket[];
}

/** Pairs of an sshd and a haproxy socket that exclude each other, as indices into `sshd` followed by `haproxy`. */
export function conflictingPairs({ sshd, haproxy }: Services): readonly (readonly [number, number])[] {
  const byPort = new Map<number, number[]>();
  sshd.forEach((socket, i) => byPort.set(socket.port, [...(byPort.get(socket.port) ?? []), i]));
  const pairs: (readonly [number, number])[] = [];
  haproxy.forEach((socket, j) => {
    for (const i of candidates(byPort, socket)) {
      if (exclude(sshd[i] as PredictedSocket, socket)) pairs.push([i, sshd.length + j]);
    }
  });
  return pairs;
}

function candidates(byPort: ReadonlyMap<number, readonly number[]>, socket: PredictedSocket): readonly number[] {
  const { port, portTo } = socket;
  if (portTo === undefined) return byPort.get(port) ?? [];
  return [...byPort].flatMap(([each, sockets]) => (port <= each && each <= portTo ? sockets : []));
}

/**
 * Every conflict with what follows for both services in either start order. The host counts as holder of its VIPs here:
 * that is when both services want the port; `starts` says what happens without them.
 */
export function conflictsOf(services: Services, addresses: Addresses): readonly SocketConflict[] {
  const pairs = conflictingPairs(services);
  if (pairs.length === 0) return [];
  const blockers = new Map<number, number[]>();
  for (const [a, b] of pairs) {
    blockers.set(a, [...(blockers.get(a) ?? []), b]);
    blockers.set(b, [...(blockers.get(b) ?? []), a]);
  }
  const play = (first: ListeningService): StartOrder => playOrder(first, services, addresses, blockers);
  const orders = [play('sshd'), play('haproxy')];
  return pairs.map((sockets) => ({ sockets, orders }));
}

function playOrder(
  first: ListeningService,
  services: Services,
  addresses: Addresses,
  blockers: ReadonlyMap<number, readonly number[]>,
): StartOrder {
  const base = { sshd: 0, haproxy: services.sshd.length };
  const second = first === 'sshd' ? 'haproxy' : 'sshd';
  const open = new Set<number>();
  const start = (service: ListeningService): Outcome => {
    const own = services[service];
    const isBlocked = (socket: PredictedSocket, i: number): boolean =>
      cannotBind(socket, addresses, true) ||
      (blockers.get(base[service] + i)?.some((other) => open.has(other)) ?? false);
    const lost =
      service === 'sshd' ? lostOfSshd(own, isBlocked) : [...own.filter(isBlocked), ...overlappingOfHaproxy(own)];
    const outcome = service === 'haproxy' ? haproxyOutcome(lost) : sshdOutcome(own, lost);
    if (outcome !== 'exit') own.forEach((socket, i) => lost.includes(socket) || open.add(base[service] + i));
    return outcome;
  };
  const outcomes = { [first]: start(first), [second]: start(second) } as Record<ListeningService, Outcome>;
  return { first, sshd: outcomes.sshd, haproxy: outcomes.haproxy };
}

/** One bind that fails ends the process, whatever the others do. */
function haproxyOutcome(lost: readonly PredictedSocket[]): Outcome {
  return lost.length > 0 ? 'exit' : 'up';
}

/** sshd passes over sockets that fail, and exits when none is left; a socket unit fails with the first (systemd.socket(5)). */
export function sshdOutcome(all: readonly PredictedSocket[], lost: readonly PredictedSocket[]): Outcome {
  if (lost.length === 0) return 'up';
  if (lost.some(({ unit }) => unit !== undefined)) return 'exit';
  const left = all.filter((socket) => !lost.includes(socket));
  if (left.length === 0) return 'exit';
  for (const family of ['ipv4', 'ipv6'] as const) {
    const gone = lost.every((socket) => socket.family === family) && left.every((socket) => socket.family !== family);
    if (gone) return `up-without-${family}`;
  }
  return `up-without:${lost.map((socket) => hostPort(socket.address, socket.port)).join(',')}`;
}
