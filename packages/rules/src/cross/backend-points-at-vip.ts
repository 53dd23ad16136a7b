import { type Rule, vipsOf } from '@halint/model';

export default {
  id: 'cross/backend-points-at-vip',
  scope: 'host',
  severity: 'error',
  summary: 'A server line points at a VIP and port that haproxy itself binds.',
  since: '0.1.0',
  sources: ['lab: one client filled 200 of 200 connections in less than a second'],
  check(host, report) {
    const { haproxy } = host;
    if (haproxy === undefined) return;
    for (const address of vipsOf(host).keys()) {
      for (const server of haproxy.serversAt(address)) {
        const port = server.port?.value;
        const bind = haproxy
          .bindsAt(address)
          .find((each) => port === undefined || (each.portFrom <= port && port <= each.portTo));
        if (bind === undefined) continue;
        report({
          at: server.address.at ?? server.at,
          message: `server ${server.name.value} is ${address}, the VIP that haproxy binds itself: it connects to itself until maxconn`,
          help: 'haproxy -c is silent. Give the server the real address of a host.',
          related: [{ at: bind.at, message: 'bound here' }],
        });
      }
    }
  },
} satisfies Rule<'host'>;
