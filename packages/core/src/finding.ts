import type { LocalPlace, Place } from './place.ts';

export type Severity = 'error' | 'warning' | 'info';

/** What the target daemon itself prints for this on load: an error, a warning, or nothing. */
export type DaemonSays = 'error' | 'warning' | 'none';

/** Replaces a span of a file by text. */
export interface Edit<P extends LocalPlace = LocalPlace> {
  readonly at: P;
  readonly text: string;
}

/** `safe` is applied by --fix, `unsafe` with --unsafe, `manual` is only shown (it must change on several hosts at once, or holds a secret). */
export type FixSafety = 'safe' | 'unsafe' | 'manual';

export interface Fix<P extends LocalPlace = LocalPlace> {
  readonly title: string;
  readonly safety: FixSafety;
  readonly edits: readonly Edit<P>[];
}

/** The parts of a finding that do not depend on where it stands. */
export interface FindingText {
  /** family/kebab-case, as in docs/rules. */
  readonly rule: string;
  readonly severity: Severity;
  /** The daemon of the target version refuses the file (keepalived: drops or replaces the statement or block). */
  readonly rejects?: boolean;
  readonly daemon?: DaemonSays;
  /** What is wrong, in the user's own words and values. Lower case, no full stop, never a secret. */
  readonly message: string;
  /** Why it matters and what to do. */
  readonly help?: string;
  /** The fact that was not at hand: the claim is then only an info. */
  readonly missing?: string;
  /** Variables of the daemon's environment: the finding holds only where none of them is set for it. */
  readonly unset?: readonly string[];
  /** Distinguishes findings of one rule in one statement for the fingerprint; default: the message. Never a line number. */
  readonly key?: string;
}

/** What a language says of one of its sections: no host yet, because one file may serve several. */
export interface LocalFinding extends FindingText {
  readonly at: LocalPlace;
  readonly related?: readonly { readonly at: LocalPlace; readonly message: string }[];
  readonly fix?: Fix;
}

export interface Related {
  readonly at: Place;
  readonly message: string;
}

/** What a language says of the files of one host together. */
export interface HostFinding extends FindingText {
  readonly at: Place;
  readonly related?: readonly Related[];
  readonly fix?: Fix<Place>;
}

/** A finding as the engine hands it to reporters and editors. */
export interface Finding extends FindingText {
  readonly rejects: boolean;
  readonly daemon: DaemonSays;
  readonly at: Place;
  /** Every host whose file this is; `at.host` is the first. */
  readonly hosts: readonly string[];
  readonly related: readonly Related[];
  readonly fix?: Fix<Place>;
  /** Where the statement stands, for the fingerprint: section, keyword, ordinal among equals. */
  readonly statement: string;
}

const RANK: Record<Severity, number> = { error: 3, warning: 2, info: 1 };

/** Is `severity` at or above `level`? */
export function reaches(severity: Severity, level: Severity): boolean {
  return RANK[severity] >= RANK[level];
}
