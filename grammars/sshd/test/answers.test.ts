import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { effective, type Connection } from '../src/index.ts';
import { filesOf, hostOf, judged, MAIN } from './judged.ts';

// The tables are written by test/conformance/answers.mjs from what sshd of Debian 12, 13 and forky says; it tells how to read a cell.

const FOLDER = new URL('answers/', import.meta.url);

/** What is different between the daemon's cell and halint's findings, in words. */
function differences(cell: string, text: string, version: string): string | undefined {
  const [kind = '', place = ''] = [cell.slice(0, 1), cell.slice(2)];
  const told = judged(filesOf(text), version);
  const rejects = told.filter(({ finding }) => finding.rejects === true);
  const shown = rejects.map(({ path, line, finding }) => `${path}:${line} ${finding.rule}`).join(', ');
  if (kind !== 'e') {
    if (rejects.length > 0) return `taken, halint rejects: ${shown}`;
    const notices = told.filter(({ finding, path }) => finding.daemon === 'warning' && path === MAIN);
    const lines = [...new Set(notices.map(({ line }) => line))].sort((a, b) => a - b).join(' ');
    const theirs = kind === 'n' ? place : '';
    // A notice without a line may be found on any.
    const same = theirs === '0' ? lines !== '' : lines === theirs;
    return kind === '?' || same ? undefined : `notices on ${theirs}, halint's: ${lines}`;
  }
  if (rejects.length === 0) return 'refused, halint takes it';
  const colon = place.lastIndexOf(':');
  const [path, line] = colon < 0 ? [MAIN, Number(place)] : [place.slice(0, colon), Number(place.slice(colon + 1))];
  if (line === 0 || rejects.some((each) => each.path === path && each.line === line)) return undefined;
  return `refused at ${path}:${line}, halint: ${shown}`;
}

/** A connection as `sshd -T -C` is told it. alice is in the group alice in the sandbox that the table was made in, and bob is nobody there. */
function connectionOf(spec: string): Connection {
  if (spec === '') return {};
  const { lport, ...words } = Object.fromEntries(spec.split(',').map((word) => word.split('=') as [string, string]));
  return { ...words, lport: Number(lport), groups: words['user'] === 'alice' ? ['alice'] : [] };
}

/** The lines of `sshd -T` for a row. */
function printed(text: string, connection: string, version: string): readonly string[] {
  const { entries, context } = hostOf(filesOf(text), version);
  const { options } = effective(entries, context, connectionOf(connection));
  return options.map(({ name, values }) => [name, ...values].join(' '));
}

/** The cell for a row as answers.mjs makes it. */
function changes(text: string, connection: string, version: string): string {
  const [plain, lines] = [printed('', '', version), printed(text, connection, version)];
  const nameOf = (line: string): string | undefined => line.split(' ')[0];
  const more = lines.filter((line) => !plain.includes(line));
  const less = plain.filter((line) => !lines.includes(line));
  const gone = less.filter((line) => !more.some((each) => nameOf(each) === nameOf(line))).map((line) => `!${line}`);
  return [...more, ...gone].join(' ¦ ') || '-';
}

/** Head and rows of a table; `given` is the number of columns in front of the versions. */
function tableOf(name: string): { versions: readonly string[]; rows: readonly (readonly string[])[]; given: number } {
  const [head = '', ...rows] = readFileSync(new URL(name, FOLDER), 'utf8').trimEnd().split('\n');
  const columns = head.split('\t');
  const given = columns.findIndex((column) => /^\d/.test(column));
  return { versions: columns.slice(given), rows: rows.map((row) => row.split('\t')), given };
}

describe.each(readdirSync(FOLDER).filter((name) => name !== 'effective.tsv'))('%s: what sshd -t answered', (name) => {
  const { versions, rows, given } = tableOf(name);
  test.each(versions.map((version, i) => ({ version, i })))('$version', ({ version, i }) => {
    const wrong = rows.flatMap((row) => {
      const different = differences(row[given + i] ?? '', row[0] ?? '', version);
      return different === undefined ? [] : [`${row[0]}: ${different}`];
    });
    expect(wrong).toEqual([]);
  });
});

describe('effective.tsv: what sshd -T printed', () => {
  const { versions, rows, given } = tableOf('effective.tsv');
  test.each(versions.map((version, i) => ({ version, i })))('$version', ({ version, i }) => {
    const asked = rows.filter((row) => row[given + i] !== '?');
    const ours = asked.map(([text = '', connection = '']) => [text, connection, changes(text, connection, version)]);
    expect(ours).toEqual(asked.map((row) => [row[0], row[1], row[given + i]]));
  });
});
