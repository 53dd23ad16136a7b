import { rules } from '../../knowledge.ts';

/** `halint rules`: every rule of the catalogue that is built, for people or as JSON. */
export function rulesText(format: 'text' | 'json'): string {
  const sorted = [...rules].sort((a, b) => (a.id < b.id ? -1 : 1));
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
  const width = Math.max(...sorted.map((rule) => rule.id.length));
  return sorted.map((rule) => `${rule.severity.padEnd(8)}${rule.id.padEnd(width + 2)}${rule.summary}\n`).join('');
}
