import type { Cited, Place } from '@halint/core';

/** Kernel settings from sysctl.d of one host, in the order of their reading. */
export interface SysctlFacts {
  /** Every assignment in the order in which systemd-sysctl applies them at boot; keys with dots (`/` inside a part kept). */
  readonly assignments: readonly SysctlAssignment[];
  /** The value at boot, by precedence, globs and exclusions resolved. */
  value(key: string): Cited<string> | undefined;
  /** Keys, globs apart, that `sysctl --system` sets. */
  readonly systemKeys: readonly string[];
  /** The value that `sysctl --system` leaves: it reads /etc/sysctl.conf last, and by itself. */
  afterSystem(key: string): Cited<string> | undefined;
}

export interface SysctlAssignment {
  readonly key: string;
  readonly value: string;
  /** A leading `-`: failure is ignored. */
  readonly optional: boolean;
  /** An exclusion: `-key` without a value. */
  readonly exclusion: boolean;
  readonly at: Place;
}
