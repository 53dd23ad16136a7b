import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rangeOf } from '@halint/core';
import { readNftables, type FactNote } from '@halint/inventory/network/index';
import { describe, expect, test } from 'vitest';
import { lint, snapshotFromFiles, type Finding } from '../../packages/halint/src/index.ts';

// Where nft looks for what a file includes, beside the real nft: in a mount namespace with an /etc of its own.

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const able = process.getuid?.() === 0 && has('nft', '--version') && has('unshare', '--version');
if (!able) console.warn('SKIPPED: nft, unshare and root are needed to see where nft looks for includes');

const MAIN = '/etc/nftables.conf';
/** The working directory of nft, which is / for nftables.service. */
const WORKING = '/srv/working';

/** The file of that pattern that a service would include: whether the real nft says "File not found". */
function nftFinds(files: ReadonlyMap<string, string>): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'halint-nft-'));
  try {
    for (const name of ['etc', 'working']) mkdirSync(join(folder, name));
    for (const [path, text] of files) {
      const real = join(folder, path.startsWith('/etc/') ? path : path.replace(WORKING, '/working'));
      mkdirSync(dirname(real), { recursive: true });
      writeFileSync(real, text);
    }
    const script = `mount --bind ${folder}/etc /etc && cd ${folder}/working && exec nft -c -f ${MAIN}`;
    const { status, stderr } = spawnSync('unshare', ['-mn', 'sh', '-c', script], { timeout: 20_000 });
    expect(status === 0 || /File not found/.test(stderr.toString()), stderr.toString()).toBe(true);
    return status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const TABLE = 'table inet t {\n}\n';
const nested = (pattern: string): string => `include "${pattern}"\n`;

/** Of nft 1.0.6: the file that includes, what it says, where a file of that name is, and whether nft finds it there. */
const CASES: readonly (readonly [string, string, string, boolean])[] = [
  [MAIN, 'x.nft', '/etc/x.nft', true],
  [MAIN, 'x.nft', `${WORKING}/x.nft`, false],
  [MAIN, './x.nft', `${WORKING}/x.nft`, true],
  [MAIN, './x.nft', '/etc/x.nft', false],
  [MAIN, 'd/x.nft', '/etc/d/x.nft', true],
  [MAIN, 'd/x.nft', `${WORKING}/d/x.nft`, false],
  ['/etc/d/a.nft', 'x.nft', '/etc/d/x.nft', false],
  ['/etc/d/a.nft', './x.nft', '/etc/d/x.nft', false],
  ['/etc/d/a.nft', 'x.nft', '/etc/x.nft', true],
  ['/etc/d/a.nft', './x.nft', `${WORKING}/x.nft`, true],
];

describe('includes of nft', () => {
  test.each(CASES)('%s includes "%s", which is %s: %j', (from, pattern, at, isFound) => {
    const files = new Map([
      [from, nested(pattern)],
      [at, TABLE],
    ]);
    if (from !== MAIN) files.set(MAIN, nested(from));
    const inRoot = new Map([...files].map(([path, text]) => [path.replace(WORKING, ''), text]));
    expect(readNftables(inRoot)?.unknown).toHaveLength(isFound ? 0 : 1);
    if (able) expect(nftFinds(files)).toBe(isFound);
  });

  test.each([
    ['/etc/none.d/*.nft', true, 'where the host has none, nft includes nothing'],
    ['/etc/none.nft', false, 'where the host has none, nft loads nothing'],
  ])('nothing is there: "%s"', (pattern, loads, said) => {
    const files = new Map([[MAIN, `${TABLE}  ${nested(pattern)}`]]);
    if (able) expect(nftFinds(files)).toBe(loads);
    const notes: FactNote[] = [];
    readNftables(files, notes);
    expect(notes.map(({ message }) => message.split('; ')[1])).toEqual([said]);
    // It stands on the line, blanks in front left out.
    const { findings } = lint(snapshotFromFiles(new Map([[`a${MAIN}`, files.get(MAIN) as string]])), { preset: 'all' });
    const [found] = findings.filter(({ rule }) => rule === 'system/include-not-followed');
    const { start, end } = rangeOf((found as Finding).at);
    expect([start, end]).toEqual([
      { line: 3, column: 3 },
      { line: 3, column: 3 + nested(pattern).trim().length },
    ]);
  });

  test('a file that stands beside the one that includes it is told', () => {
    const notes: FactNote[] = [];
    readNftables(
      new Map([
        [MAIN, nested('/etc/d/a.nft')],
        ['/etc/d/a.nft', `${nested('x.nft')}${nested('./*.nft')}`],
        ['/etc/d/x.nft', TABLE],
      ]),
      notes,
    );
    expect(notes.map(({ path, line, message }) => `${path}:${line ?? 0} ${message}`)).toEqual([
      '/etc/d/a.nft:1 include "x.nft" is not looked for beside the file that names it, but as /etc/x.nft: nft loads nothing',
      '/etc/d/a.nft:2 include "./*.nft" is not looked for beside the file that names it, but as /*.nft: nft includes nothing',
    ]);
  });
});
