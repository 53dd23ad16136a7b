import type { Host } from '../host.ts';
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
  const user = unit?.value('Service', 'User')?.value;
  if (user !== undefined) return named(user);
  // systemd.exec(5) DynamicUser: without User= the user is called as the unit.
  const dynamic = unit?.value('Service', 'DynamicUser')?.value ?? '';
  return unit !== undefined && /^(?:yes|true|on|1)$/i.test(dynamic) ? { user: unit.name.replace(/\.\w+$/, '') } : ROOT;
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
