import type { Rule } from '@halint/model';
import { listed, placeOf, routerName } from '../shared/members.ts';

export default {
  id: 'fleet/vrrp-both-state-master',
  scope: 'cluster',
  severity: 'warning',
  summary: 'More than one member of a virtual router has state MASTER.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['keepalived vrrp_scheduler.c vrrp_init_state', 'keepalived.conf(5) state'],
  check(cluster, report) {
    for (const router of cluster.routers) {
      const masters = router.members.filter(
        ({ instance }) => instance.state.value === 'MASTER' && instance.priority.value !== 255,
      );
      const [first, ...others] = masters;
      if (first === undefined || others.length === 0) continue;
      const last = others[others.length - 1] as typeof first;
      report({
        at: placeOf(last.instance.state, last.instance.at),
        message: `${listed(masters.map(({ host }) => host.id))} all have state MASTER for ${routerName(router)}`,
        help: 'state clears nopreempt and makes a missing priority 255; the election goes by priority. Give the hosts that should stand by state BACKUP.',
        related: masters.slice(0, -1).map(({ host, instance }) => ({
          at: placeOf(instance.state, instance.at),
          message: `${host.id}: state MASTER`,
        })),
      });
    }
  },
} satisfies Rule<'cluster'>;
