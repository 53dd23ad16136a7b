import type {
  FindingText,
  Fix,
  LanguageId,
  LocalFinding,
  Place,
  Related,
  Section,
  Targets,
  Document,
} from '@halint/core';
import type { Cluster, Fleet } from './cluster.ts';
import type { Host } from './host.ts';

export type Scope = 'section' | 'file' | 'host' | 'cluster' | 'fleet';

export interface SectionSubject {
  readonly language: LanguageId;
  readonly document: Document;
  readonly section: Section;
  readonly targets: Targets;
}

export interface FileSubject {
  readonly language: LanguageId;
  readonly document: Document;
  readonly targets: Targets;
}

export interface Subjects {
  section: SectionSubject;
  file: FileSubject;
  host: Host;
  cluster: Cluster;
  fleet: Fleet;
}

/** What a host, cluster or fleet rule reports. `severity` may be lowered (to info when a fact is missing), never raised. */
export interface Report extends Omit<FindingText, 'rule' | 'severity'> {
  readonly severity?: FindingText['severity'];
  readonly at: Place;
  readonly related?: readonly Related[];
  readonly fix?: Fix<Place>;
}

export type LocalReport = Omit<LocalFinding, 'rule' | 'severity'> & { readonly severity?: FindingText['severity'] };

export type Preset = 'recommended' | 'ssh-vip' | 'facts' | 'strict' | 'all';

/** One rule: one file of this shape beside its page. `check` is pure; it never throws on any model. */
export interface Rule<S extends Scope = Scope> {
  /** family/kebab-case; stable for ever. */
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly scope: S;
  /** For section and file rules: the language they read. */
  readonly language?: LanguageId;
  readonly severity: FindingText['severity'];
  /** Smallest preset that has it; default recommended. */
  readonly preset?: Preset;
  /** One sentence: what is wrong. */
  readonly summary: string;
  /** How far a fix goes. */
  readonly fix?: 'safe' | 'unsafe' | 'manual';
  /** First version of halint with it. */
  readonly since: string;
  /** Manual sections, RFC paragraphs, daemon functions, issues. */
  readonly sources: readonly string[];
  check(subject: Subjects[S], report: (finding: S extends 'section' | 'file' ? LocalReport : Report) => void): void;
}

/** A rule of any scope, as the engine holds it. */
export type AnyRule = { [S in Scope]: Rule<S> }[Scope];
