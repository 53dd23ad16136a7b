import { isOpaque } from '../../values.ts';
import { judge, judged, NOTHING, words } from '../forms.ts';
import { refuse, suggestion, warn, type Checker, type Run } from '../run.ts';
import { repeated } from './repeated.ts';

function checkOption(run: Run, line: number): void {
  const { lines } = run;
  const index = lines.keywordIndex(line) + 1;
  const word = lines.value(line, index);
  if (isOpaque(word)) return;
  if (word === 'start-on-reload') return void judge(run, line, NOTHING, 1);
  const at = lines.at(line, word === '' ? index - 1 : index);
  const { near, extra } = suggestion(at, word, ['start-on-reload']);
  if (word === '') refuse(run, 'missing-argument', at, "'option' needs a name");
  else refuse(run, 'unknown-keyword', at, `a program has no option '${word}'${near}`, extra);
}

function checkOwner(run: Run, line: number): void {
  const { lines } = run;
  const keyword = lines.keywords[line] as string;
  if (!judge(run, line, words(1, 'a name'))) return;
  if (repeated(run, 'owner', keyword))
    warn(run, 'ignored-keyword', lines.at(line, 0), `'${keyword}' is set already: this line has no effect`);
}

/** A program without a command (cfg_program_postparser). */
export function checkProgram(run: Run): void {
  const { lines } = run;
  if (lines.directives || lines.templated || lines.keywords.includes('command')) return;
  refuse(run, 'missing-argument', lines.at(0, 0), "a program needs a 'command'");
}

export const PROGRAM: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['command', judged({ least: 1, takes: 'a command' })],
  ['option', checkOption],
  ['user', checkOwner],
  ['group', checkOwner],
]);
