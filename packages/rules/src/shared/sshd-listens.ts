import { isWildcard, type Place } from '@halint/core';
import { addressesOf, sshdSockets, unreadOf, type Host, type PredictedSocket } from '@halint/model';

/** A socket that sshd asks for, with the line to point at: the main file where no line says so. */
export interface SshdListen extends PredictedSocket {
  readonly wildcard: boolean;
  readonly at: Place;
  /** No ListenAddress at all: sshd takes every address. */
  readonly isDefault: boolean;
}

/** The sockets of a host's sshd, as the listener predictor has them. */
export function sshdListens(host: Host): readonly SshdListen[] {
  const { sshd } = host;
  if (sshd === undefined) return [];
  return sshdSockets(host, addressesOf(host, undefined)).map((socket) => ({
    ...socket,
    wildcard: isWildcard(socket),
    at: socket.declared ?? sshd.at,
    isDefault: sshd.listenAddresses.length === 0,
  }));
}

/** Lowers a claim about what sshd listens on where its command line, or a file that could not be read, may say more than is known. */
export function unsureOf(host: Host): { readonly severity?: 'info'; readonly missing?: string } {
  const missing = host.sshd?.command?.missing ?? unreadOf(host, 'sshd')[0]?.path;
  return missing === undefined ? {} : { severity: 'info', missing };
}
