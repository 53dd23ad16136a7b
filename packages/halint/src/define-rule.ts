import type { Rule, Scope } from '@halint/model';

/** Gives a rule of one's own its exact type; it does nothing else. */
export function defineRule<S extends Scope>(rule: Rule<S>): Rule<S> {
  return rule;
}
