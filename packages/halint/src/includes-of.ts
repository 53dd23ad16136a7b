import type { Language } from '@halint/core';
import { languageOf, languagesOf, resolveInclude, startsOfSnapshot, type SnapshotHost } from '@halint/engine';
import { systemd } from '@halint/grammar-systemd';
import { ifupdownFiles, nftIncludes, readHostFacts } from '@halint/inventory/network/index';
import { languages } from './knowledge.ts';

/** Include targets of a host that are not among its files yet: absolute paths and globs on the host. Nobody walks all of `/` or `/etc` for one. */
export function includesOf(host: SnapshotHost): readonly string[] {
  const wanted: string[] = [];
  const named = languagesOf(startsOf(host));
  for (const file of host.files.values()) {
    const id = file.language ?? named.get(file.path) ?? languageOf(file.path);
    const language = languages.find((each) => each.id === id);
    // Most files include nothing, and their text says so before they are parsed.
    if (language?.includes === undefined || !/include/i.test(file.text)) continue;
    for (const include of language.includes(language.parse(file.text), file.path)) {
      const found = resolveInclude(include, host.files.keys());
      if ('leaves' in found || found.paths.length > 0) continue;
      wanted.push(found.wanted);
    }
  }
  // One that brings nothing may have been looked for already.
  const texts = new Map([...host.files].map(([path, file]) => [path, file.text]));
  return [...wanted, ...nftIncludes(texts), ...ifupdownFiles(texts).wanted].filter(
    (path) => !/^\/(?:etc\/?)?(?:$|[^/]*[*?[{])/.test(path),
  );
}

/** Files and directories that the units of a host start its daemons with and that are not among its files yet. */
export function startedBy(host: SnapshotHost): readonly string[] {
  return [...startsOf(host).values()].flatMap(({ start }) => start.paths.filter((path) => !host.files.has(path)));
}

function startsOf(host: SnapshotHost): ReturnType<typeof startsOfSnapshot> {
  return startsOfSnapshot(host, systemd as unknown as Language, () => readHostFacts(host));
}
