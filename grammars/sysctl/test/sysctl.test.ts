import { readFileSync } from 'node:fs';
import { DEFAULT_TARGETS, type Document, type SourceFile } from '@halint/core';
import type { SysctlFacts } from '@halint/model';
import { describe, expect, test } from 'vitest';
import { shared } from '../../../test/support/shared.ts';
import { globMatches, normalizeKey, parseSysctl, sysctl } from '../src/index.ts';
import { KEYWORDS } from '../src/keywords.ts';

function fileOf(path: string, text: string): SourceFile {
  return { path, display: path, language: 'sysctl', document: parseSysctl(text) as unknown as Document };
}

function factsOf(files: Readonly<Record<string, string>>, os?: string): SysctlFacts {
  const sources = Object.entries(files).map(([path, text]) => fileOf(path, text));
  const targets = { ...DEFAULT_TARGETS, ...(os === undefined ? {} : { os }) };
  return sysctl.lower(sources, { host: 'ha0', hostName: 'ha0', targets, included: () => [] });
}

function said(text: string): string[] {
  const document = parseSysctl(text);
  return document.sections.flatMap((section) =>
    sysctl.check(document, section, DEFAULT_TARGETS).map(({ severity, message }) => `${severity}: ${message}`),
  );
}

test('the typed tree', () => {
  const { ast } = parseSysctl(
    '# c\nnet.ipv4.ip_forward = 1 # on\r\n-net/ipv4/conf/eth0.1/x=2\n-net.ipv4.conf.lo.x\nfoo bar\nk=\n',
  );
  expect(ast.statements).toMatchObject([
    {
      kind: 'assignment',
      span: { start: 4, end: 32 },
      key: { value: 'net.ipv4.ip_forward' },
      value: { value: '1 # on', span: { start: 26, end: 32 } },
      optional: false,
    },
    { kind: 'assignment', key: { value: 'net/ipv4/conf/eth0.1/x' }, value: { value: '2' }, optional: true },
    { kind: 'exclusion', key: { value: 'net.ipv4.conf.lo.x' } },
    { kind: 'unreadable', text: 'foo bar' },
    { kind: 'assignment', key: { value: 'k' }, value: undefined },
  ]);
});

describe('keys', () => {
  test.each([
    ['net.ipv4.ip_forward', 'net.ipv4.ip_forward'],
    ['net/ipv4/ip_forward', 'net.ipv4.ip_forward'],
    ['net/ipv4/conf/v0.100/x', 'net.ipv4.conf.v0/100.x'],
    ['net.ipv4.conf.v0/100.x', 'net.ipv4.conf.v0/100.x'],
    ['/net/ipv4/ip_forward', 'net.ipv4.ip_forward'],
    ['/proc/sys/net/ipv4/ip_forward', 'proc.sys.net.ipv4.ip_forward'],
    // systemd-sysctl 252 sets net.ipv6.bindv6only with each of these.
    ['net..ipv6..bindv6only', 'net.ipv6.bindv6only'],
    ['net//ipv6//bindv6only', 'net.ipv6.bindv6only'],
    ['.net.ipv6.bindv6only', 'net.ipv6.bindv6only'],
    ['//net/ipv6/bindv6only', 'net.ipv6.bindv6only'],
    ['net.ipv6.bindv6only.', 'net.ipv6.bindv6only'],
    ['net/./ipv6/bindv6only', 'net.ipv6.bindv6only'],
    ['net..ipv4..conf..v0/100..arp_ignore', 'net.ipv4.conf.v0/100.arp_ignore'],
  ])('%s', (written, key) => expect(normalizeKey(written)).toBe(key));

  test('a name with a dot or doubled separators is one that the kernel has', () => {
    for (const key of ['net.ipv4.conf.v0/100.arp_ignore', 'net/ipv4/conf/v0.100/arp_ignore', 'net..ipv4..ip_forward'])
      expect(said(`${key} = 1\n`)).toEqual([]);
  });

  test('globs stay inside a part', () => {
    expect(globMatches('net.ipv4.conf.*.x', 'net.ipv4.conf.eth0.x')).toBe(true);
    expect(globMatches('net.ipv4.*.x', 'net.ipv4.conf.eth0.x')).toBe(false);
    expect(globMatches('a.e[t-u]h?', 'a.eth0')).toBe(true);
    expect(globMatches('a.e[!t]h0', 'a.eth0')).toBe(false);
    expect(globMatches('a.*0*', 'a.eth01')).toBe(true);
  });
});

describe('the value at boot', () => {
  const KEY = 'net.ipv4.ip_nonlocal_bind';
  const value = (files: Readonly<Record<string, string>>, os?: string, key = KEY): string | undefined =>
    factsOf(files, os).value(key)?.value;

  test('names decide the order, directories only among equal names', () => {
    expect(value({ '/etc/sysctl.d/50-a.conf': `${KEY}=1\n`, '/run/sysctl.d/60-b.conf': `${KEY}=0\n` })).toBe('0');
    expect(value({ '/etc/sysctl.d/50-a.conf': `${KEY}=1\n`, '/run/sysctl.d/50-a.conf': `${KEY}=0\n` })).toBe('1');
    expect(
      value({ '/usr/lib/sysctl.d/50-a.conf': `${KEY}=0\n`, '/usr/local/lib/sysctl.d/50-a.conf': `${KEY}=1\n` }),
    ).toBe('1');
    expect(value({ '/etc/sysctl.d/50-a.conf': '', '/run/sysctl.d/50-a.conf': `${KEY}=1\n` })).toBeUndefined();
    expect(value({ '/etc/sysctl.d/haproxy': `${KEY}=1\n` })).toBeUndefined();
  });

  test('the main file counts under the name of its link, where there is one', () => {
    const files = { '/etc/sysctl.conf': `${KEY}=1\n`, '/etc/sysctl.d/99-zz.conf': `${KEY}=0\n` };
    expect(value(files)).toBe('0');
    expect(value({ '/etc/sysctl.conf': `${KEY}=1\n`, '/etc/sysctl.d/98-a.conf': `${KEY}=0\n` }, 'debian12')).toBe('1');
    expect(value({ '/etc/sysctl.conf': `${KEY}=1\n` }, 'debian13')).toBeUndefined();
    expect(value({ '/etc/sysctl.conf': `${KEY}=1\n`, '/etc/sysctl.d/99-sysctl.conf': `${KEY}=0\n` })).toBe('0');
  });

  test('an explicit line beats a glob wherever it stands, and an exclusion too', () => {
    const key = 'net.ipv4.conf.v0.arp_ignore';
    const set = (text: string): string | undefined => value({ '/etc/sysctl.d/a.conf': text }, undefined, key);
    expect(set('net.ipv4.conf.*.arp_ignore=1\n')).toBe('1');
    expect(set(`${key}=2\nnet.ipv4.conf.*.arp_ignore=1\n`)).toBe('2');
    expect(set(`net.ipv4.conf.*.arp_ignore=1\n-${key}\n`)).toBeUndefined();
    // systemd-sysctl 252: a glob is a key like any other, and its last line counts.
    expect(set('net.ipv4.conf.*.arp_ignore=1\n-net.ipv4.conf.*.arp_ignore\n')).toBeUndefined();
    expect(set('net.ipv4.conf.*.arp_ignore=1\n-net.ipv4.conf.*.arp_ig*\n')).toBe('1');
    expect(set('net/ipv4/conf/v0/arp_ignore=1\n')).toBe('1');
  });

  /** systemd-sysctl 252 and sysctl --system of procps 4.0.2 on Debian 12, each row run with both. */
  test.each<[string, Record<string, string>, string | undefined, string | undefined]>([
    ['a hidden file', { '/etc/sysctl.d/.a.conf': `${KEY}=1\n` }, undefined, '1'],
    ['hexadecimal', { '/etc/sysctl.d/a.conf': `${KEY} = 0x1\n` }, '1', '1'],
    ['hexadecimal with a large X', { '/etc/sysctl.d/a.conf': `${KEY}=0X1\n` }, '1', '1'],
    ['octal', { '/etc/sysctl.d/a.conf': `${KEY}=0100\n` }, '64', '64'],
    ['zeros', { '/etc/sysctl.d/a.conf': `${KEY}=00\n` }, '0', '0'],
    ['no octal', { '/etc/sysctl.d/a.conf': `${KEY}=08\n` }, undefined, undefined],
    ['no hexadecimal', { '/etc/sysctl.d/a.conf': `${KEY}=0x\n` }, undefined, undefined],
    ['a plus', { '/etc/sysctl.d/a.conf': `${KEY}=+1\n` }, undefined, undefined],
    ['-key behind', { '/etc/sysctl.d/a.conf': `${KEY}=1\n-${KEY}\n` }, undefined, '1'],
    [
      '-key in a later file',
      { '/etc/sysctl.d/a.conf': `${KEY}=1\n`, '/etc/sysctl.d/b.conf': `-${KEY}\n` },
      undefined,
      '1',
    ],
    ['-key before', { '/etc/sysctl.d/a.conf': `-${KEY}\n${KEY}=1\n` }, '1', '1'],
    ['-key and a glob', { '/etc/sysctl.d/a.conf': `-${KEY}\nnet.ipv4.ip_nonlocal*=1\n` }, undefined, undefined],
    ['-glob behind', { '/etc/sysctl.d/a.conf': `${KEY}=1\n-net.ipv4.ip_nonlocal*\n` }, '1', '1'],
    ['- key = 1', { '/etc/sysctl.d/a.conf': `- ${KEY} = 1\n` }, '1', undefined],
    ['- key', { '/etc/sysctl.d/a.conf': `${KEY}=1\n- ${KEY}\n` }, undefined, '1'],
    ['-key = 1', { '/etc/sysctl.d/a.conf': `-${KEY} = 1\n` }, '1', '1'],
  ])('at boot and by hand: %s', (_, files, boot, system) => {
    const facts = factsOf(files, 'debian12');
    expect([facts.value(KEY)?.value, facts.afterSystem(KEY)?.value]).toEqual([boot, system]);
  });

  test('every value is cited', () => {
    const cited = factsOf({ '/etc/sysctl.d/a.conf': `# x\n${KEY} = 1\n` }).value(KEY);
    expect(cited?.at?.file.path).toBe('/etc/sysctl.d/a.conf');
    expect(cited?.at?.section.positionAt(cited.at.start)).toEqual({ line: 2, column: 1 });
  });
});

describe('lines that set nothing', () => {
  test.each([
    'net.ipv4.ip_nonlocal_bind = 1',
    '# c',
    '; c',
    '-net.ipv4.no_such=1',
    'vendor.unknown = x',
    'net.ipv4.ip_nonlocal_bind=7',
    'net.ipv4.tcp_rmem = 4096 87380 6291456',
    'kernel.x = {{ v }}',
    'net.ipv4.tcp_dsack = 1',
    'net.ipv4.ip_local_reserved_ports =',
    'net.ipv4.ip_nonlocal_bind = 255',
    'net.ipv4.conf.lo.arp_ignore = -1',
    'net.*.ip_nonlocal_bind = 0x1',
    '-net.ipv4.ip_forward',
    ' net/ipv4/ip_forward = 0\r',
  ])('silent: %s', (line) => {
    expect(said(`${line}\n`)).toEqual([]);
  });
  test.each([
    ['net.ipv4.ip_nonlocal_bind 1', 'error: no `=` in `net.ipv4.ip_nonlocal_bind 1`: the line sets nothing'],
    ['net.ipv4.ip_nonlocal_bind=', 'error: net.ipv4.ip_nonlocal_bind has no value: the kernel refuses that'],
    ['net.ipv4.ip_nonlocal_bind="1"', 'error: `"1"` is not a number: the kernel refuses it'],
    ['net.ipv4.ip_nonlocal_bind=1;', 'error: `1;` is not a number: the kernel refuses it'],
    ['net.ipv4.ip_nonlocal_bind=yes', 'error: `yes` is not a number: the kernel refuses it'],
    ['net.ipv4.ip_nonlocal_bind=1 # on', 'warning: `# on` is part of the value: comments need a line of their own'],
    [
      'net.ipv4.ip_nolocal_bind = 1',
      'error: no kernel setting net.ipv4.ip_nolocal_bind; did you mean net.ipv4.ip_nonlocal_bind?',
    ],
    ['net.ipv4.ip_nonlocal_bind=-1', 'error: `-1` is refused: Linux 5.13 and later take 0 to 255'],
    ['net.ipv6.bindv6only=256', 'error: `256` is refused: Linux 5.13 and later take 0 to 255'],
    ['net.core.somaxconn=-1', 'error: `-1` is refused: the kernel takes 0 to 2147483647'],
    [
      'net.ipv4.conf.lo.arp_ignore=2147483648',
      'error: `2147483648` is refused: the kernel takes -2147483648 to 2147483647',
    ],
    ['net.ipv4.ip_nonlocal_bind=08', 'error: `08` is not a number: the kernel refuses it'],
    ['net.ipv4.ip_nonlocal_bind=+1', 'error: `+1` is not a number: the kernel refuses it'],
    ['net.*.ip_nonlocal_bind=yes', 'error: `yes` is not a number: the kernel refuses it'],
    ['vendor.unknown =', 'warning: vendor.unknown has no value: where it is a number, the kernel refuses that'],
    [
      '- net.ipv4.ip_forward = 1',
      'warning: a blank behind `-`: net.ipv4.ip_forward is set at boot, but not by sysctl --system',
    ],
    ['-\tnet.ipv4.ip_forward', 'warning: a blank behind `-`: the line counts at boot, but not by sysctl --system'],
    [
      '/proc/sys/net/ipv4/ip_forward = 1',
      'error: no kernel setting /proc/sys/net/ipv4/ip_forward; did you mean net.ipv4.ip_forward?',
    ],
    ['NET.ipv4.ip_forward = 1', 'error: no kernel setting NET.ipv4.ip_forward; did you mean net.ipv4.ip_forward?'],
    [
      'net.ipv4.conf.eth0.arp_anounce = 2',
      'error: no kernel setting net.ipv4.conf.eth0.arp_anounce; did you mean net.ipv4.conf.eth0.arp_announce?',
    ],
    // In a namespace with an interface v0.100 neither systemd-sysctl 252 nor sysctl 4.0.2 sets anything: "No such file or directory".
    ...['net.ipv4.conf.v0.100.arp_ignore', 'net/ipv4/conf/v0/100/arp_ignore'].map((key): [string, string] => [
      `${key} = 1`,
      `error: no kernel setting ${key}; did you mean net.ipv4.conf.v0/100.arp_ignore?`,
    ]),
    [
      'net/ipv4/../ipv6/bindv6only = 1',
      'error: systemd-sysctl refuses a key with ..: net/ipv4/../ipv6/bindv6only is not set at boot, but by sysctl --system',
    ],
    [
      '\uFEFFnet.ipv4.ip_forward = 1',
      'error: a byte order mark stands before net.ipv4.ip_forward: no such key, the line sets nothing',
    ],
  ])('%s', (line, message) => expect(said(`${line}\n`)).toEqual([message]));

  test('nothing rejects a file, and a missing `=` is put in', () => {
    const document = parseSysctl('net.ipv4.ip_forward  1\n');
    const [finding] = document.sections.flatMap((section) => sysctl.check(document, section, DEFAULT_TARGETS));
    expect(finding?.rejects).toBeUndefined();
    const edit = finding?.fix?.edits[0];
    expect(edit).toMatchObject({ text: ' = ', at: { start: 19, end: 21 } });
  });
});

describe('editor', () => {
  const document = parseSysctl('net.ipv4.ip_forward = 1\nnet.ipv4.ip_forward = 0\nnet.ipv6.bindv6only =\n');
  test('hover, completion, outline', () => {
    expect(sysctl.keywordAt(document, 5, DEFAULT_TARGETS)?.row.word).toBe('net.ipv4.ip_forward');
    expect(sysctl.keywordAt(document, 22, DEFAULT_TARGETS)).toBeUndefined();
    expect(sysctl.complete(document, 3, DEFAULT_TARGETS).map((entry) => entry.label)).toContain(
      'net.ipv4.conf.all.rp_filter',
    );
    expect(sysctl.complete(document, 69, DEFAULT_TARGETS).map((entry) => entry.label)).toEqual(['0', '1']);
    expect(sysctl.symbols(document)[0]).toMatchObject({ name: 'net.ipv4.ip_forward', detail: '1' });
  });
  test('equal statements are told apart by their ordinal', () => {
    const section = document.sectionAt(0);
    expect(sysctl.statementPath(document, { section, start: 0, end: 1 })).toBe('net.ipv4.ip_forward');
    expect(sysctl.statementPath(document, { section, start: 46, end: 47 })).toBe('net.ipv4.ip_forward#2');
  });
  test('every row of the vocabulary is complete', () => {
    expect(new Set(KEYWORDS.map((row) => row.word)).size).toBe(KEYWORDS.length);
    for (const row of KEYWORDS) expect(row.summary, row.word).toBeTruthy();
  });
});

const OS: Readonly<Record<string, string>> = {
  bullseye: 'debian11',
  bookworm: 'debian12',
  trixie: 'debian13',
  forky: 'debian14',
};
const tables = { values: shared('truth/sysctl.tsv'), precedence: shared('truth/sysctl-precedence.tsv') };
const rowsOf = (path: string): readonly (readonly string[])[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));

describe.skipIf(!tables.values.present)('what real tools left in the kernel', () => {
  const unescape = (text: string): string =>
    Buffer.from(
      text
        .replace(/\\n/g, '\n')
        .replace(/\\r/g, '\r')
        .replace(/\\t/g, '\t')
        .replace(/\\x([\da-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ).toString('utf8');
  // The columns of the table behind `exit`; everything was 0 before.
  const KEYS = [
    'ip_nonlocal_bind',
    'ip_forward',
    'conf.all.arp_ignore',
    'conf.v0.arp_ignore',
    'conf.v0/100.arp_ignore',
  ];

  test('every row of sysctl.tsv', () => {
    const rows = rowsOf(tables.values.path);
    expect(rows.length).toBeGreaterThan(200);
    const wrong = rows.flatMap(([debian = '', , , name = '', content = '', tool = '', , ...values]) => {
      const facts = factsOf({ '/etc/sysctl.d/50-x.conf': unescape(content) }, OS[debian]);
      return KEYS.flatMap((key, i) => {
        const found = (tool === 'sysctl -p' ? facts.afterSystem : facts.value)(`net.ipv4.${key}`)?.value ?? '0';
        return found === values[i] ? [] : [`${debian} ${tool} ${name}: ${key} is ${values[i] ?? ''}, halint ${found}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  test('every row of sysctl-precedence.tsv', () => {
    const KEY = 'net.ipv4.ip_nonlocal_bind';
    // The files that each case describes in words.
    const CASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      '/etc/sysctl.conf only sets 1': { '/etc/sysctl.conf': `${KEY}=1\n` },
      '/etc/sysctl.conf=1, sysctl.d/99-zz.conf=0': {
        '/etc/sysctl.conf': `${KEY}=1\n`,
        '/etc/sysctl.d/99-zz.conf': `${KEY}=0\n`,
      },
      'etc/50-a=1 run/60-b=0 (name order beats dir)': {
        '/etc/sysctl.d/50-a.conf': `${KEY}=1\n`,
        '/run/sysctl.d/60-b.conf': `${KEY}=0\n`,
      },
      'etc/50-a=1 run/50-a=0 (same name: etc masks)': {
        '/etc/sysctl.d/50-a.conf': `${KEY}=1\n`,
        '/run/sysctl.d/50-a.conf': `${KEY}=0\n`,
      },
      // A link to /dev/null is read as an empty file.
      'etc/50-a -> /dev/null masks run/50-a': {
        '/etc/sysctl.d/50-a.conf': '',
        '/run/sysctl.d/50-a.conf': `${KEY}=1\n`,
      },
      'file without .conf': { '/etc/sysctl.d/50-a': `${KEY}=1\n` },
    };
    const wrong = rowsOf(tables.precedence.path).flatMap(([debian = '', , , name = '', tool = '', value]) => {
      const files = CASES[name];
      if (files === undefined) return [`unknown case ${name}`];
      const facts = factsOf(files, OS[debian]);
      const found = (tool === 'sysctl --system' ? facts.afterSystem : facts.value)(KEY)?.value ?? '0';
      return found === value ? [] : [`${debian} ${tool} ${name}: ${value ?? ''}, halint ${found}`];
    });
    expect(wrong).toEqual([]);
  });
});
