import { rangeOf, type Finding, type Place } from '@halint/core';
import { frameOf } from './frame.ts';
import { urlOf } from './json.ts';
import { summaryLine, type Summary } from './summary.ts';
import { visible } from './visible.ts';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2128;background:#fff}
article{border-left:4px solid #888;margin:1.5rem 0;padding:.1rem 1rem}.error{border-color:#c62828}.warning{border-color:#b26a00}.info{border-color:#1565c0}
pre{background:#f4f5f7;padding:.6rem;overflow-x:auto}h2{font-size:1rem;margin:.4rem 0}code{color:#57606a}`;

/** A page of its own: no script, nothing fetched. */
export function html(findings: readonly Finding[], summary: Summary): string {
  const articles = findings.map((finding) => article(finding)).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>halint</title><style>${STYLE}</style></head>
<body><h1>halint</h1><p>${escape(summaryLine(summary))}</p>
${articles}
</body></html>
`;
}

function article(finding: Finding): string {
  const related = finding.related.map(({ at, message }) => source(at, '-', message)).join('');
  const help = finding.help === undefined ? '' : `<p>${escape(finding.help)}</p>`;
  return `<article class="${finding.severity}"><h2>${finding.severity}: ${escape(finding.message)}</h2>${source(finding.at, '^', '')}${related}${help}<p><code>${escape(finding.rule)}</code> ${escape(urlOf(finding.rule))}</p></article>`;
}

function source(at: Place, mark: string, label: string): string {
  const { line, column } = rangeOf(at).start;
  const frame = frameOf(at, 100, mark);
  return `<p>${escape(at.host)}: <code>${escape(at.file.display)}:${line}:${column}</code></p><pre>${escape(frame.source)}\n${escape(frame.underline)} ${escape(label)}</pre>`;
}

function escape(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
