import { rangeOf, type Finding } from '@halint/core';
import { visible } from './visible.ts';

/** One line a finding, in the form that compilers have: FILE:LINE:COLUMN: severity: message [rule]. */
export function concise(findings: readonly Finding[]): string {
  return findings
    .map((finding) => {
      const { line, column } = rangeOf(finding.at).start;
      return `${visible(finding.at.file.display)}:${line}:${column}: ${finding.severity}: ${visible(finding.message)} [${finding.rule}]\n`;
    })
    .join('');
}
