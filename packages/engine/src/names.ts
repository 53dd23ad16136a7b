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
  readonly name: string;
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
  /** By space, then by name. */
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
    const own = new Map<string, NameUse>();
    const found: LocalFinding[] = [];
    const others: NameUse[] = [];
    for (const use of definitions) {
      if (!this.#local.has(use.space)) {
        others.push(use);
        continue;
      }
      const key = keyOf(use);
      const first = own.get(key);
      const rule = this.#spaces.get(use.space)?.duplicate;
      if (first === undefined) own.set(key, use);
      else if (this.#holds(rule))
        found.push({ ...finding(rule, use, undefined), related: [{ at: first.at, message: 'first defined here' }] });
    }
    const foreign = references.filter((use) => !this.#local.has(use.space) || !own.has(keyOf(use)));
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

  defines(space: string, name: string): boolean {
    return (this.#entries.get(space)?.get(name)?.definitions.length ?? 0) > 0;
  }

  uses(space: string, name: string): boolean {
    return (this.#entries.get(space)?.get(name)?.references.length ?? 0) > 0;
  }

  /** Findings about names; only entries touched since the last call are judged anew. `elsewhere`: other files of the same daemon. */
  findings(elsewhere: readonly NameIndex[]): Iterable<readonly LocalFinding[]> {
    for (const entry of this.#touched()) {
      const found = this.#judge(entry, elsewhere);
      if (found.length > 0) this.#problems.set(entry, found);
      else this.#problems.delete(entry);
      if (entry.definitions.length + entry.references.length === 0) this.#entries.get(entry.space)?.delete(entry.name);
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
    let entry = names.get(use.name);
    if (entry === undefined)
      names.set(use.name, (entry = { space: use.space, name: use.name, definitions: [], references: [] }));
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
      !elsewhere.some((index) => index.defines(entry.space, entry.name))
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
      !elsewhere.some((index) => index.uses(entry.space, entry.name))
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
    return this.#local.has(entry.space) && this.#definitions().has(keyOf(entry));
  }

  #definitions(): ReadonlySet<string> {
    if (this.#localDefinitions !== undefined) return this.#localDefinitions;
    const all = new Set<string>();
    for (const section of this.#document.sections) {
      for (const use of this.#language.names(this.#document, section).definitions) {
        if (this.#local.has(use.space)) all.add(keyOf(use));
      }
    }
    return (this.#localDefinitions = all);
  }

  /** The defined name of the same space and scope that is nearest. */
  #near(use: NameUse): string | undefined {
    const scope = use.name.slice(0, use.name.lastIndexOf('\0') + 1);
    const local = this.#local.has(use.space);
    const defined = local
      ? this.#language.names(this.#document, use.at.section).definitions.filter((each) => each.space === use.space)
      : [...(this.#entries.get(use.space)?.values() ?? [])].filter((entry) => entry.definitions.length > 0);
    const names = defined.filter(({ name }) => name.startsWith(scope)).map(({ name }) => name.slice(scope.length));
    return nearest(use.label, names);
  }
}

function keyOf({ space, name }: { readonly space: string; readonly name: string }): string {
  return `${space}\0${name}`;
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
