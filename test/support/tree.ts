import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory of its own with the files given by path below it; `gone` removes it. */
export function tempTree(files: Readonly<Record<string, string | Uint8Array>>): {
  readonly path: string;
  gone(): void;
} {
  const path = mkdtempSync(join(tmpdir(), 'halint-test-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, gone: () => rmSync(path, { recursive: true, force: true }) };
}
