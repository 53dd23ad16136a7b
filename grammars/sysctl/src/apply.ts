import type { SysctlAssignment } from '@halint/model';
import { globMatches, isGlob } from './key.ts';
import { valueKind } from './keywords.ts';

/** What writes the settings: systemd-sysctl at boot, or `sysctl` of procps by its version. */
export interface Tool {
  readonly name: 'systemd-sysctl' | 'sysctl';
  /** procps before 4.0 takes no globs and no exclusions; systemd has always had both here. */
  readonly globs: boolean;
  /** `-key` takes back what a line before set: systemd 252 does, procps 4.0.2 only keeps globs away. */
  readonly undoes: boolean;
  /** `- key = 1` names a setting that begins with a blank, which is none: procps 4.0.2. */
  readonly blankIsKey: boolean;
}

/** procps of a release: 3.3 in Debian 11, RHEL up to 9 and Ubuntu up to 22.04. */
const OLD_PROCPS = /^(?:debian(?:9|10|11)|rhel[789]|ubuntu(?:18|20|22)\.04)$/;

export const SYSTEMD: Tool = { name: 'systemd-sysctl', globs: true, undoes: true, blankIsKey: false };

export function procpsOf(os: string | undefined): Tool {
  const isOld = os !== undefined && OLD_PROCPS.test(os);
  return { name: 'sysctl', globs: !isOld, undoes: false, blankIsKey: !isOld };
}

/** The assignment that a key has in the end; undefined when nothing sets it. */
export type Applied = (key: string) => SysctlAssignment | undefined;

/**
 * Writes assignments in their order. Of one key the last line counts that the kernel takes; an exclusion keeps globs away; a glob sets
 * only keys that no line names.
 */
export function apply(assignments: readonly SysctlAssignment[], tool: Tool): Applied {
  const exact = new Map<string, SysctlAssignment>();
  /** Keys that some line names: globs leave them alone, whatever came of the line. */
  const named = new Set<string>();
  const globs: SysctlAssignment[] = [];
  for (const assignment of assignments) {
    if (isGlob(assignment.key)) {
      if (!assignment.exclusion && tool.globs) globs.push(assignment);
      continue;
    }
    named.add(assignment.key);
    if (assignment.exclusion) {
      if (tool.undoes) exact.delete(assignment.key);
    } else if (taken(assignment) !== undefined) exact.set(assignment.key, assignment);
  }
  return (key) => {
    if (named.has(key)) return exact.get(key);
    return globs.findLast((each) => globMatches(each.key, key) && taken({ ...each, key }) !== undefined);
  };
}

/** What the kernel makes of a value: of numbers those before the first blank that is followed by something else; undefined = refused. */
export function taken({ key, value }: Pick<SysctlAssignment, 'key' | 'value'>): string | undefined {
  const kind = valueKind(key);
  if (kind === undefined || kind === 'text' || isOpaque(value)) return value === '' ? undefined : value;
  const numbers: string[] = [];
  for (const word of value.trim().split(/[ \t]+/)) {
    const number = plainNumber(word);
    if (number === undefined) break;
    numbers.push(number);
  }
  if (numbers.length === 0) return undefined;
  return kind === 'ints' ? numbers.join(' ') : numbers[0];
}

/**
 * A number as the kernel shows it again: sysctl.c strtoul_lenient() takes the base from the first digits. Written to ip_nonlocal_bind, 0x1
 * and 0X1 give 1, 010 gives 8, 00 gives 0; 08, 0x and +1 are refused (Linux 6, by both tools).
 */
function plainNumber(word: string): string | undefined {
  const [, minus = '', digits = ''] = /^(-?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(word) ?? [];
  if (digits === '') return undefined;
  const octal = /^0[0-7]/.test(digits);
  return `${minus}${BigInt(octal ? `0o${digits.slice(1)}` : digits)}`;
}

/** A template's placeholder: its value is not known here. */
export function isOpaque(value: string): boolean {
  return value.includes('{{') || value.includes('<%') || value.includes('${');
}
