import { DEFAULT_TARGETS, type Document, type SourceFile } from '@halint/core';
import type { RsyslogFacts } from '@halint/model';
import { describe, expect, test } from 'vitest';
import { parseRsyslog, rsyslog } from '../src/index.ts';
import { KEYWORDS } from '../src/keywords.ts';

function said(text: string): string[] {
  const document = parseRsyslog(text);
  return document.sections.flatMap((section) =>
    rsyslog
      .check(document, section, DEFAULT_TARGETS)
      .map(({ at, message }) => `${at.section.positionAt(at.start).line}: ${message}`),
  );
}

function factsOf(files: Readonly<Record<string, string>>): RsyslogFacts {
  const sources = new Map(
    Object.entries(files).map(([path, text]): [string, SourceFile] => [
      path,
      { path, display: path, language: 'rsyslog', document: parseRsyslog(text) as unknown as Document },
    ]),
  );
  const main = sources.get('/etc/rsyslog.conf');
  return rsyslog.lower(main === undefined ? [...sources.values()] : [main], {
    host: 'ha0',
    hostName: 'ha0',
    targets: DEFAULT_TARGETS,
    included: (_file, { pattern }) =>
      [...sources.values()].filter(
        ({ path }) => path.startsWith(pattern.replace(/\*.*$/, '')) && path !== '/etc/rsyslog.conf',
      ),
  });
}

const inputs = (facts: RsyslogFacts): readonly string[] =>
  facts.inputs.map(({ kind, address, ports }) => `${kind} ${address?.value ?? '*'} ${ports.join(',')}`.trim());

/** What Debian's packages of rsyslog and haproxy install, in short. */
const DEBIAN = `# /etc/rsyslog.conf
module(load="imuxsock") # provides support for local system logging
#module(load="imudp")
#input(type="imudp" port="514")
$ActionFileDefaultTemplate RSYSLOG_TraditionalFileFormat
$FileCreateMode 0640
$WorkDirectory /var/spool/rsyslog
$IncludeConfig /etc/rsyslog.d/*.conf
auth,authpriv.*\t\t\t/var/log/auth.log
*.*;auth,authpriv.none\t\t-/var/log/syslog
mail.err\t\t\t/var/log/mail.err
*.=debug;\\
\tauth,authpriv.none;\\
\tnews.none;mail.none\t-/var/log/debug
*.emerg\t\t\t\t:omusrmsg:*
`;
const DEBIAN_HAPROXY = `$AddUnixListenSocket /var/lib/haproxy/dev/log

# Send HAProxy messages to a dedicated logfile
:programname, startswith, "haproxy" {
  /var/log/haproxy.log
  stop
}
`;

test('the typed tree', () => {
  const { ast } = parseRsyslog(
    'module(load="imudp"\n  x="a\\"b" # c\n)\ninput(type="imudp" port=["514", "515"])\n$ModLoad imtcp.so\nlocal0.* -/var/log/a\n& stop\nif $msg contains "then" then { call x\n}\n',
  );
  expect(ast.statements).toMatchObject([
    {
      kind: 'object',
      name: { value: 'module' },
      parameters: [{ values: ['imudp'] }, { name: { value: 'x' }, values: ['a"b'] }],
    },
    { kind: 'object', name: { value: 'input' }, parameters: [{ values: ['imudp'] }, { values: ['514', '515'] }] },
    { kind: 'directive', name: { value: '$ModLoad' }, value: { value: 'imtcp.so' } },
    { kind: 'selector', filter: { value: 'local0.*' }, action: { value: '-/var/log/a' } },
    { kind: 'and', action: undefined },
    { kind: 'script', text: 'stop' },
    { kind: 'condition', filter: { value: 'if $msg contains "then"' } },
    { kind: 'brace', text: '{' },
    { kind: 'script', text: 'call x' },
    { kind: 'brace', text: '}' },
  ]);
});

describe('what rsyslog listens on', () => {
  test('Debian as installed: the socket in the chroot, no port', () => {
    const facts = factsOf({ '/etc/rsyslog.conf': DEBIAN, '/etc/rsyslog.d/49-haproxy.conf': DEBIAN_HAPROXY });
    expect(inputs(facts)).toEqual(['unix /var/lib/haproxy/dev/log']);
    expect(facts).toMatchObject({ hasMainFile: true, unreadIncludes: [] });
    expect(facts.modules.map(({ value }) => value)).toEqual(['imuxsock']);
  });

  const UDP = 'module(load="imudp")\ninput(type="imudp" port="10514")\n';
  // Observed with rsyslogd 8.2302 (Debian 12) in a network namespace of its own, by ss -lun and ss -xl.
  test.each([
    [UDP, ['udp * 10514']],
    [
      'module(load="imudp")\ninput(type="imudp" address="127.0.0.1" port=["10514", "10515"])\n',
      ['udp 127.0.0.1 10514,10515'],
    ],
    ['MODULE(LOAD="imudp")\nInput(Type="imudp" Port="10514")\n', ['udp * 10514']],
    ['input(type="imudp" port="10514")\n', []],
    ['input(type="imudp" port="10514")\nmodule(load="imudp")\n', []],
    ['module(load="imudp")\ninput(type="imudp")\n', []],
    [
      '$ModLoad imudp\n$UDPServerAddress 127.0.0.1\n$UDPServerRun 10514\n$UDPServerRun 10515\n',
      ['udp 127.0.0.1 10514', 'udp 127.0.0.1 10515'],
    ],
    ['$ModLoad imudp.so\n$UDPServerRun 10514 # c\n$UDPServerAddress 127.0.0.1\n', ['udp * 10514']],
    ['$ModLoad imudp\n$UDPServerAddress *\n$UDPServerRun 10514\n', ['udp * 10514']],
    ['$UDPServerRun 10514\n', []],
    [
      'module(load="imuxsock" SysSock.Use="off")\n$AddUnixListenSocket /s1\ninput(type="imuxsock" socket="/s2")\n',
      ['unix /s1', 'unix /s2'],
    ],
    ['$AddUnixListenSocket /s1\ninput(type="imuxsock" socket="/s2")\n', []],
    ['module(load="imudp")\ninput(type="imudp" port="10514"\n*.* /out\n', []],
    ['module(load="imudp")\ninput(type="imudp" port="10514" name=x)\n', []],
    ['module(load="imudp")\ninput(type="imudp" port="10514", address="127.0.0.1")\n', []],
    ["module(load='imudp')\ninput(type='imudp' port='10514')\n", []],
    [`${UDP}local0 /x\n`, ['udp * 10514']],
    [`nonsense here\n${UDP}`, ['udp * 10514']],
    [`${UDP}$Nonsense 1\n`, ['udp * 10514']],
    [`${UDP}action(type="omfile" file="/out"\n*.* /out\n`, ['udp * 10514']],
    [`${UDP}if $msg contains "x"\n*.* /out\ninput(type="imudp" port="10516")\n`, ['udp * 10514']],
  ])('%j: %j', (text, expected) => {
    expect(inputs(factsOf({ '/etc/rsyslog.conf': text }))).toEqual(expected);
  });

  test('what is broken in an include ends the reading of what comes behind it', () => {
    const main = `${UDP}$IncludeConfig /etc/rsyslog.d/a.conf\ninput(type="imudp" port="10516")\n`;
    const facts = factsOf({ '/etc/rsyslog.conf': main, '/etc/rsyslog.d/a.conf': 'input(type="imudp" port="10515\n' });
    expect(inputs(facts)).toEqual(['udp * 10514']);
  });

  test('an include that is not there is named, and one of itself ends', () => {
    const facts = factsOf({
      '/etc/rsyslog.conf': 'include(file="/opt/x.conf")\n$IncludeConfig /etc/rsyslog.d/*.conf\n',
      '/etc/rsyslog.d/a.conf': '$IncludeConfig /etc/rsyslog.d/*.conf\n$ModLoad imudp\n$UDPServerRun 514\n',
    });
    expect(facts.unreadIncludes.map(({ value }) => value)).toEqual(['/opt/x.conf']);
    expect(inputs(facts)).toEqual(['udp * 514']);
  });

  test('drop-ins alone say that the main file is missing', () => {
    const facts = factsOf({ '/etc/rsyslog.d/49-haproxy.conf': DEBIAN_HAPROXY });
    expect(facts.hasMainFile).toBe(false);
    expect(inputs(facts)).toHaveLength(1);
  });
});

describe('lines', () => {
  test.each([
    DEBIAN,
    DEBIAN_HAPROXY,
    'if $programname == "haproxy" then /var/log/haproxy.log\n& ~\n',
    'if $programname startswith \'haproxy\' then {\n  action(type="omfile" file="/var/log/haproxy.log")\n  stop\n} else {\n  set $.x = "a";\n}\n',
    'template(name="t" type="string" string="%msg%\\n")\n',
    'template(name="t" type="list") {\n}\n',
    ':msg, !contains, "x"  @@192.0.2.1:514;RSYSLOG_SyslogProtocol23Format\n',
    '!haproxy\n*.* /var/log/a\n!*\n',
    'ruleset(name="r") { action(type="omfile" file="/a") }\n',
    '{{ rsyslog_extra }}\n',
    '/* a\n b */\n',
    'local0.* stop\n',
    'if $msg contains "x" then {\n  @@192.0.2.1:514\n  ~\n  :omusrmsg:root\n}\n',
  ])('silent: %j', (text) => expect(said(text)).toEqual([]));

  test.each([
    [
      'input(type="imudp" port=514\n$ModLoad imudp\n',
      '1: `input(type="imudp" port=514` is not closed, or a parameter is not written name="value"',
    ],
    [
      'input(type="imudp\n$ModLoad imudp\n',
      '1: `input(type="imudp` is not closed, or a parameter is not written name="value"',
    ],
    ['input("imudp")\n', '1: `input("imudp")` is not closed, or a parameter is not written name="value"'],
    [
      '\nlocal0 /var/log/a\n',
      '2: `local0 /var/log/a` is neither a directive, a filter with an action, nor an object: it does nothing',
    ],
    ['if $msg contains "x"\n', '1: `if $msg contains "x"` has no `then`'],
  ])('%j', (text, message) => expect(said(text)).toEqual([message]));

  test('what follows a broken object stays as it is', () => {
    const { statements } = parseRsyslog('input(type="imudp\nmodule(load="imudp")\n').ast;
    expect(statements.map(({ kind }) => kind)).toEqual(['unreadable', 'object']);
  });
});

test('editor', () => {
  const document = parseRsyslog('$ModLoad imudp\ninput(type="imudp")\ninput(type="imtcp")\n$\n');
  expect(rsyslog.keywordAt(document, 3, DEFAULT_TARGETS)?.row.word).toBe('$modload');
  expect(rsyslog.complete(document, 56, DEFAULT_TARGETS).map(({ label }) => label)).toContain('$UDPServerRun');
  expect(rsyslog.symbols(document).map(({ name }) => name)).toEqual(['$ModLoad', 'input', 'input']);
  const section = document.sectionAt(0);
  expect(rsyslog.statementPath(document, { section, start: 40, end: 41 })).toBe('input#2');
  expect(new Set(KEYWORDS.map(({ word }) => word)).size).toBe(KEYWORDS.length);
});
