import { hostPort, isWildcard } from '@halint/core';
import {
  addressesOf,
  conflictsOf,
  openingOf,
  socketName,
  socketOfBind,
  sshSocket,
  type Host,
  type Rule,
  type SshSocket,
} from '@halint/model';
import { sshdListens, type SshdListen } from '../shared/sshd-listens.ts';

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
      const addresses = addressesOf(host, undefined);
      if (
        lost.presence !== 'absent' ||
        lost.transparent ||
        addresses.nonlocal(lost.family) ||
        lost.declared === undefined
      )
        continue;
      report({
        at: lost.declared,
        message: `${socket.unit} of ${host.id} cannot listen on ${socketName(lost)}: the host has no such address`,
        help: `The unit fails ("Cannot assign requested address") and nobody can log in. Use an address of ${host.id}, or FreeBind=yes.`,
      });
    }
    const wanted = sshdListens(host);
    const explicit = host.sshd.listenAddresses[0]?.host.at ?? host.sshd.ports.find(({ at }) => at !== undefined)?.at;
    if (explicit === undefined || agrees(socket, wanted)) return;
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

function agrees({ sockets }: SshSocket, wanted: readonly SshdListen[]): boolean {
  const has = new Set(
    sockets.flatMap((each) => {
      const both = each.family === 'ipv6' && !each.v6only && isWildcard(each);
      return [hostPort(each.address, each.port), ...(both ? [hostPort('0.0.0.0', each.port)] : [])];
    }),
  );
  const asked = new Set(wanted.map(({ address, port }) => hostPort(address, port)));
  return has.size === asked.size && [...has].every((each) => asked.has(each));
}

function names(wanted: readonly SshdListen[]): string {
  return wanted.map(({ address, port }) => hostPort(address, port)).join(', ');
}

/** Whoever listens first keeps the port (lab: sockets 1-3). */
function conflict(host: Host, { unit, sockets }: SshSocket): string {
  const addresses = addressesOf(host, undefined);
  const ports = new Set(sockets.map(({ port }) => port));
  const binds = [...ports].flatMap((port) => host.haproxy?.bindsOnPort(port) ?? []);
  const haproxy = binds.flatMap((bind) => socketOfBind(bind, addresses, openingOf(host)) ?? []);
  const [first] = conflictsOf({ sshd: sockets, haproxy }, addresses);
  const bind = first === undefined ? undefined : haproxy[first.sockets[1] - sockets.length];
  if (bind === undefined) return '';
  return `haproxy cannot bind ${hostPort(bind.address, bind.port)} beside it; if haproxy is first, ${unit} fails and nobody can log in. `;
}
