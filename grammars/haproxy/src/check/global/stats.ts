import { isOpaque } from '../../values.ts';
import { integer, judge, loose, ON_OFF, time, type Form } from '../forms.ts';
import { refuse, since, suggestion, type Run } from '../run.ts';
import { checkBindWords } from '../sockets/bind.ts';
import { processFault } from '../sockets/thread-set.ts';

const POSITIVE_TIME = loose(time('ms', 1));
const POSITIVE = loose(integer(1));
/** In either case (strcasecmp). */
const SWITCH: Form = { least: 1, takes: 'on or off', first: (text, run) => ON_OFF.first?.(text.toLowerCase(), run) };

/** Most processes that a mask of them has (LONGBITS). */
const MOST_PROCESSES = 64;

/** `stats bind-process all|odd|even|NUMBER|RANGE…`, until 2.7. */
function checkProcesses(run: Run, line: number): void {
  const { lines } = run;
  for (let i = 2; lines.value(line, i) !== ''; i++) {
    const text = lines.value(line, i);
    if (isOpaque(text)) return;
    const fault = processFault(text, MOST_PROCESSES);
    if (fault !== undefined) return refuse(run, 'invalid-argument', lines.at(line, i), fault);
  }
}

/** `stats socket|timeout|maxconn` (cli_parse_global). */
export function checkStats(run: Run, line: number): void {
  const { lines } = run;
  const word = lines.value(line, 1);
  if (isOpaque(word)) return;
  if (word === 'socket') {
    if (lines.value(line, 2) === '')
      return refuse(run, 'missing-argument', lines.at(line, 1), "'stats socket' needs an address or a path");
    return checkBindWords(run, line, 2);
  }
  if (word === 'timeout') return void judge(run, line, POSITIVE_TIME, 1);
  if (word === 'maxconn') return void judge(run, line, POSITIVE, 1);
  if (word === 'bind-process' && !since(run, '2.7')) return checkProcesses(run, line);
  if (word === 'calculate-max-counters' && since(run, '3.3')) return void judge(run, line, SWITCH, 1);
  const known = ['socket', 'timeout', 'maxconn'];
  const at = lines.at(line, word === '' ? 0 : 1);
  const { near, extra } = suggestion(at, word, known);
  if (word === '') refuse(run, 'missing-argument', at, "'stats' needs socket, timeout or maxconn");
  else
    refuse(
      run,
      'unknown-keyword',
      at,
      `'stats ${word}' is not valid in global: it takes socket, timeout and maxconn${near}`,
      extra,
    );
}
