import { largest } from '@halint/core';
import type { AnyRule } from '@halint/model';
import { daemonChecks, rules } from '../../knowledge.ts';
import { VERSION } from '../../version.ts';

type Listed = Pick<AnyRule, 'id' | 'aliases' | 'scope' | 'severity' | 'preset' | 'summary' | 'fix' | 'since'>;

/** `halint rules`: every rule of the catalogue that is built, for people or as JSON. */
export function rulesText(format: 'text' | 'json'): string {
  // What a daemon refuses is judged file by file and is in every preset.
  const checks = daemonChecks.map((check) => ({ ...check, scope: 'file' as const, since: VERSION }));
  const sorted: Listed[] = [...rules, ...checks].sort((a, b) => (a.id < b.id ? -1 : 1));
  if (format === 'json') {
    const list = sorted.map((rule) => ({
      id: rule.id,
      aliases: rule.aliases ?? [],
      scope: rule.scope,
      severity: rule.severity,
      preset: rule.preset ?? 'recommended',
      summary: rule.summary,
      fix: rule.fix ?? null,
      since: rule.since,
      url: `docs/rules/${rule.id}.md`,
    }));
    return JSON.stringify({ version: 1, rules: list }, null, 2) + '\n';
  }
  const width = largest(sorted.map((rule) => rule.id.length));
  return sorted.map((rule) => `${rule.severity.padEnd(8)}${rule.id.padEnd(width + 2)}${rule.summary}\n`).join('');
}
