import { rangeOf, type Finding } from '@halint/core';
import { visible } from './visible.ts';

const COMMAND = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** Workflow commands that GitHub Actions turns into annotations. */
export function github(findings: readonly Finding[]): string {
  return findings
    .map((finding) => {
      const { start, end } = rangeOf(finding.at);
      const properties = [
        `file=${property(finding.at.file.display)}`,
        `line=${start.line}`,
        `endLine=${end.line}`,
        // A column range is only allowed within one line.
        ...(start.line === end.line ? [`col=${start.column}`, `endColumn=${end.column}`] : []),
        `title=${property(finding.rule)}`,
      ];
      const text = finding.help === undefined ? finding.message : `${finding.message}\n${finding.help}`;
      return `::${COMMAND[finding.severity]} ${properties.join(',')}::${data(text)}\n`;
    })
    .join('');
}

function data(text: string): string {
  const lines = text.split(/\r\n|\r|\n/).map((line) => visible(line).replaceAll('%', '%25'));
  return lines.join('%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
