import { DEFAULT_TARGETS, type Document, type SourceFile } from '@halint/core';
import type { SshdFacts } from '@halint/model';
import { describe, expect, test } from 'vitest';
import { effective, parseSshd, sshd } from '../src/index.ts';
import { KEYWORDS } from '../src/keywords.ts';
import { hostOf, judged, MAIN } from './judged.ts';

function targets(openssh: string): typeof DEFAULT_TARGETS {
  return { ...DEFAULT_TARGETS, openssh };
}

function said(text: string, openssh = '9.2', others: Readonly<Record<string, string>> = {}): string[] {
  return judged({ [MAIN]: text, ...others }, openssh).map(({ path, finding: { rule, rejects, at, message } }) => {
    const { line, column } = at.section.positionAt(at.start);
    const file = path === MAIN ? '' : `${path}:`;
    return `${file}${line}:${column} ${rejects === true ? 'rejects ' : ''}${rule}: ${message}`;
  });
}

describe('the typed tree', () => {
  test('head, blocks and broken lines', () => {
    const text =
      '# c\nPort 22 # x\nInclude "a b" c\nBanner "x\nMatch User=git Address 10.0.0.0/8\n  X11Forwarding no\nMatch all\n';
    const { ast } = parseSshd(text);
    expect(ast).toMatchObject({
      kind: 'sshd',
      statements: [
        {
          kind: 'option',
          span: { start: 4, end: 11 },
          keyword: { value: 'Port' },
          args: [{ value: '22', span: { start: 9, end: 11 } }],
          rest: { value: '22 # x' },
        },
        { kind: 'include', args: [{ value: 'a b' }, { value: 'c' }] },
        { kind: 'unreadable', text: 'Banner "x', reason: 'quotes' },
      ],
      matches: [
        {
          kind: 'match',
          all: false,
          criteria: [
            { name: { value: 'User' }, value: { value: 'git' } },
            { name: { value: 'Address' }, value: { value: '10.0.0.0/8' } },
          ],
          statements: [{ kind: 'option', keyword: { value: 'X11Forwarding' } }],
        },
        { kind: 'match', all: true, statements: [] },
      ],
    });
  });

  test.each([
    ['Port=22', 'Port', ['22']],
    ['Port = 22', 'Port', ['22']],
    ['"Port" 22', 'Port', ['22']],
    [' = Port 22', 'Port', ['22']],
    ['Port == 22', 'Port', ['=', '22']],
    ["Banner 'a \"b'c\\ d", 'Banner', ['a "bc d']],
    ['Port 22#x', 'Port', ['22#x']],
    ['Port 22\f\r', 'Port', ['22']],
    ['AllowUsers #bob', 'AllowUsers', []],
  ] as const)('%j', (line, keyword, args) => {
    const [statement] = parseSshd(`${line}\n`).ast.statements;
    expect(statement).toMatchObject({ kind: 'option', keyword: { value: keyword } });
    expect(statement?.kind === 'option' && statement.args.map((word) => word.value)).toEqual(args);
  });
});

describe('findings', () => {
  test.each([
    [
      'PermitRootLogn no',
      '1:1 rejects sshd/unknown-or-unsupported-option: sshd has no option PermitRootLogn; did you mean PermitRootLogin?',
    ],
    [
      'PerSourcePenalties no',
      '1:1 rejects sshd/unknown-or-unsupported-option: PerSourcePenalties came with 9.8, you target OpenSSH 9.2',
    ],
    ['Port', '1:1 rejects sshd/missing-argument: Port has no argument'],
    ['Port 22 23', '1:9 rejects sshd/extra-arguments: `23` is one argument too many for Port'],
    ['Port 70000', '1:6 rejects sshd/bad-value: Port takes a port from 1 to 65535, not `70000`'],
    [
      'PermitRootLogin yess',
      '1:17 rejects sshd/bad-value: PermitRootLogin takes prohibit-password|without-password|forced-commands-only|yes|no, not `yess`; did you mean yes?',
    ],
    ['Match User git\n  Port 22', '2:3 rejects sshd/option-not-allowed-in-match: Port may not stand in a Match block'],
    ['Match Usr git', '1:7 rejects sshd/match-condition: Match has no criterion `Usr`; did you mean user?'],
    [
      'Match Address 10.0.0.1/24',
      '1:15 rejects sshd/match-condition: Match Address `10.0.0.1/24` has bits behind its prefix',
    ],
    ['Banner "x', '1:8 rejects sshd/unbalanced-quotes: a quote is opened and never closed'],
    ['UseLogin no', '1:1 sshd/deprecated-option: UseLogin does nothing since 7.4'],
    [
      'ChallengeResponseAuthentication no',
      '1:1 sshd/deprecated-option: ChallengeResponseAuthentication is an old name of KbdInteractiveAuthentication',
    ],
    [
      'AddressFamily inet\nListenAddress ::1',
      '2:15 rejects sshd/addressfamily-excludes-listenaddress: AddressFamily inet excludes ListenAddress ::1: sshd does not start',
    ],
    ['Ciphers aes128-ctr,none', '1:20 rejects sshd/bad-value: Ciphers: OpenSSH 9.2 has no cipher `none`'],
    [
      'MACs hmac-sha2-25',
      '1:6 rejects sshd/bad-value: MACs: OpenSSH 9.2 has no MAC `hmac-sha2-25`; did you mean hmac-sha2-256?',
    ],
    [
      'KexAlgorithms mlkem768x25519-sha256',
      '1:15 rejects sshd/bad-value: KexAlgorithms: OpenSSH 9.2 has no key exchange `mlkem768x25519-sha256`: it came with 9.9',
    ],
    [
      'AuthenticationMethods publikey',
      '1:23 rejects sshd/bad-value: AuthenticationMethods: `publikey` is no authentication method; did you mean publickey?',
    ],
    [
      'KerberosGetAFSToken no',
      '1:1 sshd/deprecated-option: KerberosGetAFSToken does nothing: sshd is built without it',
    ],
    ['"Port 22', '1:1 sshd/ignored-line: the quote in the keyword never ends: sshd passes over the line'],
  ])('%j', (text, finding) => expect(said(`${text}\n`)).toEqual([finding]));

  test.each([
    '',
    '# Port',
    'Match all\nPort 22',
    'Port ssh',
    'Port 22\r',
    'ListenAddress *',
    'ListenAddress fe80::1%eth0',
    '{% if x %}',
    'Port {{ port }}',
    'Banner none',
    'Subsystem sftp internal-sftp -f AUTH',
  ])('silent: %j', (text) => expect(said(`${text}\n`)).toEqual([]));

  test('versions differ', () => {
    expect(said('AllowUsers #bob\n', '9.2')).toEqual([]);
    expect(said('AllowUsers #bob\n', '10.0')).toHaveLength(1);
    expect(said('Port 22#x\n', '8.4')).toEqual([]);
    expect(said('Port 22#x\n', '9.2')).toHaveLength(1);
    expect(said('Match User a\n  Subsystem sftp x\n', '9.2')).toHaveLength(1);
    expect(said('Match User a\n  Subsystem sftp x\n', '10.0')).toEqual([]);
    expect(said('Match invalid-user\n', '9.8')).toHaveLength(1);
    expect(said('Match invalid-user\n', '9.9')).toEqual([]);
    expect(said('Subsystem a b\nSubsystem a b\n', '9.2')).toHaveLength(1);
    expect(said('Subsystem a b\nSubsystem a b\n', '9.5')).toEqual([]);
  });
});

describe('what the files say together', () => {
  test('an option that an include puts into a block', () => {
    expect(said('Match User x\n  Include a.conf\n', '10.0', { '/etc/ssh/a.conf': 'Banner x\nPort 23\n' })).toEqual([
      '/etc/ssh/a.conf:2:1 rejects sshd/option-not-allowed-in-match: Port may not stand in a Match block, and this file is included by one',
    ]);
    expect(said('Match all\n  Include a.conf\n', '10.0', { '/etc/ssh/a.conf': 'Port 23\n' })).toEqual([]);
  });

  test('values of several files', () => {
    const other = { '/etc/ssh/a.conf': 'Subsystem sftp b\nPubkeyAuthentication no\nAuthorizedKeysCommand /x\n' };
    const text = 'Subsystem sftp a\nInclude a.conf\nAuthenticationMethods publickey\n';
    expect(said(text, '9.2', other)).toEqual([
      '/etc/ssh/a.conf:1:1 rejects sshd/duplicate-subsystem: subsystem sftp is defined twice',
      '/etc/ssh/a.conf:3:1 rejects sshd/command-without-user: AuthorizedKeysCommand is set and AuthorizedKeysCommandUser is not: sshd does not start',
      '3:1 rejects sshd/disabled-authentication-method: no list of AuthenticationMethods can succeed: publickey is switched off',
    ]);
  });

  test('a file that includes itself', () => {
    expect(said('Include sshd_config\nPort 22\n')).toEqual([
      '1:1 rejects sshd/include-depth: sshd gives up here: files include one another more than 16 deep',
    ]);
  });
});

describe('the effective configuration', () => {
  /** Values of the options named, with the place of each or `default`. */
  function inForce(texts: Readonly<Record<string, string>>, names: readonly string[], openssh: string): string[] {
    const { entries, context } = hostOf(texts, openssh);
    return effective(entries, context, { user: 'git' }).options.flatMap(({ name, values, at }) => {
      if (!names.includes(name.toLowerCase())) return [];
      const place = at === undefined ? 'default' : `${at.file.path}:${at.section.positionAt(at.start).line}`;
      return [`${name} ${values.join(' ')} @ ${place}`];
    });
  }

  test('each value tells its line', () => {
    const texts = {
      [MAIN]: 'Include a.conf\nBanner /b\nMaxSessions 3\nMatch User git\n  MaxSessions 4\nMatch User x\n  Banner /x\n',
      '/etc/ssh/a.conf': 'Banner /a\nPort 23\n',
    };
    expect(inForce(texts, ['port', 'banner', 'maxsessions', 'usedns'], '10.0')).toEqual([
      'port 23 @ /etc/ssh/a.conf:2',
      'maxsessions 4 @ /etc/ssh/sshd_config:5',
      'usedns no @ default',
      'banner /a @ /etc/ssh/a.conf:1',
    ]);
  });

  test('names as the version prints them', () => {
    const names = ['permitrootlogin', 'tcpkeepalive'];
    expect(inForce({ [MAIN]: '' }, names, '9.2')).toEqual([
      'permitrootlogin without-password @ default',
      'tcpkeepalive yes @ default',
    ]);
    expect(inForce({ [MAIN]: '' }, names, '10.6')).toEqual([
      'PermitRootLogin prohibit-password @ default',
      'TCPKeepAlive true @ default',
    ]);
  });
});

describe('facts', () => {
  const fileOf = (path: string, text: string): SourceFile => ({
    path,
    display: path,
    language: 'sshd',
    document: parseSshd(text) as unknown as Document,
  });
  function facts(text: string, included: Readonly<Record<string, readonly string[]>> = {}): SshdFacts {
    return sshd.lower([fileOf('/etc/ssh/sshd_config', text)], {
      host: 'ha0',
      hostName: 'ha0',
      targets: DEFAULT_TARGETS,
      included: (_file, { pattern, base }) =>
        (base === '/etc/ssh' ? (included[pattern] ?? []) : []).map((each, i) => fileOf(`/etc/ssh/${i}.conf`, each)),
    });
  }

  test('the first value wins, over included files in their place', () => {
    const found = facts('PermitRootLogin no\nInclude d/*.conf\nPasswordAuthentication yes\n', {
      'd/*.conf': ['PermitRootLogin yes\nPasswordAuthentication no\nMatch User a\nX11Forwarding yes\n', 'Banner x\n'],
    });
    expect([...found.values].map(([key, { value }]) => [key, value])).toEqual([
      ['permitrootlogin', 'no'],
      ['passwordauthentication', 'no'],
      ['banner', 'x'],
    ]);
    expect(found.values.get('passwordauthentication')?.at?.file.path).toBe('/etc/ssh/0.conf');
    expect(found.matches.map((match) => match.criteria)).toEqual(['User a']);
  });

  test('ports and addresses add up', () => {
    const found = facts(
      'Port 22\nPort 2222\nListenAddress 10.0.0.1\nListenAddress [::1]:2200\nListenAddress ha0:23\nListenAddress *\nAddressFamily inet\n',
    );
    expect(found.ports.map((port) => port.value)).toEqual([22, 2222]);
    expect(found.listenAddresses.map(({ host, port }) => [host.value, port?.value])).toEqual([
      ['10.0.0.1', undefined],
      ['::1', 2200],
      ['ha0', 23],
      ['*', undefined],
    ]);
    expect(found.addressFamily).toMatchObject({ value: 'inet', at: { start: 103 } });
    expect(facts('').ports).toEqual([{ value: 22, default: 'sshd_config(5) Port', host: 'ha0' }]);
  });

  // The zones that sshd -T of 9.2, 10.0 and 10.6 prints.
  test('zones are those that sshd listens on', () => {
    const found = facts('ListenAddress [fe80::1%1]:23\nListenAddress fe80::2%0\nListenAddress fe80::3%eth0\n');
    expect(found.listenAddresses.map(({ host }) => host.value)).toEqual(['fe80::1%lo', 'fe80::2', 'fe80::3%eth0']);
  });

  test('Match all is global, another Match is not; old names and lists are folded', () => {
    const found = facts(
      'AllowUsers a\nMatch User x\nPort 1\nBanner no\nMatch all\nPort 2222\nAllowUsers b c\nChallengeResponseAuthentication no\nForceCommand echo "a b" # c\n',
    );
    expect(found.ports.map((port) => port.value)).toEqual([2222]);
    expect(found.values.get('allowusers')?.value).toBe('a b c');
    expect(found.values.get('kbdinteractiveauthentication')?.value).toBe('no');
    expect(found.values.get('forcecommand')?.value).toBe('echo "a b" # c');
    expect(found.values.has('banner')).toBe(false);
  });

  test('a file that includes itself ends', () => {
    const file = fileOf('/etc/ssh/sshd_config', 'Include x\nPort 2222\n');
    const found = sshd.lower([file], { host: 'a', hostName: 'a', targets: DEFAULT_TARGETS, included: () => [file] });
    expect(found.ports).toHaveLength(1);
  });
});

describe('editor', () => {
  const document = parseSshd('Port 22\nPort 23\nMatch User git\n  X11Forwarding no\n  \n');
  test('hover', () => {
    expect(sshd.keywordAt(document, 2, DEFAULT_TARGETS)).toMatchObject({ row: { word: 'Port' }, where: 'global' });
    expect(sshd.keywordAt(document, 35, DEFAULT_TARGETS)).toMatchObject({
      row: { word: 'X11Forwarding' },
      where: 'Match User git',
    });
    expect(sshd.keywordAt(document, 6, DEFAULT_TARGETS)).toBeUndefined();
  });
  test('completion knows the block and the version', () => {
    const labels = (offset: number, openssh = '10.0'): string[] =>
      sshd.complete(document, offset, targets(openssh)).map((entry) => entry.label);
    expect(labels(0)).toContain('ListenAddress');
    expect(labels(51)).not.toContain('ListenAddress');
    expect(labels(51)).toContain('ForceCommand');
    expect(labels(47)).toEqual(['yes', 'no']);
    const keepAlive = parseSshd('TCPKeepAlive ');
    expect(sshd.complete(keepAlive, 13, DEFAULT_TARGETS).map((entry) => entry.label)).toEqual(['yes', 'no']);
    expect(labels(0, '9.2')).not.toContain('PerSourcePenalties');
  });
  test('outline and statement paths', () => {
    expect(sshd.symbols(document).map((symbol) => [symbol.name, symbol.children.length])).toEqual([
      ['Port', 0],
      ['Port', 0],
      ['Match User git', 1],
    ]);
    const path = (offset: number): string => {
      const section = document.sectionAt(offset);
      return sshd.statementPath(document, { section, start: offset - section.start, end: offset - section.start });
    };
    expect([path(1), path(9), path(18), path(35)]).toEqual([
      'global/Port',
      'global/Port#2',
      'Match User git',
      'Match User git/X11Forwarding',
    ]);
  });
});

test('every name of the vocabulary is there once', () => {
  expect(KEYWORDS).toHaveLength(143);
  expect(new Set(KEYWORDS.map((row) => row.word.toLowerCase())).size).toBe(143);
});
