// A real VS Code from npm alone: code-server is Code-OSS served to a browser, started with the Node it needs. Installed once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Pinned: the selectors of the test are those of this version. */
export const VERSIONS = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')).dependencies;

/** Installs what is missing until `deadline` (milliseconds since 1970); a string says what went wrong. */
export function installStack(deadline) {
  try {
    return install(deadline);
  } catch (error) {
    return `the editor cannot be installed: ${error.message}`;
  }
}

function install(deadline) {
  const root = join(process.env.HALINT_CACHE ?? join(homedir(), '.cache/halint'), 'e2e', VERSIONS['code-server']);
  const done = join(root, 'installed');
  const paths = {
    node: join(root, 'node/node_modules/.bin/node'),
    entry: join(root, 'code-server/node_modules/code-server/out/node/entry.js'),
    playwright: join(root, 'playwright-core/node_modules/playwright-core/index.mjs'),
  };
  if (existsSync(done)) return paths;
  for (const [name, version] of Object.entries(VERSIONS)) {
    const folder = join(root, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    // The Node package is a binary put in place by its install script; the others must not run theirs.
    const failed = npm(folder, [...(name === 'node' ? [] : ['--ignore-scripts']), `${name}@${version}`], deadline);
    if (failed !== undefined) return failed;
  }
  const failed = npm(
    join(root, 'code-server/node_modules/code-server/lib/vscode'),
    ['--omit=dev', '--ignore-scripts'],
    deadline,
  );
  if (failed !== undefined) return failed;
  writeFileSync(done, '');
  return paths;
}

function npm(cwd, args, deadline) {
  const result = spawnSync('npm', ['install', '--no-audit', '--no-fund', ...args], {
    cwd,
    encoding: 'utf8',
    timeout: Math.max(1, deadline - Date.now()),
  });
  return result.status === 0
    ? undefined
    : `npm install ${args.join(' ')} failed: ${(result.stderr || result.error?.message || '').trim().split('\n').at(-1)}`;
}
