import { nearest } from '@halint/core';
import { algorithms, otherReleases, unknownAlgorithms, type AlgorithmKind } from '../algorithms.ts';
import { itemOf } from '../lexical.ts';
import type { Check } from './form.ts';

/** What may be meant by the first name that is not known. */
function hintFor(kind: AlgorithmKind, name: string, openssh: string): string {
  const when = otherReleases(kind, name, openssh);
  if (when !== undefined) return `: it ${when}`;
  const near = nearest(name, algorithms(kind, openssh));
  return near === undefined ? '' : `; did you mean ${near}?`;
}

export function algorithmsOf(kind: AlgorithmKind, what: string): Check {
  return ({ row, args: [argument], openssh }) => {
    if (argument === undefined) return undefined;
    const unknown = unknownAlgorithms(kind, argument.value, openssh);
    if (unknown.length === 0) return undefined;
    const names = unknown.map((name) => `\`${name}\``).join(', ');
    const message = `${row.word}: OpenSSH ${openssh} has no ${what} ${names}`;
    const [first = ''] = unknown;
    return { argument: itemOf(argument, first), message: message + hintFor(kind, first, openssh) };
  };
}
