import { rangeOf, type Edit, type Finding, type Fix, type Place, type Related } from '@halint/core';
import { fingerprints } from './fingerprint.ts';
import { maskText } from './mask.ts';
import type { Summary } from './summary.ts';

/** The findings as the contract's section 4 has them. */
export function jsonReport(findings: readonly Finding[], summary: Summary): object {
  const { errors, warnings, infos, hosts, files, lackingFacts } = summary;
  const marks = fingerprints(findings);
  return {
    version: 1,
    summary: { errors, warnings, infos, hosts, files, ...(lackingFacts > 0 ? { lackingFacts } : {}) },
    findings: findings.map((finding, i) => findingJson(finding, marks[i] as string)),
  };
}

export function json(findings: readonly Finding[], summary: Summary): string {
  return JSON.stringify(jsonReport(findings, summary), null, 2) + '\n';
}

/** One finding a line. */
export function jsonl(findings: readonly Finding[]): string {
  const marks = fingerprints(findings);
  return findings.map((finding, i) => JSON.stringify(findingJson(finding, marks[i] as string)) + '\n').join('');
}

export function findingJson(finding: Finding, fingerprint: string): object {
  return {
    rule: finding.rule,
    severity: finding.severity,
    rejects: finding.rejects,
    daemon: finding.daemon,
    message: finding.message,
    ...(finding.help === undefined ? {} : { help: finding.help }),
    ...(finding.missing === undefined ? {} : { missing: finding.missing }),
    host: finding.at.host,
    ...(finding.hosts.length > 1 ? { hosts: finding.hosts } : {}),
    file: finding.at.file.display,
    range: rangeOf(finding.at),
    related: finding.related.map(relatedJson),
    ...(finding.fix === undefined ? {} : { fix: fixJson(finding.fix) }),
    fingerprint,
    url: urlOf(finding.rule),
  };
}

function relatedJson({ at, message }: Related): object {
  return { host: at.host, file: at.file.display, range: rangeOf(at), message };
}

function fixJson(fix: Fix<Place>): object {
  const edit = ({ at, text }: Edit<Place>): object => ({
    host: at.host,
    file: at.file.display,
    range: rangeOf(at),
    text: maskText(text, at.file.language),
  });
  return { title: fix.title, safety: fix.safety, edits: fix.edits.map(edit) };
}

/** Path in the repository. */
export function urlOf(rule: string): string {
  return `docs/rules/${rule}.md`;
}
