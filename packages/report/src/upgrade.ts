import type { Finding } from '@halint/core';
import type { Colors } from 'picocolors/types';
import { fingerprints } from './fingerprint.ts';
import { findingJson } from './json.ts';
import { findingBlock } from './pretty.ts';

/** What another version of a daemon makes of the same files. */
export interface UpgradeReport {
  /** Versions by daemon; an empty `from` means those of the hosts. */
  readonly from: Readonly<Record<string, string>>;
  readonly to: Readonly<Record<string, string>>;
  /** The new version refuses it, the old one does not. */
  readonly breaks: readonly Finding[];
  /** The new version warns about it, the old one does not. */
  readonly warns: readonly Finding[];
  /** The old version complains, the new one does not. */
  readonly gone: readonly Finding[];
  /** How many complaints both versions share. */
  readonly both: number;
}

const named = (versions: Readonly<Record<string, string>>): string =>
  Object.entries(versions)
    .map(([daemon, version]) => `${daemon} ${version}`)
    .join(', ') || 'the versions of the hosts';

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;

export function upgradeText(
  report: UpgradeReport,
  options: { readonly width: number; readonly colors: Colors },
): string {
  const { colors } = options;
  const part = (title: string, findings: readonly Finding[]): string =>
    findings.length === 0
      ? ''
      : `${colors.bold(title)}\n\n${findings.map((finding) => `${findingBlock(finding, options)}\n`).join('')}`;
  const { breaks, warns, gone, both } = report;
  const rest = [
    ...(gone.length > 0 ? [`${count(gone.length, 'complaint', 'complaints')} of the old version gone`] : []),
    ...(both > 0 ? [`${both} in both versions (halint lint shows them)`] : []),
  ];
  const summary = [
    breaks.length === 0 ? 'nothing breaks' : `${count(breaks.length, 'line breaks', 'lines break')}`,
    count(warns.length, 'new warning', 'new warnings'),
    ...rest,
  ].join(', ');
  const line = `from ${named(report.from)} to ${named(report.to)}: ${summary}\n`;
  return part('Breaks', breaks) + part('Warns', warns) + (breaks.length > 0 ? colors.red(line) : colors.green(line));
}

export function upgradeJson({ from, to, breaks, warns, gone, both }: UpgradeReport): string {
  const listed = (findings: readonly Finding[]): object[] => {
    const marks = fingerprints(findings);
    return findings.map((finding, i) => findingJson(finding, marks[i] as string));
  };
  const report = { version: 1, from, to, breaks: listed(breaks), warns: listed(warns), gone: listed(gone), both };
  return JSON.stringify(report, null, 2) + '\n';
}
