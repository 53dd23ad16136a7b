import type { LanguageId } from '@halint/core';
import { languageOf, resolveInclude, type SnapshotHost } from '@halint/engine';
import { languages } from './knowledge.ts';

/** Include targets of a host that are not among its files yet: absolute paths on the host. */
export function includesOf(host: SnapshotHost): readonly string[] {
  const wanted: string[] = [];
  for (const file of host.files.values()) {
    const id: LanguageId | undefined = file.language ?? languageOf(file.path);
    const language = languages.find((each) => each.id === id);
    if (language === undefined || !/include/i.test(file.text)) continue;
    for (const include of language.includes(language.parse(file.text), file.path)) {
      const found = resolveInclude(include, host.files.keys());
      if ('leaves' in found || found.paths.length > 0) continue;
      const path = include.pattern.startsWith('/') ? include.pattern : `${include.base}/${include.pattern}`;
      // A pattern is looked up by its folder; its files are matched when they are there.
      const glob = path.search(/[*?[{]/);
      wanted.push(glob < 0 ? path : path.slice(0, path.lastIndexOf('/', glob)) || '/');
    }
  }
  return wanted.filter((path) => path !== '/' && path !== '/etc');
}
