import type { Args } from '../args.ts';
import { checkFormat, checkSample } from '../expressions.ts';
import { checkRegex } from '../proxy/expect.ts';
import { since } from '../run.ts';
import type { RuleSet } from './sets.ts';

/** Judges the arguments of the action at `index`; the index behind them, -1 when the line is refused. */
export type ActionChecker = (args: Args, index: number, set: RuleSet) => number;

const REFUSED = -1;

/** So many words, all needed; conditions do not count as words where the daemon looks for them. */
function needed(args: Args, index: number, count: number, what: string, set: RuleSet): boolean {
  const word = args.get(index);
  for (let i = index + 1; i <= index + count; i++) {
    if (i < args.count) continue;
    if (!args.open) args.missing(`'${set.name} ${word}' needs ${what}`);
    return false;
  }
  return true;
}

function isCondition(word: string): boolean {
  return word === 'if' || word === 'unless';
}

/** set-uri and its kin: exactly one format, and no condition in its place is told apart. */
export const checkSetLine: ActionChecker = (args, index, set) => {
  if (!needed(args, index, 1, 'a format', set)) return REFUSED;
  const after = args.get(index + 2);
  if (after !== '' && !isCondition(after)) {
    args.bad(
      index + 2,
      `'${args.get(index)}' takes one format: put it in quotes when it has blanks`,
      'unexpected-argument',
    );
    return REFUSED;
  }
  checkFormat(args.run, args.line, args.place(index + 1), set.places(args.run));
  return index + 2;
};

/** replace-uri, replace-path and replace-pathq: a regular expression and a format. */
export const checkReplaceLine: ActionChecker = (args, index, set) => {
  if (!needed(args, index, 2, 'a regular expression and a format', set)) return REFUSED;
  const after = args.get(index + 3);
  if (after !== '' && !isCondition(after)) {
    args.bad(
      index + 3,
      `'${args.get(index)}' takes a regular expression and a format: quote what has blanks`,
      'unexpected-argument',
    );
    return REFUSED;
  }
  if (!checkRegex(args, index + 1)) return REFUSED;
  checkFormat(args.run, args.line, args.place(index + 2), set.places(args.run));
  return index + 3;
};

/** Signs of a token (RFC 9110); a first colon is let pass. */
const FORBIDDEN = /[^!#$%&'*+.^_`|~0-9A-Za-z-]/;

export const checkSetHeader: ActionChecker = (args, index, set) => {
  if (!needed(args, index, 2, 'the name of a header and a format', set)) return REFUSED;
  const name = args.get(index + 1);
  const sign = since(args.run, '2.7') ? FORBIDDEN.exec(name.startsWith(':') ? name.slice(1) : name)?.[0] : undefined;
  if (sign !== undefined) args.warn(index + 1, `'${sign}' is not allowed in the name of a header`, 'invalid-name');
  checkFormat(args.run, args.line, args.place(index + 2), set.places(args.run));
  return index + 3;
};

export const checkReplaceHeader: ActionChecker = (args, index, set) => {
  if (!needed(args, index, 3, 'the name of a header, a regular expression and a format', set)) return REFUSED;
  if (!checkRegex(args, index + 2)) return REFUSED;
  checkFormat(args.run, args.line, args.place(index + 3), set.places(args.run));
  return index + 4;
};

const MATCHES = ['str', 'beg', 'end', 'sub', 'reg'];

/** del-header NAME [-m METHOD]: methods came with 2.4. */
export const checkDeleteHeader: ActionChecker = (args, index, set) => {
  if (!needed(args, index, 1, 'the name of a header', set)) return REFUSED;
  if (args.get(index + 2) !== '-m' || !since(args.run, '2.3')) return index + 2;
  if (!args.among(index + 3, MATCHES, 'a way to match')) return REFUSED;
  return args.get(index + 3) !== 'reg' || checkRegex(args, index + 1) ? index + 4 : REFUSED;
};

/** add-headers-bin and set-headers-bin: an expression and perhaps a prefix. */
export const checkHeadersBin: ActionChecker = (args, index, set) => {
  if (!needed(args, index, 1, 'an expression', set)) return REFUSED;
  const next = checkSample(args.run, args.line, args.place(index + 1), set.places(args.run));
  if (args.get(next) !== 'prefix') return next;
  return args.needs(next + 1, "'prefix' needs a value") ? next + 2 : REFUSED;
};

export const checkDeleteHeadersBin: ActionChecker = (args, index, set) => {
  if (!needed(args, index, 1, 'an expression', set)) return REFUSED;
  const next = checkSample(args.run, args.line, args.place(index + 1), set.places(args.run));
  if (args.get(next) !== '-m') return next;
  return args.among(next + 1, ['str', 'beg', 'end', 'sub'], 'a way to match') ? next + 2 : REFUSED;
};

/** set-map(FILE) KEY VALUE, and add-acl, del-acl, del-map with a key only. */
export const checkMap: ActionChecker = (args, index, set) => {
  const formats = args.get(index).startsWith('set-map') ? 2 : 1;
  if (!needed(args, index, formats, formats === 2 ? 'a key and a value' : 'a key', set)) return REFUSED;
  for (let i = 1; i <= formats; i++) checkFormat(args.run, args.line, args.place(index + i), set.places(args.run));
  return index + 1 + formats;
};

/** set-status CODE [reason TEXT]. */
export const checkSetStatus: ActionChecker = (args, index, set) => {
  if (!needed(args, index, 1, 'a status', set)) return REFUSED;
  const code = args.get(index + 1);
  if (!/^[\t-\r ]*\+?\d+$/.test(code) || Number(code) < 100 || Number(code) > 999) {
    args.bad(index + 1, `a status is from 100 to 999, not '${code}'`);
    return REFUSED;
  }
  const reason = args.get(index + 3);
  return args.get(index + 2) === 'reason' && reason !== '' && !isCondition(reason) ? index + 4 : index + 2;
};
