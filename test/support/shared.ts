import { existsSync } from 'node:fs';
import { join } from 'node:path';

const SHARED = process.env['HALINT_SHARED'] ?? join(import.meta.dirname, '../../../shared');

/** Facts and real files kept beside the project. A clone of its own has none: the tests that read them skip, with a loud word. */
export function shared(name: string): { readonly path: string; readonly present: boolean } {
  const path = join(SHARED, name);
  const present = existsSync(path);
  if (!present) console.warn(`SKIPPED: no ${name} beside the project (set HALINT_SHARED)`);
  return { path, present };
}
