import type { Rule } from '@halint/model';
import { differing, placeOf, routerName } from '../shared/members.ts';

export default {
  id: 'fleet/vrrp-vrid-mismatch',
  scope: 'cluster',
  severity: 'error',
  summary: 'Hosts that share a VIP use different virtual_router_ids.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['RFC 9568 5.2.3', 'keepalived.conf(5) virtual_router_id', 'keepalived vrrp.c vrrp_check_packet'],
  check(cluster, report) {
    for (const router of cluster.routers) {
      for (const [one, other] of differing(router, (instance) => instance.virtualRouterId?.value.toString())) {
        const [a, b] = [one.instance.virtualRouterId, other.instance.virtualRouterId];
        if (a === undefined || b === undefined) continue;
        report({
          at: placeOf(b, other.instance.at),
          message: `${other.host.id} uses virtual_router_id ${b.value}, ${one.host.id} uses ${a.value} for the same ${routerName(router)}`,
          help: 'Each ignores the adverts of the other, so both become MASTER and both answer for the address. Use one id on all hosts of the router.',
          related: [{ at: placeOf(a, one.instance.at), message: `${one.host.id}: virtual_router_id ${a.value}` }],
        });
      }
    }
  },
} satisfies Rule<'cluster'>;
