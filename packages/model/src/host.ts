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
import { unreadOf, type UnreadFile, type UnreadFiles } from './unread.ts';

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
  /** What its daemons read and could not be read here: nothing is absent for not standing in the other files. */
  readonly unread?: UnreadFiles;
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

/** Why it is not known whether a kernel switch is on. */
export interface SwitchDoubt {
  /** The file, or the link, that would tell. */
  readonly missing: string;
  /** What the file is to halint: `which is not among the files`. */
  readonly why: string;
  /** When the other value holds, for people: `only if a link leads to /etc/sysctl.conf`. */
  readonly otherwise: string;
}

/** A kernel switch of a host at boot, and how sure it is. */
export interface KernelSwitch {
  readonly setting: Cited<string>;
  readonly isOn: boolean;
  /** Absent: it is known. */
  readonly doubt?: SwitchDoubt;
}

/** A kernel setting that is off by default. */
export function kernelSwitch(host: Host, key: string): KernelSwitch {
  const setting = sysctlValue(host, key, '0');
  const doubt = doubtOfLink(host, key) ?? doubtOfFile(host, key, setting);
  return { setting, isOn: isSwitchedOn(setting), ...(doubt === undefined ? {} : { doubt }) };
}

/** ip_nonlocal_bind of a family: may a daemon bind an address that the host does not hold? Each counts for its own family only. */
export function nonlocalBind(host: Host, family: Family): KernelSwitch {
  return kernelSwitch(host, `net.${family}.ip_nonlocal_bind`);
}

/** It is on with the link 99-sysctl.conf, which is assumed and not among the files, and off without it, or the other way round. */
function doubtOfLink(host: Host, key: string): SwitchDoubt | undefined {
  const { sysctl } = host;
  if (sysctl?.withoutLink === undefined) return undefined;
  const without = sysctl.withoutLink(key) ?? defaulted(host.facts.sysctl?.get(key) ?? '0', 'no link', host.id);
  if (isSwitchedOn(without) === isSwitchedOn(sysctlValue(host, key, '0'))) return undefined;
  return {
    missing: MAIN_FILE_LINK,
    why: 'which is not among the files',
    otherwise: 'only if a link leads to /etc/sysctl.conf',
  };
}

/** A file that could not be read says something else, unless a later one sets the key, or what runs now is the same. */
function doubtOfFile(host: Host, key: string, setting: Cited<string>): SwitchDoubt | undefined {
  const unread = unreadSetting(host, setting);
  if (unread === undefined) return undefined;
  const running = host.facts.sysctl?.get(key);
  if (running !== undefined && ((Number.parseInt(running, 10) || 0) !== 0) === isSwitchedOn(setting)) return undefined;
  const { path, why } = unread;
  return {
    missing: path,
    why: `which could not be read (${why})`,
    otherwise: `unless ${path}, which could not be read, says otherwise`,
  };
}

/** The file of kernel settings that may set a key to another value, and could not be read. */
export function unreadSetting(host: Host, { at }: Cited<string>): UnreadFile | undefined {
  const set = at?.file.language === 'sysctl' ? orderOf(at.file.path) : undefined;
  return unreadOf(host, 'sysctl').find(({ path }) => set === undefined || isFolder(path) || orderOf(path) > set);
}

function isFolder(path: string): boolean {
  return !path.endsWith('.conf');
}

/** systemd-sysctl goes by names, whatever their folder (sysctl.d(5)); it reads /etc/sysctl.conf by the link of the package. */
function orderOf(path: string): string {
  const counts = path === '/etc/sysctl.conf' ? MAIN_FILE_LINK : path;
  return counts.slice(counts.lastIndexOf('/') + 1);
}
