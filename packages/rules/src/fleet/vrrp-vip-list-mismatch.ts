import type { Rule, VrrpInstance } from '@halint/model';
import { compareVersions } from '@halint/core';
import { differing, listed, placeOf } from '../shared/members.ts';

const addresses = (instance: VrrpInstance): readonly string[] => instance.vips.map((vip) => vip.address.value);

export default {
  id: 'fleet/vrrp-vip-list-mismatch',
  scope: 'cluster',
  severity: 'error',
  summary: 'Members of one virtual router advertise different sets of VIPs.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['keepalived vrrp.c vrrp_check_packet', 'lab: 2.2.7 drops the advert, 2.3.4 only logs'],
  check(cluster, report) {
    for (const router of cluster.routers) {
      for (const [one, other] of differing(router, (instance) => [...addresses(instance)].sort().join(' '))) {
        const [here, there] = [addresses(other.instance), addresses(one.instance)];
        const extra = here.filter((address) => !there.includes(address));
        const lacking = there.filter((address) => !here.includes(address));
        const parts = [
          ...(extra.length > 0 ? [`has ${listed(extra)}, which ${one.host.id} has not`] : []),
          ...(lacking.length > 0 ? [`lacks ${listed(lacking)} of ${one.host.id}`] : []),
        ];
        const strict = [one, other].some(({ host }) => compareVersions(host.targets.keepalived, '2.3') < 0);
        const at = other.instance.vips.find((vip) => extra.includes(vip.address.value))?.address;
        report({
          at: placeOf(at, other.instance.vips[0]?.address.at ?? other.instance.at),
          message: `${other.host.id} ${parts.join(' and ')}`,
          help: strict
            ? 'keepalived before 2.3 drops adverts whose address list differs: both hosts become MASTER. List the same addresses on all hosts (order and prefix do not matter).'
            : 'After a failover some addresses do not come back. List the same addresses on all hosts (order and prefix do not matter).',
          related: [
            { at: one.instance.vips[0]?.address.at ?? one.instance.at, message: `${one.host.id}: ${listed(there)}` },
          ],
        });
      }
    }
  },
} satisfies Rule<'cluster'>;
