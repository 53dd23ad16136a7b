import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** Law 1: who may import whom. Own package always; `types` = type-only imports. */
const MAY: Record<string, readonly string[]> = {
  core: [],
  model: ['core'],
  rules: ['core', 'model'],
  engine: ['core', 'model'],
  report: ['core', 'model'],
  inventory: ['core', 'model', 'engine'],
  server: ['core', 'model'],
  'grammar-haproxy': ['core', 'model'],
  'grammar-keepalived': ['core', 'model'],
  'grammar-sshd': ['core', 'model'],
  'grammar-sysctl': ['core', 'model'],
  'grammar-systemd': ['core', 'model'],
  'grammar-rsyslog': ['core', 'model'],
};

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'node_modules' || name === 'dist' ? [] : sources(path);
    return name.endsWith('.ts') ? [path] : [];
  });
}

const imports = (text: string): { from: string; typeOnly: boolean }[] =>
  // An import or re-export has no quote or semicolon before its source; without that bound a long table would be scanned from every line.
  [...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^;'"=]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)].map((match) => ({
    from: match[2] as string,
    typeOnly: match[1] !== undefined,
  }));

const packageOf = (path: string): string => {
  const [kind, name] = relative(ROOT, path).split('/') as [string, string];
  return kind === 'grammars' ? `grammar-${name}` : name;
};

const files = ['packages', 'grammars'].flatMap((kind) =>
  readdirSync(join(ROOT, kind)).flatMap((name) => {
    const src = join(ROOT, kind, name, 'src');
    return statSync(src, { throwIfNoEntry: false })?.isDirectory() === true ? sources(src) : [];
  }),
);

describe('law 1: who may import whom', () => {
  test('there is something to judge', () => expect(files.length).toBeGreaterThan(50));

  test('packages import only what is below them', () => {
    const wrong: string[] = [];
    for (const path of files) {
      const own = packageOf(path);
      const allowed = MAY[own];
      if (allowed === undefined) continue;
      for (const { from, typeOnly } of imports(readFileSync(path, 'utf8'))) {
        const name = /^@halint\/([^/]+)/.exec(from)?.[1];
        if (name === undefined || name === own || allowed.includes(name)) continue;
        if (own === 'rules' && name.startsWith('grammar-') && typeOnly) continue;
        wrong.push(`${relative(ROOT, path)} imports ${from}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('no rule imports another rule', () => {
    const rules = files.filter((path) =>
      /packages\/rules\/src\/(cross|fleet|vrrp|haproxy|sshd|sysctl|system)\//.test(path),
    );
    expect(rules.length).toBeGreaterThanOrEqual(29);
    const wrong = rules.filter((path) =>
      imports(readFileSync(path, 'utf8')).some(({ from }) => from.startsWith('.') && !from.startsWith('../shared/')),
    );
    expect(wrong).toEqual([]);
  });

  test('node: stands only in inventory and at the entries of halint', () => {
    const wrong = files.filter((path) => {
      const place = relative(ROOT, path);
      if (
        /^packages\/(inventory|vscode)\/src\//.test(place) ||
        /^packages\/halint\/src\/(cli\/|node\.ts|lsp\/node)/.test(place)
      )
        return false;
      return imports(readFileSync(path, 'utf8')).some(({ from }) => from.startsWith('node:'));
    });
    expect(wrong.map((path) => relative(ROOT, path))).toEqual([]);
  });
});

test('law 3: grammars decide on token types, never on token text', () => {
  const wrong = files.filter((path) => {
    if (!/grammars\/[^/]+\/src\/grammar\.ts$/.test(path)) return false;
    return /GATE|BACKTRACK|\.image\b/.test(readFileSync(path, 'utf8'));
  });
  expect(wrong).toEqual([]);
});

test('each language has the same files', () => {
  for (const name of readdirSync(join(ROOT, 'grammars'))) {
    const has = (path: string): boolean =>
      statSync(join(ROOT, 'grammars', name, 'src', path), { throwIfNoEntry: false }) !== undefined;
    for (const file of ['tokens', 'grammar', 'ast', 'keywords', 'check', 'lower', 'index']) {
      expect(has(`${file}.ts`) || has(file), `${name}/${file}`).toBe(true);
    }
  }
});

test('every rule has its page beside it', () => {
  const rules = files.filter((path) =>
    /packages\/rules\/src\/(cross|fleet|vrrp|haproxy|sshd|sysctl|system)\//.test(path),
  );
  const without = rules.filter(
    (path) => statSync(path.replace(/\.ts$/, '.md'), { throwIfNoEntry: false }) === undefined,
  );
  expect(without.map((path) => relative(ROOT, path))).toEqual([]);
});

test('nothing in the project names a machine, a registry or unfinished work', () => {
  const everything = [
    ...files,
    ...sources(join(ROOT, 'test')),
    join(ROOT, 'README.md'),
    join(ROOT, 'package-lock.json'),
  ];
  const words = [['TO', 'DO'].join(''), ['FIX', 'ME'].join(''), ['eslint', 'disable'].join('-'), '"resolved": "http'];
  const wrong = everything.filter((path) => {
    const text = readFileSync(path, 'utf8');
    return words.some((word) => text.includes(word)) && !path.endsWith('laws.test.ts');
  });
  expect(wrong.map((path) => relative(ROOT, path))).toEqual([]);
});
