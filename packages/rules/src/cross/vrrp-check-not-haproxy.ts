import type { RouterMember, Rule } from '@halint/model';
import { trackedScripts, trackingOf } from '../shared/commands.ts';

export default {
  id: 'cross/vrrp-check-not-haproxy',
  scope: 'cluster',
  severity: 'warning',
  summary: 'haproxy serves a VIP, and nothing that moves the VIP looks at haproxy.',
  since: '0.1.0',
  sources: ['keepalived.conf(5) track_script, vrrp_track_process', 'openshift/machine-config-operator#3339'],
  check(cluster, report) {
    for (const router of cluster.routers) {
      // Where another member tracks something, this one lacks it: cross/track-script-missing-on-peer says so.
      const tracks = router.members.some(({ host, instance }) =>
        trackingOf(host, instance).some((each) => each.trackScripts.length + each.trackProcesses.length > 0),
      );
      for (const member of router.members) {
        const bind = member.instance.vips.flatMap((vip) => member.host.haproxy?.bindsAt(vip.address.value) ?? [])[0];
        if (bind === undefined || (tracks && !looksElsewhere(member, bind.portFrom))) continue;
        report({
          at: bind.address.at ?? bind.at,
          message: `${member.host.id} keeps the VIP ${bind.address.value} when haproxy dies: ${member.instance.name.value} tracks nothing that looks at haproxy`,
          help: 'Track haproxy: vrrp_track_process, or a vrrp_script that connects to the port bound here.',
          related: [{ at: member.instance.at, message: `${member.instance.name.value} brings the VIP` }],
        });
      }
    }
  },
} satisfies Rule<'cluster'>;

/** It has scripts, every one of them is known and none can be about haproxy: by name, socket, port, or a script file that may do anything. */
function looksElsewhere({ host, instance }: RouterMember, port: number): boolean {
  const tracking = trackingOf(host, instance);
  const uses = tracking.flatMap(({ trackScripts }) => trackScripts);
  const scripts = trackedScripts(host, instance);
  const isKnown = uses.every(({ name }) => scripts.some((script) => script.name.value === name.value));
  if (tracking.some(({ trackProcesses }) => trackProcesses.length > 0) || uses.length === 0 || !isKnown) return false;
  const text = scripts.map((script) => script.command?.value ?? '').join('\n');
  return !/haproxy|stats|\.sh\b|\/s?bin\/|\.py\b|check/i.test(text) && !text.includes(`${port}`);
}
