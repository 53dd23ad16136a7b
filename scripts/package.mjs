// Bundles the extension and its server and packs them as .vsix.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'packages/vscode');
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const vsix = join(folder, `halint-vscode-${version}.vsix`);
rmSync(join(folder, 'dist'), { recursive: true, force: true });
rmSync(vsix, { force: true });
mkdirSync(join(folder, 'dist'));
// Rule ids in the editor link to their pages.
cpSync(join(root, 'docs/rules'), join(folder, 'dist/rules'), { recursive: true });
await build({
  entryPoints: { node: join(folder, 'src/node.ts'), server: join(folder, 'src/server.ts') },
  outdir: join(folder, 'dist'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  external: ['vscode'],
});
const packed = spawnSync(
  process.execPath,
  [join(root, 'node_modules/@vscode/vsce/vsce'), 'package', '--no-dependencies', '--skip-license', '-o', vsix],
  {
    cwd: folder,
    encoding: 'utf8',
  },
);
if (packed.status !== 0) {
  process.stderr.write(packed.stdout + packed.stderr);
  process.exit(1);
}
const files = packedFiles(vsix);
const needed = [
  'dist/node.js',
  'dist/server.js',
  'dist/rules/cross/failover-weight-too-small.md',
  'icon.png',
  'package.json',
  ...['haproxy', 'keepalived', 'sshd_config', 'sysctl', 'systemd', 'rsyslog'].map(
    (name) => `syntaxes/${name}.tmLanguage.json`,
  ),
];
const missing = needed.filter((file) => !files.includes(file));
if (missing.length > 0) {
  console.error(`package: missing in the .vsix: ${missing.join(', ')}`);
  process.exit(1);
}
console.log(`package: ${relative(root, vsix)}, ${files.length} files, ${Math.ceil(statSync(vsix).size / 1024)} KiB`);

/** Paths in the archive below `extension/`, from its central directory: what was packed, not what was meant to be. */
function packedFiles(archive) {
  const bytes = readFileSync(archive);
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const names = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const length = bytes.readUInt16LE(at + 28);
    names.push(bytes.toString('utf8', at + 46, at + 46 + length));
    at += 46 + length + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return names.filter((name) => name.startsWith('extension/')).map((name) => name.slice('extension/'.length));
}
