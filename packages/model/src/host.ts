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
  const left = leftAlone(host, key, kernelDefault);
  if (left !== undefined) return left;
  const running = host.facts.sysctl?.get(key);
  if (running !== undefined) return defaulted(running, 'facts/sysctl.txt', host.id);
  return defaulted(kernelDefault, 'kernel default', host.id);
}

/**
 * A key whose last line comes to nothing at boot has the kernel's own value then, whatever runs now: `sysctl --system` may have left another.
 * An exclusion alone keeps globs away and says nothing of the value.
 */
function leftAlone(host: Host, key: string, kernelDefault: string): Cited<string> | undefined {
  const left = host.sysctl?.leftAtBoot(key);
  if (left === undefined) return undefined;
  const { path } = left.at.file;
  if (!left.exclusion) {
    const written = left.value === '' ? 'sets nothing' : `sets ${left.value}, which the kernel refuses`;
    return defaulted(kernelDefault, `kernel default: ${path} ${written}`, host.id);
  }
  const isTakenBack = host.sysctl?.afterSystem(key) !== undefined;
  return isTakenBack
    ? defaulted(kernelDefault, `kernel default: -${left.key} in ${path} takes the value back`, host.id)
    : undefined;
}

/** Is a kernel switch on? Any number but 0 is: the kernel takes 7 as well as 1. */
export function isSwitchedOn(setting: Cited<string>): boolean {
  return (Number.parseInt(setting.value, 10) || 0) !== 0;
}

/** The package's link that lets systemd-sysctl read /etc/sysctl.conf. */
export const MAIN_FILE_LINK = '/etc/sysctl.d/99-sysctl.conf';

/** A kernel switch of a host at boot, and how sure it is. */
export interface KernelSwitch {
  readonly setting: Cited<string>;
  readonly isOn: boolean;
  /** It is on with the link 99-sysctl.conf, which is assumed and not among the files, and off without it, or the other way round. */
  readonly hangsOnLink: boolean;
}

/** A kernel setting that is off by default. */
export function kernelSwitch(host: Host, key: string): KernelSwitch {
  const setting = sysctlValue(host, key, '0');
  return { setting, isOn: isSwitchedOn(setting), hangsOnLink: hangsOnLink(host, key) };
}

/** ip_nonlocal_bind of a family: may a daemon bind an address that the host does not hold? Each counts for its own family only. */
export function nonlocalBind(host: Host, family: Family): KernelSwitch {
  return kernelSwitch(host, `net.${family}.ip_nonlocal_bind`);
}

function hangsOnLink(host: Host, key: string): boolean {
  const { sysctl } = host;
  if (sysctl?.withoutLink === undefined) return false;
  const without = sysctl.withoutLink(key) ?? defaulted(host.facts.sysctl?.get(key) ?? '0', 'no link', host.id);
  return isSwitchedOn(without) !== isSwitchedOn(sysctlValue(host, key, '0'));
}
