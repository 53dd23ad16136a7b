import { hostPort, isWildcard, type Place } from '@halint/core';
import { sshSocket, type Host, type SshSocket } from '@halint/model';
import { sshdListens, type SshdListen } from './sshd-listens.ts';

/** A socket unit that listens elsewhere than sshd's own configuration says. */
export interface Overridden {
  readonly socket: SshSocket;
  /** The first line that says where sshd listens. */
  readonly explicit: Place;
  /** What sshd would listen on. */
  readonly wanted: readonly SshdListen[];
}

/** What cross/ssh-socket-overrides-listenaddress tells of a host; its binds beside the unit are told there too. */
export function overriddenOf(host: Host): Overridden | undefined {
  const socket = sshSocket(host);
  const { sshd } = host;
  const explicit = sshd?.listenAddresses[0]?.host.at ?? sshd?.ports.find(({ at }) => at !== undefined)?.at;
  if (socket === undefined || explicit === undefined) return undefined;
  const wanted = sshdListens(host);
  return agrees(socket, wanted) ? undefined : { socket, explicit, wanted };
}

function agrees({ sockets }: SshSocket, wanted: readonly SshdListen[]): boolean {
  const has = new Set(
    sockets.flatMap((each) => {
      const both = each.family === 'ipv6' && !each.v6only && isWildcard(each);
      return [hostPort(each.address, each.port), ...(both ? [hostPort('0.0.0.0', each.port)] : [])];
    }),
  );
  const asked = new Set(wanted.map(({ address, port }) => hostPort(address, port)));
  return has.size === asked.size && [...has].every((each) => asked.has(each));
}
