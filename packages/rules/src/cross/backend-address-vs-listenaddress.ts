import { realAddresses, type Rule } from '@halint/model';
import { parseIp } from '@halint/core';
import { answers, sshServers } from '../shared/ssh-servers.ts';
import { unsureOf } from '../shared/sshd-listens.ts';

export default {
  id: 'cross/backend-address-vs-listenaddress',
  scope: 'cluster',
  severity: 'error',
  summary: 'A server line names an address of a host on which its sshd does not listen.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['sshd_config(5) ListenAddress, AddressFamily'],
  check(cluster, report) {
    for (const { server, owner, listens } of sshServers(cluster)) {
      const ip = parseIp(server.address.value);
      const own = realAddresses(owner) ?? [];
      const address = own.find((each) => each.address.address === ip?.address)?.address;
      if (address === undefined || listens.some((listen) => answers(listen, address))) continue;
      // An sshd on addresses that its host does not have is told by cross/sshd-listenaddress-not-local, once.
      const reachable = listens.filter(
        (listen) => listen.wildcard || own.some((each) => each.address.address === listen.address),
      );
      if (reachable.length === 0) continue;
      report({
        ...unsureOf(owner),
        at: server.address.at ?? server.at,
        message: `server ${server.name.value} is ${address.address} of ${owner.id}, whose sshd listens only on ${[...new Set(reachable.map((each) => each.address))].join(', ')}`,
        help: 'Connections are refused there, on this host only. Use an address that sshd listens on, or add a ListenAddress.',
        related: [{ at: reachable[0]?.at ?? server.at, message: `sshd of ${owner.id} listens here` }],
      });
    }
  },
} satisfies Rule<'cluster'>;
