import { atol, isWhole } from '../../quantity/index.ts';
import { isOpaque } from '../../values.ts';
import { judge, type Form } from '../forms.ts';
import { refuse, warn, type Checker, type Run } from '../run.ts';

/** A number that strtoul() reads to its end; a sign is let pass. */
const unsigned = (high: number): Form => ({
  least: 1,
  most: 1,
  takes: 'a number',
  first: (text) => {
    const value = atol(text);
    return isWhole(text) && text !== '' && value <= high
      ? undefined
      : `takes ${high === Infinity ? 'a number' : `a number up to ${high}`}, not '${text}'`;
  },
});

/** Of a cache: megabytes, so that the bytes fit 32 bits. */
const TOTAL = unsigned(4095);
const OBJECT: Form = { ...unsigned(Infinity), takes: 'a number of bytes' };

/** A sign wraps around (strtoul). */
const SECONDARY: Form = {
  ...OBJECT,
  takes: 'a number',
  first: (text) =>
    isWhole(text) && text !== '' && atol(text) !== 0 ? undefined : `takes a number above 0, not '${text}'`,
};

function checkAge(run: Run, line: number): void {
  if (!judge(run, line, { least: 0, most: 1 })) return;
  if (run.lines.value(line, 1) === '') warn(run, 'missing-argument', run.lines.at(line, 0), "'max-age' needs seconds");
}

function checkVary(run: Run, line: number): void {
  const { lines } = run;
  if (!judge(run, line, { least: 0, most: 1 })) return;
  const text = lines.value(line, 1);
  if (text !== 'on' && text !== 'off')
    warn(run, 'invalid-argument', lines.at(line, text === '' ? 0 : 1), `'process-vary' takes on or off, not '${text}'`);
}

/** What the cache as a whole lacks, when its lines are read (cfg_post_parse_section_cache). */
export function checkCache(run: Run): void {
  const { lines } = run;
  if (lines.directives || lines.templated) return;
  let blocks = 0;
  let object = -1;
  for (let line = lines.body; line < lines.count; line++) {
    const keyword = lines.keywords[line];
    const text = lines.value(line, 1);
    if ((keyword === 'total-max-size' || keyword === 'max-object-size') && isOpaque(text)) return;
    if (keyword === 'total-max-size') blocks = atol(text) * 1024;
    else if (keyword === 'max-object-size') object = line;
  }
  if (blocks <= 0) return refuse(run, 'missing-argument', lines.at(0, 0), "a cache needs a 'total-max-size' above 0");
  if (object < 0) return;
  const size = atol(lines.value(object, 1));
  const most = (blocks * 1024) / 2;
  if (size > most || size < 0)
    refuse(
      run,
      'invalid-argument',
      lines.at(object, 1),
      `'max-object-size' is ${size}: the most is half of the cache, ${most}`,
    );
}

export const CACHE: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['total-max-size', (run, line) => void judge(run, line, TOTAL)],
  ['max-object-size', (run, line) => void judge(run, line, OBJECT)],
  ['max-age', checkAge],
  ['process-vary', checkVary],
  ['max-secondary-entries', (run, line) => void judge(run, line, SECONDARY)],
]);
