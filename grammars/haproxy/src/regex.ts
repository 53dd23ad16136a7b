const QUANTIFIER = /[*+?]/;

/** End of the character class that starts at `i`, or -1 when it is not closed. */
function classEnd(text: string, i: number): number {
  let at = text[i + 1] === '^' ? i + 2 : i + 1;
  if (text[at] === ']') at++;
  for (; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '[' && text[at + 1] === ':') {
      const close = /^[a-z^]*:\]/.exec(text.slice(at + 2, at + 16))?.[0];
      if (close !== undefined) at += 1 + close.length;
    } else if (text[at] === ']') return at + 1;
  }
  return -1;
}

/** Expressions whose verdict is kept: the same ones return on many lines. */
const MOST_KEPT = 2000;
const kept = [new Map<string, string | undefined>(), new Map<string, string | undefined>()] as const;

/**
 * What PCRE surely refuses in a regular expression, in words: brackets that do not match, a quantifier with nothing before it.
 * What only some libraries refuse is left alone. Without `captures` only groups with names can be referred to (regex_comp()).
 */
export function regexFault(text: string, captures = true): string | undefined {
  const verdicts = kept[captures ? 1 : 0];
  const known = verdicts.get(text);
  if (known !== undefined || verdicts.has(text)) return known;
  if (verdicts.size >= MOST_KEPT) verdicts.clear();
  const fault = faultOf(text, captures);
  verdicts.set(text, fault);
  return fault;
}

function faultOf(text: string, captures: boolean): string | undefined {
  // Quoting with \Q and the extended syntax change the meaning of brackets.
  if (text.includes('\\Q') || /\(\?[a-zA-Z]*x/.test(text)) return undefined;
  let depth = 0;
  let groups = 0;
  let reference = 0;
  let repeatable = false;
  for (let i = 0; i < text.length;) {
    const sign = text[i] as string;
    if (sign === '\\') {
      if (i + 1 === text.length) return 'it ends in a backslash';
      reference = Math.max(reference, referenceAt(text, i + 1));
      i += 2;
      repeatable = true;
    } else if (sign === '[') {
      i = classEnd(text, i);
      if (i < 0) return "a '[' is not closed";
      repeatable = true;
    } else if (sign === '(') {
      depth++;
      if ((captures && text[i + 1] !== '?') || /^\(\?(?:<[^=!]|P<|')/.test(text.slice(i, i + 4))) groups++;
      const special = /^\((?:\?#[^)]*|\?|\*(?=[A-Za-z_:]))/.exec(text.slice(i, i + 200))?.[0];
      if (special !== undefined && special !== '(?') return undefined;
      i += special === undefined ? 1 : 2;
      repeatable = false;
    } else if (sign === ')') {
      if (--depth < 0) return "a ')' has no '('";
      repeatable = true;
      i++;
    } else if (QUANTIFIER.test(sign) && !repeatable) {
      // Behind `(?` signs tell the kind of group.
      if (text[i - 1] === '?' && text[i - 2] === '(') return undefined;
      return `there is nothing before '${sign}' to repeat`;
    } else if (QUANTIFIER.test(sign)) {
      // A second sign makes it lazy or possessive; a third has nothing to repeat.
      i += text[i + 1] === '?' || text[i + 1] === '+' ? 2 : 1;
      repeatable = false;
    } else {
      const [, low, high] = (sign === '{' ? /^\{(\d{1,5}),(\d{1,5})\}/.exec(text.slice(i, i + 16)) : null) ?? [];
      if (low !== undefined && Number(low) > Number(high)) return `{${low},${high ?? ''}} counts backwards`;
      repeatable = sign !== '|';
      i++;
    }
  }
  if (depth > 0) return "a '(' is not closed";
  return reference > groups ? `\\${reference} refers to a group that is not there` : undefined;
}

/** Number of the group that the digit at `i` refers to, 0 for none; two digits may be an octal code. */
function referenceAt(text: string, i: number): number {
  return /[1-9]/.test(text[i] ?? '') && !/\d/.test(text[i + 1] ?? '') ? Number(text[i]) : 0;
}
