import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';

const FOLDER = join(import.meta.dirname, '..');

interface Language {
  readonly id: string;
  readonly filenames?: readonly string[];
  readonly filenamePatterns?: readonly string[];
  readonly firstLine?: string;
  readonly configuration: string;
}

interface Rule {
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly patterns?: readonly Rule[];
}

const read = <T>(path: string): T => JSON.parse(readFileSync(join(FOLDER, path), 'utf8')) as T;
const manifest = read<{
  icon: string;
  contributes: {
    languages: readonly Language[];
    grammars: readonly { language: string; scopeName: string; path: string }[];
  };
}>('package.json');
const { languages, grammars } = manifest.contributes;

/** The editor matches a pattern with a slash against the whole path, without case. */
function languageOf(path: string): readonly string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return languages
    .filter(
      ({ filenames = [], filenamePatterns = [] }) =>
        filenames.includes(name) ||
        filenamePatterns.some((pattern) => picomatch.isMatch(path, pattern, { nocase: true })),
    )
    .map(({ id }) => id);
}

describe('files and their languages', () => {
  test.each([
    ['/w/ha0/etc/haproxy/haproxy.cfg', 'haproxy'],
    ['/w/ha0/etc/haproxy/conf.d/10-ssh.cfg', 'haproxy'],
    ['/w/haproxy.cfg.ha0', 'haproxy'],
    ['/w/haproxy-lb1.cfg', 'haproxy'],
    ['/w/templates/haproxy.cfg.j2', 'haproxy'],
    ['/w/ha0/etc/keepalived/keepalived.conf', 'keepalived'],
    ['/w/ha0/etc/keepalived/conf.d/vip.conf', 'keepalived'],
    ['/w/keepalived-master.conf', 'keepalived'],
    ['/w/keepalived.conf.ha1', 'keepalived'],
    ['/w/ha0/etc/ssh/sshd_config', 'sshd_config'],
    ['/w/sshd_config.ha0', 'sshd_config'],
    ['/w/ha0/etc/ssh/sshd_config.d/01-haproxy.conf', 'sshd_config'],
    ['/w/ha0/etc/sysctl.d/98-nonlocalbind.conf', 'sysctl'],
    ['/w/sysctl.conf', 'sysctl'],
  ])('%s is %s', (path, id) => expect(languageOf(path)).toEqual([id]));

  test.each(['/w/nginx.conf', '/w/app.cfg', '/etc/ssh/ssh_config', '/etc/rsyslog.d/01-haproxy.conf', '/w/README.md'])(
    '%s is none of ours',
    (path) => expect(languageOf(path)).toEqual([]),
  );

  test('keepalived is known by its first line too', () => {
    const first = new RegExp(languages.find(({ id }) => id === 'keepalived')?.firstLine ?? '$^');
    expect(first.test('vrrp_instance VI_1 {')).toBe(true);
    expect(first.test('! Configuration File for keepalived')).toBe(true);
    expect(first.test('[Unit]')).toBe(false);
  });
});

describe('each language', () => {
  test.each(languages.map((language) => [language.id, language] as const))('%s has its parts', (id, language) => {
    const grammar = grammars.find((each) => each.language === id);
    expect(grammar).toBeDefined();
    expect(read<{ scopeName: string }>(grammar?.path ?? '').scopeName).toBe(grammar?.scopeName);
    expect(existsSync(join(FOLDER, language.configuration))).toBe(true);
  });

  // What completion replaces is the word at the cursor: it must be a word of the language, not of a programming language.
  test.each([
    ['haproxy', '  http-request set-header X-Y %[src]', 'http-request'],
    ['haproxy', '    use_backend ssh_back if { src -f /x.lst }', 'ssh_back'],
    ['keepalived', '    chk_haproxy weight 10}', 'chk_haproxy'],
    ['sshd_config', 'ListenAddress 192.0.2.1:22', 'ListenAddress'],
    ['sysctl', 'net.ipv4.ip_nonlocal_bind = 1', 'net.ipv4.ip_nonlocal_bind'],
  ])('%s: a word of %s', (id, line, word) => {
    const { configuration = '' } = languages.find((each) => each.id === id) ?? {};
    const { wordPattern } = read<{ wordPattern: string }>(configuration);
    expect(line.match(new RegExp(wordPattern, 'g'))).toContain(word);
  });
});

test.each(grammars.map(({ language, path }) => [language, path] as const))(
  'colours of %s: expressions are sound',
  (_id, path) => {
    const check = ({ match, begin, end, patterns = [] }: Rule): void => {
      for (const source of [match, begin, end]) {
        if (source === undefined) continue;
        // (?i) in front is the editor's way of saying it; here it is a flag.
        const insensitive = source.startsWith('(?i)');
        const made = new RegExp(insensitive ? source.slice(4) : source, insensitive ? 'i' : '');
        const from = performance.now();
        made.test(`  ${'server a '.repeat(10_000)}`);
        expect(performance.now() - from).toBeLessThan(1000);
      }
      for (const inner of patterns) check(inner);
    };
    for (const pattern of read<{ patterns: readonly Rule[] }>(path).patterns) check(pattern);
  },
);

test('the icon is a PNG of 128 x 128', () => {
  const bytes = readFileSync(join(FOLDER, manifest.icon));
  expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([128, 128]);
});
