import { atol, readSize } from '../../quantity/index.ts';
import { isOpaque } from '../../values.ts';
import { judge, judged, loose, oneOf, optional, time, type Form } from '../forms.ts';
import { refuse, since, warn, type Checker, type Run } from '../run.ts';
import { SOCKET_CHECKS } from '../sockets.ts';
import { repeated } from './repeated.ts';

/** Size of a buffer, and of a ring by default. */
const BUFFER = 16_384;

/** Until 3.0 a plain number, then a size with a unit; never 0. */
const SIZE: Form = {
  least: 0,
  first: (text, run) => {
    const bytes = since(run, '3.1') ? readSize(text, 2 ** 62) : atol(text);
    if (bytes === undefined || bytes <= 0) return `takes a size above 0, not '${text}'`;
    // A ring could not be made smaller than a buffer.
    const small = since(run, '2.3') && !since(run, '2.7') && bytes < BUFFER;
    return small ? `takes at least ${BUFFER} bytes, not '${text}'` : undefined;
  },
};
const LENGTH: Form = {
  least: 0,
  first: (text) => (atol(text) === 0 ? `takes a length above 0, not '${text}'` : undefined),
};
const TIME = loose(time());
const FORMATS = optional(loose(oneOf('local', 'rfc3164', 'rfc5424', 'priority', 'short', 'timed', 'iso', 'raw')));
const OLD_FORMATS = optional(loose(oneOf('rfc3164', 'rfc5424', 'short', 'timed', 'iso', 'raw')));

function checkSize(run: Run, line: number): void {
  const { lines } = run;
  if (!judge(run, line, SIZE) || isOpaque(lines.value(line, 1))) return;
  const file = lines.keywords.indexOf('backing-file');
  if (file < 0 || file > line || lines.directives || lines.templated) return;
  refuse(
    run,
    'misplaced-keyword',
    lines.at(line, 0),
    "'size' stands behind 'backing-file', which has its size by then",
    {
      help: "Write 'size' above 'backing-file'.",
      related: [{ at: lines.lineAt(file), message: 'mapped here' }],
    },
  );
}

function checkTimeout(run: Run, line: number): void {
  const event = run.lines.value(line, 1);
  if (event === 'connect' || event === 'server') judge(run, line, TIME, 1);
}

function lastSize(run: Run, keyword: string): number | undefined {
  const { lines } = run;
  for (let line = lines.count - 1; line >= lines.body; line--) {
    if (lines.keywords[line] !== keyword) continue;
    const text = lines.value(line, 1);
    return isOpaque(text) ? undefined : since(run, '3.1') && keyword === 'size' ? readSize(text, 2 ** 62) : atol(text);
  }
  return 0;
}

function checkServer(run: Run, line: number): void {
  const { lines } = run;
  const name = lines.value(line, 1);
  SOCKET_CHECKS.get('server')?.(run, line);
  if (name !== '' && !isOpaque(name) && repeated(run, 'server', name) && since(run, '2.3'))
    refuse(run, 'duplicate-name', lines.at(line, 1), `server '${name}' is defined above already`);
}

/** Servers without a time for connecting or answering (check_config_validity). */
function timeouts(run: Run): void {
  const { lines } = run;
  const line = lines.keywords.indexOf('server');
  if (line < 0 || !since(run, '2.3')) return;
  const set = new Set<string>();
  lines.keywords.forEach((keyword, at) => keyword === 'timeout' && set.add(lines.value(at, 1)));
  if (!set.has('connect') || !set.has('server'))
    warn(
      run,
      'missing-argument',
      lines.at(line, 0),
      "a ring with servers needs 'timeout connect' and 'timeout server'",
    );
}

/** A message that is longer than the ring is cut (sink_finalize). */
export function checkRing(run: Run): void {
  const { lines } = run;
  if (lines.directives || lines.templated) return;
  timeouts(run);
  const length = lastSize(run, 'maxlen');
  const size = lastSize(run, 'size');
  if (length === undefined || size === undefined || length === 0) return;
  const line = lines.keywords.lastIndexOf('maxlen');
  // Until 3.0 a smaller size left the ring as it was.
  const bytes = size === 0 || !since(run, '3.1') ? Math.max(BUFFER, size) : size;
  if (length > bytes || length < 0)
    warn(run, 'invalid-argument', lines.at(line, 1), `'maxlen' is ${length}: the ring holds ${bytes} bytes`);
}

export const RING: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['size', checkSize],
  ['maxlen', judged(LENGTH)],
  [
    'format',
    judged([
      ['2.2', OLD_FORMATS],
      ['2.3', FORMATS],
    ]),
  ],
  ['description', judged({ least: 1, takes: 'a text' })],
  ['timeout', checkTimeout],
  ['server', checkServer],
  ['backing-file', judged({ least: 1, takes: 'a file' })],
]);
