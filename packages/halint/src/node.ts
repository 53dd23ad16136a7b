import type { Snapshot } from '@halint/engine';
import { loadSnapshot as load, type LoadOptions } from '@halint/inventory';
import { includesOf, startedBy } from './includes-of.ts';

export { findConfig, InputError } from '@halint/inventory';
export * from './index.ts';

/**
 * Reads the hosts of directories and files, their includes too. Throws InputError for a path that cannot be read.
 * @param options `cwd`: what file names in findings are relative to (default: the working directory); `as`: language of files given by name
 */
export function loadSnapshot(paths: readonly string[], options: Partial<LoadOptions> = {}): Snapshot {
  return load(paths, { cwd: process.cwd(), includesOf, startedBy, ...options });
}
