import { compareVersions } from '@halint/core';
import { STATEMENTS, verdictOf, type Verdict } from '../vocabulary.ts';
import type { HaproxyRow } from '../keywords/row.ts';
import { listed, refuse, since, suggestion, warn, type Run } from './run.ts';

/** Judges `option X` and `timeout X`; true when the daemon reads on. */
export function subKeyword(run: Run, line: number, word: string, keyword: string): boolean {
  const index = run.lines.keywordIndex(line) + 1;
  if (word === '') {
    refuse(run, 'missing-argument', run.lines.lineAt(line), `'${keyword}' needs a name`);
    return false;
  }
  const at = run.lines.at(line, index);
  const verdict = verdictOf(`${keyword} ${word}`, run.kind, run.version);
  if (verdict.status === 'unknown' || verdict.status === 'misplaced') {
    const known = STATEMENTS.rows
      .filter((row) => row.word.startsWith(`${keyword} `))
      .map((row) => row.word.slice(keyword.length + 1));
    const { near, extra } = suggestion(at, word, known);
    refuse(run, 'unknown-keyword', at, `there is no '${keyword} ${word}'${near}`, extra);
    return false;
  }
  if (verdict.status === 'ignored' && keyword === 'option' && isFlag(word, verdict.row) && since(run, '3.2')) {
    refuse(
      run,
      'misplaced-keyword',
      at,
      `'option ${word}' is valid in ${listed(verdict.row.in)}, not in ${run.lines.kind}`,
    );
    return false;
  }
  return report(run, verdict, at, `${keyword} ${word}`);
}

/** Options that are read from tables: where they do not belong, 3.2 warns and then takes them for unknown. */
function isFlag(word: string, row: HaproxyRow): boolean {
  return 'no' in row && !/^(?:redispatch|forwarded|use-small-buffers|accept-invalid-.*)$/.test(word);
}

type At = Parameters<typeof refuse>[2];

/** Reports a verdict on a known keyword; true when its arguments are worth checking. */
export function report(run: Run, verdict: Verdict, at: At, word: string): boolean {
  if (!('row' in verdict)) return true;
  const { row, status } = verdict;
  const instead = row.instead === undefined ? {} : { help: `Use '${row.instead}' instead.` };
  const kind = run.kind.trimEnd();
  if (status === 'deprecated') {
    warn(
      run,
      'removed-or-deprecated-keyword',
      at,
      `'${word}' is deprecated since haproxy ${row.deprecated ?? ''}`,
      instead,
    );
    return true;
  }
  if (status === 'ignored') {
    warn(run, 'ignored-keyword', at, `'${word}' has no effect in a ${kind}: it belongs in ${listed(row.in)}`);
    return true;
  }
  if (status === 'removed') {
    refuse(
      run,
      'removed-or-deprecated-keyword',
      at,
      `'${word}' was removed in haproxy ${row.until ?? ''}, the target is ${run.version}`,
      instead,
    );
  } else if (status === 'future') {
    refuse(
      run,
      'unknown-keyword',
      at,
      `haproxy ${run.version} does not know '${word}' yet: it came with ${row.since ?? ''}`,
    );
  } else if (status === 'unnamed') {
    const old = compareVersions(run.version, '2.3') < 0;
    const why = old
      ? `haproxy ${run.version} takes no rules in defaults`
      : 'only a defaults section with a name takes rules';
    refuse(run, 'misplaced-keyword', at, `'${word}' is not allowed here: ${why}`);
  } else refuse(run, 'misplaced-keyword', at, `'${word}' is valid in ${listed(row.in)}, not in ${kind}`);
  return false;
}
