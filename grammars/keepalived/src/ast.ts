import type { LineTable, Node, Span } from '@halint/core';
import type { LineShape } from './grammar.ts';

/** keepalived.conf or a file that it includes. */
export interface KeepalivedFile extends Node {
  readonly kind: 'file';
  readonly statements: readonly Statement[];
  readonly globalDefs: Block | undefined;
  readonly scripts: readonly ScriptBlock[];
  readonly instances: readonly InstanceBlock[];
}

/** What may stand at any level. */
export type Statement = Block | InstanceBlock | ScriptBlock | Simple | Include | DefinitionNode | Unreadable;

/** One word; `value` has no quotes. */
export interface Word extends Node {
  readonly kind: 'word';
  readonly value: string;
  readonly quoted: boolean;
  /** Offsets in its section. */
  readonly local: Span;
}

/** `@id` or `@^id` in front of a line: it holds on hosts whose name is, or is not, the id. */
export interface ConditionNode extends Node {
  readonly kind: 'condition';
  readonly id: string;
  readonly negated: boolean;
}

interface Common extends Node {
  readonly condition: ConditionNode | undefined;
  /** Offsets in the section: from the first word to the last, for a block to its closing brace. */
  readonly local: Span;
}

/** `keyword args`. */
export interface Simple extends Common {
  readonly kind: 'statement';
  readonly keyword: Word;
  readonly args: readonly Word[];
}

export interface Block extends Common {
  readonly kind: 'block';
  /** Undefined for a `{` with nothing before it. */
  readonly keyword: Word | undefined;
  readonly args: readonly Word[];
  readonly children: readonly Statement[];
  /** Offsets of the line's words and `{`. */
  readonly head: Span;
  /** False when the file ends inside. */
  readonly closed: boolean;
}

export interface InstanceBlock extends Omit<Block, 'kind'> {
  readonly kind: 'vrrp_instance';
  readonly name: Word | undefined;
  readonly state: Word | undefined;
  readonly interface: Word | undefined;
  readonly virtualRouterId: NumberNode | undefined;
  readonly priority: NumberNode | undefined;
  readonly advertInt: NumberNode | undefined;
  readonly virtualAddresses: readonly AddressNode[];
}

export interface ScriptBlock extends Omit<Block, 'kind'> {
  readonly kind: 'vrrp_script';
  readonly name: Word | undefined;
  readonly script: Word | undefined;
  readonly interval: NumberNode | undefined;
  readonly weight: NumberNode | undefined;
}

export interface NumberNode extends Node {
  readonly kind: 'number';
  /** NaN when the word is no number. */
  readonly value: number;
}

/** A line of virtual_ipaddress. */
export interface AddressNode extends Node {
  readonly kind: 'address';
  /** As written, without the prefix. */
  readonly address: string;
  readonly prefix: number | undefined;
  readonly dev: string | undefined;
}

/** `include FILE` and its family. */
export interface Include extends Common {
  readonly kind: 'include';
  readonly keyword: Word;
  readonly args: readonly Word[];
}

/** `$NAME=value`. */
export interface DefinitionNode extends Common {
  readonly kind: 'definition';
  readonly name: string;
  readonly value: string;
}

/** A quote that is not closed, or a brace that closes nothing. */
export interface Unreadable extends Common {
  readonly kind: 'unreadable';
  readonly reason: 'quote' | 'brace';
  readonly text: string;
}

export type AnyBlock = Block | InstanceBlock | ScriptBlock;

export function isBlock(statement: Statement): statement is AnyBlock {
  return statement.kind === 'block' || statement.kind === 'vrrp_instance' || statement.kind === 'vrrp_script';
}

/** What one section holds: the lines as arrays, the nodes made on first use. */
export interface KeepalivedUnit {
  readonly table: LineTable<LineShape>;
  readonly statements: readonly Statement[];
}
