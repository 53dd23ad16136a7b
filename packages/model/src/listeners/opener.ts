import { sysctlValue, type Host } from '../host.ts';
import { keptFrom, userOf } from '../unit-limits.ts';
import { unitOf } from '../units.ts';
import type { PredictedSocket } from './types.ts';

/** Who opens a socket: a number, or a name whose number is not known and which is not root. */
export type Opener = Pick<PredictedSocket, 'uid' | 'user'>;

export const ROOT: Opener = { uid: 0 };

/**
 * The user under whom a daemon opens its sockets: that of its unit, root without one. `user` and `uid` of haproxy.cfg come later: haproxy binds
 * first (haproxy.c main(): protocol_bind_all() stands above set_identity()).
 */
export function openerOf(host: Host, daemon: 'haproxy' | 'sshd'): Opener {
  const unit = unitOf(host, daemon);
  const user = unit === undefined ? undefined : userOf(unit)?.value;
  return user === undefined ? ROOT : named(user);
}

/**
 * The lowest port that a daemon may bind: 0 with CAP_NET_BIND_SERVICE, else net.ipv4.ip_unprivileged_port_start, which counts for IPv6 too
 * (ip-sysctl). A capability of the program's file (setcap(8)) is not seen.
 */
export function firstPortOf(host: Host, daemon: 'haproxy' | 'sshd'): number {
  const unit = unitOf(host, daemon);
  if (unit === undefined || keptFrom(unit, 'CAP_NET_BIND_SERVICE') === undefined) return 0;
  return Number.parseInt(sysctlValue(host, 'net.ipv4.ip_unprivileged_port_start', '1024').value, 10) || 0;
}

function named(user: string): Opener {
  if (user === 'root') return ROOT;
  return /^\d+$/.test(user) ? { uid: Number(user) } : { user };
}

/**
 * May two overlapping sockets listen at the same time? Both need SO_REUSEPORT and the same effective user (inet_csk_bind_conflict()), and the
 * kernel then deals the connections out to both. test/around/reuseport.test.ts asks the kernel.
 */
export function maySharePort(a: PredictedSocket, b: PredictedSocket): boolean {
  return a.reuseport && b.reuseport && a.uid === b.uid && a.user === b.user;
}
