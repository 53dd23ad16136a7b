import type { Document, Finding, Language, SourceFile, Span, Targets } from '@halint/core';

/** One change of an open text; without a span the whole text is replaced. */
export type TextChange = { readonly span?: Span | undefined; readonly text: string };

/** An open or known file with what judges it. */
export interface OpenFile {
  readonly document: Document;
  readonly language: Language;
  readonly targets: Targets;
}

/** The engine with its languages and rules, as the server needs it; handed in, so that the server knows neither. */
export interface Workbench {
  /** Counts every change of any file: findings of equal revisions are the same. */
  readonly revision: number;
  /** Folders to judge, as file URIs. */
  setRoots(roots: readonly string[]): void;
  open(uri: string, languageId: string, text: string): void;
  change(uri: string, changes: readonly TextChange[]): void;
  close(uri: string): void;
  /** Files changed on disk. */
  watched(): void;
  documentOf(uri: string): OpenFile | undefined;
  /** Everything that is wrong in a file, what only other hosts show included. */
  findings(uri: string): readonly Finding[];
  allFindings(): Iterable<[string, readonly Finding[]]>;
  uriOf(file: SourceFile): string;
}
