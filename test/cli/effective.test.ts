import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBundle, halint } from '../support/bundle.ts';
import { tempTree } from '../support/tree.ts';

// sshd 10.0 -T of these files prints the lines expected below (names, values and order; the places are read off the files).
const tree = tempTree({
  'ha0/etc/ssh/sshd_config':
    'Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin prohibit-password\nMatch User git Address 10.0.0.0/8\n  MaxSessions 2\n',
  'ha0/etc/ssh/sshd_config.d/50-port.conf': 'Port 2222\nLoginGraceTime 1m30s\n',
  'ha1/etc/hostname': 'ha1\n',
  'ha2/etc/os-release': 'ID=debian\nVERSION_ID="13"\n',
  'ha2/etc/default/ssh': '# words of sshd\nSSHD_OPTS="-4 -p 81 -o MaxSessions=3 -g 1m"\n',
  'ha2/etc/ssh/sshd_config': 'Port 2222\nLoginGraceTime 9\nMaxAuthTries 3\nMatch User git\n  MaxSessions 2\n',
  'ha3/etc/systemd/system/ssh.service':
    '[Service]\nExecStart=/usr/sbin/sshd -D -p 0 $SSHD_OPTS\nEnvironmentFile=-/etc/ssh/words\n',
  'ha3/etc/ssh/sshd_config': 'Port 2222\n',
  'ha4/etc/ssh/sshd_config': Buffer.from(
    'Banner /\xe4\nListenAddress fe80::1%7\nAuthorizedKeysFile ~bob/k ~root/k\n',
    'latin1',
  ),
});
beforeAll(ensureBundle);
afterAll(() => tree.gone());

const ask = (...args: string[]): ReturnType<typeof halint> =>
  halint(['effective', ...args, '--target', 'openssh=10.0'], { cwd: tree.path });
const DROP_IN = 'ha0/etc/ssh/sshd_config.d/50-port.conf';

test('values in the order of sshd -T, each with its line or `default`', async () => {
  const { code, stdout, stderr } = await ask('ha0', 'sshd', '.');
  const lines = stdout.trimEnd().split('\n');
  expect([code, stderr]).toEqual([0, '']);
  expect(lines.slice(0, 7)).toEqual([
    `port 2222\t${DROP_IN}:1`,
    'addressfamily any\tdefault',
    `listenaddress [::]:2222\t${DROP_IN}:1`,
    `listenaddress 0.0.0.0:2222\t${DROP_IN}:1`,
    'usepam no\tdefault',
    'pamservicename sshd\tdefault',
    `logingracetime 90\t${DROP_IN}:2`,
  ]);
  expect(lines).toContain('permitrootlogin without-password\tha0/etc/ssh/sshd_config:2');
  expect(lines).toContain('maxsessions 10\tdefault');
});

test('a connection brings in its blocks; JSON has the same', async () => {
  const { stdout } = await ask('ha0', 'sshd', '.', '--format', 'json', '--match', 'user=git,addr=10.1.2.3');
  const report = JSON.parse(stdout) as { version: number; host: string; options: { name: string }[] };
  expect([report.version, report.host]).toEqual([1, 'ha0']);
  expect(report.options.filter(({ name }) => name === 'maxsessions' || name === 'usedns')).toEqual([
    { name: 'maxsessions', values: ['2'], file: 'ha0/etc/ssh/sshd_config', line: 4, default: false },
    { name: 'usedns', values: ['no'], default: true },
  ]);
});

// sshd 10.0 -T -f FILE -4 -p 81 -o MaxSessions=3 -g 1m [-C user=git,…] prints these.
test('what the unit puts on the command line comes first, with the line of its variables', async () => {
  const { code, stdout, stderr } = await ask('ha2', 'sshd', '.');
  const lines = stdout.trimEnd().split('\n');
  const VARIABLES = 'ha2/etc/default/ssh:2';
  expect([code, stderr]).toEqual([0, '']);
  expect(lines.filter((line) => !line.endsWith('default'))).toEqual([
    `port 81\t${VARIABLES}`,
    `addressfamily inet\t${VARIABLES}`,
    `listenaddress 0.0.0.0:81\t${VARIABLES}`,
    `logingracetime 60\t${VARIABLES}`,
    'maxauthtries 3\tha2/etc/ssh/sshd_config:3',
    `maxsessions 3\t${VARIABLES}`,
  ]);
  const { stdout: git } = await ask('ha2', 'sshd', '.', '--match', 'user=git');
  expect(git).toContain('maxsessions 2\tha2/etc/ssh/sshd_config:5');
});

test('what of it keeps sshd from starting, or is not known, is said', async () => {
  const { code, stdout, stderr } = await ask('ha3', 'sshd', '.');
  expect(code).toBe(0);
  expect(stdout).toContain('port 2222\tha3/etc/ssh/sshd_config:1');
  expect(stderr.split('\n')).toEqual([
    'halint: sshd does not start with -p 0 of ssh.service: no port from 1 to 65535, and no service that has one',
    'halint: ssh.service may start sshd with more options: /etc/ssh/words is not at hand',
    '',
  ]);
});

test.each([
  [['ha9', 'sshd', '.'], /^halint: effective: no host ha9; there are ha0/],
  [['ha0', 'haproxy', '.'], /^halint: effective: haproxy: only sshd/],
  [['ha0', 'sshd', '.', '--match', 'user'], /^halint: --match: NAME=VALUE, not user/],
  [['ha0', 'sshd', '.', '--match', 'usr=git'], /^halint: --match: no word of a connection: usr=git/],
  [['ha0', 'sshd', '.', '--match', 'lport=70000'], /^halint: --match: no port: 70000/],
] as const)('%j', async (args, said) => {
  const { code, stderr } = await ask(...args);
  expect(stderr).toMatch(said);
  expect(code).toBe(2);
});

// sshd 10.0 -T prints the byte of the Banner, and asks the machine for the rest.
test('bytes that are not UTF-8, and what only the host knows', async () => {
  const { stdout, stderr } = await ask('ha4', 'sshd', '.', '--format', 'json');
  const { options } = JSON.parse(stdout) as { options: { name: string; values: string[] }[] };
  expect(options.find(({ name }) => name === 'banner')).toMatchObject({ values: ['/\xe4'], encoding: 'latin1' });
  expect(options.find(({ name }) => name === 'authorizedkeysfile')?.values).toEqual(['~bob/k', '/root/k']);
  expect(stderr.trim().split('\n')).toEqual([
    'halint: ListenAddress fe80::1%7: sshd -T prints the name of interface 7, which only the host knows',
    "halint: authorizedkeysfile ~bob/k: the home of bob is the host's affair",
  ]);
});

const POLICY = '/usr/share/crypto-policies/DEFAULT/opensshserver.txt';
const LINK = '/etc/crypto-policies/back-ends/opensshserver.config';
/** The files of RHEL 9 in short, without what is outside of etc/; hosts with templates; one that includes a file which is not there. */
const partial = tempTree({
  'ha0/etc/ssh/sshd_config': 'X11Forwarding yes\nInclude /etc/ssh/sshd_config.d/*.conf\nMaxSessions 3\n',
  'ha0/etc/ssh/sshd_config.d/50-redhat.conf': `PermitRootLogin no\nInclude ${LINK}\n`,
  'ha1/etc/ssh/sshd_config':
    'MaxSessions {{ s }}\nPort {{ p }}\nListenAddress {{ a }}\nUsePAM yes\nUsePAM {{ u }}\nInclude /etc/ssh/none.d/*.conf\nMatch User {{ w }}\n  X11Forwarding no\n',
  'ha2/etc/ssh/sshd_config': 'Include /srv/more.conf\nMaxSessions 3\n',
  'ha3/etc/ssh/sshd_config': 'Include {{ more }}/*.conf\n',
});
mkdirSync(join(partial.path, 'ha0/etc/crypto-policies/back-ends'), { recursive: true });
symlinkSync(POLICY, join(partial.path, `ha0${LINK}`));
afterAll(() => partial.gone());

/** The lines of options that are asked for, the first of each, and what is said beside. */
async function partly(
  host: string,
  names: readonly string[],
): Promise<readonly [readonly string[], readonly string[]]> {
  const { stdout, stderr } = await halint(['effective', host, 'sshd', '.', '--target', 'openssh=10.0'], {
    cwd: partial.path,
  });
  const lines = stdout.split('\n');
  return [names.map((name) => lines.find((line) => line.startsWith(`${name} `)) ?? ''), stderr.trim().split('\n')];
}

// sshd takes the first value (sshd_config(5)): what stands before the Include is as it is, whatever the file says; of all else nobody knows.
test('an include that cannot be followed is said, and what it may set is no default', async () => {
  const [lines, said] = await partly('ha0', ['x11forwarding', 'permitrootlogin', 'maxsessions', 'ciphers', 'port']);
  expect(lines.map((line) => line.split('\t')[1])).toEqual([
    'ha0/etc/ssh/sshd_config:1',
    'ha0/etc/ssh/sshd_config.d/50-redhat.conf:1',
    `ha0/etc/ssh/sshd_config:3, unless set by ${POLICY}`,
    `default, unless set by ${POLICY}`,
    `default, unless set by ${POLICY}`,
  ]);
  expect(said).toEqual([`halint: ${POLICY} is included and not at hand: what it sets is not known`]);
  const { stdout } = await halint(['effective', 'ha0', 'sshd', '.', '--format', 'json'], { cwd: partial.path });
  const { options } = JSON.parse(stdout) as { options: { name: string }[] };
  expect(options.find(({ name }) => name === 'port')).toEqual({
    name: 'port',
    values: ['22'],
    default: false,
    missing: [POLICY],
  });
});

test('an include of a single file that the tree lacks is said', async () => {
  const [lines, said] = await partly('ha2', ['maxsessions']);
  expect(lines).toEqual(['maxsessions 3\tha2/etc/ssh/sshd_config:2, unless set by /srv/more.conf']);
  expect(said).toEqual(['halint: /srv/more.conf is included and not at hand: what it sets is not known']);
});

test('what a template leaves open is said, and a glob that brings nothing is not', async () => {
  const MAIN = 'ha1/etc/ssh/sshd_config';
  const [lines, said] = await partly('ha1', ['maxsessions', 'port', 'listenaddress', 'usepam', 'usedns']);
  expect(lines).toEqual([
    `maxsessions 10\tdefault, unless set by ${MAIN}:1`,
    `port 22\tdefault, unless set by ${MAIN}:2`,
    `listenaddress [::]:22\tdefault, unless set by ${MAIN}:3, ${MAIN}:2`,
    `usepam yes\t${MAIN}:4`,
    'usedns no\tdefault',
  ]);
  const open = (line: number, word: string): string =>
    `halint: ${MAIN}:${line} has a placeholder of a template: its value of ${word} is not known`;
  expect(said).toEqual([
    open(1, 'MaxSessions'),
    open(2, 'Port'),
    open(3, 'ListenAddress'),
    open(5, 'UsePAM'),
    `halint: ${MAIN}:7: Match has a placeholder of a template: for whom its block holds is not known`,
  ]);
  expect((await partly('ha3', ['usedns']))[1]).toEqual([
    'halint: {{ more }}/*.conf is included and not at hand: what it sets is not known',
  ]);
});
