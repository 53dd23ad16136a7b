import { compareVersions } from '@halint/core';
import { conditionOf, isActive, type Frame } from '../flow.ts';
import { evaluate, judgePredicate } from '../predicate/check.ts';
import { refuse, suggestion, warn, type Run } from './run.ts';

const DIRECTIVES: ReadonlySet<string> = new Set([
  '.if',
  '.elif',
  '.else',
  '.endif',
  '.notice',
  '.warning',
  '.alert',
  '.diag',
]);

/** Judges a line that starts with a dot (parse_cfg() in src/cfgparse.c). `frames`: the blocks that are open above it. */
export function checkDirective(run: Run, line: number, frames: readonly Frame[], active: boolean): void {
  const { lines, version } = run;
  const word = lines.value(line, 0);
  if (lines.shape(line).template) return;
  const at = lines.at(line, 0);
  if (compareVersions(version, '2.4') < 0 && DIRECTIVES.has(word)) {
    if (active) refuse(run, 'unknown-keyword', at, `haproxy ${version} does not know '${word}' yet: it came with 2.4`);
  } else if (word === '.if' || word === '.elif') checkExpression(run, line, word, frames, active);
  else if (word === '.else' || word === '.endif') checkEnd(run, line, word, frames);
  else if (active) checkMessage(run, line, word);
}

/** Is the expression of that line evaluated at all? */
function isEvaluated(word: string, frames: readonly Frame[], active: boolean, version: string): boolean {
  if (word === '.if') return active;
  const top = frames[frames.length - 1];
  if (top === undefined || isActive(frames.slice(0, -1), version) !== true) return false;
  return top.every((condition) => evaluate(condition ?? '1', version) === false);
}

function checkExpression(run: Run, line: number, word: string, frames: readonly Frame[], active: boolean): void {
  const { lines, version } = run;
  if (word === '.elif' && !checkPlace(run, line, word, frames)) return;
  if (!isEvaluated(word, frames, active, version)) return;
  const { fault } = judgePredicate(conditionOf(lines, line, run.context), version);
  if (fault !== undefined) refuse(run, 'invalid-argument', lines.lineAt(line), fault);
}

/** A branch belongs to a block that is open, and none follows `.else`; false when it is refused. */
function checkPlace(run: Run, line: number, word: string, frames: readonly Frame[]): boolean {
  const top = frames[frames.length - 1];
  if (top !== undefined && top[top.length - 1] !== undefined) return true;
  const message = top === undefined ? `this '${word}' has no '.if'` : `'${word}' cannot follow '.else'`;
  refuse(run, 'unclosed-if', run.lines.at(line, 0), message);
  return false;
}

function checkEnd(run: Run, line: number, word: string, frames: readonly Frame[]): void {
  const { lines } = run;
  const extra = lines.value(line, 1);
  if (extra !== '')
    return refuse(run, 'unexpected-argument', lines.at(line, 1), `'${word}' takes no further word, found '${extra}'`);
  if (word === '.else') checkPlace(run, line, word, frames);
  else if (frames.length === 0) refuse(run, 'unclosed-if', lines.at(line, 0), "this '.endif' has no '.if'");
}

function checkMessage(run: Run, line: number, word: string): void {
  const { lines } = run;
  const at = lines.at(line, 0);
  if (!DIRECTIVES.has(word)) {
    const { near, extra } = suggestion(at, word, DIRECTIVES);
    return refuse(run, 'unknown-keyword', at, `'${word}' is no directive${near}`, extra);
  }
  const extra = lines.value(line, 2);
  if (word === '.alert') return refuse(run, 'alert-directive', lines.lineAt(line), '.alert stops the daemon here');
  if (extra !== '') {
    const help = 'Put quotes around the message.';
    return refuse(run, 'unexpected-argument', lines.at(line, 2), `'${word}' takes one word, found '${extra}' too`, {
      help,
    });
  }
  if (word === '.warning')
    warn(run, 'alert-directive', lines.lineAt(line), '.warning makes the daemon print this message');
}
