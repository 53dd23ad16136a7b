import type { Rule } from '@halint/model';
import { normalised, trackedScripts } from '../shared/commands.ts';
import { routerName } from '../shared/members.ts';

export default {
  id: 'cross/track-script-missing-on-peer',
  scope: 'cluster',
  severity: 'error',
  summary: 'A check is tracked on one member of a virtual router and not on another.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['keepalived.conf(5) track_script', 'acassen/keepalived#942, #1152'],
  check(cluster, report) {
    for (const router of cluster.routers) {
      for (const { host, instance } of router.members) {
        const own = trackedScripts(host, instance);
        for (const other of router.members) {
          if (other.host === host) continue;
          for (const script of trackedScripts(other.host, other.instance)) {
            if (own.some((each) => each.name.value === script.name.value || normalised(each) === normalised(script)))
              continue;
            const use = other.instance.trackScripts.find((each) => each.name.value === script.name.value);
            report({
              at: instance.trackScriptAt ?? instance.at,
              message: `${host.id} does not track ${script.name.value}, ${other.host.id} does: ${host.id} takes ${routerName(router)} although the service that ${script.name.value} checks may be dead there`,
              help: 'Track the same scripts on every member, with the same weights.',
              key: script.name.value,
              related: [{ at: use?.name.at ?? other.instance.at, message: `${other.host.id} tracks it here` }],
            });
          }
        }
      }
    }
  },
} satisfies Rule<'cluster'>;
