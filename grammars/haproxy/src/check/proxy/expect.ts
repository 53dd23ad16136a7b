import { atol } from '../../quantity/index.ts';
import type { Args } from '../args.ts';
import { AT, checkFormat, checkSample } from '../expressions.ts';
import { regexFault } from '../../regex.ts';
import { checkHex } from './checks.ts';

/** Words for settings of an expectation; `!` may not stand before them. */
const SETTINGS: ReadonlySet<string> = new Set([
  'min-recv',
  'comment',
  'on-success',
  'on-error',
  'ok-status',
  'error-status',
  'status-code',
  'tout-status',
]);
const STATUSES: Readonly<Record<string, readonly string[]>> = {
  'ok-status': ['L7OK', 'L7OKC', 'L6OK', 'L4OK'],
  'error-status': ['L7RSP', 'L7STS', 'L7OKC', 'L6RSP', 'L4CON'],
  'tout-status': ['L7TOUT', 'L6TOUT', 'L4TOUT'],
};
const TCP_PATTERNS = ['string', 'rstring', 'string-lf', 'binary', 'rbinary', 'binary-lf'];
const HTTP_PATTERNS = ['string', 'rstring', 'string-lf', 'status', 'rstatus', 'hdr', 'fhdr'];

/** `tcp-check expect` and `http-check expect` (parse_tcpcheck_expect in src/tcpcheck.c). */
export function checkExpect(args: Args): boolean {
  if (!args.needs(2, `'${args.keyword} expect' needs a pattern`)) return args.open;
  let pattern = '';
  let i = 2;
  while (i < args.count) {
    const { word, index, negated } = wordAt(args, i);
    if (args.unknown(index)) return true;
    if (SETTINGS.has(word)) {
      if (negated) return args.bad(i, `'!' does not stand before '${word}'`);
      if (!args.needs(index + 1, `'${word}' needs a value`)) return args.open;
      if (!checkSetting(args, word, index + 1)) return false;
      i = index + 2;
      continue;
    }
    const patterns = args.keyword === 'tcp-check' ? TCP_PATTERNS : HTTP_PATTERNS;
    if (word === 'custom') return !negated || args.bad(i, "'!' does not stand before 'custom'");
    if (!patterns.includes(word)) return unknownPattern(args, index, word, patterns);
    if (pattern !== '') return args.bad(i, `one pattern only: '${pattern}' stands here already`);
    pattern = word;
    const next = word.endsWith('hdr') ? checkHeader(args, index) : checkPattern(args, word, index + 1);
    if (next < 0) return args.open && next === OPEN;
    i = next;
  }
  return pattern !== '' || args.open || args.missing(`'${args.keyword} expect' needs a pattern`);
}

/** A variable hides what is missing. */
const OPEN = -2;
const REFUSED = -1;

/** The word behind any exclamation marks, which may stand apart. */
function wordAt(args: Args, i: number): { readonly word: string; readonly index: number; readonly negated: boolean } {
  const text = args.get(i);
  if (!text.startsWith('!')) return { word: text, index: i, negated: false };
  const word = text.replace(/^!+/, '');
  return word === '' ? { ...wordAt(args, i + 1), negated: true } : { word, index: i, negated: true };
}

function unknownPattern(args: Args, index: number, word: string, patterns: readonly string[]): boolean {
  if (word === '') return args.missing("'!' needs a pattern behind it");
  if (args.get(index) === word) return args.among(index, [...patterns, ...SETTINGS], 'a word of expect');
  return args.bad(index, `'${word}' is not a word of expect`);
}

function checkSetting(args: Args, word: string, index: number): boolean {
  const { run, line } = args;
  const value = args.get(index);
  if (word === 'min-recv') {
    const least = atol(value);
    return (least >= -1 && least <= 2_147_483_647) || args.bad(index, `'min-recv' is -1 or more, not '${value}'`);
  }
  const statuses = STATUSES[word];
  if (statuses !== undefined)
    return statuses.includes(value.toUpperCase()) || args.among(index, statuses, `a status of '${word}'`);
  if (word === 'on-success' || word === 'on-error') checkFormat(run, line, args.place(index), AT.check);
  else if (word === 'status-code') checkSample(run, line, args.place(index), AT.check);
  return true;
}

/** Judges the pattern at `index`; the index behind it, or below 0. */
function checkPattern(args: Args, word: string, index: number): number {
  if (!args.needs(index, `'${word}' needs a pattern`)) return args.open ? OPEN : REFUSED;
  const text = args.get(index);
  if (word.endsWith('-lf')) checkFormat(args.run, args.line, args.place(index), AT.check);
  else if (word === 'binary') {
    if (!checkHex(args, index)) return REFUSED;
  } else if (word === 'status') {
    if (!checkStatuses(args, index, text)) return REFUSED;
  } else if (word.startsWith('r') && !checkRegex(args, index, false)) return REFUSED;
  return index + 1;
}

export function checkRegex(args: Args, index: number, captures = true): boolean {
  const fault = regexFault(args.get(index), captures);
  return fault === undefined || args.bad(index, `'${args.get(index)}' is not a regular expression: ${fault}`);
}

/** Codes and ranges with commas between; a part without a digit counts as 0. */
function checkStatuses(args: Args, index: number, text: string): boolean {
  for (const part of text.split(',')) {
    const parts = /^(\d*)(?:(-)(\d*))?$/.exec(part);
    if (parts === null) return args.bad(index, `'${part}' is not a status or a range of them`);
    const [, from = '', dash, to = ''] = parts;
    if (dash !== undefined && Number(from) > Number(to)) return args.bad(index, `the range ${part} runs backwards`);
  }
  return true;
}

const MATCHES = ['str', 'beg', 'end', 'sub', 'reg'];

/** `hdr name [-m METHOD] NAME [value [-m METHOD] VALUE]`. */
function checkHeader(args: Args, index: number): number {
  const name = checkHeaderPart(args, index + 1, 'name');
  if (name < 0) return name;
  if (!/^value(?:-lf)?$/.test(args.get(name))) return name;
  return checkHeaderPart(args, name, 'value');
}

function checkHeaderPart(args: Args, index: number, part: 'name' | 'value'): number {
  const word = args.get(index);
  if (args.unknown(index)) return OPEN;
  if (word !== part && word !== `${part}-lf`) {
    if (word === '') args.missing(`a header pattern needs '${part}' and a pattern`);
    else args.bad(index, `a header pattern starts with '${part}', not with '${word}'`);
    return REFUSED;
  }
  let i = index + 1;
  let regex = false;
  if (args.get(i) === '-m') {
    if (!args.among(i + 1, MATCHES, 'a way to match')) return args.unknown(i + 1) ? OPEN : REFUSED;
    regex = args.get(i + 1) === 'reg';
    if (regex && word.endsWith('-lf')) {
      args.bad(i + 1, `'${word}' does not go with a regular expression`);
      return REFUSED;
    }
    i += 2;
  }
  // A name to match may be missing behind the way to match.
  if (args.lacks(i) && part === 'name' && i > index + 1) return i;
  if (!args.needs(i, `'${word}' needs a pattern`)) return args.open ? OPEN : REFUSED;
  if (regex && !checkRegex(args, i)) return REFUSED;
  if (word.endsWith('-lf')) checkFormat(args.run, args.line, args.place(i), AT.check);
  return i + 1;
}
