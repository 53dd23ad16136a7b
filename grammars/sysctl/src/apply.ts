import type { SysctlAssignment } from '@halint/model';
import { globMatches, isGlob } from './key.ts';
import { taken } from './value.ts';

/** What writes the settings: systemd-sysctl at boot, or `sysctl` of procps by its version. */
export interface Tool {
  readonly name: 'systemd-sysctl' | 'sysctl';
  /** procps before 4.0 takes no globs and no exclusions; systemd has always had both here. */
  readonly globs: boolean;
  /**
   * Only the last line of a key counts, an exclusion like any other: systemd-sysctl gathers the lines and writes afterwards. So a last value
   * that the kernel refuses leaves its default, and `-key` takes back what stands before. procps writes every line in turn.
   */
  readonly lastOnly: boolean;
  /** `- key = 1` names a setting that begins with a blank, which is none: procps 4.0.2. */
  readonly blankIsKey: boolean;
}

/** procps of a release: 3.3 in Debian 11, RHEL up to 9 and Ubuntu up to 22.04. */
const OLD_PROCPS = /^(?:debian(?:9|10|11)|rhel[789]|ubuntu(?:18|20|22)\.04)$/;

export const SYSTEMD: Tool = { name: 'systemd-sysctl', globs: true, lastOnly: true, blankIsKey: false };

export function procpsOf(os: string | undefined): Tool {
  const isOld = os !== undefined && OLD_PROCPS.test(os);
  return { name: 'sysctl', globs: !isOld, lastOnly: false, blankIsKey: !isOld };
}

/** What comes of the lines of one key. */
export interface Outcome {
  /** The line whose value the key has in the end. */
  readonly set?: { readonly by: SysctlAssignment; readonly value: string };
  /** The line that leaves the key as it was: an exclusion, or a value that the kernel refuses. */
  readonly left?: SysctlAssignment;
}

export type Applied = (key: string) => Outcome;

const NOTHING: Outcome = {};

/** Writes assignments in their order. A glob sets only keys that no line names, whatever comes of that line. */
export function apply(assignments: readonly SysctlAssignment[], tool: Tool, os: string | undefined): Applied {
  const named = new Map<string, Outcome>();
  const globs: SysctlAssignment[] = [];
  for (const assignment of tool.lastOnly ? lastOfEach(assignments) : assignments) {
    const { key, exclusion, value } = assignment;
    if (isGlob(key)) {
      if (!exclusion && tool.globs) globs.push(assignment);
      continue;
    }
    const number = exclusion ? undefined : taken(key, value, os);
    if (number !== undefined) named.set(key, { set: { by: assignment, value: number } });
    else if (named.get(key)?.set === undefined) named.set(key, { left: assignment });
  }
  return (key) => named.get(key) ?? ofGlobs(globs, key, os);
}

function ofGlobs(globs: readonly SysctlAssignment[], key: string, os: string | undefined): Outcome {
  let outcome = NOTHING;
  for (const by of globs) {
    if (!globMatches(by.key, key)) continue;
    const value = taken(key, by.value, os);
    if (value !== undefined) outcome = { set: { by, value } };
    else if (outcome.set === undefined) outcome = { left: by };
  }
  return outcome;
}

/**
 * The lines that systemd-sysctl keeps, in the order in which it writes them (sysctl.c parse_line): a line replaces the one of its key, glob
 * or not, and goes behind all others; one that says the same again changes nothing, not even the order.
 */
function lastOfEach(assignments: readonly SysctlAssignment[]): Iterable<SysctlAssignment> {
  const kept = new Map<string, SysctlAssignment>();
  for (const assignment of assignments) {
    const before = kept.get(assignment.key);
    if (before?.exclusion === assignment.exclusion && before.value === assignment.value) continue;
    kept.delete(assignment.key);
    kept.set(assignment.key, assignment);
  }
  return kept.values();
}
