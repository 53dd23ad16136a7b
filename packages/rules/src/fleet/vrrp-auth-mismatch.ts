import { authOnTheWire, type Rule } from '@halint/model';
import { differing } from '../shared/members.ts';

export default {
  id: 'fleet/vrrp-auth-mismatch',
  scope: 'cluster',
  severity: 'error',
  summary: 'Members of one virtual router authenticate differently.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['keepalived vrrp.c vrrp_check_packet', 'RFC 2338 10.5', 'lab: both MASTER'],
  check(cluster, report) {
    for (const router of cluster.routers) {
      for (const [one, other] of differing(router, authOnTheWire)) {
        const [a, b] = [one.instance.auth, other.instance.auth];
        const how =
          a === undefined || b === undefined
            ? `${a === undefined ? one.host.id : other.host.id} has no authentication, ${a === undefined ? other.host.id : one.host.id} has`
            : a.type.value !== b.type.value
              ? `${other.host.id} uses auth_type ${b.type.value}, ${one.host.id} uses ${a.type.value}`
              : `the auth_pass of ${other.host.id} differs from that of ${one.host.id} within its first 8 characters`;
        report({
          at: b?.pass?.at ?? b?.at ?? other.instance.at,
          message: how,
          help: 'Adverts that fail authentication are dropped: both hosts become MASTER. Use the same type and the same first 8 characters everywhere.',
          related: [{ at: a?.pass?.at ?? a?.at ?? one.instance.at, message: `${one.host.id} sets it here` }],
        });
      }
    }
  },
} satisfies Rule<'cluster'>;
