import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STOCK, stockOf, targetsOf, type StockRow } from '@halint/inventory/network/index';
import { NO_FACTS } from '@halint/model';
import { expect, test } from 'vitest';

const PAGE = readFileSync(join(import.meta.dirname, '../../../../docs/versions.md'), 'utf8');
const DAEMONS = ['haproxy', 'keepalived', 'openssh'] as const;

/** The rows that the page tells of: `2.4 (list); 9.7: 2.8 (name)`. */
function told(): StockRow[] {
  return [...PAGE.matchAll(/^\| *((?:rhel|debian|ubuntu)[\d.]+) *\|(.*)\|$/gm)].flatMap(([, os = '', cells = '']) =>
    cells.split('|').flatMap((cell, i) =>
      cell.split(';').map((part): StockRow => {
        const found = /^(?:\d+\.(\d+): )?([\d.]+) \((run|list|name)\)$/.exec(part.trim());
        expect(found, `${os}: ${part}`).not.toBeNull();
        const [, minor, version = '', known] = found ?? [];
        const daemon = DAEMONS[i] ?? 'haproxy';
        const row = { os, daemon, version, known: known as StockRow['known'] };
        return minor === undefined ? row : { ...row, sinceMinor: Number(minor) };
      }),
    ),
  );
}

test('docs/versions.md tells what halint takes for stock', () => {
  expect(told()).toEqual(STOCK);
  expect(new Set(STOCK.map(({ os }) => os)).size).toBe(9);
});

test('a minor release ships what its row says, and an unknown one what the first did', () => {
  const of = (version: string): unknown => targetsOf(NO_FACTS, `ID=rocky\nVERSION_ID="${version}"\n`);
  expect(of('9.4')).toEqual({ os: 'rhel9', haproxy: '2.4', keepalived: '2.2.8', openssh: '8.7' });
  expect(of('9.7')).toMatchObject({ haproxy: '2.8', openssh: '8.7' });
  expect(of('9.10')).toMatchObject({ haproxy: '2.8', openssh: '9.9' });
  expect(of('9')).toMatchObject({ haproxy: '2.4' });
  expect(targetsOf(NO_FACTS, 'ID=ubuntu\nVERSION_ID="24.04"\n')).toMatchObject({ haproxy: '2.8', openssh: '9.6' });
  expect(stockOf('debian99')).toEqual({});
});
