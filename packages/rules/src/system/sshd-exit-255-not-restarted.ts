import { hostPort, isLoopback, type Family } from '@halint/core';
import { nonlocalBind, unitOf, unitState, type Host, type KernelSwitch, type Rule } from '@halint/model';
import { restartsSshd, sshdUnitName } from '../shared/sshd-restart.ts';
import { sshdListens, unsureOf } from '../shared/sshd-listens.ts';
import { claimOf, fileOf, helpOf } from '../shared/switch-doubt.ts';

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
        (!nonlocal(each.family).isOn || nonlocal(each.family).doubt !== undefined) &&
        !settled.includes(each.address),
    );
    if (!mayFail) return;
    const doubt = listens.map((each) => nonlocal(each.family).doubt).find((each) => each !== undefined);
    const restarts = restartsSshd(host);
    if (restarts === true || isOnline(host)) return;
    const place = hostPort(first.address, first.port);
    const unit = unitOf(host, 'sshd');
    const at = unit?.value('Service', 'RestartPreventExitStatus')?.at;
    report({
      ...(restarts === undefined ? { severity: 'info' as const, missing: 'the unit file of sshd' } : unsureOf(host)),
      ...claimOf(doubt),
      at: first.at,
      message:
        restarts === undefined
          ? `cannot tell whether sshd of ${host.id} is started again when ${place} is not there at boot`
          : doubt !== undefined
            ? `cannot tell whether sshd of ${host.id} exits with 255 when ${place} is not there at boot: ip_nonlocal_bind hangs on ${fileOf(doubt)}`
            : `sshd of ${host.id} exits with 255 when ${place} is not there at boot, and is not started again`,
      help:
        doubt !== undefined
          ? helpOf(doubt)
          : `Give ${sshdUnitName(host)} a drop-in: [Unit] Wants= and After=network-online.target, [Service] Restart=on-failure, an empty RestartPreventExitStatus= and RestartSec=5.`,
      related: at === undefined ? [] : [{ at, message: 'exit status 255 is not followed by a restart' }],
    });
  },
} satisfies Rule<'host'>;

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
