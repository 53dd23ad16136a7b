import { compareVersions, type Services } from '@halint/core';
import type { ArgumentKind, SshdRow } from '../../keywords.ts';
import type { Argument } from '../lexical.ts';

/** What sshd refuses in the arguments of an option. */
export interface Problem {
  /** Undefined: the whole line. */
  readonly argument?: Argument;
  readonly message: string;
  /** Words one of which may be meant. */
  readonly candidates?: readonly string[];
}

export interface Given {
  readonly row: SshdRow;
  readonly args: readonly Argument[];
  /** The text behind the keyword, quotes and comment included. */
  readonly rest: string;
  readonly openssh: string;
  /** Of the host, for ports by name. */
  readonly services: Services | undefined;
  /** False in a `Match` block that does not hold for everyone: some arguments are not looked at there. */
  readonly active: boolean;
}

export type Check = (given: Given) => Problem | undefined;

export const from = (openssh: string, version: string): boolean => compareVersions(openssh, version) >= 0;

/** A check of the first argument. */
export function first(takes: string, holds: (value: string, given: Given) => boolean): Check {
  return (given) => {
    const {
      row,
      args: [argument],
    } = given;
    return argument === undefined || holds(argument.value, given)
      ? undefined
      : { argument, message: `${row.word} takes ${takes}, not \`${argument.value}\`` };
  };
}

/** A check of every argument; `none` and the like may stand alone. */
export function each(takes: string, holds: (value: string, openssh: string) => boolean): Check {
  return ({ row, args, openssh }) => {
    const argument = args.find(({ value }) => !holds(value, openssh));
    return argument && { argument, message: `${row.word} takes ${takes}, not \`${argument.value}\`` };
  };
}

/** The first of these that finds something. */
export function both(...checks: readonly Check[]): Check {
  return (given) => {
    for (const check of checks) {
      const problem = check(given);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

export function isNone(value: string): boolean {
  return value.toLowerCase() === 'none';
}

/** `none` in a list must be its only item. */
export function noneAlone({ row, args }: Given): Problem | undefined {
  const none = args.find(({ value }) => isNone(value));
  return none !== undefined && args.length > 1
    ? { argument: none, message: `\`${none.value}\` must stand alone in ${row.word}` }
    : undefined;
}

export function enumProblem(
  kind: Extract<ArgumentKind, { readonly kind: 'enum' }>,
  { row, args }: Given,
): Problem | undefined {
  const argument = args[0];
  if (argument === undefined) return undefined;
  const value = kind.exact ? argument.value : argument.value.toLowerCase();
  const known = kind.values.map((word) => (kind.exact ? word : word.toLowerCase()));
  if (known.includes(value)) return undefined;
  const shown = kind.values.length > 6 ? `one of ${kind.values.join(', ')}` : kind.values.join('|');
  return { argument, message: `${row.word} takes ${shown}, not \`${argument.value}\``, candidates: kind.values };
}
