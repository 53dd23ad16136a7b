import type { Rule } from '@halint/model';
import { placeOf, routerName, shown } from '../shared/members.ts';

export default {
  id: 'fleet/vrrp-state-priority-inverted',
  scope: 'cluster',
  severity: 'warning',
  summary: 'The host with state MASTER does not have the highest priority.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['keepalived vrrp_scheduler.c vrrp_init_state: every instance starts as BACKUP, priorities decide'],
  check(cluster, report) {
    for (const router of cluster.routers) {
      const masters = router.members.filter(({ instance }) => instance.state.value === 'MASTER');
      const [master] = masters;
      if (master === undefined || masters.length > 1) continue;
      for (const other of router.members) {
        const [own, higher] = [master.instance.priority, other.instance.priority];
        if (other === master || higher.value <= own.value) continue;
        report({
          at: placeOf(higher, other.instance.at),
          message: `priority ${shown(higher)} on ${other.host.id} (state ${other.instance.state.value}) is above ${shown(own)} on ${master.host.id} (state MASTER): ${other.host.id} holds ${routerName(router)}`,
          help: 'The election goes by priority, never by state. Give the host that should hold the address the highest priority.',
          related: [
            {
              at: placeOf(own, master.instance.at),
              message: `${master.host.id}: priority ${shown(own)}, state MASTER`,
            },
          ],
        });
      }
    }
  },
} satisfies Rule<'cluster'>;
