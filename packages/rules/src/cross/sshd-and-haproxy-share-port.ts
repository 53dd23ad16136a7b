import { isWildcard } from '@halint/core';
import { vipsOf, type Bind, type Host, type Rule } from '@halint/model';
import {
  conflictText,
  isWildcardTakingVip,
  portConflicts,
  startOrders,
  type PortConflict,
} from '../shared/port-conflicts.ts';
import { overriddenOf } from '../shared/ssh-socket.ts';
import { sshdListens } from '../shared/sshd-listens.ts';

export default {
  id: 'cross/sshd-and-haproxy-share-port',
  scope: 'host',
  severity: 'error',
  summary: 'haproxy and sshd want the same port of an address of the host.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['lab: binds 18-22, 39-43', 'tcp(7)', 'sshd_config(5) ListenAddress'],
  check(host, report) {
    if (host.haproxy === undefined || overriddenOf(host) !== undefined) return;
    const ofBind = new Map<Bind, [PortConflict, ...PortConflict[]]>();
    for (const each of portConflicts(host)) {
      const known = ofBind.get(each.bind);
      if (known === undefined) ofBind.set(each.bind, [each]);
      else known.push(each);
    }
    for (const conflicts of ofBind.values()) {
      if (conflicts.some((each) => isToldElsewhere(each, host))) continue;
      const [first] = conflicts;
      report({ ...conflictText(conflicts, host), help: `${startOrders(first)} ${wayOut(first)}` });
    }
  },
} satisfies Rule<'host'>;

/** By cross/sshd-wildcard-vs-haproxy-bind, or, where both want the same VIP, by cross/sshd-listens-on-vip. */
function isToldElsewhere(each: PortConflict, host: Host): boolean {
  const { address, port } = each.listener;
  const isSameVip = vipsOf(host).has(address) && each.wanted.address === address;
  return (
    isWildcardTakingVip(each, host) ||
    (isSameVip && sshdListens(host).some((listen) => listen.address === address && listen.port === port))
  );
}

function wayOut({ wanted, listener }: PortConflict): string {
  if (!isWildcard(wanted)) return 'Give one of the two another port or another address.';
  const port = listener.unit === undefined ? 'sshd another Port' : `${listener.unit} another port`;
  return `Let haproxy bind the addresses that it is for, not all, or give ${port}.`;
}
