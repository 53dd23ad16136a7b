/** An ACL by its name. */
export interface AclName {
  readonly kind: 'name';
  readonly negated: boolean;
  readonly name: string;
  /** Index of the word, and offset of the name in it. */
  readonly word: number;
  readonly offset: number;
}

/** A criterion in braces. */
export interface Anonymous {
  readonly kind: 'anonymous';
  readonly negated: boolean;
  /** Index of the word that is the opening brace. */
  readonly word: number;
  /** The words of the criterion: firstWord … firstWord + words - 1. */
  readonly firstWord: number;
  readonly words: number;
  /** False when the brace is not closed. */
  readonly closed: boolean;
}

export type Term = AclName | Anonymous;

/** Holds when all terms of one of the lists do. */
export interface Condition {
  readonly kind: 'condition';
  readonly either: readonly (readonly Term[])[];
}
