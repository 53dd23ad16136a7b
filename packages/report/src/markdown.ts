import { rangeOf, type Finding } from '@halint/core';
import { urlOf } from './json.ts';
import { summaryLine, type Summary } from './summary.ts';
import { visible } from './visible.ts';

/** A table for a pull request. */
export function markdown(findings: readonly Finding[], summary: Summary): string {
  const head = `**halint:** ${summaryLine(summary)}\n`;
  if (findings.length === 0) return head;
  const rows = findings.map((finding) => {
    const { line, column } = rangeOf(finding.at).start;
    const help = finding.help === undefined ? '' : `<br>${cell(finding.help)}`;
    return `| ${finding.severity} | ${cell(finding.at.file.display)}:${line}:${column} | ${cell(finding.message)}${help} | [${finding.rule}](${urlOf(finding.rule)}) |`;
  });
  return `${head}\n| | where | what | rule |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

/** Text inside a table cell: nothing of it is markup. */
export function cell(text: string): string {
  return visible(text).replace(/[\\|`*_<>[\]#]/g, (char) => `\\${char}`);
}
