import { describe, expect, test } from 'vitest';
import { lint, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// Includes of keepalived.conf that bring nothing. The daemon is asked in a root whose /etc/keepalived has keepalived.conf alone.

interface Daemon {
  whyNoKeepalived(version: string): Promise<string | undefined>;
  askKeepalived(
    version: string,
    text: string,
  ): Promise<{ readonly messages: readonly { readonly line: number; readonly text: string }[] }>;
}
const module = (name: string): string => new URL(`../conformance/${name}`, import.meta.url).href;
const { askKeepalived, whyNoKeepalived } = (await import(module('keepalived-daemon.mjs'))) as Daemon;

const VERSIONS = ['2.2.7', '2.3.4'];
const reason = (await Promise.all(VERSIONS.map(whyNoKeepalived))).find((each) => each !== undefined);
if (reason !== undefined) console.warn(`SKIPPED: ${reason}`);

/** Configurations, the lines of which both versions say "Config files missing", and what halint says: severity and the path that is missed. */
const CASES: readonly (readonly [string, readonly number[], readonly string[]])[] = [
  ['include x.conf\n', [1], ['warning']],
  ['include /etc/keepalived/x.conf\n', [1], ['warning']],
  ['include keepalived.con\n', [1], ['warning']],
  ['include v*.conf\n', [], []],
  ['include x?y.conf\n', [], []],
  ['include conf.d/*.conf\n', [1], ['info /etc/keepalived/conf.d/*.conf']],
  ['include /srv/x.conf\n', [1], ['info /srv/x.conf']],
  ['includer x.conf\n', [1], ['warning']],
  ['includeb x.conf\n', [1], ['warning']],
  ['include a.conf b.conf\n', [1], ['warning']],
  ['vrrp_instance V {\n include x.conf\n}\n', [2], ['warning']],
  ['$A=x.conf\ninclude $A\n', [2], ['warning']],
  ['@sandbox include x.conf\n', [1], ['warning']],
  ['@other include x.conf\n', [], []],
  ['include /etc/keepalived\n', [], []],
  ['# include x.conf\n', [], []],
];

describe.skipIf(reason !== undefined)('keepalived', () => {
  test.each(VERSIONS)('%s', async (version) => {
    for (const [text, lines] of CASES) {
      const { messages } = await askKeepalived(version, text);
      const missing = messages.flatMap((each) => (each.text.startsWith('Config files missing') ? [each.line] : []));
      expect([text, ...new Set(missing)]).toEqual([text, ...lines]);
    }
  });
});

const found = (files: Readonly<Record<string, string>>): readonly string[] => {
  const all = { 'etc/hostname': 'sandbox\n', ...files };
  const snapshot = snapshotFromFiles(new Map(Object.entries(all).map(([path, text]) => [`ha0/${path}`, text])));
  const { findings, errors } = lint(snapshot, { only: ['system/include-not-followed'] });
  expect(errors).toEqual([]);
  return findings.map(({ severity, missing }) => `${severity} ${missing ?? ''}`.trim());
};

test.each(CASES)('%j', (text, _lines, said) => {
  expect(found({ 'etc/keepalived/keepalived.conf': text })).toEqual(said);
});

test('an include that brings a file, and one whose name a template puts in', () => {
  expect(found({ 'etc/keepalived/keepalived.conf': 'include v.conf\n', 'etc/keepalived/v.conf': '' })).toEqual([]);
  expect(found({ 'etc/keepalived/keepalived.conf': 'include v/*\n', 'etc/keepalived/v/a': '' })).toEqual([]);
  expect(found({ 'etc/keepalived/keepalived.conf.j2': 'include {{ name }}.conf\n' })).toEqual([]);
});
