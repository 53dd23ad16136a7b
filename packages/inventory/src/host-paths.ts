/**
 * What is read of a host's root: folders with everything below them, and single files. A root may be `/` of a running
 * machine, so nothing else is walked.
 */
export const HOST_FOLDERS: readonly string[] = [
  'etc/keepalived',
  'etc/haproxy',
  'etc/ssh',
  'etc/sysctl.d',
  'etc/systemd',
  'etc/NetworkManager/system-connections',
  'etc/sysconfig',
  'etc/netplan',
  'etc/network',
  'etc/rsyslog.d',
  'etc/default',
  'run/sysctl.d',
  'usr/local/lib/sysctl.d',
  'usr/local/etc/haproxy',
  'usr/local/etc/keepalived',
  'usr/lib/sysctl.d',
  'lib/sysctl.d',
  'facts',
];

export const HOST_FILES: readonly string[] = [
  'etc/sysctl.conf',
  'etc/hostname',
  'etc/hosts',
  'etc/os-release',
  'usr/lib/os-release',
  'etc/rsyslog.conf',
  'etc/network/interfaces',
];

/** Keys, certificates and generated data in those folders: never read. */
export function isUninteresting(name: string): boolean {
  return /^(ssh_host_|moduli$|ssh_config)|\.(pem|key|crt|crl|pub|map|lst|http|lua|db|csr|p12)$|~$/.test(name);
}

/** Names that a file outside any etc/ must have to be looked at. */
export function isFlatCandidate(name: string): boolean {
  return /\.(conf|cfg)(\.|$)|^sshd_config/.test(name);
}
