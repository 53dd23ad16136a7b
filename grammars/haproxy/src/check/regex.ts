import { regexFault as findFault } from '../sample/regex.ts';

const verdicts = new Map<string, string | undefined>();

/** What is surely wrong with a regular expression, or undefined. Kept, because the same ones return on many lines. */
export function regexFault(text: string, captures = true): string | undefined {
  if (!captures) return findFault(text, false);
  if (verdicts.has(text)) return verdicts.get(text);
  if (verdicts.size > 2000) verdicts.clear();
  const fault = findFault(text);
  verdicts.set(text, fault);
  return fault;
}
