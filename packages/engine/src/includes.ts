import { insideRoot, type Document, type IncludeUse, type Language, type LanguageId } from '@halint/core';
import picomatch from 'picomatch';

/** Where an include leads: the path or glob on the host and the files that it matches, or the reason why none is read. */
export type Resolution = { readonly wanted: string; readonly paths: readonly string[] } | { readonly leaves: string };

/** Resolves the pattern of an include against the files of a host. `/etc/...` is the host's own etc/. */
export function resolveInclude(include: IncludeUse, paths: Iterable<string>): Resolution {
  const absolute = include.pattern.startsWith('/') ? include.pattern : `${include.base}/${include.pattern}`;
  const wanted = insideRoot(absolute);
  if (wanted === undefined) return { leaves: absolute };
  if (include.globOf === undefined && !/[*?[{]/.test(wanted)) {
    for (const path of paths) if (path === wanted) return { wanted, paths: [path] };
    return { wanted, paths: [] };
  }
  const matches = include.globOf?.(wanted) ?? picomatch(wanted);
  return { wanted, paths: [...paths].filter((path) => matches(path)).sort() };
}

/** An include that brings nothing. */
export interface AbsentInclude {
  /** Path or glob on the host. */
  readonly wanted: string;
  readonly isGlob: boolean;
  /** Other files of the folder, of a glob of the last one before its wildcards, are at hand: nothing of it was forgotten. */
  readonly folderIsKnown: boolean;
}

/** Paths of files: a map by path, or a set. */
export interface Paths {
  has(path: string): boolean;
  keys(): Iterable<string>;
}

/** Does an include bring nothing of these files? A directory is something else, and what leads out of the root is not known. */
export function absentInclude(include: IncludeUse, files: Paths): AbsentInclude | undefined {
  const plain = resolveInclude(include, []);
  if ('leaves' in plain || files.has(plain.wanted)) return undefined;
  const { wanted } = plain;
  const wildcard = wanted.search(/[*?[]/);
  const isGlob = wildcard >= 0;
  if (isGlob || wanted.includes('{')) {
    const matched = resolveInclude(include, files.keys());
    if ('paths' in matched && matched.paths.length > 0) return undefined;
  }
  const folder = wanted.slice(0, wanted.lastIndexOf('/', isGlob ? wildcard : wanted.length) + 1);
  let folderIsKnown = false;
  for (const path of files.keys()) {
    if (path.startsWith(`${wanted}/`)) return undefined;
    folderIsKnown ||= path.startsWith(folder);
  }
  return { wanted, isGlob, folderIsKnown };
}

/** A file pulled in from a file of `language`, found while following includes. */
export interface Pulled {
  readonly path: string;
  readonly language: LanguageId;
}

/**
 * Opens `entries` and the files that they reach through includes, each once (a cycle ends by itself), as the language of the
 * file that pulls it in.
 */
export function followIncludes(
  entries: readonly Pulled[],
  paths: readonly string[],
  open: (file: Pulled) => { readonly language: Language; readonly document: Document } | undefined,
): void {
  const seen = new Set(entries.map((entry) => entry.path));
  const queue = [...entries];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const opened = open(next);
    if (opened === undefined) continue;
    for (const include of opened.language.includes?.(opened.document, next.path) ?? []) {
      const resolution = resolveInclude(include, paths);
      if ('leaves' in resolution) continue;
      for (const path of resolution.paths) {
        if (seen.has(path)) continue;
        seen.add(path);
        queue.push({ path, language: next.language });
      }
    }
  }
}
