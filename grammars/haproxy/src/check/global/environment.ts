import { isOpaque } from '../../values.ts';
import { AT, checkFormat, checkSample } from '../expressions.ts';
import { ANYTHING, judged } from '../forms.ts';
import { keptByRun, refuse, since, type Checker, type Run } from '../run.ts';

/** setenv(3) takes no name with an equals sign. */
function checkName(run: Run, line: number, index: number): boolean {
  const name = run.lines.value(line, index);
  if (isOpaque(name) || !name.includes('=')) return true;
  refuse(run, 'invalid-name', run.lines.at(line, index), "'=' is not allowed in the name of a variable");
  return false;
}

/** `setenv`, `presetenv`: until 3.0 a third word was let pass. */
function checkSetenv(run: Run, line: number): void {
  const { lines } = run;
  const keyword = lines.keywords[line] as string;
  if ([1, 2, 3].some((i) => isOpaque(lines.value(line, i)))) return;
  const most = since(run, '3.1') ? 2 : 3;
  if (lines.value(line, 1) === '' || lines.value(line, 2) === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), `'${keyword}' needs a name and a value`);
  const extra = [1, 2, 3, 4].every((i) => i > most + 1 || lines.value(line, i) !== '');
  if (extra)
    return refuse(run, 'unexpected-argument', lines.at(line, most + 1), `'${keyword}' takes a name and a value only`);
  checkName(run, line, 1);
}

function checkUnsetenv(run: Run, line: number): void {
  const { lines } = run;
  if (lines.value(line, 1) === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), "'unsetenv' needs the name of a variable");
  for (let i = 1; lines.value(line, i) !== ''; i++) if (!checkName(run, line, i)) return;
}

const VARIABLE = /^proc\.[A-Za-z0-9_.]+$/;

/** `set-var proc.NAME EXPRESSION`, `set-var-fmt proc.NAME FORMAT`; conditions may follow the name (set-var(name,cond)). */
function checkSetVar(run: Run, line: number): void {
  const { lines } = run;
  const keyword = lines.keywords[line] as string;
  const variable = lines.value(line, 1);
  if (isOpaque(variable)) return;
  if (variable === '' || lines.value(line, 2) === '') {
    const what = keyword === 'set-var' ? 'an expression' : 'a format';
    return refuse(run, 'missing-argument', lines.at(line, 0), `'${keyword}' needs a variable proc.<name> and ${what}`);
  }
  const name = since(run, '2.7') ? (variable.split(',', 1)[0] as string) : variable;
  if (!VARIABLE.test(name)) {
    const message = `'${keyword}' takes a variable proc.<name> of letters, digits, dots and underscores, not '${name}'`;
    return refuse(run, 'invalid-argument', lines.at(line, 1), message);
  }
  if (keyword === 'set-var') checkSample(run, line, 2, AT.config);
  else checkFormat(run, line, 2, AT.config);
}

const CODES = /^[+-]?\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/;

/** `http-err-codes`, `http-fail-codes`: ranges of 100 to 599 with commas between them. */
function checkCodes(run: Run, line: number): void {
  const { lines } = run;
  const keyword = lines.keywords[line] as string;
  if (lines.value(line, 1) === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), `'${keyword}' needs status codes`);
  for (let i = 1; lines.value(line, i) !== ''; i++) {
    const word = lines.value(line, i);
    if (isOpaque(word)) return;
    const ranges = word.replace(/^[+-]/, '').split(',');
    const right =
      CODES.test(word) &&
      ranges.every((range) => {
        const [low, high = low] = range.split('-').map(Number);
        return (low as number) >= 100 && (high as number) <= 599 && (low as number) <= (high as number);
      });
    if (right) continue;
    const message = `'${keyword}' takes codes and ranges from 100 to 599 with commas between them, not '${word}'`;
    return refuse(run, 'invalid-argument', lines.at(line, i), message);
  }
}

const adjusted = keptByRun((_: Run) => new Set<string>());

/** `h1-case-adjust FROM TO`: only the case differs, and each name is adjusted once. */
function checkCaseAdjust(run: Run, line: number): void {
  const { lines } = run;
  const from = lines.value(line, 1);
  const to = lines.value(line, 2);
  if (isOpaque(from) || isOpaque(to)) return;
  if (from === '' || to === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), "'h1-case-adjust' needs a name and how to write it");
  if (lines.value(line, 3) !== '')
    return refuse(run, 'unexpected-argument', lines.at(line, 3), "'h1-case-adjust' takes two words only");
  if (from.toLowerCase() !== to.toLowerCase())
    return refuse(run, 'invalid-argument', lines.at(line, 2), `'${from}' and '${to}' may differ in their case only`);
  const seen = adjusted(run);
  const name = from.toLowerCase();
  if (seen.has(name)) refuse(run, 'duplicate-keyword', lines.at(line, 1), `'${from}' is adjusted above already`);
  seen.add(name);
}

/** Variables, status codes, names of headers. */
export const ENVIRONMENT: readonly (readonly [string, Checker])[] = [
  ['setenv', checkSetenv],
  ['presetenv', checkSetenv],
  ['unsetenv', checkUnsetenv],
  ['resetenv', judged(ANYTHING)],
  ['set-var', checkSetVar],
  ['set-var-fmt', checkSetVar],
  ['http-err-codes', checkCodes],
  ['http-fail-codes', checkCodes],
  ['h1-case-adjust', checkCaseAdjust],
];
