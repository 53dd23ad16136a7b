import { atoi } from '../../quantity/index.ts';
import { DEPRECATED, EXPERIMENTAL } from '../../flow.ts';
import { firstLine } from '../sections/repeated.ts';
import { formOf, judge, type Rule } from '../forms.ts';
import { keptByRun, refuse, since, warn, type Checker, type Run } from '../run.ts';

/** Keywords that share a setting. */
const SHARED: Readonly<Record<string, string>> = { user: 'uid', group: 'gid' };

export function settingOf(keyword: string): string {
  return SHARED[keyword] ?? keyword;
}

/** Settings that lines above made, by run: checks come in the order of the lines. */
const madeOf = keptByRun((_: Run) => new Set<string>());

/** Keywords that count once, with what a second line of them gets; see checkGlobals for several global sections. */
export const ONCE = new Map<string, { readonly number: boolean; readonly refused: boolean }>();

/**
 * A keyword that counts once: a second line has no effect and the daemon says so. `number`: only a value other than 0 counts,
 * because the daemon compares with 0 to see whether it was set.
 */
export function once(word: string, rule: Rule, number = false): readonly [string, Checker] {
  ONCE.set(word, { number, refused: false });
  return [
    word,
    (run, line) => {
      const { lines } = run;
      const form = formOf(run, rule);
      const tooMany = form.most !== undefined && lines.value(line, form.most + 1) !== '';
      if (madeOf(run).has(settingOf(word)) && !tooMany) return warnAgain(run, line);
      if (judge(run, line, form) && !(number && atoi(lines.value(line, 1)) === 0)) madeOf(run).add(settingOf(word));
    },
  ];
}

export function warnAgain(run: Run, line: number): void {
  const { lines } = run;
  const keyword = lines.keywords[line] as string;
  warn(run, 'ignored-keyword', lines.at(line, 0), `'${keyword}' is set already: this line has no effect`);
}

/** A keyword whose second line is refused. */
export function onlyOnce(word: string, rule: Rule): readonly [string, Checker] {
  ONCE.set(word, { number: false, refused: true });
  return [
    word,
    (run, line) => {
      if (!judge(run, line, formOf(run, rule))) return;
      if (madeOf(run).has(word)) refuse(run, 'duplicate-keyword', run.lines.at(line, 0), `'${word}' is set already`);
      madeOf(run).add(word);
    },
  ];
}

/** Does a line above allow what is experimental, or deprecated? Also when that cannot be known. */
export function exposed(run: Run, line: number, what: 'experimental' | 'deprecated'): boolean {
  const bit = what === 'experimental' ? EXPERIMENTAL : DEPRECATED;
  if (run.context.templated || (run.context.exposed & bit) !== 0) return true;
  if (run.lines.kind !== 'global') return false;
  const here = firstLine(run, `expose-${what}-directives`);
  return here >= 0 && here < line;
}

/** A keyword that needs expose-experimental-directives above it, until a version. */
export function experimental(check: Checker, until?: string): Checker {
  return (run: Run, line: number) => {
    if (since(run, '2.3') && (until === undefined || !since(run, until)) && !exposed(run, line, 'experimental')) {
      const keyword = run.lines.keywords[line] as string;
      return refuse(run, 'misplaced-keyword', run.lines.at(line, 0), `'${keyword}' is experimental`, {
        help: "Allow it with 'expose-experimental-directives' above in the global section.",
      });
    }
    check(run, line);
  };
}
