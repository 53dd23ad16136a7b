import { atol } from '../../quantity/index.ts';
import { Args } from '../args.ts';
import { checkCondition, checkFormat, type Places } from '../expressions.ts';
import { note } from './order.ts';
import { atRequest, isDefaults } from '../places.ts';
import { since, type Checker, type Run } from '../run.ts';

const TARGETS: ReadonlySet<string> = new Set(['location', 'prefix', 'scheme']);
const VALUED: ReadonlySet<string> = new Set(['code', 'set-cookie', 'clear-cookie']);
const WORDS = ['location', 'prefix', 'scheme', 'code', 'set-cookie', 'clear-cookie', 'drop-query', 'append-slash'];

/** ignore-empty came with 2.6, keep-query and set-cookie-fmt with 3.2 (http_parse_redirect_rule in src/http_rules.c). */
function wordsOf(run: Run): readonly string[] {
  if (since(run, '3.1')) return [...WORDS, 'ignore-empty', 'keep-query', 'set-cookie-fmt'];
  return since(run, '2.5') ? [...WORDS, 'ignore-empty'] : WORDS;
}

/** What a redirection was read to. */
export interface Redirection {
  readonly conditional: boolean;
  readonly ignoresEmpty: boolean;
}

/** The words of a redirection to the end of the line; undefined when the line is refused. */
export function checkRedirection(
  args: Args,
  from: number,
  places: Places,
  format: boolean,
  response: boolean,
): Redirection | undefined {
  const { run, line } = args;
  let target = '';
  let ignoresEmpty = false;
  let conditional = false;
  for (let i = from; i < args.count; i++) {
    const word = args.get(i);
    if (word === 'if' || word === 'unless') {
      checkCondition(run, line, args.place(i), places);
      conditional = true;
      break;
    }
    if (!args.among(i, wordsOf(run), 'a word of a redirection')) return undefined;
    ignoresEmpty ||= word === 'ignore-empty';
    if (!TARGETS.has(word) && !VALUED.has(word) && word !== 'set-cookie-fmt') continue;
    i++;
    if (!args.needs(i, `'${word}' needs a value`)) return args.open ? { conditional: true, ignoresEmpty } : undefined;
    if (TARGETS.has(word)) target = word;
    if (!checkValue(args, i, word, format, places)) return undefined;
  }
  if (args.open) return { conditional: true, ignoresEmpty };
  if (target === '') {
    args.missing("a redirection needs 'location', 'prefix' or 'scheme'");
    return undefined;
  }
  if (response && target !== 'location') {
    args.bad(from, `a response is redirected to a 'location', not by '${target}'`);
    return undefined;
  }
  return { conditional, ignoresEmpty };
}

function checkValue(args: Args, index: number, word: string, format: boolean, places: Places): boolean {
  const value = args.get(index);
  if (word === 'code') {
    const code = atol(value);
    const fits = (code >= 301 && code <= 303) || code === 307 || code === 308;
    return fits || args.bad(index, `a redirection has the code 301, 302, 303, 307 or 308, not '${value}'`);
  }
  const plain = word === 'prefix' && value === '/';
  if ((format && TARGETS.has(word) && !plain) || word === 'set-cookie-fmt')
    checkFormat(args.run, args.line, args.place(index), places);
  return true;
}

/** `redirect …` as a statement. */
export const checkRedirect: Checker = (run, line) => {
  const args = new Args(run, line);
  if (isDefaults(run)) {
    args.bad(0, "'redirect' is not allowed in defaults", 'misplaced-keyword');
    return;
  }
  if (checkRedirection(args, 1, atRequest(run), false, false) !== undefined) note(run, 'redirect', args);
};
