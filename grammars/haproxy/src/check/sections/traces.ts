import { isOpaque } from '../../values.ts';
import { refuse, suggestion, warn, type Checker, type Run } from '../run.ts';

/** Sources of every build and version; which of them one has is not told apart. */
const SOURCES = [
  'acme',
  'all',
  'applet',
  'check',
  'dbg',
  'fcgi',
  'h1',
  'h2',
  'h3',
  'haterm',
  'httpclient',
  'peers',
  'pt',
  'qmux',
  'quic',
  'resolvers',
  'session',
  'spop',
  'ssl',
  'stream',
];
const WORDS = ['event', 'follow', 'level', 'lock', 'pause', 'sink', 'start', 'stop', 'verbosity'];
/** What the meta-source `all` takes. */
const OF_ALL = ['follow', 'sink', 'level'];
const LEVELS = ['error', 'user', 'proto', 'state', 'data', 'developer'];

/** `trace SOURCE [WORD VALUE]…` (trace_parse_statement). */
export const checkTrace: Checker = (run, line) => {
  const { lines } = run;
  const source = lines.value(line, 1);
  if (isOpaque(source)) return;
  if (source === '') return warn(run, 'missing-argument', lines.at(line, 0), "'trace' needs a source");
  if (source === '0') return;
  if (!SOURCES.includes(source)) {
    const { near, extra } = suggestion(lines.at(line, 1), source, SOURCES);
    return refuse(run, 'invalid-argument', lines.at(line, 1), `there is no trace source '${source}'${near}`, extra);
  }
  if (lines.value(line, 2) === '')
    return warn(
      run,
      'missing-argument',
      lines.at(line, 1),
      `'trace ${source}' needs a command such as sink, level or start`,
    );
  for (let i = 2; lines.value(line, i) !== ''; i += 2) if (!checkPair(run, line, i, source)) return;
};

function checkPair(run: Run, line: number, i: number, source: string): boolean {
  const { lines } = run;
  const word = lines.value(line, i);
  const value = lines.value(line, i + 1);
  if (isOpaque(word) || isOpaque(value)) return false;
  const known = source === 'all' ? OF_ALL : WORDS;
  if (!known.includes(word)) {
    const { near, extra } = suggestion(lines.at(line, i), word, known);
    refuse(
      run,
      'unknown-keyword',
      lines.at(line, i),
      `'${word}' is no command for the trace source ${source}${near}`,
      extra,
    );
    return false;
  }
  if (value === '') {
    warn(run, 'missing-argument', lines.at(line, i), `'${word}' needs a value`);
    return false;
  }
  const choice = word === 'level' ? LEVELS : word === 'follow' ? ['none', ...SOURCES] : undefined;
  if (choice === undefined || choice.includes(value)) return true;
  const { near, extra } = suggestion(lines.at(line, i + 1), value, choice);
  refuse(
    run,
    'invalid-argument',
    lines.at(line, i + 1),
    `'${word}' takes ${choice.join(', ')}, not '${value}'${near}`,
    extra,
  );
  return false;
}

export const TRACES: ReadonlyMap<string, Checker> = new Map([['trace', checkTrace]]);
