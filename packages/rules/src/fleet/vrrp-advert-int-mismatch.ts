import type { Rule } from '@halint/model';
import { differing, placeOf, shown } from '../shared/members.ts';

export default {
  id: 'fleet/vrrp-advert-int-mismatch',
  scope: 'cluster',
  severity: 'error',
  summary: 'Members of one VRRPv2 router advertise at different intervals.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['RFC 3768 7.1', 'keepalived vrrp.c vrrp_check_packet', 'lab: both MASTER with version 2'],
  check(cluster, report) {
    for (const router of cluster.routers) {
      for (const [one, other] of differing(router, (instance) => `${instance.advertInt.value}`)) {
        // Version 3 carries the interval in the advert and the backup adopts it (RFC 9568 6.1).
        if (one.instance.version.value === 3 && other.instance.version.value === 3) continue;
        const [a, b] = [one.instance.advertInt, other.instance.advertInt];
        report({
          at: placeOf(b, other.instance.at),
          message: `advert_int is ${shown(b)} s on ${other.host.id} and ${shown(a)} s on ${one.host.id}`,
          help: 'VRRP version 2 drops adverts with another interval: both hosts become MASTER. Use one interval on all hosts.',
          related: [{ at: placeOf(a, one.instance.at), message: `${one.host.id}: ${shown(a)} s` }],
        });
      }
    }
  },
} satisfies Rule<'cluster'>;
