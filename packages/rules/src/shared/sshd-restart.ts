import { stockUnitOf, unitOf, unitState, type Host } from '@halint/model';

/** Exit status of sshd that can bind no address (sshd.c "Cannot bind any address"). */
const CANNOT_BIND = '255';

/** Values of Restart= with which systemd starts a service again that exited with another status than 0 (systemd.service(5), table 1). */
const RESTARTS: ReadonlySet<string> = new Set(['always', 'on-failure']);

/** Does systemd start a sshd again that exited with 255? Undefined: its unit file is not at hand, and of the package's nothing is confirmed. */
export function restartsSshd(host: Host): boolean | undefined {
  const unit = unitOf(host, 'sshd');
  const values = unit?.values('Service', 'RestartPreventExitStatus') ?? [];
  if (values.some(({ value }) => value.split(/\s+/).includes(CANNOT_BIND))) return false;
  const restart = unit?.value('Service', 'Restart')?.value;
  if (unit?.hasUnitFile === true) return RESTARTS.has(restart ?? 'no');
  // The package of Debian has Restart=on-failure and RestartPreventExitStatus=255; what others have is not known here.
  const isDebian = host.targets.os?.startsWith('debian') === true;
  const isReset = unit?.isReset('Service', 'RestartPreventExitStatus') === true;
  if (isReset && (isDebian || restart !== undefined)) return RESTARTS.has(restart ?? 'on-failure');
  return isDebian ? false : undefined;
}

/** The unit that starts sshd of a host: that of its files, else that of its operating system. */
export function sshdUnitName(host: Host): string {
  const { unit, state } = unitState(host, 'sshd');
  return (
    unitOf(host, 'sshd')?.name ?? (state === undefined ? stockUnitOf(host.targets.os, 'sshd')?.unit : unit) ?? unit
  );
}
