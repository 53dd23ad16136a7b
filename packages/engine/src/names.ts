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
  /** Scope and label as one, see keyOf(). */
  readonly key: string;
  // Arrays: most names have one definition and a few uses, and 70,000 of them make sets expensive.
  readonly definitions: NameUse[];
  readonly references: NameUse[];
}

/**
 * Where the names of one document are defined and used. Kept up to date section by section: an edit touches only the
 * entries of the names in the sections it replaced.
 */
export class NameIndex {
  readonly #language: Language;
  readonly #document: Document;
  readonly #targets: Targets;
  /** By space, then by key. */
  readonly #entries = new Map<string, Map<string, Entry>>();
  readonly #bySection = new Map<Section, SectionNames>();
  #dirty: Set<Entry> | 'all' = 'all';
  readonly #problems = new Map<Entry, readonly LocalFinding[]>();
  readonly #localProblems = new Map<Section, readonly LocalFinding[]>();
  /** Definitions of local names in all sections, made only when some section refers to another's. */
  #localDefinitions: ReadonlySet<string> | undefined;
  readonly #spaces: ReadonlyMap<string, NameSpace>;
  readonly #local: ReadonlySet<string>;

  constructor(language: Language, document: Document, targets: Targets) {
    this.#language = language;
    this.#targets = targets;
    this.#document = document;
    this.#spaces = new Map(language.nameSpaces.map((space) => [space.id, space]));
    this.#local = new Set(language.nameSpaces.flatMap((space) => (space.local === true ? [space.id] : [])));
    for (const section of document.sections) this.add(section);
  }

  add(section: Section): void {
    this.#touchForeign();
    const all = this.#language.names(this.#document, section);
    if (all.definitions.length + all.references.length === 0) return;
    const names = this.#local.size === 0 ? all : this.#judgeLocal(section, all);
    if (names.definitions.length + names.references.length === 0) return;
    this.#bySection.set(section, names);
    for (const use of names.definitions) this.#entry(use).definitions.push(use);
    for (const use of names.references) this.#entry(use).references.push(use);
  }

  /** Local names of one section that another refers to may have come or gone. */
  #touchForeign(): void {
    this.#localDefinitions = undefined;
    if (this.#dirty === 'all') return;
    for (const space of this.#local)
      for (const entry of this.#entries.get(space)?.values() ?? []) this.#dirty.add(entry);
  }

  /** Settles the local names of a section; what is left are the names that other sections may know. */
  #judgeLocal(section: Section, { definitions, references }: SectionNames): SectionNames {
    const own: LocalNames[] = [];
    const found: LocalFinding[] = [];
    const others: NameUse[] = [];
    for (const use of definitions) {
      if (!this.#local.has(use.space)) {
        others.push(use);
        continue;
      }
      const { byLabel } = localNames(own, use) ?? added(own, use);
      const first = byLabel.get(use.label);
      if (first === undefined) {
        byLabel.set(use.label, use);
        continue;
      }
      const rule = this.#spaces.get(use.space)?.duplicate;
      if (this.#holds(rule))
        found.push({ ...finding(rule, use, undefined), related: [{ at: first.at, message: 'first defined here' }] });
    }
    const foreign = references.filter(
      (use) => !this.#local.has(use.space) || localNames(own, use)?.byLabel.has(use.label) !== true,
    );
    if (found.length > 0) this.#localProblems.set(section, found);
    return { definitions: others, references: foreign };
  }

  remove(section: Section): void {
    this.#localProblems.delete(section);
    this.#touchForeign();
    const names = this.#bySection.get(section);
    if (names === undefined) return;
    this.#bySection.delete(section);
    for (const use of names.definitions) without(this.#entry(use).definitions, use);
    for (const use of names.references) without(this.#entry(use).references, use);
  }

  /** `key`: scope and label of the name. */
  defines(space: string, key: string): boolean {
    return (this.#entries.get(space)?.get(key)?.definitions.length ?? 0) > 0;
  }

  uses(space: string, key: string): boolean {
    return (this.#entries.get(space)?.get(key)?.references.length ?? 0) > 0;
  }

  /** Findings about names; only entries touched since the last call are judged anew. `elsewhere`: other files of the same daemon. */
  findings(elsewhere: readonly NameIndex[]): Iterable<readonly LocalFinding[]> {
    for (const entry of this.#touched()) {
      const found = this.#judge(entry, elsewhere);
      if (found.length > 0) this.#problems.set(entry, found);
      else this.#problems.delete(entry);
      if (entry.definitions.length + entry.references.length === 0) this.#entries.get(entry.space)?.delete(entry.key);
    }
    this.#dirty = new Set();
    return [...this.#localProblems.values(), ...this.#problems.values()];
  }

  /** Everything is judged again at the next call: the names of another file changed. */
  invalidate(): void {
    this.#dirty = 'all';
  }

  *#touched(): Generator<Entry> {
    if (this.#dirty !== 'all') yield* this.#dirty;
    else for (const names of this.#entries.values()) yield* names.values();
  }

  #entry(use: NameUse): Entry {
    let names = this.#entries.get(use.space);
    if (names === undefined) this.#entries.set(use.space, (names = new Map<string, Entry>()));
    const key = keyOf(use);
    let entry = names.get(key);
    if (entry === undefined) names.set(key, (entry = { space: use.space, key, definitions: [], references: [] }));
    if (this.#dirty !== 'all') this.#dirty.add(entry);
    return entry;
  }

  #judge(entry: Entry, elsewhere: readonly NameIndex[]): LocalFinding[] {
    const space = this.#spaces.get(entry.space);
    if (space === undefined) return [];
    const found: LocalFinding[] = [];
    if (
      this.#holds(space.undefined) &&
      !this.#defined(entry) &&
      !elsewhere.some((index) => index.defines(entry.space, entry.key))
    ) {
      for (const use of entry.references) {
        if (use.tacit !== true) found.push(finding(space.undefined, use, this.#near(use)));
      }
    }
    if (this.#holds(space.duplicate) && entry.definitions.length > 1) {
      const [first, ...others] = [...entry.definitions].sort((a, b) => offsetOf(a.at) - offsetOf(b.at));
      for (const use of others) {
        const related = first === undefined ? [] : [{ at: first.at, message: 'first defined here' }];
        found.push({ ...finding(space.duplicate, use, undefined), related });
      }
    }
    if (
      this.#holds(space.unused) &&
      entry.references.length === 0 &&
      !elsewhere.some((index) => index.uses(entry.space, entry.key))
    ) {
      for (const use of entry.definitions) found.push(finding(space.unused, use, undefined));
    }
    return found;
  }

  #holds(rule: NameRule | undefined): rule is NameRule {
    return rule !== undefined && rule.applies?.(this.#targets) !== false;
  }

  #defined(entry: Entry): boolean {
    if (entry.definitions.length > 0) return true;
    return this.#local.has(entry.space) && this.#definitions().has(`${entry.space}\0${entry.key}`);
  }

  #definitions(): ReadonlySet<string> {
    if (this.#localDefinitions !== undefined) return this.#localDefinitions;
    const all = new Set<string>();
    for (const section of this.#document.sections) {
      for (const use of this.#language.names(this.#document, section).definitions) {
        if (this.#local.has(use.space)) all.add(`${use.space}\0${keyOf(use)}`);
      }
    }
    return (this.#localDefinitions = all);
  }

  /** The defined name of the same space and scope that is nearest. */
  #near(use: NameUse): string | undefined {
    const defined = this.#local.has(use.space)
      ? this.#language.names(this.#document, use.at.section).definitions.filter((each) => each.space === use.space)
      : [...(this.#entries.get(use.space)?.values() ?? [])].flatMap((entry) => entry.definitions[0] ?? []);
    const names = defined.filter(({ scope }) => scope === use.scope).map(({ label }) => label);
    return nearest(use.label, names);
  }
}

/** The name in its space as one string. */
function keyOf({ scope, label }: NameUse): string {
  return scope === '' ? label : `${scope}\0${label}`;
}

/** The names of a section in one space and scope. A section has one or two of these, so that no key has to be put together. */
interface LocalNames {
  readonly space: string;
  readonly scope: string;
  readonly byLabel: Map<string, NameUse>;
}

function localNames(all: readonly LocalNames[], { space, scope }: NameUse): LocalNames | undefined {
  for (const names of all) if (names.scope === scope && names.space === space) return names;
  return undefined;
}

function added(all: LocalNames[], { space, scope }: NameUse): LocalNames {
  const names: LocalNames = { space, scope, byLabel: new Map() };
  all.push(names);
  return names;
}

function without(list: NameUse[], use: NameUse): void {
  const at = list.indexOf(use);
  if (at >= 0) list.splice(at, 1);
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
