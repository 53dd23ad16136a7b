import { atoi, atol, isWhole, readSize, timeFault } from '../quantity/index.ts';
import { isOpaque } from '../values.ts';
import { aside, listed, refuse, since, suggestion, warn, type Checker, type Run } from './run.ts';

/** What is wrong with a word, in words without the keyword's name; undefined when it is right. */
export type Judge = (text: string, run: Run) => string | undefined;

/** How a keyword with few words behind it reads them. */
export interface Form {
  /** Words that must be there. */
  readonly least: number;
  /** More words than this are refused; undefined: they are passed over. */
  readonly most?: number;
  /** Judges the first word; also asked about a missing one, as '', when `least` is 0. */
  readonly first?: Judge;
  /** Words that the first one is one of, for the suggestion. */
  readonly words?: readonly string[];
  /** What the keyword takes, for the message about a missing word. */
  readonly takes?: string;
}

/** Exactly so many words, whatever they are. */
export const words = (count: number, takes?: string): Form => ({
  least: count,
  most: count,
  ...(takes === undefined ? {} : { takes }),
});

export const NOTHING: Form = { least: 0, most: 0 };
/** Anything behind the keyword is passed over. */
export const ANYTHING: Form = { least: 0 };

/** How C reads a number: into an int, into a long, or up to the end of the word (strtol with a look at the rest). */
type Reading = 'int' | 'long' | 'whole';

function range(low: number, high: number): string {
  if (high === Infinity) return low === -Infinity ? 'an integer' : `an integer of at least ${low}`;
  return low === -Infinity ? `an integer up to ${high}` : `an integer from ${low} to ${high}`;
}

/** An integer within bounds; what is no digit counts as 0 unless it is read whole. */
export function integer(low: number, high = Infinity, reading: Reading = 'int', more: Partial<Form> = {}): Form {
  const takes = range(low, high);
  const first: Judge = (text) => {
    if (reading === 'whole' && !isWhole(text)) return `takes ${takes}, not '${text}'`;
    const value = reading === 'int' ? atoi(text) : atol(text);
    return value < low || value > high ? `takes ${takes}, not '${text}'` : undefined;
  };
  return { least: 1, most: 1, takes, first, ...more };
}

/** Any integer; what is no digit counts as 0. */
export const NUMBER: Form = { least: 1, most: 1, takes: 'an integer' };

/** Bytes with k, m or g (parse_size_err). */
export function size(low: number, high: number, more: Partial<Form> = {}): Form {
  const first: Judge = (text) => {
    const bytes = readSize(text, Math.max(high, 0xffff_ffff));
    if (bytes === undefined) return `takes a size in bytes, with k, m or g, not '${text}'`;
    return bytes < low || bytes > high ? `takes ${low} to ${high} bytes, not '${text}'` : undefined;
  };
  return { least: 1, most: 1, takes: 'a size in bytes', first, ...more };
}

/** A time in `unit` where none is written (parse_time_err). */
export function time(unit: 'ms' | 's' = 'ms', low = 0, high = 2_147_483_647, more: Partial<Form> = {}): Form {
  const first: Judge = (text, run) => {
    const problem = timeFault(text, run.version, unit, high);
    if (problem !== undefined) return problem;
    return low > 0 && /^0+[a-z]*$/.test(text) ? `must be at least ${low} ${unit}, not '${text}'` : undefined;
  };
  return { least: 1, most: 1, takes: 'a time', first, ...more };
}

/** One of a few words. */
export function oneOf(...choice: readonly string[]): Form {
  const first: Judge = (text) => (choice.includes(text) ? undefined : `takes ${listed(choice)}, not '${text}'`);
  return { least: 1, most: 1, takes: listed(choice), first, words: choice };
}

/** One of a few words, or none. */
export function maybe(...choice: readonly string[]): Form {
  const form = oneOf(...choice);
  return { ...form, least: 0, first: (text, run) => (text === '' ? undefined : form.first?.(text, run)) };
}

export const ON_OFF = oneOf('on', 'off');

/** The form without a limit: further words are passed over. */
export function loose(form: Form): Form {
  const { least, first, words: choice, takes } = form;
  return {
    least,
    ...(first === undefined ? {} : { first }),
    ...(choice === undefined ? {} : { words: choice }),
    ...(takes === undefined ? {} : { takes }),
  };
}

/** The form where the word may be missing: the daemon reads it as an empty one. */
export function optional(form: Form): Form {
  return { ...form, least: 0 };
}

/** Forms by the version they came with, oldest first. */
export type Rule = Form | readonly (readonly [since: string, form: Form])[];

export function formOf(run: Run, rule: Rule): Form {
  if (!Array.isArray(rule)) return rule as Form;
  const forms = rule as readonly (readonly [string, Form])[];
  let form = (forms[0] as readonly [string, Form])[1];
  for (const [version, next] of forms) if (since(run, version)) form = next;
  return form;
}

/** Judges the words behind a keyword (of `skip` words) by a form; true when they are right. */
export function judge(run: Run, line: number, form: Form, skip = 0): boolean {
  const { lines } = run;
  const head = lines.keywordIndex(line) + skip;
  const name = (): string =>
    lines
      .values(line)
      .slice(lines.keywordIndex(line), head + 1)
      .join(' ');
  // Before 3.1 a leading `default` left the last word behind a second time.
  let count = lines.keywordIndex(line) === 1 && lines.raw(line, 0) === 'default' && !since(run, '3.1') ? 1 : 0;
  const last = Math.min(lines.words(line) - 1, head + (form.most ?? form.least) + 1);
  for (let i = head + 1; i <= last; i++) {
    const value = lines.value(line, i);
    if (isOpaque(value)) return false;
    if (value === '') break;
    count++;
  }
  if (count < form.least) {
    const what = form.takes === undefined ? 'an argument' : form.takes;
    refuse(run, 'missing-argument', lines.at(line, head), `'${name()}' needs ${what}`);
    return false;
  }
  if (form.most !== undefined && count > form.most) {
    const index = Math.min(head + form.most + 1, lines.words(line) - 1);
    const extra = lines.at(line, index);
    const found = lines.value(line, index);
    refuse(run, 'unexpected-argument', extra, `'${name()}' takes no further word, found '${found}'`);
    return false;
  }
  if (form.first === undefined) return true;
  const text = lines.value(line, head + 1);
  const problem = form.first(text, run);
  if (problem === undefined) return true;
  const at = lines.at(line, text === '' ? head : head + 1);
  const { near, extra } =
    form.words === undefined || text === '' ? { near: '', extra: {} } : suggestion(at, text, form.words);
  const said = problem.startsWith("'") ? problem : `'${name()}' ${problem}`;
  refuse(run, text === '' ? 'missing-argument' : 'invalid-argument', at, `${said}${near}`, extra);
  return false;
}

/** A checker that judges a line by a rule. */
export const judged =
  (rule: Rule): Checker =>
  (run, line) =>
    void judge(run, line, formOf(run, rule));

/** A checker whose faults the daemon only warns of, in the versions before `until` or in all. */
export const mild =
  (rule: Rule, until?: string): Checker =>
  (run, line) => {
    if (until !== undefined && since(run, until)) return void judge(run, line, formOf(run, rule));
    const other = aside(run);
    judge(other, line, formOf(run, rule));
    for (const { rule: id, message, at } of other.findings) warn(run, id.slice('haproxy/'.length), at, message);
  };
