import { isOpaque } from '../../values.ts';
import { toLong, toSize } from '../../numbers.ts';
import { judge, judged, loose, oneOf, optional, time, type Form } from '../forms.ts';
import { since, warn, type Checker, type Run } from '../run.ts';

/** Until 3.0 a plain number, then a size with a unit; never 0. */
const SIZE: Form = {
  least: 0,
  first: (text, run) => {
    const bytes = since(run, '3.1') ? toSize(text, 2 ** 62) : toLong(text);
    return bytes === undefined || bytes === 0 ? `takes a size above 0, not '${text}'` : undefined;
  },
};
const LENGTH: Form = { least: 0, first: (text) => (toLong(text) === 0 ? `takes a length above 0, not '${text}'` : undefined) };
const TIME = loose(time());
const FORMATS = oneOf('local', 'rfc3164', 'rfc5424', 'priority', 'short', 'timed', 'iso', 'raw');

function checkTimeout(run: Run, line: number): void {
  const event = run.lines.value(line, 1);
  if (event === 'connect' || event === 'server') judge(run, line, TIME, 1);
}

function lastSize(run: Run, keyword: string): number | undefined {
  const { lines } = run;
  for (let line = lines.count - 1; line >= lines.body; line--) {
    if (lines.keywords[line] !== keyword) continue;
    const text = lines.value(line, 1);
    return isOpaque(text) ? undefined : since(run, '3.1') && keyword === 'size' ? toSize(text, 2 ** 62) : toLong(text);
  }
  return 0;
}

/** A message that is longer than the ring is cut (sink_finalize). */
export function checkRing(run: Run): void {
  const { lines } = run;
  if (lines.directives || lines.templated) return;
  const length = lastSize(run, 'maxlen');
  const size = lastSize(run, 'size');
  if (length === undefined || size === undefined || length <= 0) return;
  const line = lines.keywords.lastIndexOf('maxlen');
  const bytes = size === 0 ? 16_384 : size;
  if (length > bytes) warn(run, 'invalid-argument', lines.at(line, 1), `'maxlen' is ${length}: the ring holds ${bytes} bytes`);
}

export const RING: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['size', judged(SIZE)],
  ['maxlen', judged(LENGTH)],
  ['format', judged(optional(loose(FORMATS)))],
  ['description', judged({ least: 1, takes: 'a text' })],
  ['timeout', checkTimeout],
]);
