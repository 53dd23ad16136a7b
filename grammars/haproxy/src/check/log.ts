import { atoi } from '../quantity/index.ts';
import { isOpaque } from '../values.ts';
import { addressFault, LOG_ADDRESS } from './sockets/address.ts';
import { listed, refuse, since, suggestion, type Checker, type Run } from './run.ts';

const FACILITIES: ReadonlySet<string> = new Set(
  (
    'kern user mail daemon auth syslog lpr news uucp cron auth2 ftp ntp audit alert cron2 ' +
    'local0 local1 local2 local3 local4 local5 local6 local7'
  ).split(' '),
);
const LEVELS: ReadonlySet<string> = new Set('emerg alert crit err warning notice info debug'.split(' '));
const OLD_FORMATS: readonly string[] = ['rfc3164', 'rfc5424', 'short', 'raw'];
const FORMATS: readonly string[] = ['local', 'rfc3164', 'rfc5424', 'priority', 'short', 'timed', 'iso', 'raw'];

/** Lengths of a log line (parse_logger()). */
const SHORTEST = 80;
const LONGEST = 65_535;

/** `log TARGET [len N] [format F] [sample S] [profile P] FACILITY [LEVEL [LEVEL]]`, in that order. */
export const checkLog: Checker = (run, line) => {
  const { lines } = run;
  if (lines.value(line, 0) === 'no') return checkNoLog(run, line);
  // `default` before it changes nothing; before 3.1 it stood where the target is looked for.
  if (lines.keywordIndex(line) === 1 && !since(run, '3.1'))
    return refuse(run, 'invalid-negation', lines.at(line, 0), `haproxy ${run.version} cannot read 'default log'`);
  const first = lines.keywordIndex(line) + 1;
  const target = lines.value(line, first);
  const second = lines.value(line, first + 1);
  if (target === 'global' && second === '') {
    if (run.kind === 'global')
      refuse(run, 'invalid-argument', lines.at(line, first), "'log global' cannot stand in global itself");
    return;
  }
  if (target === '' || second === '')
    return refuse(run, 'missing-argument', lines.lineAt(line), "'log' needs an address and a facility");
  const fault = target === 'stdout' || target === 'stderr' ? undefined : addressFault(target, LOG_ADDRESS, run.version);
  if (fault !== undefined) refuse(run, 'invalid-address', lines.at(line, first), fault);
  const i = checkLogOptions(run, line, first + 1);
  if (i >= 0) checkFacility(run, line, i);
};

/** `no log` takes nothing more. */
function checkNoLog(run: Run, line: number): void {
  const extra = run.lines.value(line, 2);
  if (extra !== '')
    refuse(run, 'unexpected-argument', run.lines.at(line, 2), `'no log' takes no further word, found '${extra}'`);
}

type OptionFault = (value: string, run: Run) => string | undefined;

const OPTIONS: readonly (readonly [word: string, fault: OptionFault])[] = [
  ['len', lengthFault],
  ['format', formatFault],
  ['sample', (value) => sampleFault(value)],
  ['profile', () => undefined],
];

/** Reads the options in the only order that haproxy takes; the index of the facility, or -1 when it stopped. */
function checkLogOptions(run: Run, line: number, from: number): number {
  let i = from;
  for (const [word, judge] of OPTIONS) {
    if (run.lines.value(line, i) !== word || (word === 'profile' && !since(run, '3.1'))) continue;
    const value = run.lines.value(line, i + 1);
    const fault = isOpaque(value) ? undefined : judge(value, run);
    if (fault !== undefined) {
      const place = run.lines.at(line, value === '' ? i : i + 1);
      refuse(
        run,
        value === '' ? 'missing-argument' : 'invalid-argument',
        place,
        value === '' ? `'${word}' needs a value` : fault,
      );
      return -1;
    }
    i += 2;
  }
  return i;
}

function lengthFault(value: string): string | undefined {
  const length = atoi(value);
  return length >= SHORTEST && length <= LONGEST ? undefined : `'len' takes ${SHORTEST} to ${LONGEST}, not '${value}'`;
}

function formatFault(value: string, run: Run): string | undefined {
  const known = since(run, '2.3') ? FORMATS : OLD_FORMATS;
  return known.includes(value) ? undefined : `'format' takes ${listed(known)}, not '${value}'`;
}

/** `1-3,5:10`: ascending ranges that do not overlap, and how many lines they are counted in (get_logger_smp_range()). */
function sampleFault(value: string): string | undefined {
  const colon = value.indexOf(':');
  if (colon < 0) return `'${value}' has no sample size, such as 1:10`;
  const size = /^\d+$/.test(value.slice(colon + 1)) ? Number(value.slice(colon + 1)) : 0;
  if (size === 0) return `'${value.slice(colon + 1)}' is no sample size`;
  const ranges = value.slice(0, colon).replace(/,$/, '').split(',');
  const read: (readonly [number, number])[] = [];
  for (const range of ranges) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(range);
    const low = Number(match?.[1] ?? 0);
    const high = Number(match?.[2] ?? low);
    if (low === 0 || (match?.[2] !== undefined && high <= low)) return `'${range}' is no range of samples`;
    if (read.some(([from, to]) => (low >= from && low <= to) || (high >= from && high <= to)))
      return `the ranges of '${value}' overlap`;
    if (high > size) return `the sample size ${size} is below the range ${range}`;
    read.push([low, high]);
  }
  return undefined;
}

function checkFacility(run: Run, line: number, index: number): void {
  const { lines } = run;
  const facility = lines.value(line, index);
  if (isOpaque(facility)) return;
  if (facility === '') return refuse(run, 'missing-argument', lines.lineAt(line), "'log' needs a facility");
  if (!FACILITIES.has(facility)) {
    const { near, extra } = suggestion(lines.at(line, index), facility, FACILITIES);
    return refuse(run, 'invalid-argument', lines.at(line, index), `'${facility}' is no syslog facility${near}`, extra);
  }
  for (const at of [index + 1, index + 2]) {
    const level = lines.value(line, at);
    if (level === '' || isOpaque(level)) return;
    if (LEVELS.has(level)) continue;
    const { near, extra } = suggestion(lines.at(line, at), level, LEVELS);
    return refuse(run, 'invalid-argument', lines.at(line, at), `'${level}' is no syslog level${near}`, extra);
  }
  const more = lines.value(line, index + 3);
  if (more !== '')
    refuse(run, 'unexpected-argument', lines.at(line, index + 3), `'log' takes no further word, found '${more}'`);
}
