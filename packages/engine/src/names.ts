import type {
  Document,
  Language,
  LocalFinding,
  NameRule,
  NameSpace,
  NameUse,
  Section,
  SectionNames,
  Targets,
} from '@halint/core';
import { nearest, offsetOf } from '@halint/core';

interface Entry {
  readonly space: string;
  readonly definitions: Set<NameUse>;
  readonly references: Set<NameUse>;
}

/**
 * Where the names of one document are defined and used. Kept up to date section by section: an edit touches only the
 * entries of the names in the sections it replaced.
 */
export class NameIndex {
  readonly #language: Language;
  readonly #document: Document;
  readonly #entries = new Map<string, Entry>();
  readonly #bySection = new Map<Section, SectionNames>();
  readonly #dirty = new Set<string>();
  readonly #problems = new Map<string, readonly LocalFinding[]>();
  readonly #spaces: ReadonlyMap<string, NameSpace>;

  constructor(language: Language, document: Document) {
    this.#language = language;
    this.#document = document;
    this.#spaces = new Map(language.nameSpaces.map((space) => [space.id, space]));
    for (const section of document.sections) this.add(section);
  }

  add(section: Section): void {
    const names = this.#language.names(this.#document, section);
    if (names.definitions.length + names.references.length === 0) return;
    this.#bySection.set(section, names);
    for (const use of names.definitions) this.#entry(use).definitions.add(use);
    for (const use of names.references) this.#entry(use).references.add(use);
  }

  remove(section: Section): void {
    const names = this.#bySection.get(section);
    if (names === undefined) return;
    this.#bySection.delete(section);
    for (const use of names.definitions) this.#entry(use).definitions.delete(use);
    for (const use of names.references) this.#entry(use).references.delete(use);
  }

  defines(key: string): boolean {
    return (this.#entries.get(key)?.definitions.size ?? 0) > 0;
  }

  uses(key: string): boolean {
    return (this.#entries.get(key)?.references.size ?? 0) > 0;
  }

  /** Findings about names; only entries touched since the last call are judged anew. `elsewhere`: other files of the same daemon. */
  findings(targets: Targets, elsewhere: readonly NameIndex[]): Iterable<readonly LocalFinding[]> {
    for (const key of this.#dirty) {
      const entry = this.#entries.get(key);
      const found = entry === undefined ? [] : this.#judge(key, entry, targets, elsewhere);
      if (found.length > 0) this.#problems.set(key, found);
      else this.#problems.delete(key);
      if (entry !== undefined && entry.definitions.size + entry.references.size === 0) this.#entries.delete(key);
    }
    this.#dirty.clear();
    return this.#problems.values();
  }

  /** Everything is judged again at the next call: the names of another file changed. */
  invalidate(): void {
    for (const key of this.#entries.keys()) this.#dirty.add(key);
  }

  #entry(use: NameUse): Entry {
    const key = keyOf(use);
    let entry = this.#entries.get(key);
    if (entry === undefined)
      this.#entries.set(key, (entry = { space: use.space, definitions: new Set(), references: new Set() }));
    this.#dirty.add(key);
    return entry;
  }

  #judge(key: string, entry: Entry, targets: Targets, elsewhere: readonly NameIndex[]): LocalFinding[] {
    const space = this.#spaces.get(entry.space);
    if (space === undefined) return [];
    const found: LocalFinding[] = [];
    const holds = (rule: NameRule | undefined): rule is NameRule =>
      rule !== undefined && rule.applies?.(targets) !== false;
    if (holds(space.undefined) && entry.definitions.size === 0 && !elsewhere.some((index) => index.defines(key))) {
      for (const use of entry.references) found.push(finding(space.undefined, use, this.#near(use)));
    }
    if (holds(space.duplicate) && entry.definitions.size > 1) {
      const [first, ...others] = [...entry.definitions].sort((a, b) => offsetOf(a.at) - offsetOf(b.at));
      for (const use of others) {
        const related = first === undefined ? [] : [{ at: first.at, message: 'first defined here' }];
        found.push({ ...finding(space.duplicate, use, undefined), related });
      }
    }
    if (holds(space.unused) && entry.references.size === 0 && !elsewhere.some((index) => index.uses(key))) {
      for (const use of entry.definitions) found.push(finding(space.unused, use, undefined));
    }
    return found;
  }

  /** The defined name of the same space and scope that is nearest. */
  #near(use: NameUse): string | undefined {
    const scope = use.name.slice(0, use.name.lastIndexOf('\0') + 1);
    const prefix = `${use.space}\0${scope}`;
    const defined: string[] = [];
    for (const [key, entry] of this.#entries) {
      if (entry.space === use.space && entry.definitions.size > 0 && key.startsWith(prefix))
        defined.push(key.slice(prefix.length));
    }
    return nearest(use.label, defined);
  }
}

function keyOf(use: NameUse): string {
  return `${use.space}\0${use.name}`;
}

function finding(rule: NameRule, use: NameUse, near: string | undefined): LocalFinding {
  return {
    rule: rule.rule,
    severity: rule.severity,
    ...(rule.rejects === undefined ? {} : { rejects: rule.rejects }),
    ...(rule.daemon === undefined ? {} : { daemon: rule.daemon }),
    message: rule.message(use.label, near),
    ...(rule.help === undefined ? {} : { help: rule.help }),
    at: use.at,
  };
}
