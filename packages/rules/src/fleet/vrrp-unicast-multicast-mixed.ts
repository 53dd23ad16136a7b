import type { Rule } from '@halint/model';
import { differing } from '../shared/members.ts';

export default {
  id: 'fleet/vrrp-unicast-multicast-mixed',
  scope: 'cluster',
  severity: 'error',
  summary: 'One member of a virtual router sends unicast adverts, another multicast.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['keepalived.conf(5) unicast_peer', 'lab: both MASTER and neither side logs anything'],
  check(cluster, report) {
    for (const router of cluster.routers) {
      for (const [one, other] of differing(router, (instance) =>
        instance.unicastPeers.length > 0 ? 'unicast' : 'multicast',
      )) {
        const [unicast, multicast] = one.instance.unicastPeers.length > 0 ? [one, other] : [other, one];
        report({
          at: multicast.instance.at,
          message: `${multicast.host.id} has no unicast_peer and sends multicast, ${unicast.host.id} sends unicast`,
          help: 'Neither hears the other: both become MASTER and nothing is logged. Give every member the unicast_peer list, or none.',
          related: [
            {
              at: unicast.instance.unicastPeers[0]?.at ?? unicast.instance.at,
              message: `${unicast.host.id}: unicast_peer`,
            },
          ],
        });
      }
    }
  },
} satisfies Rule<'cluster'>;
