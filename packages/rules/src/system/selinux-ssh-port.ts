import type { Rule } from '@halint/model';
import { bringFact, hasPort, isEnforcing, PORT_FACT } from '../shared/selinux.ts';

export default {
  id: 'system/selinux-ssh-port',
  scope: 'host',
  severity: 'warning',
  summary: 'SELinux does not let sshd bind its port.',
  since: '0.1.0',
  sources: ['selinux-policy ssh.te: sshd_t binds ssh_port_t', 'sshd_config of RHEL: the note above Port'],
  check(host, report) {
    const { selinux } = host.facts;
    if (host.sshd === undefined || selinux === undefined || !isEnforcing(host)) return;
    for (const port of host.sshd.ports) {
      if (port.at === undefined || hasPort(host, ['ssh_port_t'], port.value)) continue;
      const missing = selinux.ports === undefined ? PORT_FACT : host.sshd.command?.missing;
      report({
        ...(missing === undefined ? {} : { severity: 'info' as const, missing }),
        at: port.at,
        message:
          missing === undefined
            ? `SELinux of ${host.id} is enforcing and port ${port.value} is no ssh_port_t: sshd may not bind it`
            : `cannot tell whether SELinux of ${host.id} lets sshd bind port ${port.value}`,
        help: `semanage port -a -t ssh_port_t -p tcp ${port.value}.${bringFact(missing)}`,
      });
    }
  },
} satisfies Rule<'host'>;
