import type { Host, Rule } from '@halint/model';
import { isOwnTarget, udpInputs, udpTarget } from '../shared/log-targets.ts';
import { unknownLoggers } from '../shared/logging.ts';

export default {
  id: 'cross/rsyslog-udp-input-missing',
  scope: 'host',
  severity: 'warning',
  summary: 'haproxy logs to a UDP port of its own host on which nothing listens.',
  since: '0.1.0',
  sources: ['haproxy configuration manual 4.2 log', 'rsyslog imudp: off unless it is configured'],
  check(host, report) {
    const { haproxy } = host;
    if (haproxy === undefined) return;
    const told = new Set<string>();
    for (const { address } of haproxy.logs) {
      const target = udpTarget(address.value);
      if (target === undefined || address.at === undefined || told.has(address.value)) continue;
      told.add(address.value);
      if (!isOwnTarget(host, target) || udpInputs(host, target).length > 0 || forwards(host)) continue;
      const missing = unknownLoggers(host);
      report({
        ...(missing.length === 0 ? {} : { severity: 'info' as const, missing: missing.join(', ') }),
        at: address.at,
        message:
          missing.length === 0
            ? `haproxy logs nowhere: nothing listens on UDP port ${target.port} of ${target.address}`
            : `cannot tell what listens on UDP port ${target.port} of ${target.address}, where haproxy logs`,
        help: `rsyslog listens on no port by itself: add module(load="imudp") and input(type="imudp" address="127.0.0.1" port="${target.port}"), or log to /dev/log.`,
      });
    }
  },
} satisfies Rule<'host'>;

/** haproxy may take its own messages and hand them on (log-forward, dgram-bind). */
function forwards(host: Host): boolean {
  return host.files.some((file) => file.language === 'haproxy' && /^\s*dgram-bind\s/m.test(file.document.print()));
}
