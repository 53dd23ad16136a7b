import type { Action } from '../ast/expressions.ts';
import type { Redirect, Rule, RuleSetName } from '../ast/statements.ts';
import { formFor, REDIRECTION } from './actions.ts';
import { conditionNode, isTest } from './conditions.ts';
import { wordAt } from './leaves.ts';
import { plainNode, typedNode } from './line.ts';
import type { Maker } from './makers.ts';
import { makeNode } from './node.ts';
import type { LineWords } from './text.ts';
import { bracketed, readValues, type Form } from './values.ts';

function actionNode(words: LineWords, index: number): Action {
  const text = words.text(index);
  return makeNode<Action>(text, 'action', {
    name: () => bracketed(text).name,
    brackets: () => bracketed(text).brackets,
  });
}

/** The arguments from an index on, and the condition behind them. */
function tail(
  words: LineWords,
  index: number,
  form: Form,
): { readonly args: Redirect['args']; readonly condition: Redirect['condition'] } {
  const { nodes, next } = readValues(words, index, form, (at) => isTest(words, at));
  return { args: nodes, condition: conditionNode(words, next) };
}

function ruleNode(words: LineWords, ruleSet: RuleSetName, index: number): Rule | undefined {
  const word = words.value(index);
  if (word === '') return undefined;
  const bracket = word.indexOf('(');
  const name = bracket < 0 ? word : word.slice(0, bracket);
  let made: ReturnType<typeof tail> | undefined;
  const behind = (): ReturnType<typeof tail> =>
    (made ??= tail(words, index + 1, formFor(name, words.value(name === 'set-timeout' ? index + 2 : index + 1))));
  return typedNode<Rule>(words, 'rule', () => words.count, {
    ruleSet: () => ruleSet,
    stage: () => (index > words.base + 1 ? wordAt(words, words.base + 1) : undefined),
    action: () => actionNode(words, index),
    args: () => behind().args,
    condition: () => behind().condition,
  });
}

/** A rule of a set that one word names. */
export const rule =
  (ruleSet: RuleSetName): Maker =>
  (words) =>
    ruleNode(words, ruleSet, words.base + 1);

const STAGES: ReadonlySet<string> = new Set(['connection', 'session', 'content']);

/** `tcp-request` and `tcp-response`; what they say besides rules has no structure. */
export const stagedRule: Maker = (words) => {
  const stage = words.value(words.base + 1);
  if (stage === '') return undefined;
  if (!STAGES.has(stage)) return plainNode(words, 'statement');
  const ruleSet = `${words.value(words.base)} ${stage}` as RuleSetName;
  return ruleNode(words, ruleSet, words.base + 2);
};

export const redirect: Maker = (words) => {
  if (words.value(words.base + 1) === '') return undefined;
  let made: ReturnType<typeof tail> | undefined;
  const behind = (): ReturnType<typeof tail> => (made ??= tail(words, words.base + 1, REDIRECTION));
  return typedNode<Redirect>(words, 'redirect', () => words.count, {
    args: () => behind().args,
    condition: () => behind().condition,
  });
};
