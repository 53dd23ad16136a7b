import type { UnitFacts } from './facts/systemd.ts';
import type { PackagedUnit } from './stock-units.ts';
import { isTrue, unitAmong, unitOf, unitState, type HostUnits } from './units.ts';

/**
 * Does a socket hand each connection to a sshd of its own (Accept=yes of ssh.socket)? Then ssh.service is not what runs: systemd.socket(5) takes
 * the template that has the socket's name.
 */
export function startsPerConnection(host: HostUnits): boolean {
  if (unitState(host, 'sshSocket').state !== 'enabled') return false;
  const socket = unitOf(host, 'sshSocket');
  const accept = socket?.value('Socket', 'Accept')?.value;
  if (accept !== undefined) return isTrue(accept);
  return socket?.hasUnitFile !== true && stockTemplateOf(host) !== undefined;
}

/** ssh@.service of ssh.socket, as far as it is known. */
export function connectionUnitOf(host: HostUnits): UnitFacts | undefined {
  return unitAmong(host, [templateOf(host)], stockTemplateOf(host));
}

function templateOf(host: HostUnits): string {
  return unitState(host, 'sshSocket').unit.replace(/\.socket$/, '@.service');
}

function stockTemplateOf(host: HostUnits): PackagedUnit | undefined {
  const { os } = host.targets;
  const name = templateOf(host);
  return os === undefined ? undefined : STOCK_TEMPLATES.find((each) => each.unit === name && each.os.includes(os));
}

/**
 * Templates of packages whose socket has Accept=yes; that of Debian 12 and 13 has Accept=no (openssh-server 9.2p1 and 10.0p1, unpacked), as that of
 * Ubuntu has since 22.10. Those of before, and of RHEL, are copies that users published.
 */
export const STOCK_TEMPLATES: readonly PackagedUnit[] = [
  {
    os: ['debian11', 'ubuntu20.04', 'ubuntu22.04'],
    known: 'seen',
    unit: 'ssh@.service',
    variableFiles: ['/etc/default/ssh'],
    environment: [],
    command: ['/usr/sbin/sshd', '-i', '$SSHD_OPTS'],
  },
  {
    os: ['rhel8'],
    known: 'seen',
    unit: 'sshd@.service',
    variableFiles: ['/etc/crypto-policies/back-ends/opensshserver.config', '/etc/sysconfig/sshd'],
    environment: [],
    command: ['/usr/sbin/sshd', '-i', '$OPTIONS', '$CRYPTO_POLICY'],
  },
  {
    os: ['rhel9', 'rhel10'],
    known: 'seen',
    unit: 'sshd@.service',
    variableFiles: ['/etc/sysconfig/sshd'],
    environment: [],
    command: ['/usr/sbin/sshd', '-i', '$OPTIONS'],
  },
];
