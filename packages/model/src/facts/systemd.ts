import type { Cited, Place, SourceFile } from '@halint/core';

/** Units of one host, each put together from its file and drop-ins. */
export interface SystemdFacts {
  /** By name: ssh.socket. Only units of which a file or drop-in is at hand. */
  readonly units: ReadonlyMap<string, UnitFacts>;
}

export interface UnitFacts {
  readonly name: string;
  /** The unit's own file, then its drop-ins in the order of reading. */
  readonly files: readonly SourceFile[];
  /** Is the unit's own file at hand? Without it the lines of the package are not known, only what drop-ins set. */
  readonly hasUnitFile: boolean;
  /** An empty file, or a link to /dev/null, in the unit's place: it cannot be started. */
  readonly masked: boolean;
  /** What a directive is set to, in order, behind its last reset (an empty assignment). */
  values(section: string, directive: string): readonly Cited<string>[];
  /** The last of those: what counts for a directive that is no list. */
  value(section: string, directive: string): Cited<string> | undefined;
  /** Does an empty assignment cut off what stood above, the package's lines too? */
  isReset(section: string, directive: string): boolean;
  /** The last empty assignment. */
  resetAt(section: string, directive: string): Place | undefined;
  /** ExecStart, split into words; variables are left as they are. */
  readonly commands: readonly Cited<readonly string[]>[];
}

/** One assignment of a file that EnvironmentFile= names. */
export interface EnvironmentLine {
  readonly name: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
  /** The line in the file; absent as long as the file is only a fact. */
  readonly at?: Place;
}
