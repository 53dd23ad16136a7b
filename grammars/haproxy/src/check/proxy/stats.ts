import { Args } from '../args.ts';
import { atRequest, isDefaults } from '../places.ts';
import { checkRule, HTTP_REQUEST } from '../rules/rule.ts';
import { since, warn, type Checker, type Run } from '../run.ts';
import { checkTime } from './simple.ts';
import { needsCondition } from './switching.ts';

const WORDS = [
  'admin',
  'auth',
  'enable',
  'hide-version',
  'http-request',
  'realm',
  'refresh',
  'scope',
  'show-desc',
  'show-legends',
  'show-modules',
  'show-node',
  'uri',
];

/** Words that need a value, with what it is. */
const VALUES: Readonly<Record<string, string>> = {
  auth: 'a user and a password',
  realm: 'a name',
  scope: 'the name of a proxy',
  uri: 'a path',
};

/** Sections whose last `stats http-request` had no condition: what follows is never reached. */
const finals = new WeakSet<Run>();

export const checkStats: Checker = (run, line) => {
  const args = new Args(run, line);
  const words = since(run, '3.3') ? [...WORDS, 'show-version'] : WORDS;
  if (!args.among(1, words, 'a setting of stats')) return;
  const word = args.get(1);
  const value = VALUES[word];
  if (value !== undefined) args.needs(2, `'stats ${word}' needs ${value}`);
  else if (word === 'refresh') {
    if (args.needs(2, "'stats refresh' needs a time")) checkTime(args, 2, 's');
  } else if (word === 'show-node') checkNode(args);
  else if (word === 'admin' || word === 'http-request') checkRules(args, word);
};

function checkNode(args: Args): void {
  const sign = /[^A-Za-z0-9_.-]/.exec(args.get(2))?.[0];
  if (sign !== undefined) args.bad(2, `'${sign}' is not allowed in the name of a node`);
}

function checkRules(args: Args, word: string): void {
  const { run } = args;
  if (isDefaults(run)) {
    args.bad(1, `'stats ${word}' is not allowed in defaults`, 'misplaced-keyword');
    return;
  }
  if (word === 'admin') return void needsCondition(args, 2, atRequest(run));
  if (finals.has(run))
    warn(
      run,
      'unreachable-rule',
      args.at(0),
      "the 'stats http-request' rule above has no condition: this one is never reached",
    );
  const rule = checkRule(args, 2, HTTP_REQUEST);
  if (rule === undefined || rule.conditional) finals.delete(run);
  else finals.add(run);
}
