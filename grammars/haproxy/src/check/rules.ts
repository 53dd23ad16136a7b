import { judgeTime } from '../quantity/index.ts';
import { Args } from './args.ts';
import { note } from './rules/order.ts';
import { hasBackend, hasFrontend } from './places.ts';
import { keptByRun, refuse, suggestion, warn, type Checker, type Run } from './run.ts';
import { checkRule } from './rules/rule.ts';
import { RULE_SETS, type RuleSet } from './rules/sets.ts';

/** Sets of rules whose last rule is final and without a condition: what follows is never reached. */
const ended = keptByRun((_: Run) => new Set<string>());

export const checkHttpRule: Checker = (run, line) => {
  const args = new Args(run, line);
  const set = RULE_SETS.get(args.keyword) as RuleSet;
  const over = ended(run).has(set.name);
  if (over)
    warn(
      run,
      'unreachable-rule',
      args.at(0),
      `the '${set.name}' rule above always ends the rules: this one is never reached`,
    );
  const rule = checkRule(args, 1, set);
  if (rule === undefined) return;
  note(run, set.name, args);
  const ends = rule.final && !rule.conditional;
  if (ends) ended(run).add(set.name);
  else if (over) ended(run).delete(set.name);
};

export const checkQuicRule: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!hasFrontend(run)) {
    args.bad(0, "'quic-initial' is valid in defaults, frontend and listen only", 'misplaced-keyword');
    return;
  }
  if (checkRule(args, 1, RULE_SETS.get('quic-initial') as RuleSet) !== undefined) note(run, 'quic-initial', args);
};

const SETS: Readonly<Record<string, readonly string[]>> = {
  'tcp-request': ['connection', 'session', 'content', 'inspect-delay'],
  'tcp-response': ['content', 'inspect-delay'],
};

/** Sections that have set their delay. */
const delayed = keptByRun((_: Run) => new Set<string>());

export const checkTcpRule: Checker = (run, line) => {
  const args = new Args(run, line);
  const { keyword } = args;
  const word = args.get(1);
  if (args.unknown(1)) return;
  const sets = SETS[keyword] as readonly string[];
  if (!sets.includes(word)) {
    const { near, extra } = suggestion(args.at(1), word, sets);
    return refuse(run, 'unknown-keyword', args.at(1), `'${keyword}' has no rules for '${word}'${near}`, extra);
  }
  if (
    keyword === 'tcp-response' ? !hasBackend(run) : !hasFrontend(run) && word !== 'content' && word !== 'inspect-delay'
  ) {
    args.bad(1, `'${keyword} ${word}' is not allowed in a ${run.lines.kind}`, 'misplaced-keyword');
    return;
  }
  if (word === 'inspect-delay') return checkDelay(args);
  const set = RULE_SETS.get(`${keyword} ${word}`) as RuleSet;
  if (checkRule(args, 2, set) !== undefined) note(run, set.name, args);
};

function checkDelay(args: Args): void {
  const { run, keyword } = args;
  if (!args.needs(2, `'${keyword} inspect-delay' needs a time`)) return;
  const { value, fault, warning } = judgeTime(args.get(2), run.version, 'ms');
  if (fault !== undefined) {
    args.bad(2, fault);
    return;
  }
  if (warning !== undefined) args.warn(2, warning, 'invalid-argument');
  const set = delayed(run);
  if (set.has(keyword))
    args.warn(1, `'${keyword} inspect-delay' was set above already: this line is ignored`, 'repeated-keyword');
  else if (value > 0) set.add(keyword);
}
