import type { Finding, Language, LanguageId, Place, SourceFile } from '@halint/core';
import type { HostState } from './host-state.ts';
import { resolveInclude } from './includes.ts';

/** Includes that are not read because they lead out of the host's root, or because the file came without one. */
export function* includeFindings(state: HostState, file: SourceFile, language: Language): Generator<Finding> {
  for (const include of language.includes?.(file.document, file.path) ?? []) {
    const at = { ...include.at, host: state.id, file };
    const common = { at, hosts: [state.id], rejects: false, daemon: 'none' as const, related: [] };
    const statement = language.statementPath(file.document, include.at);
    if (state.snapshot.lone === true) {
      yield {
        ...common,
        rule: 'system/include-not-followed',
        severity: 'info',
        message: `include ${include.pattern} is not followed: ${file.display} was given without its host`,
        help: 'Give the directory that holds etc/ and its includes are read too.',
        missing: 'the host root',
        statement,
      };
      continue;
    }
    const leads = resolveInclude(include, state.snapshot.files.keys());
    const outside = 'leaves' in leads ? leads.leaves : undefined;
    if (outside === undefined) continue;
    yield {
      ...common,
      rule: 'system/include-outside-root',
      severity: 'warning',
      message: `include ${include.pattern} leads out of the root of ${state.id}: not read`,
      help: 'A host is judged by its own files alone. Name the file by its path on the host.',
      statement,
    };
  }
}

/** The include of a host that asks for a file, or for files below a folder, that could not be read. */
export function includeAsking(
  state: HostState,
  path: string,
  languageOf: (id: LanguageId) => Language,
): Place | undefined {
  for (const file of state.files.values()) {
    for (const include of languageOf(file.language).includes?.(file.document, file.path) ?? []) {
      const leads = resolveInclude(include, [path]);
      if ('leaves' in leads || (leads.paths.length === 0 && !leads.wanted.startsWith(`${path}/`))) continue;
      return { ...include.at, host: state.id, file };
    }
  }
  return undefined;
}
