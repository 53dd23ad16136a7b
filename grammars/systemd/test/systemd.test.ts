import { DEFAULT_TARGETS, type Document, type SourceFile } from '@halint/core';
import type { UnitFacts } from '@halint/model';
import { describe, expect, test } from 'vitest';
import { parseSystemd, systemd } from '../src/index.ts';
import { KEYWORDS } from '../src/keywords.ts';

function said(text: string): string[] {
  const document = parseSystemd(text);
  return document.sections.flatMap((section) =>
    systemd
      .check(document, section, DEFAULT_TARGETS)
      .map(({ at, message }) => `${at.section.positionAt(at.start).line}: ${message}`),
  );
}

function unit(name: string, files: Readonly<Record<string, string>>): UnitFacts | undefined {
  const sources = Object.entries(files).map(([path, text]): SourceFile => ({
    path,
    display: path,
    language: 'systemd',
    document: parseSystemd(text) as unknown as Document,
  }));
  const context = { host: 'ha0', hostName: 'ha0', targets: DEFAULT_TARGETS, included: () => [] };
  return systemd.lower(sources, context).units.get(name);
}

test('the typed tree', () => {
  const text =
    '# c\n[Unit]\nAfter=a.service \\\n# in between\n  b.service\n\n[Service] \nExecStart = \nbroken\n[Open\n';
  expect(parseSystemd(text).ast).toMatchObject({
    outside: [],
    sections: [
      {
        name: { value: 'Unit', span: { start: 5, end: 9 } },
        statements: [{ kind: 'assignment', key: { value: 'After' }, value: { value: 'a.service b.service' } }],
      },
      {
        name: { value: 'Service' },
        statements: [
          { kind: 'assignment', key: { value: 'ExecStart' }, value: undefined },
          { kind: 'unreadable', text: 'broken' },
          { kind: 'unreadable', text: '[Open' },
        ],
      },
    ],
  });
});

test('the lines that systemd-analyze verify of systemd 252 complains of, and no others', () => {
  // Its messages, by line: 7 and 18 Missing '=', 8 Missing key name before '=', 9 Unknown key 'Unknwn' in section [Unit],
  // 10 Unknown section 'Sevice', 17 Invalid section header '[Install'. With the head of line 17 it stops reading.
  const text =
    '[Unit]\nDescription=x\nAfter=a.service \\\n# comment\n; c2\n  b.service\nnokey\n=novalue\nUnknwn=1\n[Sevice]\nExecStart=/bin/true\n[X-Foo]\nbar=1\n[Service]\nExecStart=/bin/sleep \\\\\nRestart=no\n[Install\n';
  expect(said(text)).toEqual([
    '9: Unknwn is no directive of [Unit] in systemd 252 to 262: it is ignored',
    '7: no `=` in `nokey`: the line sets nothing',
    '8: no directive before `=` in `=novalue`: the line sets nothing',
    '10: no section [Sevice]; did you mean [Service]?',
    '17: `[Install` is no section head: nothing below it counts',
  ]);
  // "Assignment outside of section. Ignoring."
  expect(said('Foo=1\n')).toEqual(['1: Foo stands above the first section: it is ignored']);
});

describe('directives', () => {
  test.each([
    ['[Service]\nRestart=always\nLimitNOFILE=1\nX-Note=a\n', []],
    ['[Socket]\nListenStream=\nFreeBind=yes\n', []],
    ['[Timer]\nOnCalendar=daily\n', []],
    ['[Service]\nListenStream=22\n', ['2: ListenStream belongs in [Socket]: it is ignored in [Service]']],
    [
      '[Service]\nRestartPreventExistStatus=255\n',
      ['2: no directive RestartPreventExistStatus in [Service]; did you mean RestartPreventExitStatus?'],
    ],
    [
      '[Service]\nenvironmentfile=/a\n',
      ['2: no directive environmentfile in [Service]; did you mean EnvironmentFile?'],
    ],
  ])('%j', (text, messages) => expect(said(text)).toEqual(messages));

  test('every row is complete and stands once', () => {
    expect(new Set(KEYWORDS.map(({ word }) => word)).size).toBe(KEYWORDS.length);
    for (const row of KEYWORDS) expect(row.in.length, row.word).toBeGreaterThan(0);
    for (const row of KEYWORDS) if (row.use === 'modelled') expect(row.summary, row.word).toBeTruthy();
  });
});

describe('units', () => {
  const SERVICE = '[Service]\nExecStart=/usr/sbin/haproxy -Ws -f $CONFIG\nEnvironmentFile=-/etc/default/haproxy\n';
  const values = (files: Readonly<Record<string, string>>, key: string, name = 'haproxy.service'): unknown =>
    unit(name, files)
      ?.values('Service', key)
      .map(({ value }) => value);

  test('the first folder has the unit, drop-ins of all folders add to it in the order of their names', () => {
    const files = {
      '/usr/lib/systemd/system/haproxy.service': SERVICE,
      '/etc/systemd/system/haproxy.service': '[Service]\nExecStart=/opt/haproxy\n',
      '/usr/lib/systemd/system/haproxy.service.d/20-b.conf': '[Service]\nExecStartPre=b\n',
      '/etc/systemd/system/haproxy.service.d/10-a.conf': '[Service]\nExecStartPre=a\n',
    };
    expect(values(files, 'ExecStart')).toEqual(['/opt/haproxy']);
    expect(values(files, 'ExecStartPre')).toEqual(['a', 'b']);
  });

  test('of drop-ins with one name the first folder counts, that of the unit before that of its kind', () => {
    const files = {
      '/usr/lib/systemd/system/haproxy.service': SERVICE,
      '/run/systemd/system/haproxy.service.d/a.conf': '[Service]\nRestart=no\n',
      '/etc/systemd/system/haproxy.service.d/a.conf': '[Service]\nRestart=always\n',
      '/etc/systemd/system/service.d/a.conf': '[Service]\nRestart=on-abort\n',
      '/etc/systemd/system/service.d/b.conf': '[Service]\nLimitNOFILE=1\n',
    };
    expect(values(files, 'Restart')).toEqual(['always']);
    expect(values(files, 'LimitNOFILE')).toEqual(['1']);
  });

  test('an empty assignment resets, in a list and out of one', () => {
    const files = {
      '/lib/systemd/system/ssh.socket': '[Socket]\nListenStream=22\n',
      '/etc/systemd/system/ssh.socket.d/a.conf': '[Socket]\nListenStream=\nListenStream=192.0.2.1:22\n',
    };
    const socket = unit('ssh.socket', files);
    expect(socket?.values('Socket', 'ListenStream').map(({ value }) => value)).toEqual(['192.0.2.1:22']);
    expect(socket?.isReset('Socket', 'ListenStream')).toBe(true);
    expect(socket?.value('Socket', 'ListenStream')?.at?.file.path).toBe('/etc/systemd/system/ssh.socket.d/a.conf');
  });

  test('an empty file masks, and a drop-in alone is no unit', () => {
    expect(unit('haproxy.service', { '/etc/systemd/system/haproxy.service': '' })).toMatchObject({
      masked: true,
      hasUnitFile: false,
    });
    const alone = unit('haproxy.service', {
      '/etc/systemd/system/haproxy.service.d/a.conf': '[Service]\nRestart=no\n',
    });
    expect(alone).toMatchObject({ masked: false, hasUnitFile: false });
  });

  test('commands are split as systemd splits them', () => {
    const text = '[Service]\nExecStart=/bin/a "b c" \'d "e"\' f\\ g\n';
    expect(unit('a.service', { '/etc/systemd/system/a.service': text })?.commands[0]?.value).toEqual([
      '/bin/a',
      'b c',
      'd "e"',
      'f g',
    ]);
  });
});

test('editor', () => {
  const document = parseSystemd('[Service]\nExecStart=/bin/a\nExecStart=/bin/b\nRes\n[\n');
  expect(systemd.keywordAt(document, 12, DEFAULT_TARGETS)).toMatchObject({
    row: { word: 'ExecStart' },
    where: '[Service]',
  });
  expect(systemd.complete(document, 47, DEFAULT_TARGETS).map(({ label }) => label)).toContain('RestartSec');
  expect(systemd.complete(document, 49, DEFAULT_TARGETS).map(({ label }) => label)).toContain('Socket');
  expect(systemd.symbols(document)[0]).toMatchObject({
    name: 'Service',
    children: [{ detail: '/bin/a' }, { detail: '/bin/b' }],
  });
  const section = document.sectionAt(0);
  expect(systemd.statementPath(document, { section, start: 30, end: 31 })).toBe('Service/ExecStart#2');
});
