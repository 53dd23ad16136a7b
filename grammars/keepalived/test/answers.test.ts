import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judged, lineOf } from './judged.ts';

const FOLDER = new URL('answers/', import.meta.url);

/** Line of a closing brace -> line of the head of its block. */
function headsOf(lines: readonly string[]): ReadonlyMap<number, number> {
  const heads = new Map<number, number>();
  const open: number[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.endsWith('{')) open.push(i + 1);
    const head = line.trim() === '}' ? open.pop() : undefined;
    if (head !== undefined) heads.set(i + 1, head);
  }
  return heads;
}

/** What is different between the daemon's cell (test/conformance/answers.mjs writes them) and halint's findings, in words. */
function differences(cell: string, text: string, version: string): string[] {
  if (cell === '?') return [];
  const gaveUp = cell.startsWith('x');
  const said = cell.replace('x', '');
  const theirs = said === '-' ? [] : said.split(' ').map(Number);
  const told = judged(`${text.replaceAll('⏎', '\n')}\n`, version).filter(({ daemon }) => (daemon ?? 'none') !== 'none');
  const lines = new Set(told.map(lineOf));
  const wrong: string[] = [];
  const heads = headsOf(text.split('⏎'));
  // What a block lacks keepalived says at its closing brace, halint inside or at its head.
  const within = (line: number): boolean => {
    const head = heads.get(line);
    return head !== undefined && [...lines].some((each) => each >= head && each < line && !theirs.includes(each));
  };
  for (const line of theirs) if (line > 0 && !lines.has(line) && !within(line)) wrong.push(`line ${line} missing`);
  // What keepalived says without a line halint says at the line that it is about.
  const atBraces = theirs.flatMap((line) => heads.get(line) ?? []);
  const explained = (line: number): boolean => theirs.includes(line) || atBraces.some((head) => head <= line);
  if (!theirs.includes(0) && !gaveUp)
    for (const line of lines) if (!explained(line)) wrong.push(`line ${line} too many`);
  if (theirs.length > 0 !== lines.size > 0) wrong.push(theirs.length > 0 ? 'nothing said' : 'something said');
  const placed = new Set(theirs.filter((line) => line > 0));
  if (theirs.includes(0) && ![...lines].some((line) => !placed.has(line)) && told.length <= placed.size)
    wrong.push('unplaced message missing');
  return wrong;
}

describe.each(readdirSync(FOLDER).filter((name) => name.endsWith('.tsv')))('%s: what keepalived answered', (name) => {
  const [head = '', ...rows] = readFileSync(new URL(name, FOLDER), 'utf8').trimEnd().split('\n');
  const versions = head.split('\t').slice(1);
  test.each(versions.map((version, i) => ({ version, i })))('$version', ({ version, i }) => {
    const wrong = rows.flatMap((row) => {
      const [text = '', ...cells] = row.split('\t');
      const different = differences(cells[i] ?? '', text, version);
      return different.length === 0 ? [] : [`${text}: keepalived ${cells[i] ?? ''}, halint: ${different.join(', ')}`];
    });
    expect(wrong).toEqual([]);
  });
});
