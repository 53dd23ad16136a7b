import { hostPort } from '@halint/core';
import { nonlocalBind, socketName, sshSocket, type Host, type Rule, type SshSocket } from '@halint/model';
import { portConflicts } from '../shared/port-conflicts.ts';
import { claimOf, helpOf } from '../shared/switch-doubt.ts';
import { overriddenOf } from '../shared/ssh-socket.ts';
import type { SshdListen } from '../shared/sshd-listens.ts';

export default {
  id: 'cross/ssh-socket-overrides-listenaddress',
  scope: 'host',
  severity: 'warning',
  summary: 'ssh.socket is enabled: Port and ListenAddress of sshd_config are not what listens.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['systemd.socket(5) ListenStream', 'lab: sockets 1-5', 'Debian ssh.socket'],
  check(host, report) {
    const socket = sshSocket(host);
    if (socket === undefined || host.sshd === undefined) return;
    for (const lost of socket.sockets) {
      const nonlocal = nonlocalBind(host, lost.family);
      const { doubt } = nonlocal;
      if (lost.presence !== 'absent' || lost.transparent || lost.declared === undefined) continue;
      if (nonlocal.isOn && doubt === undefined) continue;
      report({
        ...claimOf(doubt),
        at: lost.declared,
        message:
          doubt === undefined
            ? `${socket.unit} of ${host.id} cannot listen on ${socketName(lost)}: the host has no such address`
            : `cannot tell whether ${socket.unit} of ${host.id} can listen on ${socketName(lost)}, which is no address of the host`,
        help: `${doubt === undefined ? '' : `${helpOf(doubt)} Where it cannot: `}The unit fails ("Cannot assign requested address") and nobody can log in. Use an address of ${host.id}, or FreeBind=yes.`,
      });
    }
    const overridden = overriddenOf(host);
    if (overridden === undefined) return;
    const { explicit, wanted } = overridden;
    const has = socket.sockets.map(socketName);
    const { missing } = socket;
    const says = explicit.file.language === 'sshd' ? 'sshd_config' : 'the command line of sshd';
    report({
      ...(missing === undefined ? {} : { severity: 'info' as const, missing }),
      at: explicit,
      message:
        missing === undefined
          ? `${socket.unit} of ${host.id} is enabled: systemd listens on ${has.join(', ') || 'nothing'}, and ${says} (${names(wanted)}) decides nothing`
          : `cannot tell whether ${socket.unit} of ${host.id} listens as ${says} says (${names(wanted)})`,
      help: `${conflict(host, socket)}Disable ${socket.unit} and enable the service, or set ListenStream= in a drop-in, an empty one first.`,
      related: socket.at === undefined ? [] : [{ at: socket.at, message: 'this is what listens' }],
    });
  },
} satisfies Rule<'host'>;

function names(wanted: readonly SshdListen[]): string {
  return wanted.map(({ address, port }) => hostPort(address, port)).join(', ');
}

/** Whoever listens first keeps the port (lab: sockets 1-3). */
function conflict(host: Host, { unit }: SshSocket): string {
  const places = portConflicts(host).map(({ wanted, listener }) => hostPort(wanted.address, listener.port));
  if (places.length === 0) return '';
  return `haproxy cannot bind ${[...new Set(places)].join(', ')} beside it; if haproxy is first, ${unit} fails and nobody can log in. `;
}
