import { rangeOf, type Finding } from '@halint/core';
import { create } from 'xmlbuilder2';
import { visible } from './visible.ts';

function byFile(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const files = new Map<string, Finding[]>();
  for (const finding of findings) {
    const known = files.get(finding.at.file.display);
    if (known === undefined) files.set(finding.at.file.display, [finding]);
    else known.push(finding);
  }
  return files;
}

const where = (finding: Finding): string => {
  const { line, column } = rangeOf(finding.at).start;
  return `${visible(finding.at.file.display)}:${line}:${column}`;
};

/** JUnit XML: a suite for each file with findings, a failed case for each finding; one passing case when there are none. */
export function junit(findings: readonly Finding[]): string {
  const suites = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: 'halint',
    tests: Math.max(1, findings.length),
    failures: findings.length,
    errors: 0,
  });
  if (findings.length === 0) {
    suites
      .ele('testsuite', { name: 'halint', tests: 1, failures: 0, errors: 0 })
      .ele('testcase', { name: 'no problems', classname: 'halint' });
  }
  for (const [file, own] of byFile(findings)) {
    const suite = suites.ele('testsuite', { name: visible(file), tests: own.length, failures: own.length, errors: 0 });
    for (const finding of own) {
      const text = [
        visible(finding.message),
        ...(finding.help === undefined ? [] : [visible(finding.help)]),
        where(finding),
      ].join('\n');
      suite
        .ele('testcase', { name: `${finding.rule} ${where(finding)}`, classname: visible(finding.at.host) })
        .ele('failure', { message: visible(finding.message), type: finding.severity })
        .txt(text);
    }
  }
  return suites.end({ prettyPrint: true }) + '\n';
}

/** Checkstyle XML, which many CI servers read. */
export function checkstyle(findings: readonly Finding[]): string {
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('checkstyle', { version: '4.3' });
  for (const [file, own] of byFile(findings)) {
    const element = root.ele('file', { name: visible(file) });
    for (const finding of own) {
      const { line, column } = rangeOf(finding.at).start;
      element.ele('error', {
        line,
        column,
        severity: finding.severity,
        message: visible(finding.message),
        source: `halint.${finding.rule}`,
      });
    }
  }
  return root.end({ prettyPrint: true }) + '\n';
}
