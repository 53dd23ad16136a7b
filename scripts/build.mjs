// Bundles what is published: an unbundled parser library alone costs 250 ms at start, bundled it costs 15 to 27 ms.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(root, 'packages/halint/src');
const out = join(root, 'packages/halint/dist');
const started = Date.now();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const common = {
  bundle: true,
  format: 'esm',
  target: 'node20',
  outdir: out,
  metafile: true,
  logLevel: 'warning',
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
};
// CommonJS dependencies inside an ESM bundle ask for require.
const banner = {
  js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);",
};

const results = await Promise.all([
  // One file in the old format, a function of its surroundings: only that can be started from a code cache (packages/halint/bin/start.js).
  build({
    ...common,
    format: 'cjs',
    minifyIdentifiers: true,
    banner: { js: '(function(exports,require,module,__url){' },
    footer: { js: '})' },
    platform: 'node',
    define: { 'import.meta.url': '__url' },
    outExtension: { '.js': '.cjs' },
    entryPoints: { cli: join(src, 'cli/main.ts') },
  }),
  build({
    ...common,
    platform: 'node',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    banner,
    entryPoints: { node: join(src, 'node.ts'), lsp: join(src, 'lsp/node.ts') },
  }),
  build({
    ...common,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import', 'module', 'browser'],
    splitting: true,
    chunkNames: 'chunks/browser-[name]-[hash]',
    entryPoints: Object.fromEntries(
      ['index', 'haproxy', 'keepalived', 'sshd', 'sysctl'].map((name) => [name, join(src, `${name}.ts`)]),
    ),
  }),
]);
const sizes = results.flatMap(({ metafile }) =>
  Object.entries(metafile.outputs).map(([file, { bytes }]) => [file.split('/dist/')[1], bytes]),
);
const { findingsSchema, configJsonSchema } = await schemas();
writeFileSync(join(out, 'halint.findings.schema.json'), JSON.stringify(findingsSchema, null, 2) + '\n');
writeFileSync(join(out, 'halint.config.schema.json'), JSON.stringify(configJsonSchema, null, 2) + '\n');
writeFileSync(join(out, 'rule-pages.json'), JSON.stringify(rulePages()) + '\n');
// In a process of its own: the cache is made of what a run has compiled.
execFileSync(process.execPath, [join(root, 'scripts/code-cache.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] });
console.error(
  `build: ${sizes
    .filter(([name]) => !name.startsWith('chunks/'))
    .map(([name, bytes]) => `${name} ${Math.ceil(bytes / 1024)} KiB`)
    .join(', ')} (${Date.now() - started} ms)`,
);

/** The JSON Schemas come from the code that checks them; a throwaway bundle gives them without a second definition. */
async function schemas() {
  const file = join(out, 'schemas.mjs');
  await build({
    ...common,
    metafile: false,
    outdir: undefined,
    outfile: file,
    platform: 'node',
    banner,
    entryPoints: [join(src, 'schemas.ts')],
  });
  const module = await import(file);
  rmSync(file);
  return module;
}

/** The pages of docs/rules by rule, for `halint explain`. */
function rulePages() {
  const docs = join(root, 'docs/rules');
  return Object.fromEntries(
    readdirSync(docs, { withFileTypes: true }).flatMap((family) =>
      family.isDirectory()
        ? readdirSync(join(docs, family.name)).map((file) => [
            `${family.name}/${file.replace(/\.md$/, '')}`,
            readFileSync(join(docs, family.name, file), 'utf8'),
          ])
        : [],
    ),
  );
}
