import type { Node } from '@halint/core';
import type { Address, Argument, Integer, Leaf, Size, Time, Word } from './leaves.ts';

/** A name with arguments in brackets. */
interface Call extends Node {
  readonly name: Word;
  /** Undefined without brackets. */
  readonly args: readonly Argument[] | undefined;
  /** False when the brackets are not closed. */
  readonly closed: boolean;
}

/** Where a sample comes from: `req.hdr(host)`. */
export interface Fetch extends Call {
  readonly kind: 'fetch';
}

/** What turns a sample into another: `lower`, `field(1,:)`. */
export interface Converter extends Call {
  readonly kind: 'converter';
}

/** `req.hdr(host),lower,field(1,:)`, possibly over several words. */
export interface SampleExpression extends Leaf {
  readonly kind: 'sample';
  /** Undefined when the text starts with no keyword. */
  readonly fetch: Fetch | undefined;
  readonly converters: readonly Converter[];
  /** What stands where a comma should. */
  readonly extra: Word | undefined;
}

/** Text of a log format. */
export interface TextPart extends Leaf {
  readonly kind: 'text';
}

interface Item extends Node {
  /** `(name:type)`, brackets included. */
  readonly label: Word | undefined;
  /** `{+Q}`, braces included. */
  readonly flags: Word | undefined;
}

/** `%ci`, `%{+Q}r` */
export interface AliasPart extends Item {
  readonly kind: 'alias';
  readonly name: Word;
}

/** `%[src]`, `%{+E}[req.hdr(host),lower]` */
export interface SamplePart extends Item {
  readonly kind: 'sample-part';
  readonly sample: SampleExpression;
}

/** Where a log format can no longer be read. */
export interface FaultPart extends Leaf {
  readonly kind: 'fault';
}

export type FormatPart = TextPart | AliasPart | SamplePart | FaultPart;

/** A log-format string. */
export interface Format extends Leaf {
  readonly kind: 'format';
  readonly parts: readonly FormatPart[];
}

/** One of the values that a stick table stores: `http_req_rate(10s)`. */
export interface StoreItem extends Leaf {
  readonly kind: 'store-item';
  readonly name: Word;
  readonly args: readonly Argument[] | undefined;
}

/** What a word may be read as. */
export type Value = Word | Integer | Time | Size | Address | SampleExpression | Format | StoreItem;

/** A word with the words that it takes. */
export interface Option extends Node {
  readonly kind: 'option';
  readonly name: Word;
  /** Arguments in brackets of the word itself. */
  readonly brackets: readonly Argument[] | undefined;
  readonly args: readonly Value[];
}

/** `-i`, `-m beg`, `-f FILE` in front of the patterns of an ACL. */
export interface Flag extends Node {
  readonly kind: 'flag';
  readonly name: Word;
  readonly argument: Word | undefined;
}

/** What an ACL compares with what. */
export interface Criterion extends Node {
  readonly kind: 'criterion';
  /** Its fetch may be a word that only ACLs know, such as `path_beg`. */
  readonly sample: SampleExpression;
  /** The first word is one that only ACLs know. */
  readonly alias: boolean;
  readonly flags: readonly Flag[];
  readonly patterns: readonly Word[];
}

/** An ACL by its name. */
export interface AclRef extends Node {
  readonly kind: 'acl-ref';
  readonly negated: boolean;
  readonly name: Word;
}

/** A criterion in braces. */
export interface AnonymousAcl extends Node {
  readonly kind: 'anonymous-acl';
  readonly negated: boolean;
  /** Undefined when nothing stands between the braces. */
  readonly criterion: Criterion | undefined;
  /** False when the brace is not closed. */
  readonly closed: boolean;
}

export type Term = AclRef | AnonymousAcl;

/** `if` or `unless` and what follows. */
export interface Condition extends Node {
  readonly kind: 'condition';
  readonly test: 'if' | 'unless';
  readonly keyword: Word;
  /** Holds when all terms of one of the lists do. */
  readonly either: readonly (readonly Term[])[];
}

/** The name of a rule's action with its arguments in brackets: `set-var(txn.host)`. */
export interface Action extends Node {
  readonly kind: 'action';
  readonly name: Word;
  readonly brackets: readonly Argument[] | undefined;
}
