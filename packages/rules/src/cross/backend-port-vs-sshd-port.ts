import type { Rule } from '@halint/model';
import { sshServers } from '../shared/ssh-servers.ts';
import { unsureOf } from '../shared/sshd-listens.ts';

export default {
  id: 'cross/backend-port-vs-sshd-port',
  scope: 'cluster',
  severity: 'error',
  summary: 'A server line names a port on which the sshd of that host does not listen.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['sshd_config(5) Port, ListenAddress', 'haproxy manual 5.2 port'],
  check(cluster, report) {
    for (const { host, server, owner, listens } of sshServers(cluster)) {
      const ports = [...new Set(listens.map((listen) => listen.port))];
      for (const port of [server.port, server.checkPort]) {
        if (port === undefined || ports.includes(port.value)) continue;
        report({
          ...unsureOf(owner),
          at: port.at ?? server.at,
          message: `server ${server.name.value} is port ${port.value} of ${owner.id}, whose sshd listens on ${ports.join(', ')}`,
          help: `The server stays down in the haproxy of ${host.id}. Use the port of sshd, or give sshd that Port.`,
          related: [{ at: listens[0]?.at ?? server.at, message: `sshd of ${owner.id}: port ${ports.join(', ')}` }],
        });
      }
    }
  },
} satisfies Rule<'cluster'>;
