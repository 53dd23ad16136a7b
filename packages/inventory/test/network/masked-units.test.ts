import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readUnitLinks } from '@halint/inventory/network/index';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// What halint says of units beside what systemctl says of the same root.

const able = spawnSync('systemctl', ['--version'], { stdio: 'ignore' }).status === 0;
if (!able) console.warn('SKIPPED: no systemctl to ask');

const UNIT = '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n';

describe.skipIf(!able)('units of a root', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'halint-units-'));
    for (const folder of ['usr/lib/systemd/system', 'etc/systemd/system'])
      mkdirSync(join(root, folder), { recursive: true });
  });
  afterAll(() => rmSync(root, { recursive: true }));
  const systemctl = (...words: string[]): string => {
    const { stdout } = spawnSync('systemctl', [`--root=${root}`, ...words]);
    return stdout.toString().trim();
  };

  test.each([
    ['nftables', ['enable']],
    ['firewalld', ['enable', 'mask']],
    ['zzz', ['enable', 'mask']],
    ['keepalived', ['mask']],
    ['ufw', ['mask', 'unmask', 'enable']],
    ['haproxy', ['enable', 'mask', 'unmask']],
  ])('%s after %j', (name, commands) => {
    const unit = `${name}.service`;
    writeFileSync(join(root, 'usr/lib/systemd/system', unit), UNIT);
    for (const command of commands) systemctl(command, unit);
    const etc = join(root, 'etc/systemd/system');
    const files = readdirSync(etc, { recursive: true, withFileTypes: true })
      .filter((each) => !each.isDirectory())
      .map((each): [string, string] => {
        const path = join(each.parentPath, each.name);
        // The link into the package's folder is one of the root, which is not that of this machine.
        const text =
          execFileSync('readlink', [path]).toString().trim() === '/dev/null' ? readFileSync(path, 'utf8') : UNIT;
        return [path.slice(root.length), text];
      });
    const state = systemctl('is-enabled', unit);
    expect(['enabled', 'masked']).toContain(state);
    expect(readUnitLinks(new Map(files)).get(unit)).toBe(state);
  });
});
