import { compareVersions, type Span } from '@halint/core';
import type { Include, Option, Word } from '../ast.ts';

/** A word as the target version splits it, with its place in the file. */
export interface Argument {
  readonly value: string;
  readonly span: Span;
}

/** Since 8.7 argv_split() reads the arguments; before, any `#` started a comment and only `"` quoted. */
export function splitsLikeShell(openssh: string): boolean {
  return compareVersions(openssh, '8.7') >= 0;
}

/** The arguments of an option as the target version sees them; `text` is what stands behind the keyword. */
export function argumentsOf(option: Option | Include, text: string, openssh: string): readonly Argument[] {
  return splitsLikeShell(openssh) ? option.args : legacyArguments(option.rest, text);
}

const LEGACY_WORD = /"([^"]*)"|[^ \t\r"=]+/g;

function legacyArguments(rest: Word, text: string): readonly Argument[] {
  const comment = text.indexOf('#');
  const words = (comment < 0 ? text : text.slice(0, comment)).matchAll(LEGACY_WORD);
  return [...words].map((word) => {
    const start = rest.span.start + word.index;
    return { value: word[1] ?? word[0], span: { start, end: start + word[0].length } };
  });
}

/** A stretch of an argument's value as an argument; the whole one where escapes hide which characters it is. */
export function partOf(argument: Argument, start: number, value: string): Argument {
  const { span } = argument;
  // Quotes around all of it move it by one.
  const quotes = (span.end - span.start - argument.value.length) / 2;
  if (quotes !== 0 && quotes !== 1) return argument;
  const from = span.start + quotes + start;
  return { value, span: { start: from, end: from + value.length } };
}

/** The item of a comma list, which may have one of `+-^` in front; the whole list for an empty item. */
export function itemOf(argument: Argument, item: string): Argument {
  const list = argument.value;
  let start = /^[-+^]/.test(list) ? 1 : 0;
  for (const each of list.slice(start).split(',')) {
    if (each === item && item !== '') return partOf(argument, start, item);
    start += each.length + 1;
  }
  return argument;
}

/** A placeholder of a template language: what stands there is not known. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%') || text.includes('<%') || text.includes('{#');
}
