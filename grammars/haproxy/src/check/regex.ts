/** Faults of regular expressions that every library refuses: PCRE, PCRE2 and POSIX. */
const verdicts = new Map<string, string | undefined>();

/** What is surely wrong with a regular expression, or undefined. Kept, because the same ones return on many lines. */
export function regexFault(text: string): string | undefined {
  if (verdicts.has(text)) return verdicts.get(text);
  if (verdicts.size > 2000) verdicts.clear();
  const fault = findFault(text);
  verdicts.set(text, fault);
  return fault;
}

const OPEN = 40;
const CLOSE = 41;
const BRACKET = 91;
const BACKSLASH = 92;

function findFault(text: string): string | undefined {
  // \Q…\E quotes signs, and (?x) or (?#…) bring comments: what counts there is not followed.
  if (/\\Q|\(\?#|\(\?[a-zA-Z]*x|\(\*/.test(text)) return undefined;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH) {
      if (i + 1 === text.length) return 'it ends with a backslash';
      i++;
    } else if (code === BRACKET) {
      i = classEnd(text, i);
      if (i < 0) return 'a [ is never closed';
    } else if (code === OPEN) depth++;
    else if (code === CLOSE && --depth < 0) return 'a ) closes nothing';
  }
  if (depth > 0) return 'a ( is never closed';
  return /^[*+?]/.test(text) ? `nothing stands before '${text.charAt(0)}'` : undefined;
}

/** Index of the ] that ends the class at `start`, or -1. */
function classEnd(text: string, start: number): number {
  let i = start + 1;
  if (text[i] === '^') i++;
  if (text[i] === ']') i++;
  for (; i < text.length; i++) {
    const sign = text[i];
    if (sign === ']') return i;
    if (sign === '\\') i++;
    else if (sign === '[' && /[:.=]/.test(text[i + 1] ?? '')) {
      const end = text.indexOf(`${text[i + 1] ?? ''}]`, i + 2);
      if (end > 0) i = end + 1;
    }
  }
  return -1;
}
