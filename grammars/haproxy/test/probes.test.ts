import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findingsOf } from './verdict.ts';

const FOLDER = new URL('./probes/', import.meta.url);
const CONTEXTS = JSON.parse(readFileSync(new URL('contexts.json', FOLDER), 'utf8')) as Record<string, string[]>;

/** The letter that test/conformance/probes.mjs writes for haproxy's answer, made of halint's findings. */
function letter(context: string, text: string, version: string): string {
  const frame = CONTEXTS[context] as string[];
  const at = frame.indexOf('@');
  const own = text.split('⏎');
  const config = [...frame.slice(0, at), ...own, ...frame.slice(at + 1)].join('\n') + '\n';
  const found = findingsOf(config, version).map((finding) => ({
    line: finding.at.section.positionAt(finding.at.start).line,
    rejects: finding.rejects === true,
    warns: finding.daemon === 'warning',
  }));
  const inside = ({ line }: { line: number }): boolean => line > at && line <= at + own.length;
  const refused = found.filter(({ rejects }) => rejects);
  if (refused.length > 0) return refused.some(inside) ? 'e' : 'E';
  const warned = found.filter(({ warns }) => warns);
  return warned.some(inside) ? 'w' : warned.length > 0 ? 'W' : '-';
}

/** halint always names a line, and calls the daemon's unplaced messages by the line they are about. */
function agrees(daemon: string, ours: string): boolean {
  return daemon === ours || (daemon === 'E' && ours === 'e') || (daemon === 'W' && ours === 'w');
}

describe.each(readdirSync(FOLDER).filter((name) => name.endsWith('.tsv')))('%s: what haproxy answered', (name) => {
  const [head = '', ...rows] = readFileSync(new URL(name, FOLDER), 'utf8').trimEnd().split('\n');
  const versions = head.split('\t').slice(2);
  test.each(versions.map((version, i) => ({ version, i })))('$version', ({ version, i }) => {
    const wrong: string[] = [];
    for (const row of rows.filter((each) => each !== '' && !each.startsWith('#'))) {
      const [context = '', text = '', ...letters] = row.split('\t');
      const ours = letter(context, text, version);
      if (!agrees(letters[i] ?? '', ours)) wrong.push(`${context}: ${text}: haproxy ${letters[i]}, halint ${ours}`);
    }
    expect(wrong).toEqual([]);
  });
});
