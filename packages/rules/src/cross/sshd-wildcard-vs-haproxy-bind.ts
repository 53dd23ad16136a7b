import type { Bind, Rule } from '@halint/model';
import { hostPort } from '@halint/core';
import { vipsOf } from '../shared/addresses.ts';
import { sshdListens, type SshdListen } from '../shared/sshd-listens.ts';

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
    const vips = vipsOf(host);
    const listens = sshdListens(host).filter((each) => each.wildcard);
    const seen = new Set<Bind>();
    for (const listen of listens) {
      for (const bind of haproxy.bindsOnPort(listen.port)) {
        if (seen.has(bind) || !collides(listen, bind, vips)) continue;
        seen.add(bind);
        report({
          at: bind.address.at ?? bind.at,
          message: `sshd of ${host.id} listens on ${hostPort(listen.address, listen.port)}${listen.isDefault ? ' (no ListenAddress)' : ''} and takes ${hostPort(bind.address.value, listen.port)} from haproxy`,
          help: `${order(listens, listen, bind)} Give sshd a ListenAddress for each real address of ${host.id}, or another Port.`,
          related: [
            {
              at: listen.at,
              message: listen.isDefault
                ? 'sshd reads its addresses here: none is set'
                : 'sshd listens on all addresses',
            },
          ],
        });
      }
    }
  },
} satisfies Rule<'host'>;

/** A VIP or a wildcard against a wildcard of the same family; `::` without v6only is both families. */
function collides(listen: SshdListen, bind: Bind, vips: ReadonlyMap<string, unknown>): boolean {
  if (bind.family !== 'ipv4' && bind.family !== 'ipv6') return false;
  const wide = bind.address.value === '0.0.0.0' || bind.address.value === '::';
  if (!wide && !vips.has(bind.address.value)) return false;
  return bind.family === listen.family || (bind.address.value === '::' && bind.v6only !== true);
}

/** What happens in either start order: sshd that keeps another socket goes on without this family. */
function order(listens: readonly SshdListen[], listen: SshdListen, bind: Bind): string {
  const others = listens.some(
    (each) => each.family !== listen.family && !(bind.address.value === '::' && bind.v6only !== true),
  );
  const second = others
    ? `sshd goes on without ${listen.family === 'ipv4' ? 'IPv4' : 'IPv6'}, and nobody is told`
    : 'sshd exits and is not restarted';
  return `If sshd starts first, haproxy exits ("Address already in use"); if haproxy starts first, ${second}.`;
}
