import type { LowerContext, SourceFile } from '@halint/core';
import { judge } from './check.ts';
import type { Taken } from './process/process.ts';

export type { Taken as Evaluated } from './process/process.ts';
export type { Value } from './stream/logical.ts';

/** The statements that hold on one host, includes in place. */
export function evaluate(files: readonly SourceFile[], context: LowerContext): readonly Taken[] {
  return judge(files, context).statements;
}
