import { offsetOf, type Finding, type KeywordHit } from '@halint/core';
import type { Hover } from 'vscode-languageserver';
import { toRange } from '../positions.ts';
import type { Workbench } from '../workbench.ts';

/** What the keyword under the cursor takes, and what is wrong there. */
export function hover(workbench: Workbench, uri: string, offset: number): Hover | undefined {
  const open = workbench.documentOf(uri);
  if (open === undefined) return undefined;
  const hit = open.language.keywordAt(open.document, offset, open.targets);
  const here = workbench
    .findings(uri)
    .filter(({ at }) => offsetOf(at) <= offset && offset <= offsetOf(at) + at.end - at.start);
  if (hit === undefined && here.length === 0) return undefined;
  const parts = [...(hit === undefined ? [] : [keyword(hit)]), ...here.map(findingText)];
  return {
    contents: { kind: 'markdown', value: parts.join('\n\n---\n\n') },
    ...(hit === undefined ? {} : { range: toRange(open.document, hit.span) }),
  };
}

function keyword({ row, where }: KeywordHit): string {
  const facts = [
    ...(row.summary === undefined ? [] : [row.summary]),
    `In ${where}.`,
    ...(row.since === undefined ? [] : [`Since ${row.since}.`]),
    ...(row.deprecated === undefined ? [] : [`Deprecated since ${row.deprecated}.`]),
    ...(row.until === undefined ? [] : [`Removed in ${row.until}.`]),
    ...(row.instead === undefined ? [] : [`Use ${row.instead} instead.`]),
    ...(row.needs === undefined ? [] : [`Needs a build with ${row.needs}.`]),
    ...(row.doc === undefined ? [] : [`Manual: ${row.doc}.`]),
  ];
  return `\`\`\`\n${row.word} ${row.usage}`.trimEnd() + `\n\`\`\`\n${facts.map(escape).join(' ')}`;
}

function findingText(finding: Finding): string {
  return `**${finding.severity}** ${escape(finding.message)}${finding.help === undefined ? '' : `\n\n${escape(finding.help)}`}\n\n\`${finding.rule}\``;
}

function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#|]/g, (char) => `\\${char}`);
}
