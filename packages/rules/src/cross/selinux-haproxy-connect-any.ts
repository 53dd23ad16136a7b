import type { Rule } from '@halint/model';
import { BOOLEAN_FACT, bringFact, hasPort, isEnforcing, PORT_FACT } from '../shared/selinux.ts';

/** What haproxy_t may bind without the boolean. */
const TYPES = ['http_port_t', 'http_cache_port_t', 'commplex_main_port_t'];

export default {
  id: 'cross/selinux-haproxy-connect-any',
  scope: 'host',
  severity: 'warning',
  summary: 'SELinux does not let haproxy bind a port.',
  since: '0.1.0',
  sources: ['selinux-policy rhcs.te: haproxy_t, haproxy_connect_any', 'haproxy_selinux(8)'],
  check(host, report) {
    const { selinux } = host.facts;
    if (host.haproxy === undefined || selinux === undefined || !isEnforcing(host)) return;
    const any = selinux.booleans?.get('haproxy_connect_any');
    if (any === true) return;
    const told = new Set<number>();
    for (const bind of host.haproxy.binds()) {
      const port = bind.portFrom;
      if (port === 0 || told.has(port) || hasPort(host, TYPES, port)) continue;
      told.add(port);
      const missing = any === undefined ? BOOLEAN_FACT : selinux.ports === undefined ? PORT_FACT : undefined;
      report({
        ...(missing === undefined ? {} : { severity: 'info' as const, missing }),
        at: bind.address.at ?? bind.at,
        message:
          missing === undefined
            ? `SELinux of ${host.id} is enforcing and haproxy_connect_any is off: haproxy may not bind port ${port}`
            : `SELinux of ${host.id} may keep haproxy from binding port ${port}`,
        help: `haproxy exits with "Permission denied". setsebool -P haproxy_connect_any on, or semanage port -a -t http_port_t -p tcp ${port} where the port has no other type.${bringFact(missing)}`,
      });
    }
  },
} satisfies Rule<'host'>;
