/** The package's units of our daemons, and drop-ins of them: a running machine has hundreds of others beside them. */
function units(kind: '' | 'file'): readonly string[] {
  return ['usr/lib', 'lib'].flatMap((root) =>
    [
      'haproxy.service',
      'keepalived.service',
      'ssh.service',
      'sshd.service',
      'ssh@.service',
      'sshd@.service',
      'ssh.socket',
      'sshd.socket',
      'rsyslog.service',
    ].map((unit) => `${root}/systemd/system/${unit}${kind === '' ? '.d' : ''}`),
  );
}

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
  'run/NetworkManager/system-connections',
  'usr/lib/NetworkManager/system-connections',
  'etc/NetworkManager/dispatcher.d',
  'etc/networkd-dispatcher',
  'etc/wireguard',
  'etc/sysconfig',
  'etc/netplan',
  'run/netplan',
  'usr/lib/netplan',
  'lib/netplan',
  'etc/network',
  'etc/rsyslog.d',
  'etc/default',
  'etc/firewalld',
  'etc/nftables.d',
  'etc/nftables',
  'etc/iptables',
  'etc/ufw',
  'run/sysctl.d',
  'usr/local/lib/sysctl.d',
  'usr/local/etc/haproxy',
  'usr/local/etc/keepalived',
  'usr/local/etc/ssh',
  'run/systemd/system',
  'run/systemd/generator',
  'usr/local/lib/systemd/system',
  ...units(''),
  'usr/lib/sysctl.d',
  'lib/sysctl.d',
  'facts',
];

export const HOST_FILES: readonly string[] = [
  'etc/sysctl.conf',
  'etc/hostname',
  'etc/hosts',
  'etc/rc.local',
  'etc/rc.d/rc.local',
  'etc/services',
  'etc/os-release',
  'usr/lib/os-release',
  'etc/rsyslog.conf',
  'etc/network/interfaces',
  'etc/nftables.conf',
  'etc/selinux/config',
  // What the policy of RHEL 8 adds to the command line of sshd; sshd_config of later releases includes it.
  'etc/crypto-policies/back-ends/opensshserver.config',
  'lib/ufw/user.rules',
  'lib/ufw/user6.rules',
  ...units('file'),
];

/** Keys, certificates and generated data in those folders: never read. */
export function isUninteresting(name: string): boolean {
  return /^(ssh_host_|moduli$|ssh_config)|\.(pem|key|crt|crl|pub|map|lst|http|lua|db|csr|p12)$|~$/.test(name);
}

/** Names that a file outside any etc/ must have to be looked at. */
export function isFlatCandidate(name: string): boolean {
  return /\.(conf|cfg)(\.|$)|^sshd_config/.test(name);
}
