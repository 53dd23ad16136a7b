// Writes the code cache of the command line: all functions that a lint of the example clusters compiles.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CACHE, start } from '../packages/halint/bin/start.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.argv.splice(1, Infinity, 'halint', '--fail-on', 'never', join(root, 'fixtures/clusters/ssh-vip'));
const script = start({ cached: false });
process.on('exit', () => writeFileSync(CACHE, script.createCachedData()));
