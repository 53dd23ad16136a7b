import { compareVersions } from '@halint/core';
import { isOpaque } from '../values.ts';

const SCOPES = ['proc', 'sess', 'txn', 'req', 'res', 'check'];
/** Variables of the parent stream, which came with 3.1. */
const PARENTS = ['psess', 'ptxn', 'preq', 'pres'];

/** What is wrong with the name of a variable, in words, or undefined (vars_fill_desc(), register_name() in src/vars.c). */
export function checkVariableName(name: string, version: string): string | undefined {
  if (isOpaque(name)) return undefined;
  if (name === '') return 'the name of a variable is missing';
  const dot = name.indexOf('.');
  const scope = name.slice(0, dot);
  const known = SCOPES.includes(scope) || (PARENTS.includes(scope) && compareVersions(version, '3.1') >= 0);
  if (dot < 0 || !known || dot + 1 === name.length) {
    return `'${name}' is no variable: a name starts with its scope, one of proc, sess, txn, req, res or check, and a dot`;
  }
  const sign = /[^A-Za-z0-9_.]/.exec(name.slice(dot + 1))?.[0];
  return sign === undefined ? undefined : `'${sign}' is not allowed in the name of variable '${name}'`;
}
