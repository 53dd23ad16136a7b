import { compareVersions } from '@halint/core';
import type { Rule } from '@halint/model';

export default {
  id: 'vrrp/script-pidof-is-killall5',
  scope: 'host',
  severity: 'error',
  summary: 'keepalived before 2.3 runs pidof under the name of its link target, killall5, and it always fails.',
  since: '0.1.0',
  sources: [
    'lab: keepalived 2.2.7 on Debian 12 runs /usr/bin/pidof with argv[0] /sbin/killall5',
    'acassen/keepalived#650',
  ],
  check(host, report) {
    const { os, keepalived } = host.targets;
    // Only Debian and Ubuntu have pidof as a link to killall5 (sysvinit-utils); 2.3.0 keeps the name that was asked for.
    if (os === undefined || !/^(debian|ubuntu)/.test(os) || compareVersions(keepalived, '2.3') >= 0) return;
    for (const script of host.keepalived?.scripts ?? []) {
      if (script.command?.at === undefined || !/(^|\/)pidof$/.test(script.argv[0] ?? '')) continue;
      report({
        at: script.command.at,
        message: `pidof in ${script.name.value} always fails on ${os} with keepalived ${keepalived}: it runs as killall5`,
        help: 'keepalived resolves the link /usr/bin/pidof to /sbin/killall5 and calls it by that name. Use pgrep -x, vrrp_track_process, or /bin/sh -c.',
      });
    }
  },
} satisfies Rule<'host'>;
