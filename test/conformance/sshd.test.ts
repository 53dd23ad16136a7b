import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/bundle.ts';

interface Message {
  readonly file?: string;
  readonly line: number;
  readonly text: string;
  readonly class: 'config' | 'environment' | 'notice';
}
type Files = string | Readonly<Record<string, string>>;
interface Daemon {
  askSshd(version: string, config: Files): Promise<{ exit: number; messages: readonly Message[] }>;
  effectiveOf(version: string, config: Files, connection?: string): Promise<{ exit: number; lines: readonly string[] }>;
  whyNoSshd(version: string): Promise<string | undefined>;
  messagesOf(output: string): readonly Message[];
}
interface Mutate {
  mutantsOf(
    files: readonly { name: string; text: string }[],
    count: number,
    seed: number,
    operators: unknown,
  ): readonly { name: string; text: string; operator: string; line: number }[];
}
const module = (name: string): string => new URL(name, import.meta.url).href;
const { askSshd, effectiveOf, whyNoSshd, messagesOf } = (await import(module('./sshd-daemon.mjs'))) as Daemon;
const { OPERATORS } = (await import(module('./sshd-mutate.mjs'))) as { OPERATORS: Record<string, unknown> };
const { mutantsOf } = (await import(module('./mutate.mjs'))) as Mutate;

const VERSIONS = ['9.2', '10.0', '10.6'];
const reasons = (await Promise.all(VERSIONS.map(whyNoSshd))).filter((reason) => reason !== undefined);
const required = (process.env['HALINT_REQUIRE'] ?? '').split(',').includes('daemons');
if (reasons.length > 0) console.warn(`SKIPPED: ${reasons.join('; ')}`);

test.runIf(required)('sshd is here', () => expect(reasons).toEqual([]));

describe.skipIf(reasons.length > 0)('sshd in the sandbox', () => {
  describe.each(VERSIONS)('%s', (version) => {
    test('takes a file, with host keys that only the sandbox has', async () => {
      const text = 'HostKey /etc/ssh/elsewhere/key\nHostKey relative\nUseLogin no\n';
      const { exit, messages } = await askSshd(version, text);
      expect([exit, messages]).toEqual([0, [{ line: 3, text: 'Deprecated option UseLogin', class: 'notice' }]]);
    });

    test('goes on after an error and ends at a fatal one', async () => {
      const { exit, messages } = await askSshd(version, 'Foo x\nPort y\nBar z\n');
      expect(exit).toBe(255);
      expect(messages.map(({ line, class: about }) => [line, about])).toEqual([
        [1, 'config'],
        [2, 'config'],
      ]);
    });

    test('tells the file that it includes', async () => {
      const files = { '/etc/ssh/sshd_config': 'Include a.conf\n', '/etc/ssh/a.conf': '# c\nPort x\n' };
      expect((await askSshd(version, files)).messages).toMatchObject([{ file: '/etc/ssh/a.conf', line: 2 }]);
    });

    test('a name that does not resolve is the machine’s', async () => {
      const { exit, messages } = await askSshd(version, 'ListenAddress nowhere.invalid\n');
      expect([exit, messages.map((message) => message.class)]).toEqual([255, ['environment']]);
    });

    test('prints the configuration in force for a connection', async () => {
      const text = 'MaxSessions 3\nMatch User git\n  MaxSessions 4\n';
      const find = async (connection?: string): Promise<string | undefined> =>
        (await effectiveOf(version, text, connection)).lines.find((line) => /^maxsessions/i.test(line))?.split(' ')[1];
      expect(await find()).toBe('3');
      expect(await find('user=git,host=h,addr=192.0.2.1,laddr=192.0.2.2,lport=22')).toBe('4');
    });
  });

  test('conformance compares files and mutants with it', () => {
    const args = [join(ROOT, 'test/conformance/conformance.mjs'), '--lang', 'sshd', '--version', '10.0', '--mutants'];
    const files = ['ha0', 'ha1'].map((host) => join(ROOT, `fixtures/clusters/ssh-vip/${host}/etc/ssh/sshd_config`));
    const run = spawnSync(process.execPath, [...args, '60', ...files], { encoding: 'utf8' });
    expect([run.status, run.stderr]).toEqual([0, '']);
    const report = JSON.parse(run.stdout) as Record<'files' | 'mutants', Record<string, number>>;
    expect(report.files).toMatchObject({ files: 2, agreement: 100, effectiveIdentical: 100 });
    expect(report.mutants).toMatchObject({ files: 60, agreement: 100, effectiveIdentical: 100 });
  }, 120_000);
});

test('a version that is not here is told in one line', () => {
  const args = [join(ROOT, 'test/conformance/conformance.mjs'), '--lang', 'sshd', '--version', '1.5', ROOT];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^conformance: sshd 1\.5 .* npm run daemons\n$/);
});

test('messages have the place that either of the two forms gives, and their class', () => {
  const output = [
    '/etc/ssh/sshd_config: line 3: Bad configuration option: X',
    '/etc/ssh/a.conf line 4: unsupported option "y".',
    "Invalid Match address argument '10.0.0.1/8' at line 7",
    'bad addr or host: ha9 (Name or service not known)',
    'bad addr or host: ::1 (Address family for hostname not supported)',
    'assemble_algorithms: hostkeyalgorithms: invalid argument',
    'Unable to load host key: /x',
    '/etc/ssh/sshd_config: terminating, 1 bad configuration options',
  ].join('\r\n');
  expect(messagesOf(output).map(({ file, line, class: about }) => [file, line, about])).toEqual([
    [undefined, 3, 'config'],
    ['/etc/ssh/a.conf', 4, 'config'],
    [undefined, 7, 'config'],
    [undefined, 0, 'environment'],
    [undefined, 0, 'config'],
    [undefined, 0, 'config'],
    [undefined, 0, 'environment'],
  ]);
});

test('a seed gives its mutants again, every operator its turn', () => {
  const text =
    'Port 22\nListenAddress 0.0.0.0\nCiphers aes128-ctr,aes256-ctr\nLoginGraceTime 2m\nMaxAuthTries 3\nAllowUsers a b\nPasswordAuthentication no\nMatch User x\n  Banner none\n';
  const made = mutantsOf([{ name: 'f', text }], 120, 7, OPERATORS);
  expect(made).toEqual(mutantsOf([{ name: 'f', text }], 120, 7, OPERATORS));
  expect(made).not.toEqual(mutantsOf([{ name: 'f', text }], 120, 8, OPERATORS));
  expect(new Set(made.map(({ operator }) => operator)).size).toBeGreaterThan(35);
});
