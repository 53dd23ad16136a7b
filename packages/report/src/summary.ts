import type { Finding, Severity } from '@halint/core';
import { reaches } from '@halint/core';

/** What a report says beside its findings. */
export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly hosts: number;
  readonly files: number;
  /** Infos below the level that would be findings if a fact were at hand. */
  readonly lackingFacts: number;
}

/** Splits findings by level and counts both sides. */
export function summarise(
  all: readonly Finding[],
  level: Severity,
  hosts: number,
  files: number,
): { readonly shown: readonly Finding[]; readonly summary: Summary } {
  const shown = all.filter((finding) => reaches(finding.severity, level));
  const count = (severity: Severity): number => shown.filter((finding) => finding.severity === severity).length;
  const lackingFacts = all.filter(
    (finding) => finding.missing !== undefined && !reaches(finding.severity, level),
  ).length;
  return {
    shown,
    summary: { errors: count('error'), warnings: count('warning'), infos: count('info'), hosts, files, lackingFacts },
  };
}

/** `2 errors, 1 warning in 8 files of 2 hosts`. */
export function summaryLine(summary: Summary): string {
  const parts = [
    plural(summary.errors, 'error'),
    plural(summary.warnings, 'warning'),
    plural(summary.infos, 'info'),
  ].filter((part) => !part.startsWith('0 '));
  const where = `in ${plural(summary.files, 'file')} of ${plural(summary.hosts, 'host')}`;
  const facts =
    summary.lackingFacts === 0
      ? ''
      : ` (${plural(summary.lackingFacts, 'check')} ${summary.lackingFacts === 1 ? 'lacks' : 'lack'} facts: --level info)`;
  return `${parts.length === 0 ? 'no problems' : parts.join(', ')} ${where}${facts}`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
