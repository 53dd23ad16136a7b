import { Args } from '../args.ts';
import { checkTime } from './simple.ts';
import type { Checker } from '../run.ts';
import { listed, refuse, suggestion } from '../run.ts';

const WORDS = [
  'rewrite',
  'insert',
  'prefix',
  'indirect',
  'nocache',
  'postonly',
  'preserve',
  'httponly',
  'secure',
  'domain',
  'maxidle',
  'maxlife',
  'dynamic',
  'attr',
];

/** `cookie NAME …` (cfgparse-listen.c). */
export const checkCookie: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.needs(1, "'cookie' needs the name of a cookie")) return;
  const set = new Set<string>();
  for (let i = 2; i < args.count; i++) {
    const word = args.get(i);
    if (!WORDS.includes(word)) {
      const { near, extra } = suggestion(args.at(i), word, WORDS);
      return refuse(
        run,
        'invalid-argument',
        args.at(i),
        `'${word}' is no word of 'cookie'${near || `: ${listed(WORDS)} are`}`,
        extra,
      );
    }
    set.add(word);
    if (word === 'domain' || word === 'maxidle' || word === 'maxlife' || word === 'attr') {
      i++;
      if (!args.needs(i, `'${word}' needs a value`) || !checkValue(args, i, word)) return;
    }
  }
  if (!args.open) checkModes(args, set);
};

function checkValue(args: Args, index: number, word: string): boolean {
  const value = args.get(index);
  if (word === 'maxidle' || word === 'maxlife') return checkTime(args, index, 's');
  if (word === 'attr') {
    return (
      !/[\x00-\x1f\x7f;]/.test(value) ||
      args.bad(index, "an attribute of a cookie holds neither ';' nor a control sign")
    );
  }
  if (!value.includes('.'))
    args.warn(index, `the domain '${value}' has no dot: browsers may ignore the cookie`, 'invalid-argument');
  const sign = /[^A-Za-z0-9_.:-]/.exec(value)?.[0];
  return sign === undefined || args.bad(index, `'${sign}' is not allowed in a domain`);
}

function checkModes(args: Args, set: ReadonlySet<string>): void {
  const together = (words: readonly string[]): boolean => {
    const found = words.filter((word) => set.has(word));
    if (found.length < 2) return false;
    args.bad(0, `'cookie' takes ${listed(found)} not together`);
    return true;
  };
  if (together(['rewrite', 'indirect']) || together(['rewrite', 'insert', 'prefix'])) return;
  if (set.has('preserve') && !set.has('insert') && !set.has('indirect'))
    args.bad(0, "'preserve' needs 'insert' or 'indirect' on the same line");
}
