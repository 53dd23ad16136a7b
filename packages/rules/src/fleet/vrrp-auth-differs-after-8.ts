import { authOnTheWire, type Rule } from '@halint/model';
import { differing } from '../shared/members.ts';

export default {
  id: 'fleet/vrrp-auth-differs-after-8',
  scope: 'cluster',
  severity: 'warning',
  summary: 'Passwords of one virtual router differ, but only behind their eighth byte.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['keepalived vrrp_parser.c vrrp_auth_pass_handler', 'lab: accepted as equal'],
  check(cluster, report) {
    for (const router of cluster.routers) {
      for (const [one, other] of differing(router, (instance) => instance.auth?.pass?.value)) {
        const [a, b] = [one.instance.auth?.pass, other.instance.auth?.pass];
        if (a?.at === undefined || b?.at === undefined) continue;
        if (authOnTheWire(one.instance) !== authOnTheWire(other.instance)) continue;
        report({
          at: b.at,
          message: `the auth_pass of ${other.host.id} differs from that of ${one.host.id}, but only behind its 8th character`,
          help: 'keepalived uses the first 8 characters, so the two are equal today; whoever changed one did not get what they meant. Use one password of at most 8 characters.',
          related: [{ at: a.at, message: `${one.host.id} sets it here` }],
        });
      }
    }
  },
} satisfies Rule<'cluster'>;
