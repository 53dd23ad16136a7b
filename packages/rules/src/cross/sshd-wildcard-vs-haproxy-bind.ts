import { hostPort, isWildcard } from '@halint/core';
import {
  addressesOf,
  conflictsOf,
  openingOf,
  socketOfBind,
  vipsOf,
  type Bind,
  type Rule,
  type SocketConflict,
} from '@halint/model';
import { sshdListens, unsureOf } from '../shared/sshd-listens.ts';

export default {
  id: 'cross/sshd-wildcard-vs-haproxy-bind',
  scope: 'host',
  severity: 'error',
  summary: 'haproxy binds a port of a VIP that sshd already has on all addresses.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['lab: binds 15-37', 'sshd_config(5) ListenAddress'],
  check(host, report) {
    const { haproxy } = host;
    if (haproxy === undefined) return;
    const addresses = addressesOf(host, undefined);
    const vips = vipsOf(host);
    const sshd = sshdListens(host);
    // Only binds on sshd's own ports can matter: a large file has thousands of others.
    const binds = new Set(sshd.flatMap((listen) => haproxy.bindsOnPort(listen.port)));
    const asked = [...binds].flatMap((bind) => {
      const socket = socketOfBind(bind, addresses, openingOf(host));
      return socket === undefined ? [] : [{ bind, socket }];
    });
    const told = new Set<Bind>();
    for (const conflict of conflictsOf({ sshd, haproxy: asked.map(({ socket }) => socket) }, addresses)) {
      const listen = sshd[conflict.sockets[0]];
      const wanted = asked[conflict.sockets[1] - sshd.length];
      if (listen === undefined || wanted === undefined || !listen.wildcard || told.has(wanted.bind)) continue;
      const { bind, socket } = wanted;
      if (!isWildcard(socket) && !vips.has(socket.address)) continue;
      told.add(bind);
      report({
        ...unsureOf(host),
        at: bind.address.at ?? bind.at,
        message: `sshd of ${host.id} listens on ${hostPort(listen.address, listen.port)}${listen.isDefault ? ' (no ListenAddress)' : ''} and takes ${hostPort(bind.address.value, listen.port)} from haproxy`,
        help: `${order(conflict)} Give sshd a ListenAddress for each real address of ${host.id}, or another Port.`,
        related: [
          {
            at: listen.at,
            message: listen.isDefault ? 'sshd reads its addresses here: none is set' : 'sshd listens on all addresses',
          },
        ],
      });
    }
  },
} satisfies Rule<'host'>;

/** What happens in either start order, as the listener predictor has it: sshd that keeps another socket goes on without one family. */
function order({ orders }: SocketConflict): string {
  const outcome = orders.find(({ first }) => first === 'haproxy')?.sshd ?? 'exit';
  const without = outcome
    .replace(/^up-without[-:]/, '')
    .replace('ipv4', 'IPv4')
    .replace('ipv6', 'IPv6');
  const second =
    outcome === 'exit' ? 'sshd exits and is not restarted' : `sshd goes on without ${without}, and nobody is told`;
  return `If sshd starts first, haproxy exits ("Address already in use"); if haproxy starts first, ${second}.`;
}
