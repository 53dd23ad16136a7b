import type { Rule } from '@halint/model';
import { trackedScripts } from '../shared/commands.ts';

export default {
  id: 'cross/vrrp-check-not-haproxy',
  scope: 'host',
  severity: 'warning',
  summary: 'haproxy serves a VIP, and nothing that moves the VIP looks at haproxy.',
  since: '0.1.0',
  sources: ['keepalived.conf(5) track_script, vrrp_track_process', 'openshift/machine-config-operator#3339'],
  check(host, report) {
    const { haproxy, keepalived } = host;
    if (haproxy === undefined || keepalived === undefined) return;
    for (const instance of keepalived.instances) {
      const bind = instance.vips.flatMap((vip) => haproxy.bindsAt(vip.address.value))[0];
      if (bind === undefined) continue;
      // A tracked name without a definition here may be defined in an include that was not collected: no claim then.
      const scripts = trackedScripts(host, instance);
      if (instance.trackScripts.length > 0 || instance.trackProcesses.length > 0) {
        if (scripts.length < instance.trackScripts.length || instance.trackProcesses.length > 0) continue;
        const text = scripts.map((script) => script.command?.value ?? '').join('\n');
        if (/haproxy|stats|\.sh\b|\/bin\/|\.py\b|\bcheck/i.test(text) || text.includes(`${bind.portFrom}`)) continue;
      }
      report({
        at: bind.address.at ?? bind.at,
        message: `${host.id} keeps the VIP ${bind.address.value} when haproxy dies: ${instance.name.value} tracks nothing that looks at haproxy`,
        help: 'Track haproxy: vrrp_track_process, or a vrrp_script that connects to the port bound here.',
        related: [{ at: instance.at, message: `${instance.name.value} brings the VIP` }],
      });
    }
  },
} satisfies Rule<'host'>;
