import { compareVersions, inVersions } from '@halint/core';
import { actionRows } from '../vocabulary.ts';
import { isOpaque, timeFault } from '../values.ts';
import { listed, refuse, type Checker, type Run } from './run.ts';

const TCP_SETS: Readonly<Record<string, readonly string[]>> = {
  'tcp-request': ['connection', 'session', 'content', 'inspect-delay'],
  'tcp-response': ['content', 'inspect-delay'],
};

export const checkTcpRule: Checker = (run, line) => {
  const keyword = run.lines.keywords[line] as string;
  const sets = TCP_SETS[keyword] as readonly string[];
  const set = run.lines.value(line, 1);
  if (isOpaque(set)) return;
  if (!sets.includes(set)) {
    const at = set === '' ? run.lines.at(line, 0) : run.lines.at(line, 1);
    return refuse(run, 'unknown-keyword', at, `'${keyword}' is followed by ${listed(sets)}, not by '${set}'`);
  }
  if (set !== 'inspect-delay') return checkAction(run, line, `${keyword} ${set}`, 2);
  const fault = timeFault(run.lines.value(line, 2), run.version);
  if (fault !== undefined) refuse(run, 'invalid-argument', run.lines.lineAt(line), fault);
};

export const checkHttpRule: Checker = (run, line) => checkAction(run, line, run.lines.keywords[line] as string, 1);

function checkAction(run: Run, line: number, set: string, index: number): void {
  const word = run.lines.value(line, index);
  // What 2.2 knows is not in the tables; Lua brings actions of its own.
  if (compareVersions(run.version, '2.4') < 0 || isOpaque(word) || word.startsWith('lua.')) return;
  if (word === '') return refuse(run, 'missing-argument', run.lines.lineAt(line), `'${set}' needs an action`);
  const rows = actionRows(word);
  const here = rows.filter((row) => row.in.includes(set));
  if (here.some((row) => inVersions(run.version, row.since, row.until))) return;
  const at = run.lines.at(line, index);
  const late = here.find((row) => row.since !== undefined);
  if (late !== undefined)
    return refuse(run, 'unknown-keyword', at, `haproxy ${run.version} has no '${set} ${word}' yet`);
  const other = rows[0];
  if (other !== undefined)
    return refuse(run, 'misplaced-keyword', at, `'${word}' is an action of ${listed(other.in)}, not of ${set}`);
  refuse(run, 'unknown-keyword', at, `'${set}' has no action '${word}'`);
}
