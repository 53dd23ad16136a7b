import { integer, judged, loose, ON_OFF, oneOf, optional, time, type Form } from '../forms.ts';
import { refuse, warn, type Checker, type Run } from '../run.ts';
import { firstLine } from '../sections/repeated.ts';

const FILE: Form = { least: 1, takes: 'a file' };
const PREPEND: Form = { least: 1, most: 2, takes: 'a path' };
const TIMEOUT = loose(time());

function checkPrependPath(run: Run, line: number): void {
  judged(PREPEND)(run, line);
  const kind = run.lines.value(line, 2);
  if (kind === '' || kind.includes('$') || kind === 'path' || kind === 'cpath' || run.lines.value(line, 3) !== '')
    return;
  refuse(run, 'invalid-argument', run.lines.at(line, 2), `'lua-prepend-path' takes path or cpath, not '${kind}'`);
}

const LOADS = ['lua-load', 'lua-load-per-thread'];

function isAbove(run: Run, line: number, keyword: string): boolean {
  const first = firstLine(run, keyword);
  return first >= 0 && first < line;
}

const LIBRARIES = oneOf('all', 'none', 'table', 'io', 'os', 'string', 'math', 'utf8', 'package', 'debug');

function checkOpenLibs(run: Run, line: number): void {
  const { lines } = run;
  const names = lines
    .value(line, 1)
    .split(',')
    .filter((name) => name !== '');
  judged({ least: 1, most: 1, takes: 'a list of libraries' })(run, line);
  if (names.some((name) => name.includes('$'))) return;
  for (const name of names) {
    const problem = LIBRARIES.first?.(name, run);
    if (problem !== undefined)
      return refuse(run, 'invalid-argument', lines.at(line, 1), `'tune.lua.openlibs' ${problem}`);
  }
  if (names.includes('none') && names.length > 1)
    return refuse(run, 'invalid-argument', lines.at(line, 1), "'none' stands alone");
  if (LOADS.some((word) => isAbove(run, line, word)) || isAbove(run, line, 'lua-prepend-path'))
    refuse(run, 'misplaced-keyword', lines.at(line, 0), "'tune.lua.openlibs' must stand above the lines that load Lua");
}

function checkBoolConversion(run: Run, line: number): void {
  const { lines } = run;
  judged(oneOf('normal', 'pre-3.1-bug'))(run, line);
  if (LOADS.some((word) => isAbove(run, line, word)))
    warn(
      run,
      'ignored-keyword',
      lines.at(line, 0),
      `'${lines.keywords[line] as string}' has no effect behind the lines that load Lua`,
    );
}

/** What concerns Lua. */
export const LUA: readonly (readonly [string, Checker])[] = [
  ['lua-load', judged(FILE)],
  ['lua-load-per-thread', judged(FILE)],
  ['lua-prepend-path', checkPrependPath],
  ['tune.lua.bool-sample-conversion', checkBoolConversion],
  ['tune.lua.forced-yield', judged(loose(optional(integer(-Infinity, Infinity, 'whole'))))],
  ['tune.lua.maxmem', judged(loose(integer(-Infinity, Infinity, 'whole')))],
  ['tune.lua.log.loggers', judged(ON_OFF)],
  ['tune.lua.log.stderr', judged(oneOf('on', 'auto', 'off'))],
  ['tune.lua.openlibs', checkOpenLibs],
  ['tune.lua.burst-timeout', judged(TIMEOUT)],
  ['tune.lua.service-timeout', judged(TIMEOUT)],
  ['tune.lua.session-timeout', judged(TIMEOUT)],
  ['tune.lua.task-timeout', judged(TIMEOUT)],
];
