import { atol, strtol } from '../../quantity/index.ts';
import { inVersions } from '@halint/core';
import { listed, refuse, suggestion, type Checker } from '../run.ts';
import { Args } from '../args.ts';
import { AT, checkSample } from '../expressions.ts';

/** Algorithms with the versions that brought them (backend_parse_balance in src/backend.c). */
const ALGORITHMS: readonly (readonly [word: string, since?: string])[] = [
  ['roundrobin'],
  ['static-rr'],
  ['leastconn'],
  ['first'],
  ['source'],
  ['uri'],
  ['url_param'],
  ['random'],
  ['rdp-cookie'],
  ['hdr'],
  ['hash', '2.6'],
  ['log-hash', '2.9'],
  ['sticky', '2.9'],
];

const known = new Map<string, readonly string[]>();

function algorithmsOf(version: string): readonly string[] {
  let words = known.get(version);
  if (words === undefined)
    known.set(version, (words = ALGORITHMS.filter(([, since]) => inVersions(version, since)).map(([word]) => word)));
  return words;
}

export const checkBalance: Checker = (run, line) => {
  const args = new Args(run, line);
  const word = args.get(1);
  if (word === '') return;
  const bracket = word.indexOf('(');
  const name = bracket < 0 ? word : word.slice(0, bracket);
  const inside = bracket < 0 ? undefined : word.slice(bracket + 1);
  if (name.startsWith('random')) return void checkRandom(args, word);
  if (word.startsWith('rdp-cookie')) return void checkRdpCookie(args, word);
  if (name === 'hdr' && inside !== undefined) return void checkHeader(args, inside);
  const algorithms = algorithmsOf(run.version);
  if (bracket >= 0 || name === 'hdr' || !algorithms.includes(word)) {
    const { near, extra } = suggestion(args.at(1), word, algorithms);
    const help = near === '' ? { help: `Algorithms are ${listed(algorithms)}.`, ...extra } : extra;
    return refuse(
      run,
      'unknown-balance-algorithm',
      args.at(1),
      `haproxy ${run.version} has no balance algorithm '${word}'${near}`,
      help,
    );
  }
  if (word === 'uri') checkUri(args);
  else if (word === 'url_param') checkUrlParam(args);
  else if (word === 'hash' && args.needs(2, "'balance hash' needs an expression")) {
    if (args.ends(3)) checkSample(run, line, 2, AT.beSetServer);
  } else if (word === 'log-hash') args.needs(2, "'balance log-hash' needs converters");
};

function checkRandom(args: Args, word: string): void {
  const rest = word.slice('random'.length);
  if (!rest.startsWith('(') || rest.startsWith('()')) return;
  const close = rest.indexOf(')');
  const draws = close < 0 ? undefined : strtol(rest.slice(1, close), 0);
  if (draws === undefined) args.bad(1, `'random' takes a number of draws in brackets, found '${word}'`);
  else if (draws < 1) args.bad(1, `'random' takes at least one draw, not ${draws}`);
}

function checkRdpCookie(args: Args, word: string): void {
  const rest = word.slice('rdp-cookie'.length);
  if (rest !== '' && !/^\([^)]+\)/.test(rest)) args.bad(1, "'rdp-cookie' takes the name of a cookie in brackets");
}

function checkHeader(args: Args, inside: string): void {
  if (inside.indexOf(')') < 1) args.bad(1, "'hdr()' needs the name of a header");
  else if (args.get(2) !== '') args.among(2, ['use_domain_only'], 'a modifier');
}

const URI_WORDS = ['len', 'depth', 'whole', 'path-only'];

function checkUri(args: Args): void {
  for (let i = 2; i < args.count; i++) {
    if (!args.among(i, URI_WORDS, 'a word of balance uri')) return;
    const word = args.get(i);
    if (word !== 'len' && word !== 'depth') continue;
    i++;
    if (!args.needs(i, `'${word}' needs an integer`)) return;
    if (atol(args.get(i)) <= 0) {
      args.bad(i, `'${word}' must be above 0, not '${args.get(i)}'`);
      return;
    }
  }
}

function checkUrlParam(args: Args): void {
  if (args.needs(2, "'url_param' needs the name of a parameter") && args.get(3) !== '')
    args.among(3, ['check_post'], 'a modifier');
}
