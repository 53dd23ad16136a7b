import { proxiesBehind, type Rule } from '@halint/model';

export default {
  id: 'haproxy/server-without-check',
  scope: 'host',
  severity: 'warning',
  summary: 'A server behind a VIP is not checked.',
  since: '0.1.0',
  sources: ['haproxy manual 5.2 check'],
  check(host, report) {
    const { haproxy } = host;
    if (haproxy === undefined) return;
    const vips = (host.keepalived?.instances ?? []).flatMap((instance) =>
      instance.vips.map((vip) => vip.address.value),
    );
    const fronts = new Set(vips.flatMap((vip) => haproxy.bindsAt(vip).map((bind) => bind.proxy)));
    for (const name of fronts) {
      for (const proxy of proxiesBehind(haproxy, name)) {
        // A single server has no other to go to: whether it is checked changes nothing for its clients.
        if (proxy.servers.length < 2) continue;
        for (const server of proxy.servers) {
          if (server.check.value || server.disabled) continue;
          report({
            at: server.at,
            message: `server ${server.name.value} of ${proxy.name.value} is not checked: when it dies it keeps its share of the connections`,
            help: 'Add check to the server line, or to default-server.',
          });
        }
      }
    }
  },
} satisfies Rule<'host'>;
