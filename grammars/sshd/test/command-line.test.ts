import type { CommandLine, Place, SourceFile } from '@halint/core';
import { STOCK_TEMPLATES, STOCK_UNITS } from '@halint/model';
import { expect, test } from 'vitest';
import { readCommand } from '../src/command/options.ts';
import { commandSource } from '../src/command/source.ts';
import { effective, parseSshd, sshd } from '../src/index.ts';
import { hostOf, MAIN } from './judged.ts';

// What sshd 9.2, 10.0 and 10.6 say to `sshd -T -f FILE WORDS`; test/conformance/sshd-command-line.test.ts asks them with more.

/** A unit whose lines are its words, so that a place tells the word. */
function commandOf(words: readonly string[], unread: readonly string[] = []): CommandLine {
  const path = '/etc/systemd/system/ssh.service';
  const document = parseSshd(words.map((word) => `${word.replaceAll('\n', ' ')}\n`).join(''));
  const file = { path, display: path, language: 'systemd', document } as unknown as SourceFile;
  const places = words.map((_, i): Place => {
    const offset = document.offsetAt({ line: i + 1, column: 1 });
    const section = document.sectionAt(offset);
    return { host: 'ha0', file, section, start: offset - section.start, end: offset - section.start + 1 };
  });
  return { unit: 'ssh.service', words: words.map((value, i) => ({ value, at: places[i] as Place })), unread };
}

function read(words: readonly string[], text = '', openssh = '10.0', unread: readonly string[] = []) {
  const { entries, context } = hostOf({ [MAIN]: text }, openssh);
  const told = { ...context, command: commandOf(words, unread) };
  return {
    facts: sshd.lower(entries, told),
    printed: effective(entries, told),
    checks: sshd.checkHost?.(entries, told),
  };
}

const lineOf = (at: Place | undefined): string =>
  at === undefined ? 'default' : `${at.file.path}:${at.section.positionAt(at.start).line}`;

test.each([
  [[], 'Port 2222\n', [2222]],
  [['-p', '81'], 'Port 2222\n', [81]],
  [['-o', 'Port=80'], 'Port 2222\n', [80, 2222]],
  [['-o', 'Port=80', '-p', '81'], 'Port 2222\n', [80, 81]],
  [['-p', '81', '-o', 'Port=80', '-p', '82'], 'Port 2222\n', [81, 82]],
  // What it says is not even looked at.
  [['-p', '81'], 'Port nonsense\n', [81]],
  [['-p', '81', '-o', 'Port 1 2'], '', [81]],
  [['-p', 'ssh', '-phttps', '-De4p', ' 023'], '', [22, 443, 23]],
] as const)('ports of %j and %j', (words, text, ports) => {
  const { facts } = read(words, text);
  expect(facts.ports.map(({ value }) => value)).toEqual(ports);
  expect(facts.command?.refused ?? []).toEqual([]);
});

test.each([
  [['-4'], 'AddressFamily inet6\n', 'addressfamily', 'inet'],
  [['-4', '-6'], '', 'addressfamily', 'inet6'],
  [['-o', 'AddressFamily=inet6', '-4'], '', 'addressfamily', 'inet'],
  [['-4', '-o', 'AddressFamily=inet6'], '', 'addressfamily', 'inet'],
  [['-o', 'AddressFamily=any'], 'AddressFamily inet\n', 'addressfamily', 'any'],
  [['-g', '1h'], 'LoginGraceTime 9\n', 'logingracetime', '3600'],
  [['-o', 'LoginGraceTime=7', '-g', '30', '-g', '40'], '', 'logingracetime', '40'],
  [['-q'], 'LogLevel ERROR\n', 'loglevel', 'SILENT'],
  [['-d', '-q', '-d'], '', 'loglevel', 'FATAL'],
  [['-ddddd'], '', 'loglevel', 'DEBUG3'],
  [['-o', 'Banner=/b', '-o', 'Banner=/c'], 'Banner /a\n', 'banner', '/b'],
  [['-o', 'Banner "/b c" # why'], '', 'banner', '/b c'],
  [['-c', '/b c"d'], '', 'hostcertificate', '/b c"d'],
  // A block counts for connections, whatever the command line says of everyone.
  [['-o', 'MaxSessions=3'], 'MaxSessions 5\nMatch all\n  MaxSessions 4\n', 'maxsessions', '4'],
] as const)('%j and %j: %s %s', (words, text, name, value) => {
  expect(
    read(words, text)
      .printed.options.find((each) => each.name === name)
      ?.values.join(' '),
  ).toBe(value);
});

test('a value has the place of its option, and AcceptEnv and HostKey add up in order', () => {
  const { facts, printed } = read(
    ['-D', '-p', '81', '-o', 'AcceptEnv=B C', '-h', '/k1', '-6'],
    'AcceptEnv A\nHostKey /k2\nMaxSessions 3\n',
  );
  const rows = printed.options.flatMap(({ name, values, at }) =>
    /^(?:port|addressfamily|acceptenv|hostkey|maxsessions)$/.test(name) ? [[...values, lineOf(at)].join(' ')] : [],
  );
  const unit = '/etc/systemd/system/ssh.service';
  expect(rows.sort()).toEqual(
    [
      `81 ${unit}:3`,
      `inet6 ${unit}:8`,
      `3 ${MAIN}:3`,
      `/k1 ${unit}:7`,
      `/k2 ${MAIN}:2`,
      `B ${unit}:5`,
      `C ${unit}:5`,
      `A ${MAIN}:1`,
    ].sort(),
  );
  expect(lineOf(facts.ports[0]?.at)).toBe(`${unit}:3`);
  expect(lineOf(facts.addressFamily.at)).toBe(`${unit}:8`);
  expect(facts.command?.files.ports.map(({ value }) => value)).toEqual([22]);
});

test.each([
  [['-p', '0'], '-p 0: no port'],
  [['-p', '70000'], '-p 70000: no port'],
  [['-p', ''], '-p "": no port'],
  [['-g', 'x'], '-g x: no time'],
  [['-o', 'MaxSession=3'], '-o MaxSession=3: sshd has no option MaxSession; did you mean MaxSessions?'],
  [['-o', 'Banner'], '-o Banner: Banner has no argument'],
  [['-o', 'MaxSessions 3 4'], '-o "MaxSessions 3 4": `4` is one argument too many'],
  [['-o', 'Match all'], '-o "Match all": Match stands in a file only'],
  [['-o', 'Include=/x'], '-o Include=/x: Include stands in a file only'],
  [['-DZ'], '-Z: sshd has no such option'],
  [['--port=3'], '--: sshd has no such option'],
  [['-p'], '-p: it lacks its argument'],
  [['-D', 'surplus', '-p', '81'], 'surplus: sshd takes options alone'],
  [['--', '-p'], '-p: sshd takes options alone'],
  [['-'], '-: sshd takes options alone'],
  [['-R'], '-R: sshd takes it from itself alone'],
  [['-t'], '-t: sshd looks at its configuration and exits'],
  [['-i'], '-i: sshd serves what it is started with and listens nowhere'],
] as const)('%j is refused', (words, said) => {
  const { facts, checks } = read(words);
  expect(facts.command?.refused.map(({ option, message }) => `${option}: ${message}`)).toEqual([
    expect.stringContaining(said),
  ]);
  // The file itself is as good as ever.
  expect(checks).toEqual([]);
});

test.each([
  [['-b', '768', '-k', 'x', '-Q', '-r', '-De', '-u', 'x', '-E', '/x', '-f', '/y', '-o', '', '-o', '# x', '--'], '10.0'],
  [['-o', 'UseLogin=no', '-o', '"Port" 80', '-g', '0', '-h', 'none'], '10.0'],
  [['-g', '1.5'], '10.6'],
] as const)('%j is taken by %s', (words, openssh) => {
  expect(read(words, '', openssh).facts.command?.refused).toEqual([]);
});

test.each([
  [['-4'], 'ListenAddress ::1\n', '10.0', '-4: AddressFamily inet excludes ListenAddress ::1', ['together with this']],
  [
    ['-o', 'ListenAddress=::1'],
    'AddressFamily inet\n',
    '10.0',
    '-o ListenAddress=::1: AddressFamily inet excludes ListenAddress ::1',
    ['the family is set here'],
  ],
  [
    ['-o', 'Subsystem=sftp /y'],
    'Subsystem sftp /x\n',
    '9.2',
    '-o "Subsystem=sftp /y": subsystem sftp is defined twice',
    ['together with this'],
  ],
  [
    ['-o', 'AuthorizedKeysCommand=/bin/x'],
    '',
    '10.0',
    '-o AuthorizedKeysCommand=/bin/x: AuthorizedKeysCommand is set and AuthorizedKeysCommandUser is not',
    [],
  ],
] as const)('%j beside %j in %s', (words, text, openssh, said, related) => {
  const { facts } = read(words, text, openssh);
  expect(facts.command?.refused.map(({ option, message }) => `${option}: ${message}`)).toEqual([said]);
  expect(facts.command?.refused[0]?.related.map(({ message }) => message)).toEqual(related);
});

test('what is mended by the command line is not told of it', () => {
  expect(read(['-6'], 'AddressFamily inet\nListenAddress ::1\n').facts.command?.refused).toEqual([]);
  expect(
    read(['-o', 'AuthorizedKeysCommand=/bin/x'], 'AuthorizedKeysCommandUser root\n').facts.command?.refused,
  ).toEqual([]);
});

test.each([
  // A variable that a file which is not at hand may set.
  [['-D', '\0', '-p', '81'], ['/etc/default/ssh'], [81], '/etc/default/ssh'],
  [['-p', '\0'], ['/etc/default/ssh'], [22], '/etc/default/ssh'],
  // It may be an option that wants this word.
  [['-p', '81', '\0', 'word'], ['/etc/default/ssh'], [81], '/etc/default/ssh'],
  [['-p', '8\0', '-o', 'Port=5'], [], [5], 'what only the host puts into ssh.service'],
  [['-p', '{{', 'port', '}}'], [], [22], 'what only the host puts into ssh.service'],
  [['-p', '81', '-o', 'Banner={{ x }}'], [], [81], 'what only the host puts into ssh.service'],
  // It sets algorithms, and nothing that listens.
  [['-p', '81', '\0'], ['/etc/crypto-policies/back-ends/opensshserver.config'], [81], undefined],
] as const)('%j without %j', (words, unread, ports, missing) => {
  const { facts, printed } = read(words, '', '10.0', unread);
  expect(facts.ports.map(({ value }) => value)).toEqual(ports);
  expect(facts.command?.missing).toBe(missing);
  expect(facts.command?.refused).toEqual([]);
  expect(printed.doubts).toEqual([expect.stringMatching(/^ssh\.service (?:may start|starts) sshd with /)]);
});

test('the words of a command line are read once, and its lines parsed once for each version', () => {
  const command = commandOf(['-p', '81', '-o', 'Banner=/x']);
  const context = { ...hostOf({ [MAIN]: '' }, '10.0').context, command };
  expect(readCommand(command)).toBe(readCommand(command));
  expect(commandSource(context)).toBe(commandSource({ ...context }));
  expect(commandSource({ ...context, targets: { ...context.targets, openssh: '9.2' } })).not.toBe(
    commandSource(context),
  );
});

test('packages start sshd with -D or -i and variables: a word without a file says nothing of its settings', () => {
  const units = [...STOCK_UNITS.filter(({ daemon }) => daemon === 'sshd'), ...STOCK_TEMPLATES];
  const words = units.flatMap(({ command }) => command.slice(1));
  expect(words.filter((word) => !/^-[Di]$|^\$[A-Z_]+$/.test(word))).toEqual([]);
  expect(units.flatMap(({ environment }) => environment)).toEqual([]);
});
