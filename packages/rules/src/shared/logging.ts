import type { Host } from '@halint/model';

/** What is not known of the programs that may read log messages on a host, for `missing`. */
export function unknownLoggers(host: Host): readonly string[] {
  const missing: string[] = [];
  const { packages } = host.facts;
  if (packages?.has('syslog-ng') === true || packages?.has('syslog-ng-core') === true) {
    missing.push('the configuration of syslog-ng, which halint does not read');
  }
  const absent = packages !== undefined && !packages.has('rsyslog');
  if (host.rsyslog?.hasMainFile !== true && !absent) missing.push('/etc/rsyslog.conf');
  for (const { value } of host.rsyslog?.unreadIncludes ?? []) if (!/[*?[]/.test(value)) missing.push(value);
  return missing;
}
