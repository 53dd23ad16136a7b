import { hostPort, isLoopback, type Family } from '@halint/core';
import { nonlocalBind, unitOf, unitState, type Host, type KernelSwitch, type Rule } from '@halint/model';
import { sshdListens, unsureOf } from '../shared/sshd-listens.ts';
import { claimOf, LINK_HELP } from '../shared/sysctl-link.ts';

/** Exit status of sshd that can bind no address (sshd.c "Cannot bind any address"). */
const CANNOT_BIND = '255';

export default {
  id: 'system/sshd-exit-255-not-restarted',
  scope: 'host',
  severity: 'warning',
  summary: 'sshd that cannot bind its addresses at boot is never started again.',
  since: '0.1.0',
  sources: [
    'Debian 12 to 14 ssh.service: RestartPreventExitStatus=255, After=network.target',
    'ifupdown 0.8.41 networking.service: Before=network.target, ifup -a',
    'lab: binds 12-14, exit 255',
  ],
  check(host, report) {
    const listens = sshdListens(host);
    const [first] = listens;
    if (first === undefined || unitState(host, 'sshSocket').state === 'enabled') return;
    // One address that is always there keeps sshd alive.
    const settled = settledFor(host);
    const nonlocal = (family: Family): KernelSwitch => nonlocalBind(host, family);
    const mayFail = listens.every(
      (each) =>
        !each.wildcard &&
        !isLoopback(each) &&
        (!nonlocal(each.family).isOn || nonlocal(each.family).hangsOnLink) &&
        !settled.includes(each.address),
    );
    if (!mayFail) return;
    const linked = listens.map((each) => claimOf(nonlocal(each.family))).find((claim) => claim !== undefined);
    const known = prevents(host);
    if (known === false || isOnline(host)) return;
    const place = hostPort(first.address, first.port);
    const unit = unitOf(host, 'sshd');
    const at = unit?.value('Service', 'RestartPreventExitStatus')?.at;
    report({
      ...(known === undefined ? { severity: 'info' as const, missing: 'the unit file of sshd' } : unsureOf(host)),
      ...linked,
      at: first.at,
      message:
        known === undefined
          ? `cannot tell whether sshd of ${host.id} is started again when ${place} is not there at boot`
          : linked !== undefined
            ? `cannot tell whether sshd of ${host.id} exits with 255 when ${place} is not there at boot: ip_nonlocal_bind hangs on a link to /etc/sysctl.conf`
            : `sshd of ${host.id} exits with 255 when ${place} is not there at boot, and is not started again`,
      help:
        linked !== undefined
          ? LINK_HELP
          : 'Give ssh.service a drop-in: [Unit] Wants= and After=network-online.target, [Service] an empty RestartPreventExitStatus= and RestartSec=5.',
      related: at === undefined ? [] : [{ at, message: 'exit status 255 is not followed by a restart' }],
    });
  },
} satisfies Rule<'host'>;

/** Does the unit leave a sshd alone that exited with 255? Undefined: its file is not at hand. */
function prevents(host: Host): boolean | undefined {
  const unit = unitOf(host, 'sshd');
  const values = unit?.values('Service', 'RestartPreventExitStatus') ?? [];
  if (values.some(({ value }) => value.split(/\s+/).includes(CANNOT_BIND))) return true;
  if (unit?.isReset('Service', 'RestartPreventExitStatus') === true || unit?.hasUnitFile === true) return false;
  // Debian's package has the line; whether another distribution's has it is not known here.
  return host.targets.os?.startsWith('debian') === true ? true : undefined;
}

function isOnline(host: Host): boolean {
  return waitsFor(host, 'network-online.target');
}

/** Addresses that are there before sshd is started. networking.service counts as enabled, as its package leaves it, unless a fact says otherwise. */
function settledFor(host: Host): readonly string[] {
  const state = host.facts.units.get('networking.service') ?? 'enabled';
  const unit = unitOf(host, 'sshd');
  const isStock = unit?.hasUnitFile !== true && unit?.isReset('Unit', 'After') !== true;
  return state === 'enabled' && (isStock || waitsFor(host, 'network.target')) ? host.facts.settled : [];
}

function waitsFor(host: Host, target: string): boolean {
  const after = unitOf(host, 'sshd')?.values('Unit', 'After') ?? [];
  return after.some(({ value }) => value.split(/\s+/).includes(target));
}
