import { type Rule, vipsOf } from '@halint/model';
import { hostPort } from '@halint/core';
import { sshdListens } from '../shared/sshd-listens.ts';

export default {
  id: 'cross/sshd-listens-on-vip',
  scope: 'host',
  severity: 'error',
  summary: 'sshd listens on a VIP.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['lab: binds 12-14, 35, 56', 'sshd_config(5) ListenAddress'],
  check(host, report) {
    const vips = vipsOf(host);
    for (const listen of sshdListens(host)) {
      const vip = vips.get(listen.address);
      if (vip === undefined) continue;
      const bind = host.haproxy
        ?.bindsAt(listen.address)
        .find((each) => each.portFrom <= listen.port && listen.port <= each.portTo);
      report({
        at: listen.at,
        message: `sshd of ${host.id} listens on ${hostPort(listen.address, listen.port)}, which is a VIP`,
        help: `${bind === undefined ? 'Whoever logs in to the VIP reaches another host after a failover, with another host key' : 'haproxy binds the same address and port: only one of the two starts'}. Give sshd the real address of ${host.id}.`,
        related: [
          { at: vip.at, message: `the VIP of ${vip.instance.name.value}` },
          ...(bind === undefined ? [] : [{ at: bind.at, message: 'haproxy binds it' }]),
        ],
      });
    }
  },
} satisfies Rule<'host'>;
