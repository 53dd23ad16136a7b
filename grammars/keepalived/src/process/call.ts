import type { Logical, Value } from '../stream/logical.ts';
import type { KeywordNode } from './keyword-tree.ts';
import type { Messages } from './messages.ts';
import type { State } from './state.ts';

/** A statement handed to the handler of its keyword. */
export interface Call {
  readonly node: KeywordNode;
  readonly keyword: Value;
  /** Words behind the keyword, an opening brace not counted. */
  readonly args: readonly Value[];
  readonly line: Logical;
  readonly state: State;
  readonly messages: Messages;
  /** Target version. */
  readonly version: string;
  /** The lines of the keyword's block of values, each of at least one word; `names` words may stand before the block. */
  values(names?: number): readonly (readonly Value[])[];
  /** The block of keywords is passed over. */
  skip(): void;
  /** keepalived ends at once: exit status 2. */
  end(): void;
}

export type Handler = (call: Call) => void;
