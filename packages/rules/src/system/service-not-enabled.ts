import type { Place } from '@halint/core';
import { unitState, type Cluster, type Host, type Rule } from '@halint/model';

export default {
  id: 'system/service-not-enabled',
  scope: 'cluster',
  severity: 'warning',
  summary: 'keepalived or haproxy of a member does not start at boot.',
  since: '0.1.0',
  sources: ['systemctl(1) list-unit-files', 'systemd.unit(5) [Install]'],
  check(cluster, report) {
    if (cluster.hosts.length < 2) return;
    for (const host of cluster.hosts) {
      for (const daemon of ['keepalived', 'haproxy'] as const) {
        const at = daemon === 'keepalived' ? instanceOf(host, cluster) : bindOf(host, cluster);
        if (at === undefined) continue;
        const { unit, state } = unitState(host, daemon);
        if (state === undefined) {
          report({
            at,
            severity: 'info',
            missing: 'facts/unit-files.txt',
            message: `cannot tell whether ${unit} of ${host.id} is enabled`,
            help: 'Store the output of systemctl list-unit-files --no-legend as facts/unit-files.txt.',
          });
        } else if (/^(?:disabled|masked)/.test(state)) {
          report({
            at,
            message: `${unit} of ${host.id} is ${state}: after a reboot the cluster is without it`,
            help: `${state.startsWith('masked') ? `systemctl unmask ${unit} and ` : ''}systemctl enable ${unit}.`,
          });
        }
      }
    }
  },
} satisfies Rule<'cluster'>;

function instanceOf(host: Host, cluster: Cluster): Place | undefined {
  for (const { members } of cluster.routers) {
    const own = members.find((member) => member.host === host);
    if (own !== undefined && members.length > 1) return own.instance.at;
  }
  return undefined;
}

/** A bind on an address of the cluster: without one haproxy is none of its business. */
function bindOf(host: Host, cluster: Cluster): Place | undefined {
  const vips = cluster.routers.flatMap((router) => router.vips);
  return vips.flatMap((vip) => host.haproxy?.bindsAt(vip) ?? [])[0]?.at;
}
