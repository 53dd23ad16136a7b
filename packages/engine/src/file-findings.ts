import type { Change, Document, Language, LocalFinding, Section, Targets } from '@halint/core';
import type { AnyRule, LocalReport, Rule } from '@halint/model';
import type { Guard } from './guard.ts';
import { NameIndex } from './names.ts';

const NOTHING: readonly LocalFinding[] = [];

/**
 * What is wrong inside one document, whoever uses it: the daemon's own refusals, section rules, names, file rules.
 * Results are kept per section, so that an edit costs one section.
 */
export class FileFindings {
  readonly names: NameIndex;
  readonly #language: Language;
  readonly #document: Document;
  readonly #targets: Targets;
  readonly #sectionRules: readonly Rule<'section'>[];
  readonly #fileRules: readonly Rule<'file'>[];
  readonly #guard: Guard;
  readonly #contexts = new Map<Section, unknown>();
  /** Sections that `names` knows. */
  readonly #named: Set<Section>;
  /** Only sections with findings: most have none, and an edit must not walk them all. */
  readonly #found = new Map<Section, readonly LocalFinding[]>();
  #version = -1;
  #fileResult: readonly LocalFinding[] = NOTHING;

  constructor(language: Language, document: Document, targets: Targets, rules: readonly AnyRule[], guard: Guard) {
    this.#language = language;
    this.#document = document;
    this.#targets = targets;
    this.#guard = guard;
    const mine = rules.filter((rule) => rule.language === language.id);
    this.#sectionRules = mine.filter((rule): rule is Rule<'section'> => rule.scope === 'section');
    this.#fileRules = mine.filter((rule): rule is Rule<'file'> => rule.scope === 'file');
    this.names =
      guard.run(`${language.id} names`, () => new NameIndex(language, document, targets)) ??
      new NameIndex(withoutNames(language), document, targets);
    this.#named = new Set(document.sections);
  }

  /** Brings the results up to the document's version. */
  update(): void {
    const { version, lastChange, sections } = this.#document;
    if (version === this.#version) return;
    if (version === this.#version + 1 && lastChange !== undefined) this.#follow(lastChange);
    else this.#catchUp(sections);
    this.#fileResult = this.#judgeFile();
    this.#version = version;
  }

  /** Another document of the group changed: contexts and the file as a whole are judged again at the next call. */
  recheck(): void {
    this.#version = -1;
  }

  *findings(elsewhere: readonly NameIndex[]): Generator<LocalFinding> {
    this.update();
    for (const found of this.#found.values()) yield* found;
    for (const group of this.names.findings(elsewhere)) yield* group;
    yield* this.#fileResult;
  }

  /** After one edit: the new sections, then those behind them until one whose context is what it was. */
  #follow(change: Change<unknown>): void {
    const { sections } = this.#document;
    for (const section of change.removed) this.#drop(section);
    for (const section of change.added) {
      this.#name(section);
      this.#judge(section);
    }
    for (let i = change.index + change.added.length; i < sections.length; i++) {
      if (!this.#judge(sections[i] as Section)) break;
    }
  }

  /** After several edits at once the last change does not tell what is gone: the sections of then and now do. */
  #catchUp(sections: readonly Section[]): void {
    const present = new Set(sections);
    for (const section of [...this.#named]) if (!present.has(section)) this.#drop(section);
    for (const section of sections) {
      if (!this.#named.has(section)) this.#name(section);
      this.#judge(section);
    }
  }

  #drop(section: Section): void {
    this.#contexts.delete(section);
    this.#found.delete(section);
    this.#named.delete(section);
    this.#guard.run(`${this.#language.id} names`, () => this.names.remove(section));
  }

  #name(section: Section): void {
    this.#named.add(section);
    this.#guard.run(`${this.#language.id} names`, () => this.names.add(section));
  }

  /** Judges a section unless its text and context are known. Says whether anything was to do. */
  #judge(section: Section): boolean {
    const context = this.#guard.run(`${this.#language.id} context`, () =>
      this.#language.contextOf(this.#document, section),
    );
    if (this.#contexts.has(section) && this.#contexts.get(section) === context) return false;
    const found: LocalFinding[] = [];
    this.#guard.run(`${this.#language.id} check`, () => {
      // Not push(...): a call takes some 100,000 arguments at most.
      for (const each of this.#language.check(this.#document, section, this.#targets)) found.push(each);
    });
    const subject = { language: this.#language.id, document: this.#document, section, targets: this.#targets };
    for (const rule of this.#sectionRules) {
      this.#guard.run(rule.id, () => rule.check(subject, (report) => found.push(complete(rule, report))));
    }
    this.#contexts.set(section, context);
    if (found.length > 0) this.#found.set(section, found);
    else this.#found.delete(section);
    return true;
  }

  #judgeFile(): readonly LocalFinding[] {
    const found: LocalFinding[] = [];
    this.#guard.run(`${this.#language.id} file check`, () => {
      for (const each of this.#language.checkFile(this.#document, this.#targets)) found.push(each);
    });
    const subject = { language: this.#language.id, document: this.#document, targets: this.#targets };
    for (const rule of this.#fileRules) {
      this.#guard.run(rule.id, () => rule.check(subject, (report) => found.push(complete(rule, report))));
    }
    return found;
  }
}

function complete(rule: AnyRule, report: LocalReport): LocalFinding {
  return { ...report, rule: rule.id, severity: report.severity ?? rule.severity };
}

/** The same language without names: what is left of it when naming has a bug. */
function withoutNames(language: Language): Language {
  return { ...language, nameSpaces: [], names: () => ({ definitions: [], references: [] }) };
}
