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

/** A sign of a class: its code, 'set' for one that stands for many (\\d, [:alpha:]), or undefined when it is not known. */
interface Member {
  readonly end: number;
  readonly code: number | 'set' | undefined;
}

const POSIX_CLASSES: ReadonlySet<string> = new Set(
  'alpha lower upper alnum ascii blank cntrl digit graph print punct space word xdigit'.split(' '),
);

const CONTROLS: Readonly<Record<string, number>> = { a: 7, b: 8, e: 27, f: 12, n: 10, r: 13, t: 9 };

function memberAt(text: string, i: number): Member {
  if (text[i] !== '\\') return { end: i + 1, code: text.charCodeAt(i) };
  const sign = text[i + 1] ?? '';
  if (/[dDwWsShHvVpPNRX]/.test(sign)) return { end: i + 2, code: /[dDwWsShHvV]/.test(sign) ? 'set' : undefined };
  const hex = /^x([\da-fA-F]{2})/.exec(text.slice(i + 1, i + 4))?.[1];
  if (hex !== undefined) return { end: i + 4, code: Number.parseInt(hex, 16) };
  if (!/[A-Za-z0-9]/.test(sign)) return { end: i + 2, code: text.charCodeAt(i + 1) };
  return { end: i + 2, code: CONTROLS[sign] };
}

/** What PCRE2 refuses in the class from `[` to behind `]`. */
function classFault(text: string, start: number, end: number): string | undefined {
  let i = text[start + 1] === '^' ? start + 2 : start + 1;
  const named = /^\[([:.=])[^\]\\]*\1\]$/.exec(text.slice(start, end));
  if (named !== null) return `'${named[0]}' stands in a class of its own: write [${named[0]}]`;
  let first = true;
  while (i < end - 1) {
    const posix = /^\[([:.=])\^?([^\]\\[]*)\1\]/.exec(text.slice(i, end));
    if (posix !== null) {
      const [whole, sign, name = ''] = posix;
      if (sign !== ':') return `'${whole}' is not supported by PCRE`;
      if (!POSIX_CLASSES.has(name)) return `'${whole}' is no class of signs: ${[...POSIX_CLASSES].join(', ')} are`;
      i += whole.length;
      first = false;
      continue;
    }
    const low = memberAt(text, i);
    if (low.code === undefined) return undefined;
    if (text[low.end] !== '-' || low.end + 1 >= end - 1 || (text[i] === ']' && !first)) {
      i = low.end;
      first = false;
      continue;
    }
    if (text[low.end + 1] === '[') return undefined;
    const high = memberAt(text, low.end + 1);
    if (high.code === undefined) return undefined;
    const range = text.slice(i, high.end);
    if (low.code === 'set' || high.code === 'set') return `'${range}' is no range: one end stands for many signs`;
    if (low.code > high.code) return `the range '${range}' runs backwards`;
    i = high.end;
    first = false;
  }
  return undefined;
}

/** Names of groups that are referred to: \\k<n>, \\k'n', \\k{n}, \\g{n}, (?P=n), (?P>n), (?&n). */
const NAME_USES = /\\(?:\\|k<(\w+)>|k'(\w+)'|[kg]\{([A-Za-z_]\w*)\}|[^])|\(\?(?:P[=>]|&)(\w+)\)/g;

function nameFault(text: string): string | undefined {
  if (!/\\[kg]|\(\?(?:P[=>]|&)/.test(text)) return undefined;
  const names = new Set(Array.from(text.matchAll(/\(\?(?:P?<(\w+)>|'(\w+)')/g), ([, a, b]) => a ?? b));
  for (const [, a, b, c, d] of text.matchAll(NAME_USES)) {
    const name = a ?? b ?? c ?? d;
    if (name !== undefined && !names.has(name)) return `'${name}' refers to a group that is not there`;
  }
  return undefined;
}

/** A look-behind holds nothing of unlimited length: of one without groups and classes that is told. */
function lookBehindFault(text: string): string | undefined {
  const inner = /(?:^|[^\\])\(\?<[=!]((?:\\[^pPQEkgxoc]|[^()[\]\\])*)\)/.exec(text)?.[1];
  if (inner === undefined) return undefined;
  const plain = inner.replace(/\\[^]/g, 'a');
  return /[^|][*+]|[^|]\{\d+,\}/.test(plain) ? 'what a look-behind holds has no limit' : undefined;
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
      const end = classEnd(text, i);
      if (end < 0) return "a '[' is not closed";
      const wrong = classFault(text, i, end);
      if (wrong !== undefined) return wrong;
      i = end;
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
  if (reference > groups) return `\\${reference} refers to a group that is not there`;
  return nameFault(text) ?? lookBehindFault(text);
}

/** Number of the group that the digit at `i` refers to, 0 for none; two digits may be an octal code. */
function referenceAt(text: string, i: number): number {
  return /[1-9]/.test(text[i] ?? '') && !/\d/.test(text[i + 1] ?? '') ? Number(text[i]) : 0;
}
