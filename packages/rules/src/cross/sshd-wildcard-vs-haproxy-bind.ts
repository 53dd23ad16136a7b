import type { Bind, Rule } from '@halint/model';
import { conflictText, isWildcardTakingVip, portConflicts, startOrders } from '../shared/port-conflicts.ts';
import { overriddenOf } from '../shared/ssh-socket.ts';

export default {
  id: 'cross/sshd-wildcard-vs-haproxy-bind',
  scope: 'host',
  severity: 'error',
  summary: 'haproxy binds a port of a VIP that sshd already has on all addresses.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['lab: binds 15-37', 'sshd_config(5) ListenAddress'],
  check(host, report) {
    if (host.haproxy === undefined || overriddenOf(host) !== undefined) return;
    const told = new Set<Bind>();
    for (const each of portConflicts(host)) {
      if (told.has(each.bind) || !isWildcardTakingVip(each, host)) continue;
      told.add(each.bind);
      const other =
        each.listener.unit === undefined
          ? 'Give sshd a ListenAddress for each real address'
          : `Give ${each.listener.unit} a ListenStream= for each real address, an empty one first,`;
      report({
        ...conflictText([each], host),
        help: `${startOrders(each)} ${other} of ${host.id}, or another ${each.listener.unit === undefined ? 'Port' : 'port'}.`,
      });
    }
  },
} satisfies Rule<'host'>;
