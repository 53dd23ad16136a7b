/** Characters that make a path of glob(7) a pattern. */
const WILDCARD = /[*?[]/;

/** A path without `.` and `..`; undefined when it leads above the root. */
export function plainPath(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return `/${parts.join('/')}`;
}

export function isPattern(path: string): boolean {
  return WILDCARD.test(path);
}

/** Paths that are a path or match a pattern, sorted; as for glob(7), `*` and `?` stop at `/` and match no dot in front. */
export function matchingPaths(pattern: string, files: ReadonlyMap<string, unknown>): readonly string[] {
  if (!isPattern(pattern)) return files.has(pattern) ? [pattern] : [];
  const expression = new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\/(?=[*?])/g, '/(?!\\.)')
      .replace(/\*/g, '[^/]*')
      .replace(/(?<!\()\?/g, '[^/]')}$`,
  );
  return [...files.keys()].filter((each) => expression.test(each)).sort();
}

/** What has to be read to know what a path or pattern brings: of a pattern the folder above its first wildcard. */
export function lookUpPath(pattern: string): string {
  const wildcard = pattern.search(WILDCARD);
  return wildcard < 0 ? pattern : pattern.slice(0, pattern.lastIndexOf('/', wildcard));
}
