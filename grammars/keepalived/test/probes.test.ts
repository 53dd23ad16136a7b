import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judged, lineOf } from './judged.ts';

const FOLDER = new URL('./probes/', import.meta.url);
const CONTEXTS = JSON.parse(readFileSync(new URL('contexts.json', FOLDER), 'utf8')) as Record<string, string[]>;
/** What halint says of a statement without its word, at which keepalived gives up. */
const GIVES_UP = /^keepalived ends at such a line/;

/** The letter that test/conformance/probes.mjs writes for keepalived's answer, made of halint's messages. */
function letter(context: string, text: string, version: string): string {
  const frame = CONTEXTS[context] as string[];
  const at = frame.indexOf('@');
  const own = text.split('⏎');
  const config = [...frame.slice(0, at), ...own, ...frame.slice(at + 1)].join('\n') + '\n';
  const said = judged(config, version).filter(
    ({ rejects, daemon }) => rejects === true || (daemon ?? 'none') !== 'none',
  );
  if (said.some(({ help }) => help !== undefined && GIVES_UP.test(help))) return 'x';
  const lines = said.map(lineOf);
  return lines.some((line) => line > at && line <= at + own.length) ? 'e' : lines.length > 0 ? 'E' : '-';
}

/** halint always names a line; what keepalived finds at the end of a block stands at its head. */
function agrees(daemon: string, ours: string): boolean {
  return daemon === ours || (daemon === 'E' && ours === 'e') || daemon === '!';
}

describe.each(readdirSync(FOLDER).filter((name) => name.endsWith('.tsv')))('%s: what keepalived answered', (name) => {
  const [head = '', ...rows] = readFileSync(new URL(name, FOLDER), 'utf8').trimEnd().split('\n');
  const versions = head.split('\t').slice(2);
  test.each(versions.map((version, i) => ({ version, i })))('$version', ({ version, i }) => {
    const wrong: string[] = [];
    for (const row of rows.filter((each) => each !== '' && !each.startsWith('#'))) {
      const [context = '', text = '', ...letters] = row.split('\t');
      const ours = letter(context, text, version);
      if (!agrees(letters[i] ?? '', ours)) wrong.push(`${context}: ${text}: keepalived ${letters[i]}, halint ${ours}`);
    }
    expect(wrong).toEqual([]);
  });
});
