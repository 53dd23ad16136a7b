/**
 * Does a whole text match a pattern of glob(7), `*` and `?` matching every character? Greedy with one point of return: linear in practice and never
 * exponential, unlike a regular expression.
 */
export function matchesWildcard(text: string, pattern: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    const step = p < pattern.length && pattern[p] !== '*' ? oneMatches(pattern, p, text[t] as string) : 0;
    if (step > 0) {
      p += step;
      t++;
    } else if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Length of the pattern element at `at` when it matches the character, else 0. */
function oneMatches(pattern: string, at: number, character: string): number {
  const sign = pattern[at] as string;
  if (sign === '?') return 1;
  const close = sign === '[' ? pattern.indexOf(']', at + 2) : -1;
  if (close < 0) return sign === character ? 1 : 0;
  const negated = pattern[at + 1] === '!' || pattern[at + 1] === '^';
  const found = inSet(pattern.slice(at + (negated ? 2 : 1), close), character);
  return found !== negated ? close - at + 1 : 0;
}

function inSet(set: string, character: string): boolean {
  for (let i = 0; i < set.length; i++) {
    const from = set[i] as string;
    const to = set[i + 1] === '-' ? set[i + 2] : undefined;
    if (to === undefined) {
      if (from === character) return true;
    } else {
      if (from <= character && character <= to) return true;
      i += 2;
    }
  }
  return false;
}
