// Writes docs/rules from the rules and their pages; with --check it only says which files are stale.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const docs = join(root, 'docs/rules');
// Inside the tree, so that the bundle finds the project's files by its own place.
const folder = mkdtempSync(join(root, 'scripts/docs/.build-'));
const stale = [];
try {
  const outfile = join(folder, 'render.mjs');
  await build({
    entryPoints: [join(root, 'scripts/docs/render.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    logLevel: 'warning',
    define: { 'import.meta.dirname': JSON.stringify(join(root, 'test/support')) },
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  const pages = (await import(pathToFileURL(outfile).href)).render();
  const known = readdirSync(docs, { recursive: true, withFileTypes: true, encoding: 'utf8' }).flatMap((entry) =>
    entry.isFile() ? [relative(docs, join(entry.parentPath, entry.name))] : [],
  );
  for (const file of known) if (!pages.has(file)) change(file, undefined);
  for (const [file, text] of pages)
    if (!known.includes(file) || readFileSync(join(docs, file), 'utf8') !== text) change(file, text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const check = process.argv.includes('--check');
console.log(stale.length === 0 ? 'docs: fresh' : `docs: ${check ? 'stale' : 'written'}: ${stale.join(', ')}`);
if (check && stale.length > 0) process.exitCode = 1;

function change(file, text) {
  stale.push(file);
  if (process.argv.includes('--check')) return;
  const path = join(docs, file);
  if (text === undefined) rmSync(path);
  else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
