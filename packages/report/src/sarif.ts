import { rangeOf, type Edit, type Finding, type Fix, type Place } from '@halint/core';
import type { Log, PhysicalLocation, Region, ReportingDescriptor, Result } from 'sarif';
import { fingerprints } from './fingerprint.ts';
import { urlOf } from './json.ts';
import { maskText } from './mask.ts';

/** What a report needs to know of a rule. */
export interface RuleMeta {
  readonly id: string;
  readonly summary: string;
  readonly severity: Finding['severity'];
}

const LEVEL = { error: 'error', warning: 'warning', info: 'note' } as const;

/** SARIF 2.1.0, one run. Exit codes and levels do not depend on the format. */
export function sarif(findings: readonly Finding[], rules: readonly RuleMeta[], version: string): string {
  const ids = [...new Set(findings.map((finding) => finding.rule))].sort();
  const log: Log = {
    version: '2.1.0',
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    runs: [
      {
        tool: {
          driver: { name: 'halint', version, semanticVersion: version, rules: ids.map((id) => descriptor(id, rules)) },
        },
        columnKind: 'utf16CodeUnits',
        results: results(findings, ids),
      },
    ],
  };
  return JSON.stringify(log, null, 2) + '\n';
}

function descriptor(id: string, rules: readonly RuleMeta[]): ReportingDescriptor {
  const meta = rules.find((rule) => rule.id === id);
  return {
    id,
    shortDescription: { text: meta?.summary ?? id },
    help: { text: `See ${urlOf(id)}` },
    ...(meta === undefined ? {} : { defaultConfiguration: { level: LEVEL[meta.severity] } }),
  };
}

function results(findings: readonly Finding[], ids: readonly string[]): Result[] {
  const marks = fingerprints(findings);
  return findings.map((finding, i) => ({
    ruleId: finding.rule,
    ruleIndex: ids.indexOf(finding.rule),
    level: LEVEL[finding.severity],
    message: { text: finding.help === undefined ? finding.message : `${finding.message}\n${finding.help}` },
    locations: [
      { physicalLocation: physical(finding.at), logicalLocations: [{ name: finding.at.host, kind: 'module' }] },
    ],
    ...(finding.related.length === 0
      ? {}
      : {
          relatedLocations: finding.related.map(({ at, message }, id) => ({
            id,
            physicalLocation: physical(at),
            message: { text: message },
          })),
        }),
    partialFingerprints: { 'halint/v1': marks[i] as string },
    properties: { host: finding.at.host, hosts: [...finding.hosts], rejects: finding.rejects, daemon: finding.daemon },
    ...(finding.fix === undefined || finding.fix.edits.length === 0 ? {} : { fixes: [fixOf(finding.fix)] }),
  }));
}

function physical(place: Place): PhysicalLocation {
  return { artifactLocation: { uri: uriOf(place.file.display) }, region: regionOf(place) };
}

function regionOf(place: Place): Region {
  const { start, end } = rangeOf(place);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

/** A relative reference: each segment encoded, the slashes kept. A lone surrogate cannot be encoded and becomes U+FFFD. */
export function uriOf(path: string): string {
  return path
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

function fixOf(fix: Fix<Place>): NonNullable<Result['fixes']>[number] {
  const byFile = new Map<string, Edit<Place>[]>();
  for (const edit of fix.edits) byFile.set(edit.at.file.display, [...(byFile.get(edit.at.file.display) ?? []), edit]);
  return {
    description: { text: fix.title },
    artifactChanges: [...byFile].map(([file, edits]) => ({
      artifactLocation: { uri: uriOf(file) },
      replacements: edits.map((edit) => ({
        deletedRegion: regionOf(edit.at),
        insertedContent: { text: maskText(edit.text, edit.at.file.language) },
      })),
    })),
  };
}
