import type { Rule } from '@halint/model';
import { sshServers } from '../shared/ssh-servers.ts';

export default {
  id: 'cross/send-proxy-to-sshd',
  scope: 'cluster',
  severity: 'error',
  summary: 'haproxy sends the PROXY protocol to an sshd, which does not know it.',
  since: '0.1.0',
  sources: ['lab: check green, every login fails', 'haproxy manual 5.2 send-proxy'],
  check(cluster, report) {
    for (const { server, owner } of sshServers(cluster)) {
      if (server.sendProxy === undefined || !server.sendProxy.value) continue;
      report({
        at: server.sendProxy.at ?? server.at,
        message: `server ${server.name.value} gets the PROXY protocol, but the sshd of ${owner.id} does not know it`,
        help: 'The check stays green, because sshd speaks first, and every login fails. Leave send-proxy out.',
      });
    }
  },
} satisfies Rule<'cluster'>;
