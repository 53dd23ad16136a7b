import { rangeOf, type Finding } from '@halint/core';
import { fingerprints } from './fingerprint.ts';

const SEVERITY = { error: 'critical', warning: 'major', info: 'info' } as const;

/** GitLab's code quality report. */
export function gitlab(findings: readonly Finding[]): string {
  const marks = fingerprints(findings);
  const list = findings.map((finding, i) => {
    const { start, end } = rangeOf(finding.at);
    return {
      description: finding.message,
      check_name: finding.rule,
      fingerprint: marks[i],
      severity: SEVERITY[finding.severity],
      location: { path: finding.at.file.display, lines: { begin: start.line, end: end.line } },
    };
  });
  return JSON.stringify(list, null, 2) + '\n';
}
