import { compareVersions } from '@halint/core';

/** What a condition is for a target; `undefined` = it depends on what is not known here (the environment, the build). */
export type Truth = boolean | undefined;

interface Reader {
  readonly text: string;
  at: number;
  readonly version: string;
  bad: boolean;
}

/**
 * Evaluates the expression of `.if` for a version (src/cfgcond.c): numbers, `version_atleast()`, `version_before()`,
 * `streq()`, `strneq()`, `strstr()` of plain words, `!`, `&&`, `||`, parentheses. Whatever it cannot read or know is
 * undefined, never false.
 */
export function evaluate(expression: string, version: string): Truth {
  const text = expression.trim();
  // Manual 2.4: an empty expression is false.
  if (text === '') return false;
  const reader: Reader = { text, at: 0, version, bad: false };
  const value = either(reader, 0);
  blanks(reader);
  return reader.bad || reader.at < text.length ? undefined : value;
}

function blanks(reader: Reader): void {
  while (/\s/.test(reader.text[reader.at] ?? '')) reader.at++;
}

function eat(reader: Reader, sign: string): boolean {
  blanks(reader);
  if (!reader.text.startsWith(sign, reader.at)) return false;
  reader.at += sign.length;
  return true;
}

function either(reader: Reader, depth: number): Truth {
  let value = both(reader, depth);
  while (!reader.bad && eat(reader, '||')) {
    const right = both(reader, depth);
    value = value === true || right === true ? true : value === false && right === false ? false : undefined;
  }
  return value;
}

function both(reader: Reader, depth: number): Truth {
  let value = term(reader, depth);
  while (!reader.bad && eat(reader, '&&')) {
    const right = term(reader, depth);
    value = value === false || right === false ? false : value === true && right === true ? true : undefined;
  }
  return value;
}

function term(reader: Reader, depth: number): Truth {
  let negated = false;
  while (eat(reader, '!')) negated = !negated;
  const value = atom(reader, depth);
  return value === undefined ? undefined : value !== negated;
}

function atom(reader: Reader, depth: number): Truth {
  // Deeper than any real file: the guard keeps the stack bounded.
  if (depth > 100) {
    reader.bad = true;
    return undefined;
  }
  if (eat(reader, '(')) {
    const value = either(reader, depth + 1);
    if (!eat(reader, ')')) reader.bad = true;
    return value;
  }
  blanks(reader);
  const match = /^(?:(-?\d+)|([a-z_]+)\(([^()]*)\))/.exec(reader.text.slice(reader.at));
  if (match === null) {
    reader.bad = true;
    return undefined;
  }
  reader.at += match[0].length;
  return match[1] === undefined ? predicate(match[2] ?? '', match[3] ?? '', reader.version) : Number(match[1]) !== 0;
}

function predicate(name: string, args: string, version: string): Truth {
  if (/[$"'\\]/.test(args)) return undefined;
  const [left = '', right = ''] = args.split(',').map((arg) => arg.trim());
  if (name === 'version_atleast') return /^\d/.test(left) ? compareVersions(version, shorten(left)) >= 0 : undefined;
  if (name === 'version_before') return /^\d/.test(left) ? compareVersions(version, shorten(left)) < 0 : undefined;
  if (name === 'streq') return left === right;
  if (name === 'strneq') return left !== right;
  if (name === 'strstr') return left.includes(right);
  return undefined;
}

/** 2.6-dev3 or 2.6.12 as major.minor: targets name no patch level. */
function shorten(version: string): string {
  return /^\d+\.\d+/.exec(version)?.[0] ?? version;
}
