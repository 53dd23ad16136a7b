import type { Cited, Place } from '@halint/core';

/** Kernel settings from sysctl.d of one host, in the order of their reading. */
export interface SysctlFacts {
  /** Every assignment in the order in which systemd-sysctl applies them at boot; keys with dots (`/` inside a part kept). */
  readonly assignments: readonly SysctlAssignment[];
  /** The value at boot, by precedence, globs and exclusions resolved. */
  value(key: string): Cited<string> | undefined;
  /**
   * The line that leaves a key without a value at boot, as the last one of it: an exclusion, or a value that the kernel refuses. Lines
   * before it come to nothing, for systemd-sysctl writes the last one only.
   */
  leftAtBoot(key: string): SysctlAssignment | undefined;
  /**
   * The value at boot when nothing links /etc/sysctl.conf into sysctl.d. There only where the link of the package is assumed and should be
   * among the files: the system is known, files of packages are here, and 99-sysctl.conf is not.
   */
  readonly withoutLink?: (key: string) => Cited<string> | undefined;
  /** The value that the kernel starts with, where it is known. */
  kernelDefault(key: string): string | undefined;
  /** Keys that `sysctl --system` sets; of globs those that are known. */
  readonly systemKeys: readonly string[];
  /** The value that `sysctl --system` leaves: it reads /etc/sysctl.conf last, and by itself. */
  afterSystem(key: string): Cited<string> | undefined;
}

export interface SysctlAssignment {
  readonly key: string;
  /** As written, '' where nothing is. */
  readonly value: string;
  /** What the kernel makes of it, `1` of `0x1`; undefined: refused, or an exclusion. Of a glob the value as written. */
  readonly taken: string | undefined;
  /** A leading `-`: failure is ignored. */
  readonly optional: boolean;
  /** An exclusion: `-key` without a value. */
  readonly exclusion: boolean;
  /** `- key = 1`: systemd-sysctl passes over the blank, `sysctl` of this release over the line. */
  readonly bootOnly: boolean;
  readonly at: Place;
}
