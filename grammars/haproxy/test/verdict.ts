import type { LocalFinding, NameUse } from '@halint/core';
import { DEFAULT_TARGETS } from '@halint/core';
import { haproxy, parseHaproxy } from '../src/index.ts';

/** Findings of a text with those about names, as the engine puts them together for one file. */
export function findingsOf(text: string, version: string): readonly LocalFinding[] {
  const document = parseHaproxy(text);
  const targets = { ...DEFAULT_TARGETS, haproxy: version };
  const found = [...haproxy.checkFile(document, targets)];
  const definitions = new Map<string, NameUse[]>();
  const references: NameUse[] = [];
  for (const section of document.sections) {
    found.push(...haproxy.check(document, section, targets));
    const names = haproxy.names(document, section);
    for (const use of names.definitions) {
      const key = `${use.space}\0${use.scope}\0${use.label}`;
      definitions.set(key, [...(definitions.get(key) ?? []), use]);
    }
    references.push(...names.references);
  }
  for (const space of haproxy.nameSpaces) {
    const report = (rule: typeof space.undefined, use: NameUse): void => {
      if (rule === undefined || rule.applies?.(targets) === false) return;
      found.push({
        rule: rule.rule,
        severity: rule.severity,
        rejects: rule.rejects === true,
        message: rule.message(use.label, undefined),
        at: use.at,
      });
    };
    for (const use of references)
      if (use.space === space.id && use.tacit !== true && !definitions.has(`${use.space}\0${use.scope}\0${use.label}`))
        report(space.undefined, use);
    for (const uses of definitions.values()) {
      const seen = new Set<unknown>();
      for (const use of uses) {
        if (use.space !== space.id) continue;
        // Local names are held against those of their section only (NameIndex).
        const where = space.local === true ? use.at.section : space.id;
        if (seen.has(where)) report(space.duplicate, use);
        seen.add(where);
      }
    }
  }
  return found;
}

/** `3 haproxy/unknown-keyword` for each finding that refuses the file. */
export function refusals(text: string, version: string): readonly string[] {
  return findingsOf(text, version)
    .filter((finding) => finding.rejects === true)
    .map(({ at, rule }) => `${at.section.positionAt(at.start).line} ${rule}`);
}
