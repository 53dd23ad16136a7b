import type {
  Action,
  AclRef,
  AnonymousAcl,
  Condition,
  Converter,
  Criterion,
  Fetch,
  Flag,
  FormatPart,
} from './ast/expressions.ts';
import type { Value, Option } from './ast/expressions.ts';
import type { AddressPart, Argument, Comment } from './ast/leaves.ts';
import type { HaproxyFile, HaproxyUnit } from './ast/sections.ts';
import type { Line } from './ast/statements.ts';

export type * from './ast/expressions.ts';
export type * from './ast/leaves.ts';
export type * from './ast/sections.ts';
export type * from './ast/statements.ts';

/** Every node of a haproxy.cfg: its literal `kind` tells which. */
export type HaproxyNode =
  | HaproxyFile
  | HaproxyUnit
  | Line
  | Value
  | Option
  | Action
  | Argument
  | AddressPart
  | Fetch
  | Converter
  | FormatPart
  | Criterion
  | Flag
  | Condition
  | AclRef
  | AnonymousAcl
  | Comment;
