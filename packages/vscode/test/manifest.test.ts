import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { languageOf as engineLanguageOf } from '@halint/engine';
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

/** The editor matches a pattern with a slash against the whole path, without case: a name wins, then the longest pattern. */
function languageOf(path: string): readonly string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const named = languages.filter(({ filenames = [] }) => filenames.includes(name));
  if (named.length > 0) return named.map(({ id }) => id);
  const matching = languages.flatMap(({ id, filenamePatterns = [] }) =>
    filenamePatterns
      .filter((pattern) => picomatch.isMatch(path, pattern, { nocase: true }))
      .map((pattern) => ({ id, length: pattern.length })),
  );
  const longest = Math.max(...matching.map(({ length }) => length));
  return [...new Set(matching.filter(({ length }) => length === longest).map(({ id }) => id))];
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
    ['/w/ha0/etc/sysctl.d/keepalived.conf', 'sysctl'],
    ['/w/sysctl.conf', 'sysctl'],
    ['/w/ha0/etc/systemd/system/haproxy.service', 'systemd'],
    ['/w/ha0/usr/lib/systemd/system/ssh.socket', 'systemd'],
    ['/w/ha0/etc/systemd/system/sshd@.service', 'systemd'],
    ['/w/ha0/etc/systemd/system/ssh@.service.d/a.conf', 'systemd'],
    ['/w/ha0/etc/systemd/system/keepalived.service.d/keepalived.conf', 'systemd'],
    ['/w/ha0/etc/systemd/system/haproxy.service.d/haproxy.conf', 'systemd'],
    ['/w/ha0/etc/systemd/system/service.d/limits.conf', 'systemd'],
    ['/w/ha0/run/systemd/generator/ssh.socket.d/addresses.conf', 'systemd'],
    ['/w/ha0/etc/rsyslog.conf', 'rsyslog'],
    ['/w/ha0/etc/rsyslog.d/49-haproxy.conf', 'rsyslog'],
    ['/w/ha0/etc/rsyslog.d/haproxy.conf', 'rsyslog'],
    ['/w/ha0/etc/rsyslog.d/keepalived.conf', 'rsyslog'],
  ])('%s is %s', (path, id) => expect(languageOf(path)).toEqual([id]));

  test.each([
    '/w/nginx.conf',
    '/w/app.cfg',
    '/etc/ssh/ssh_config',
    '/w/README.md',
    '/etc/systemd/system/nginx.service',
    '/etc/systemd/system/nginx.service.d/limits.conf',
    '/etc/systemd/system/haproxy@site.service',
    '/etc/systemd/system.conf',
    '/w/deploy/haproxy.service',
  ])('%s is none of ours', (path) => expect(languageOf(path)).toEqual([]));

  test('a unit that the editor takes for one is one that the engine reads, and the other way round', () => {
    const daemons = ['haproxy', 'keepalived', 'ssh', 'sshd', 'rsyslog', 'nginx', 'cron'];
    for (const folder of [
      '/etc/systemd/system',
      '/run/systemd/generator',
      '/usr/lib/systemd/system',
      '/lib/systemd/user',
    ]) {
      for (const unit of daemons.flatMap((name) => [`${name}.service`, `${name}.socket`, `${name}.timer`])) {
        for (const path of [
          `${folder}/${unit}`,
          `${folder}/${unit}.d/a.conf`,
          `${folder}/${unit.split('.')[1]}.d/a.conf`,
        ])
          expect(languageOf(`/w/ha0${path}`).includes('systemd'), path).toBe(engineLanguageOf(path) === 'systemd');
      }
    }
  });

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
    ['systemd', 'RestartPreventExitStatus=255', 'RestartPreventExitStatus'],
    ['systemd', '[Service]', 'Service'],
    ['rsyslog', '$AddUnixListenSocket /var/lib/haproxy/dev/log', '$AddUnixListenSocket'],
    ['rsyslog', 'input(type="imudp" port="514")', 'imudp'],
  ])('%s: a word of %s', (id, line, word) => {
    const { configuration = '' } = languages.find((each) => each.id === id) ?? {};
    const { wordPattern } = read<{ wordPattern: string }>(configuration);
    expect(line.match(new RegExp(wordPattern, 'g'))).toContain(word);
  });
});

/** What TextMate makes of a line: the scope of each piece that some pattern of the first level or its captures names. */
function scopes(id: string, line: string): readonly string[] {
  const grammar = grammars.find(({ language }) => language === id);
  const { patterns } = read<{
    patterns: readonly (Rule & { name?: string; captures?: Record<string, { name: string }> })[];
  }>(grammar?.path ?? '');
  const found: string[] = [];
  for (let at = 0; at < line.length;) {
    let best: { start: number; end: number; text: string[] } | undefined;
    for (const { match, begin, end, name, captures = {} } of patterns) {
      const source = match ?? (begin === undefined ? '$^' : `(?:${begin})[^]*?(?:${end ?? ''})`);
      const insensitive = source.startsWith('(?i)');
      const expression = new RegExp(insensitive ? source.slice(4) : source, insensitive ? 'gi' : 'g');
      expression.lastIndex = at;
      const hit = expression.exec(line);
      if (hit === null || hit[0] === '' || (best !== undefined && best.start <= hit.index)) continue;
      const parts = Object.entries(captures).flatMap(([i, scope]) =>
        hit[Number(i)] ? [`${hit[Number(i)]} ${scope.name}`] : [],
      );
      best = {
        start: hit.index,
        end: hit.index + hit[0].length,
        text: name === undefined ? parts : [`${hit[0]} ${name}`],
      };
    }
    if (best === undefined) break;
    found.push(...best.text);
    at = best.end;
  }
  return found;
}

test.each([
  ['systemd', '[Service]', ['[ keyword.control.section', 'Service entity.name.section', '] keyword.control.section']],
  [
    'systemd',
    'ExecStart=-/usr/sbin/haproxy -f $CONFIG %i',
    [
      'ExecStart keyword.other',
      '= keyword.operator',
      '- keyword.operator',
      '$CONFIG variable.other',
      '%i constant.character.escape',
    ],
  ],
  ['systemd', '; a comment', ['; a comment comment.line']],
  ['systemd', 'RestartSec=5s', ['RestartSec keyword.other', '= keyword.operator', '5s constant.numeric']],
  ['rsyslog', '# a comment', ['# a comment comment.line.number-sign']],
  ['rsyslog', '$ModLoad imudp', ['$ModLoad keyword.other']],
  [
    'rsyslog',
    'input(type="imudp")',
    ['input keyword.control.section', 'type variable.parameter', '= keyword.operator', '"imudp" string.quoted.double'],
  ],
  [
    'rsyslog',
    'local0.*;mail.none -/var/log/h.log',
    ['local0.*;mail.none entity.name.section', '- keyword.operator', '/var/log/h.log string.unquoted'],
  ],
  [
    'rsyslog',
    ':programname, isequal, "haproxy"',
    ['programname variable.other', 'isequal keyword.operator', '"haproxy" string.quoted.double'],
  ],
])('colours of %s: %s', (id, line, expected) => expect(scopes(id, line)).toEqual(expected));

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
