import type { Rule } from '@halint/model';
import { placeOf, routerName, shown } from '../shared/members.ts';

export default {
  id: 'fleet/vrrp-equal-priority',
  scope: 'cluster',
  severity: 'warning',
  summary: 'Two members of a virtual router have the same priority.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['keepalived vrrp.c vrrp_state_backup: a BACKUP accepts adverts with its own priority', 'lab: eq_backup_*'],
  check(cluster, report) {
    for (const router of cluster.routers) {
      const seen = new Map<number, (typeof router.members)[number]>();
      for (const member of router.members) {
        const { priority } = member.instance;
        const first = seen.get(priority.value);
        if (first === undefined) {
          seen.set(priority.value, member);
          continue;
        }
        report({
          at: placeOf(priority, member.instance.at),
          message: `${first.host.id} and ${member.host.id} both have priority ${shown(priority)}: whoever starts first holds ${routerName(router)}`,
          help: 'A BACKUP never takes over from an equal priority, and two that became MASTER together are decided by the higher address. Give every member a priority of its own.',
          related: [
            {
              at: placeOf(first.instance.priority, first.instance.at),
              message: `${first.host.id}: priority ${shown(first.instance.priority)}`,
            },
          ],
        });
      }
    }
  },
} satisfies Rule<'cluster'>;
