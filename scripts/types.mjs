// Writes the published declarations: tsc's own, with the workspace's package names turned into relative paths.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'packages/halint/dist/types');
const entries = ['index', 'node', 'haproxy', 'keepalived', 'sshd', 'sysctl'].map(
  (name) => `packages/halint/src/${name}.ts`,
);
// Through node_modules the workspace's packages would count as somebody else's, and nothing be written for them.
const folders = Object.fromEntries([
  ...['core', 'model', 'rules', 'engine', 'report', 'inventory', 'server'].map((name) => [name, `packages/${name}`]),
  ...['haproxy', 'keepalived', 'sshd', 'sysctl', 'systemd', 'rsyslog'].map((name) => [
    `grammar-${name}`,
    `grammars/${name}`,
  ]),
]);
const paths = Object.fromEntries(
  Object.entries(folders).flatMap(([name, folder]) => [
    [`@halint/${name}`, [`./${folder}/src/index.ts`]],
    [`@halint/${name}/*`, [`./${folder}/src/*.ts`]],
  ]),
);
const config = join(root, 'tsconfig.types.json');
const started = Date.now();
rmSync(out, { recursive: true, force: true });
writeFileSync(
  config,
  JSON.stringify({
    extends: './tsconfig.json',
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: '.',
      outDir: relative(root, out),
      stripInternal: true,
      paths,
    },
    include: [],
    files: entries,
  }),
);
let result;
try {
  result = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], {
    cwd: root,
    encoding: 'utf8',
  });
} finally {
  rmSync(config);
}
if (result.status !== 0) {
  process.stderr.write(result.stdout + result.stderr);
  process.exit(1);
}
let count = 0;
for (const entry of readdirSync(out, { recursive: true, withFileTypes: true, encoding: 'utf8' })) {
  if (!entry.isFile() || !entry.name.endsWith('.d.ts')) continue;
  const path = join(entry.parentPath, entry.name);
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(
      /(from |import\()'([^']+)'/g,
      (_, before, source) => `${before}'${target(path, source)}'`,
    ),
  );
  count++;
}
console.error(`types: ${count} declarations (${Date.now() - started} ms)`);

function target(from, source) {
  const [, name, below] = /^@halint\/([^/]+)(?:\/(.+))?$/.exec(source) ?? [];
  if (name === undefined) return source.replace(/\.ts$/, '.js');
  const folder = folders[name];
  const path = relative(dirname(from), join(out, folder, 'src', `${below ?? 'index'}.js`))
    .split(sep)
    .join('/');
  return path.startsWith('.') ? path : `./${path}`;
}
