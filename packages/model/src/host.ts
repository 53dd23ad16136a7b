import type { Cited, Family, SourceFile, Targets } from '@halint/core';
import { defaulted } from '@halint/core';
import type { HaproxyFacts } from './facts/haproxy.ts';
import type { KeepalivedFacts } from './facts/keepalived.ts';
import type { HostFacts } from './facts/network.ts';
import type { RsyslogFacts } from './facts/rsyslog.ts';
import type { SshdFacts } from './facts/sshd.ts';
import type { SysctlFacts } from './facts/sysctl.ts';
import type { SystemdFacts } from './facts/systemd.ts';
import type { FileDaemon, StartedFiles } from './started.ts';

/** One machine: everything its files and facts say, vendor-neutral where rules compare. */
export interface Host {
  /** Id in the snapshot. */
  readonly id: string;
  /** Its own name (etc/hostname), else the id. */
  readonly name: string;
  readonly targets: Targets;
  readonly facts: HostFacts;
  /** Undefined when the host has no file of that daemon. */
  readonly keepalived: KeepalivedFacts | undefined;
  readonly haproxy: HaproxyFacts | undefined;
  readonly sshd: SshdFacts | undefined;
  readonly sysctl: SysctlFacts | undefined;
  readonly systemd?: SystemdFacts | undefined;
  readonly rsyslog?: RsyslogFacts | undefined;
  readonly files: readonly SourceFile[];
  /** Daemons whose unit names the files that they read. */
  readonly started?: ReadonlyMap<FileDaemon, StartedFiles<SourceFile>>;
  /** Drop-ins of sshd that no Include reads, with the main file that could. */
  readonly leftOver?: readonly { readonly file: SourceFile; readonly main: SourceFile }[];
}

/** The value of a kernel setting: facts/sysctl.txt is what runs now, files are what the next boot brings; files win, as a check before roll-out. */
export function sysctlValue(host: Host, key: string, kernelDefault: string): Cited<string> {
  const set = host.sysctl?.value(key);
  if (set !== undefined) return set;
  const running = host.facts.sysctl?.get(key);
  if (running !== undefined) return defaulted(running, 'facts/sysctl.txt', host.id);
  return defaulted(kernelDefault, 'kernel default', host.id);
}

/** Is a kernel switch on? Any number but 0 is: the kernel takes 7 as well as 1. */
export function isSwitchedOn(setting: Cited<string>): boolean {
  return (Number.parseInt(setting.value, 10) || 0) !== 0;
}

/** ip_nonlocal_bind of a family: may a daemon bind an address that the host does not hold? Each counts for its own family only. */
export function nonlocalBind(host: Host, family: Family): Cited<string> {
  return sysctlValue(host, `net.${family}.ip_nonlocal_bind`, '0');
}
