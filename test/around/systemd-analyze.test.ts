import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_TARGETS } from '@halint/core';
import { parseSystemd, systemd } from '@halint/grammar-systemd';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

// What halint says of a unit beside what `systemd-analyze verify` says, line by line.

const able = spawnSync('systemd-analyze', ['--version'], { stdio: 'ignore' }).status === 0;
if (!able) console.warn('SKIPPED: systemd-analyze is needed to compare its messages');

const line = fc.constantFrom(
  '[Unit]',
  '[Service]',
  '[Install]',
  ' [Service] ',
  '[Sevice]',
  '[X-Vendor]',
  '[Service',
  'Description=a',
  'Description = a \\',
  'ExecStart=/bin/true',
  'ExecStart=/bin/true \\',
  'ExecStart=/bin/true \\\\',
  'ExecStart=',
  'Restart=no',
  'ListenStream=22',
  'WantedBy=multi-user.target',
  'X-Note=1',
  'Descripton=a',
  'execstart=/bin/true',
  'nothing',
  '= a',
  '  b.service',
  '# comment \\',
  '; comment',
  '',
  '\\',
  ' \\',
  'After=a.service \\ ',
);
/** The line on which the statement begins that ends on `at`: systemd counts to its end, halint points at its start. */
function startOf(lines: readonly string[], at: number): number {
  let start = at;
  for (let above = at - 1; above > 0; above--) {
    const text = (lines[above - 1] ?? '').trimStart();
    if (/^[#;]/.test(text)) continue;
    if (!/(?:^|[^\\])(?:\\\\)*\\$/.test(text)) break;
    if (text !== '\\') start = above;
  }
  return start;
}

const MESSAGE =
  /^\S*\/halint-(\d+)\.service:(\d+): (?:Missing '='|Missing key name|Unknown key|Unknown section|Invalid section header|Assignment outside)/;

describe.skipIf(!able)('systemd-analyze verify', () => {
  test('complains of the same lines', () => {
    const folder = mkdtempSync(join(tmpdir(), 'halint-units-'));
    try {
      const texts = fc
        .sample(fc.array(line, { minLength: 1, maxLength: 14 }), {
          numRuns: 300,
          seed: Number(process.env['HALINT_SEED'] ?? 42),
        })
        .map((lines) => `${lines.join('\n')}\n`);
      const paths = texts.map((text, i) => {
        const path = join(folder, `halint-${i}.service`);
        writeFileSync(path, text);
        return path;
      });
      const { stderr } = spawnSync('systemd-analyze', ['verify', ...paths], { encoding: 'utf8', maxBuffer: 1 << 26 });
      const real = texts.map((): number[] => []);
      /** systemd stops reading at a head that is not closed. */
      const stops = new Map<number, number>();
      for (const each of stderr.split('\n')) {
        const [, file, at] = MESSAGE.exec(each) ?? [];
        if (file === undefined || at === undefined) continue;
        const start = startOf((texts[Number(file)] ?? '').split('\n'), Number(at));
        real[Number(file)]?.push(start);
        if (each.includes('Invalid section header')) stops.set(Number(file), start);
      }
      const wrong: string[] = [];
      for (const [i, text] of texts.entries()) {
        const document = parseSystemd(text);
        const said = document.sections
          .flatMap((section) => systemd.check(document, section, DEFAULT_TARGETS))
          .map(({ at }) => at.section.positionAt(at.start).line)
          .filter((at) => at <= (stops.get(i) ?? Infinity));
        const [ours, theirs] = [said, real[i] ?? []].map((lines) =>
          [...new Set(lines)].sort((a, b) => a - b).join(' '),
        );
        if (ours !== theirs) wrong.push(`halint ${ours ?? ''} | systemd ${theirs ?? ''}\n${text}`);
      }
      expect(real.flat().length).toBeGreaterThan(300);
      expect(wrong.slice(0, 5)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
