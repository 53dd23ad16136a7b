import { matchesWildcard } from '@halint/core';

/** Characters that make a path of glob(7) a pattern. */
const WILDCARD = /[*?[]/;

export function isPattern(path: string): boolean {
  return WILDCARD.test(path);
}

/** Paths that are a path or match a pattern, sorted; as for glob(7), wildcards stop at `/` and match no dot in front. */
export function matchingPaths(pattern: string, files: ReadonlyMap<string, unknown>): readonly string[] {
  if (!isPattern(pattern)) return files.has(pattern) ? [pattern] : [];
  const wanted = pattern.split('/');
  return [...files.keys()].filter((each) => matchesParts(each.split('/'), wanted)).sort();
}

function matchesParts(names: readonly string[], wanted: readonly string[]): boolean {
  if (names.length !== wanted.length) return false;
  return names.every((name, i) => {
    const part = wanted[i] ?? '';
    return !(name.startsWith('.') && /^[*?[]/.test(part)) && matchesWildcard(name, part);
  });
}

/** What has to be read to know what a path or pattern brings: of a pattern the folder above its first wildcard. */
export function lookUpPath(pattern: string): string {
  const wildcard = pattern.search(WILDCARD);
  return wildcard < 0 ? pattern : pattern.slice(0, pattern.lastIndexOf('/', wildcard));
}
