import { compareVersions, inVersions } from '@halint/core';
import type { OptionRow } from '../../keywords/row.ts';
import { BIND_OPTIONS, optionLength, SERVER_OPTIONS, type OptionTable } from '../../options.ts';
import { isOpaque } from '../../values.ts';
import type { ArgumentCheck } from './option-values.ts';
import { BIND_ARGUMENTS } from './bind-options.ts';
import { refuse, suggestion, warn, type Run } from '../run.ts';
import { NOT_DEFAULT, SERVER_ARGUMENTS } from './server-options.ts';

/** An option that a version knows: its row and what is checked of its argument. */
interface Known {
  readonly row: OptionRow;
  readonly check: ArgumentCheck | undefined;
}

type Kind = 'bind' | 'server' | 'default-server';

const tables = new Map<string, ReadonlyMap<string, Known>>();

function tableOf(kind: Kind): OptionTable {
  return kind === 'bind' ? BIND_OPTIONS : SERVER_OPTIONS;
}

/** The options of a kind of line that a version knows, made once. */
function knownOptions(kind: Kind, version: string): ReadonlyMap<string, Known> {
  const key = `${kind} ${version}`;
  let known = tables.get(key);
  if (known === undefined) {
    const checks = kind === 'bind' ? BIND_ARGUMENTS : SERVER_ARGUMENTS;
    const made = new Map<string, Known>();
    for (const [word, row] of tableOf(kind)) {
      if (inVersions(version, row.since, row.until)) made.set(word, { row, check: checks.get(word) });
    }
    tables.set(key, (known = made));
  }
  return known;
}

/** Whatever follows an opening bracket plays no part in finding an option (srv_find_kw(), bind_find_kw()). */
function bare(word: string): string {
  const bracket = word.indexOf('(');
  return bracket > 0 ? word.slice(0, bracket) : word;
}

/**
 * Judges the options of a line from the word at `from` on: `bind`, `server` and their kin. `keyword` names the line in
 * messages. False when it stopped at a word that it does not know.
 */
export function checkOptions(run: Run, line: number, from: number, kind: Kind, keyword: string): boolean {
  const { lines } = run;
  const count = lines.words(line);
  const known = knownOptions(kind, run.version);
  for (let i = from; i < count;) {
    const raw = lines.raw(line, i);
    let option = known.get(raw);
    if (option === undefined) {
      const word = lines.value(line, i);
      if (word === '') return true;
      option = known.get(word) ?? known.get(bare(word));
      if (option === undefined) {
        // A word that a variable will fill in: nothing behind it can be told apart either.
        if (!isOpaque(word)) unknownOption(run, line, i, kind, keyword);
        return false;
      }
    }
    const { row, check } = option;
    if (kind === 'default-server' && NOT_DEFAULT.has(row.word)) {
      warn(
        run,
        'ignored-keyword',
        lines.at(line, i),
        `'${row.word}' is not taken in default-server: haproxy passes over it`,
      );
    } else check?.(run, line, i);
    i += row.args >= 0 ? 1 + row.args : optionLength(row, (j) => lines.value(line, j), i);
  }
  return true;
}

function unknownOption(run: Run, line: number, index: number, kind: Kind, keyword: string): void {
  const { lines, version } = run;
  const at = lines.at(line, index);
  const word = lines.value(line, index);
  const table = tableOf(kind);
  const row = table.get(word) ?? table.get(bare(word));
  if (row === undefined) {
    const { near, extra } = suggestion(at, word, knownOptions(kind, version).keys());
    return refuse(run, 'unknown-keyword', at, `'${word}' is no word of a ${keyword} line${near}`, extra);
  }
  const early = row.since !== undefined && compareVersions(version, row.since) < 0;
  const when = early ? `came with haproxy ${row.since}` : `was removed in haproxy ${row.until ?? ''}`;
  const help = row.instead === undefined ? {} : { help: `Use '${row.instead}' instead.` };
  refuse(
    run,
    early ? 'unknown-keyword' : 'removed-or-deprecated-keyword',
    at,
    `'${word}' ${when}, the target is ${version}`,
    help,
  );
}
