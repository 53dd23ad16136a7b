import type { Rule } from '@halint/model';
import { differing, placeOf, shown } from '../shared/members.ts';

export default {
  id: 'fleet/vrrp-version-mismatch',
  scope: 'cluster',
  severity: 'error',
  summary: 'Members of one virtual router speak different VRRP versions.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['keepalived vrrp.c vrrp_check_packet', 'keepalived.conf(5) vrrp_version, version'],
  check(cluster, report) {
    for (const router of cluster.routers) {
      for (const [one, other] of differing(router, (instance) => `${instance.version.value}`)) {
        const [a, b] = [one.instance.version, other.instance.version];
        report({
          at: placeOf(b, other.instance.at),
          message: `${other.host.id} speaks VRRP version ${shown(b)}, ${one.host.id} version ${shown(a)}`,
          help: 'Adverts of another version are dropped: both hosts become MASTER. Set the same vrrp_version everywhere.',
          related: [{ at: placeOf(a, one.instance.at), message: `${one.host.id}: version ${shown(a)}` }],
        });
      }
    }
  },
} satisfies Rule<'cluster'>;
