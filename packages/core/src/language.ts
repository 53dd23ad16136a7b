import type { Document, Section } from './document.ts';
import type { DaemonSays, HostFinding, LocalFinding, Severity } from './finding.ts';
import type { KeywordRow } from './keyword.ts';
import type { LanguageId, LocalPlace, Place, SourceFile } from './place.ts';
import type { Span } from './text.ts';
import type { HostTargets, Targets } from './versions.ts';

/** A node of a typed tree. Spans are absolute in the file, in UTF-16 code units, computed when asked for. */
export interface Node {
  readonly kind: string;
  readonly span: Span;
}

/** A place where a name is defined or used. Names with the same `space`, `scope` and `label` belong together. */
export interface NameUse {
  /** Which kind of name, as in Language.nameSpaces: backend, acl, vrrp_script. */
  readonly space: string;
  /** What the name is local to, in the grammar's own words; '' for names of all files. */
  readonly scope: string;
  /** The name, as people call it. */
  readonly label: string;
  readonly at: LocalPlace;
  /** A use that demands no definition by itself: whether it must be defined is judged elsewhere. */
  readonly tacit?: boolean;
}

export interface SectionNames {
  readonly definitions: readonly NameUse[];
  readonly references: readonly NameUse[];
}

/** What it means when a name is used but nowhere defined, defined twice, or defined and never used. */
export interface NameSpace {
  readonly id: string;
  /** Names are defined and, but for rare exceptions, used in one section: they are judged there and not kept (a large file has 70,000). */
  readonly local?: boolean;
  readonly undefined?: NameRule;
  readonly duplicate?: NameRule;
  readonly unused?: NameRule;
}

export interface NameRule {
  readonly rule: string;
  readonly severity: Severity;
  readonly rejects?: boolean;
  readonly daemon?: DaemonSays;
  /** `near` is a defined name that resembles it. */
  message(label: string, near: string | undefined): string;
  readonly help?: string;
  /** Does the rule hold for this target? Default: always. */
  applies?(targets: Targets): boolean;
}

export interface CompletionEntry {
  readonly label: string;
  readonly kind: 'keyword' | 'value' | 'name' | 'section';
  readonly detail?: string;
  readonly documentation?: string;
  readonly deprecated?: boolean;
}

export interface SymbolNode {
  readonly name: string;
  readonly detail?: string;
  readonly kind: 'section' | 'block' | 'statement';
  /** Whole extent and the name's own place, absolute in the file. */
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly SymbolNode[];
}

/** What stands under the cursor. */
export interface KeywordHit {
  readonly row: KeywordRow;
  /** Place of the word, absolute. */
  readonly span: Span;
  /** The section or block it stands in, in the user's words: `backend ssh_back`. */
  readonly where: string;
}

/** A file that another file pulls in. */
export interface IncludeUse {
  /** Path or glob as written, quotes removed. */
  readonly pattern: string;
  readonly at: LocalPlace;
  /** Directory that a relative pattern starts from, inside the host. */
  readonly base: string;
  /** Does the daemon complain when nothing matches? */
  readonly required: boolean;
  /** The daemon's own idea of a glob: what absolute paths an absolute pattern matches. Without it: the usual one of a shell. */
  readonly globOf?: (pattern: string) => (path: string) => boolean;
}

/** A word of the command that starts a daemon, its variables put in, and the line of the unit or of the variables file that has it. */
export interface CommandWord {
  readonly value: string;
  readonly at: Place;
}

/** What the unit of a daemon gives it on its command line. */
export interface CommandLine {
  /** Name of the unit, for people: ssh.service. */
  readonly unit: string;
  /** The words behind the program. `\0` in a word stands for what is not known. */
  readonly words: readonly CommandWord[];
  /** Files of variables that are not at hand and may bring more words. */
  readonly unread: readonly string[];
  /** The unit is a template that a socket starts for each connection: the daemon listens nowhere. */
  readonly isPerConnection?: boolean;
}

/** What lower() needs to know of the host it works for. */
export interface LowerContext {
  readonly host: string;
  /** The host's own name: what `@host` conditions and haproxy's local peer see. */
  readonly hostName: string;
  /** The name is not known and the host's id stands for it: what depends on the name is no sure claim. */
  readonly hostNameAssumed?: boolean;
  readonly targets: HostTargets;
  /** How the unit of the daemon starts it, for a daemon that takes settings on its command line; undefined where no unit is at hand. */
  readonly command?: CommandLine | undefined;
  /** The variables that the unit of the daemon gives it; undefined where not all of them are known. `\0` in a value stands for what is not known. */
  readonly environment?: ReadonlyMap<string, string> | undefined;
  /** The files that an include at `at` brings in, in the daemon's order. Cycles and depth are the caller's business. */
  included(file: SourceFile, include: IncludeUse): readonly SourceFile[];
  /** What an include names and what is not at hand, as paths on the host: what it would bring in is not known. */
  missed?(include: IncludeUse): readonly string[];
  /**
   * What an include asks for where the host has nothing of that name, not even something that could not be read.
   * `folderIsKnown`: other files of its folder are at hand, so that it was not forgotten when they were collected.
   */
  absent?(
    include: IncludeUse,
  ): { readonly wanted: string; readonly isGlob: boolean; readonly folderIsKnown: boolean } | undefined;
}

/**
 * Everything the engine and the language server know of a language. A grammar exports one of these; nobody else imports it.
 * `Facts` is the part of the host model that this language feeds.
 */
export interface Language<Ast = unknown, Unit = unknown, Facts = unknown> {
  readonly id: LanguageId;
  /** Name for people: haproxy.cfg. */
  readonly title: string;
  /** Which of the targets judges it. */
  readonly daemon: keyof Targets;
  /** Rows of the vocabulary, for `explain` and completion. */
  readonly keywords: readonly KeywordRow[];
  readonly nameSpaces: readonly NameSpace[];
  /** The daemon reads its files one after the other as if they were one (haproxy -f a.cfg -f conf.d): Document.group says which. */
  readonly joined?: boolean;
  /** The daemon takes names of services where it takes a port. */
  readonly namesServices?: boolean;

  parse(text: string): Document<Ast, Unit>;
  /** What the daemon of the target refuses or says about one section, apart from names. Pure; the engine caches it by section and context. */
  check(document: Document<Ast, Unit>, section: Section<Unit>, targets: HostTargets): readonly LocalFinding[];
  /** What is wrong with the file as a whole, apart from names: a missing final newline, an `.if` without `.endif`. */
  checkFile(document: Document<Ast, Unit>, targets: Targets): readonly LocalFinding[];
  /**
   * What changes the meaning of a section without its text (haproxy: the defaults in force, an open `.if`). It follows from the
   * context and the text of the section before, and equal contexts are the same value (===): the engine stops at the first
   * section behind an edit whose context did not change.
   */
  contextOf(document: Document<Ast, Unit>, section: Section<Unit>): unknown;
  /**
   * What the daemon of a host says of its files as it reads them there, includes in place; for a daemon whose lines mean what the
   * host's name, definitions and lines above make of them.
   */
  checkHost?(files: readonly SourceFile[], context: LowerContext): readonly HostFinding[];
  names(document: Document<Ast, Unit>, section: Section<Unit>): SectionNames;
  /** Files that a file pulls in; absent when the language has no such thing. */
  includes?(document: Document<Ast, Unit>, path: string): readonly IncludeUse[];
  /** Facts about the host, from the files of this language in the daemon's order of reading (roots first, includes followed through the context). */
  lower(files: readonly SourceFile[], context: LowerContext): Facts;

  keywordAt(document: Document<Ast, Unit>, offset: number, targets: Targets): KeywordHit | undefined;
  complete(document: Document<Ast, Unit>, offset: number, targets: Targets): readonly CompletionEntry[];
  symbols(document: Document<Ast, Unit>): readonly SymbolNode[];
  /** Path of the statement at a place for fingerprints: `backend ssh_back/server#2`. */
  statementPath(document: Document<Ast, Unit>, at: LocalPlace): string;
}
