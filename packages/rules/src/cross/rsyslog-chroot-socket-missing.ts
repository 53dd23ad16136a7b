import { unitOf, type Host, type Rule } from '@halint/model';
import { isBound, normalPath } from '../shared/log-targets.ts';
import { unknownLoggers } from '../shared/logging.ts';

export default {
  id: 'cross/rsyslog-chroot-socket-missing',
  scope: 'host',
  severity: 'warning',
  summary: 'haproxy logs to a socket that does not exist inside its chroot.',
  since: '0.1.0',
  sources: [
    'lab: haproxy 2.6.12 and a socket inside and outside of its chroot',
    'haproxy configuration manual 3.1 chroot, log',
    'haproxy/haproxy#1821',
    'Debian 49-haproxy.conf and haproxy.service',
  ],
  check(host, report) {
    const { haproxy } = host;
    const chroot = haproxy?.globals.chroot;
    if (haproxy === undefined || chroot === undefined || /^\/*$/.test(chroot.value)) return;
    const told = new Set<string>();
    for (const { address } of haproxy.logs) {
      const path = address.value.replace(/^unix@/, '');
      if (!path.startsWith('/') || address.at === undefined || told.has(path)) continue;
      told.add(path);
      const wanted = normalPath(`${chroot.value}/${path}`);
      if (socketAt(host, wanted)) continue;
      const missing = unknown(host);
      report({
        ...(missing.length === 0 ? {} : { severity: 'info' as const, missing: missing.join(', ') }),
        at: address.at,
        message:
          missing.length === 0
            ? `haproxy logs nowhere: in its chroot ${path} is ${wanted}, which nothing makes`
            : `cannot tell what makes ${wanted}, where haproxy logs in its chroot`,
        help: `Add $AddUnixListenSocket ${wanted} to rsyslog, or BindReadOnlyPaths=${path}:${wanted} to haproxy.service.`,
        related:
          chroot.at === undefined ? [] : [{ at: chroot.at, message: 'haproxy goes into this folder at the start' }],
      });
    }
  },
} satisfies Rule<'host'>;

function socketAt(host: Host, wanted: string): boolean {
  const read = host.rsyslog?.inputs.some(
    ({ kind, address }) => kind === 'unix' && normalPath(address?.value ?? '') === wanted,
  );
  return read === true || isBound(host, wanted);
}

function unknown(host: Host): readonly string[] {
  const unit = unitOf(host, 'haproxy');
  return [...unknownLoggers(host), ...(unit?.hasUnitFile === true ? [] : ['the unit file of haproxy.service'])];
}
