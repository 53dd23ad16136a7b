import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

export const CACHE = new URL('../dist/cli.cache', import.meta.url);

/**
 * Starts the command line from its code cache: what the engine made of the program when it was built, so that the program is not
 * parsed and compiled again at each start. Another version of the engine refuses the cache and compiles as usual.
 */
export function start({ cached }) {
  const file = new URL('../dist/cli.cjs', import.meta.url);
  // The bundle is ASCII.
  const source = readFileSync(file, 'latin1');
  const cachedData = cached && existsSync(CACHE) ? readFileSync(CACHE) : undefined;
  const script = new Script(source, { filename: fileURLToPath(file), cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file.href);
  return script;
}
