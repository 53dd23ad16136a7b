import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBundle, halint, ROOT, type Ran, type RunOptions } from '../support/bundle.ts';
import { tempTree } from '../support/tree.ts';

interface Reported {
  readonly rule: string;
  readonly severity: string;
  readonly rejects: boolean;
  readonly message: string;
  readonly file: string;
  readonly range: { readonly start: { readonly line: number; readonly column: number } };
}

const HAPROXY = `global
    maxconn 100

defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h

frontend in
    bind :8080
    default_backend out

backend out
    server a 192.0.2.1:80 check
`;
const KEEPALIVED = `vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        192.0.2.9/24
    }
}
`;
const SSHD = 'Port 22\nPermitRootLogin no\n';
const SYSCTL = 'net.ipv4.ip_nonlocal_bind=1\n';
const VIP = 'fixtures/clusters/ssh-vip';
const SECRET = 'MySecretPass';

const trees: { gone(): void }[] = [];
const tree = (files: Parameters<typeof tempTree>[0]): string => {
  const made = tempTree(files);
  trees.push(made);
  return made.path;
};
beforeAll(ensureBundle);
afterAll(() => {
  for (const each of trees) each.gone();
});

/** Findings of every level for the directory it runs in. */
async function findings(
  cwd: string,
  args: readonly string[] = [],
): Promise<{ readonly ran: Ran; readonly all: readonly Reported[] }> {
  const ran = await halint(['--format', 'json', '--level', 'info', '--no-config', ...args], { cwd });
  expect(ran.stderr).not.toMatch(/bug/);
  return { ran, all: (JSON.parse(ran.stdout) as { findings: Reported[] }).findings };
}

async function usageError(args: readonly string[], options?: RunOptions): Promise<string> {
  const ran = await halint(args, options);
  expect(ran.code, ran.stderr).toBe(2);
  expect(ran.stdout).toBe('');
  expect(ran.stderr.trimEnd().split('\n'), ran.stderr).toHaveLength(1);
  expect(ran.stderr).not.toMatch(/\n\s+at /);
  return ran.stderr;
}

const oneHost = (
  name: 'haproxy' | 'keepalived' | 'sshd' | 'sysctl',
  content: string | Uint8Array,
): Record<string, string | Uint8Array> => ({
  [{
    haproxy: 'h/etc/haproxy/haproxy.cfg',
    keepalived: 'h/etc/keepalived/keepalived.conf',
    sshd: 'h/etc/ssh/sshd_config',
    sysctl: 'h/etc/sysctl.d/10-vip.conf',
  }[name]]: content,
});
const TEXTS = { haproxy: HAPROXY, keepalived: KEEPALIVED, sshd: SSHD, sysctl: SYSCTL };
const LANGUAGES = ['haproxy', 'keepalived', 'sshd', 'sysctl'] as const;

describe('paths', () => {
  test('a missing one is one line and exit 2', async () => {
    expect(await usageError(['no-such-path'])).toBe('halint: no-such-path: no such file or directory\n');
  });

  test('a directory without configuration has no problems', async () => {
    const ran = await halint([tree({ 'notes.txt': 'x' })]);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('no problems in 0 files of 0 hosts') });
  });

  test('a file that may not be read is a missing fact, given by name it is exit 2', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('root may read every file: run as another user to test this');
    const cwd = tree({ ...oneHost('sshd', SSHD), ...oneHost('haproxy', HAPROXY + 'nonsense\n') });
    chmodSync(join(cwd, 'h/etc/ssh/sshd_config'), 0);
    const { all } = await findings(cwd);
    expect(all.find((each) => each.rule === 'system/unreadable-file')).toMatchObject({
      severity: 'info',
      file: 'h/etc/ssh/sshd_config',
    });
    expect(all.some((each) => each.file === 'h/etc/haproxy/haproxy.cfg')).toBe(true);
    expect(await usageError(['h/etc/ssh/sshd_config'], { cwd })).toContain('permission denied');
  });

  test('a directory in the place of a file does not keep the others from being linted', async () => {
    const cwd = tree(oneHost('haproxy', HAPROXY + 'nonsense\n'));
    mkdirSync(join(cwd, 'h/etc/ssh/sshd_config'), { recursive: true });
    const { ran, all } = await findings(cwd);
    expect(ran.code).toBe(1);
    expect(all.some((each) => each.file === 'h/etc/haproxy/haproxy.cfg')).toBe(true);
  });

  test('a loop of symbolic links is reported, by name it is exit 2', async () => {
    const cwd = tree(oneHost('haproxy', HAPROXY));
    mkdirSync(join(cwd, 'h/etc/keepalived'));
    symlinkSync('keepalived.conf', join(cwd, 'h/etc/keepalived/keepalived.conf'));
    symlinkSync('..', join(cwd, 'h/etc/haproxy/up'));
    const { all } = await findings(cwd);
    expect(all.filter((each) => each.rule === 'system/link-loop')).toMatchObject([
      { file: 'h/etc/keepalived/keepalived.conf' },
    ]);
    await usageError(['h/etc/keepalived/keepalived.conf'], { cwd });
  });

  test('a loop of directories ends', async () => {
    const cwd = tree({ 'ha0/haproxy.cfg': HAPROXY });
    symlinkSync('..', join(cwd, 'ha0/again'));
    symlinkSync('round', join(cwd, 'round'));
    expect((await findings(cwd)).ran.code).toBe(0);
  });
});

describe('leaving the root', () => {
  const outside = 'frontend stolen\n    nonsense-of-outside\n';

  test('an Include with .. is reported and not read', async () => {
    const cwd = tree({
      ...oneHost('sshd', `Include /etc/ssh/../../../outside.conf\n${SSHD}`),
      'outside.conf': 'NonsenseOfOutside yes\n',
    });
    const { ran, all } = await findings(join(cwd, 'h'), ['.']);
    expect(all.filter((each) => each.rule === 'system/include-outside-root')).toMatchObject([
      { range: { start: { line: 1 } } },
    ]);
    expect(ran.stdout).not.toContain('NonsenseOfOutside');
  });

  test('a link is reported and not read', async () => {
    const cwd = tree({ ...oneHost('sshd', SSHD), 'outside.cfg': outside });
    mkdirSync(join(cwd, 'h/etc/haproxy'));
    symlinkSync('../../../outside.cfg', join(cwd, 'h/etc/haproxy/haproxy.cfg'));
    const { ran, all } = await findings(join(cwd, 'h'), ['.']);
    expect(all.filter((each) => each.rule === 'system/link-outside-root')).toHaveLength(1);
    expect(ran.stdout).not.toContain('nonsense-of-outside');
  });

  test('an absolute link starts at the root of the host', async () => {
    const cwd = tree({ ...oneHost('sshd', SSHD), 'h/etc/haproxy/real.cfg': `${HAPROXY}nonsense\n` });
    symlinkSync('/etc/haproxy/real.cfg', join(cwd, 'h/etc/haproxy/haproxy.cfg'));
    const { all } = await findings(cwd);
    expect(all.some((each) => each.file === 'h/etc/haproxy/haproxy.cfg' && each.message.includes('nonsense'))).toBe(
      true,
    );
  });
});

describe('a link that an Include needs', () => {
  test.each([
    ['system/link-outside-root', '../../../../outside.conf'],
    ['system/link-loop', 'a.conf'],
  ])('%s stands at the Include', async (rule, target) => {
    const cwd = tree({
      ...oneHost('sshd', `Port 22\nInclude /etc/ssh/sshd_config.d/*.conf\n`),
      'outside.conf': 'NonsenseOfOutside yes\n',
    });
    mkdirSync(join(cwd, 'h/etc/ssh/sshd_config.d'));
    symlinkSync(target, join(cwd, 'h/etc/ssh/sshd_config.d/a.conf'));
    const { all } = await findings(cwd);
    expect(all.filter((each) => each.rule === rule)).toMatchObject([
      {
        file: 'h/etc/ssh/sshd_config',
        range: { start: { line: 2 } },
        message: expect.stringContaining('h/etc/ssh/sshd_config.d/a.conf: '),
      },
    ]);
  });
});

describe('content', () => {
  test('a host whose only file is no text is a host all the same', async () => {
    const cwd = tree(
      oneHost(
        'sshd',
        Uint8Array.from({ length: 512 }, (_, i) => (i * 73 + 41) % 256),
      ),
    );
    for (const path of ['.', 'h/etc/ssh/sshd_config']) {
      const { ran } = await findings(cwd, [path]);
      expect(JSON.parse(ran.stdout)).toMatchObject({
        summary: { errors: 1, files: 1, hosts: 1 },
        findings: [{ rule: 'system/binary-file', host: 'h', message: 'this is not a text file: not read' }],
      });
    }
    expect(await usageError(['effective', 'h', 'sshd', '.'], { cwd })).toContain(
      'nothing of h could be read: h/etc/ssh/sshd_config: this is not a text file',
    );
  });

  test('binary junk is one finding with file and line; the other files are linted', async () => {
    const junk = Uint8Array.from({ length: 4096 }, (_, i) => (i * 73 + 41) % 256);
    const cwd = tree({ ...oneHost('haproxy', junk), ...oneHost('keepalived', KEEPALIVED + 'nonsense\n') });
    const { ran, all } = await findings(cwd);
    expect(ran.code).toBe(1);
    expect(all.filter((each) => each.file === 'h/etc/haproxy/haproxy.cfg')).toMatchObject([
      { rule: 'system/binary-file', severity: 'error', rejects: true },
    ]);
    expect(all.some((each) => each.file === 'h/etc/keepalived/keepalived.conf')).toBe(true);
  });

  test('a file of 64 MiB is one finding in bounded time; the other files are linted', async () => {
    const block = 'backend b\n    server s 192.0.2.1:80\n';
    const big = block.repeat(Math.ceil((64 * 1024 * 1024) / block.length));
    const cwd = tree({ ...oneHost('haproxy', big), ...oneHost('keepalived', `${KEEPALIVED}nonsense\n`) });
    const started = performance.now();
    const { ran, all } = await findings(cwd);
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(ran.code).toBe(1);
    expect(all.filter((each) => each.file === 'h/etc/haproxy/haproxy.cfg')).toMatchObject([
      { rule: 'system/unreadable-file', message: expect.stringContaining('MiB') },
    ]);
    expect(all.some((each) => each.file === 'h/etc/keepalived/keepalived.conf')).toBe(true);
  });

  test.each(LANGUAGES)('a NUL in a file of %s does no harm', async (language) => {
    const cwd = tree(oneHost(language, TEXTS[language].replace('\n', ' \0x\n')));
    const { ran } = await findings(cwd);
    expect([0, 1]).toContain(ran.code);
  });

  test('haproxy refuses a NUL', async () => {
    const { all } = await findings(tree(oneHost('haproxy', HAPROXY.replace('100', '1\x000'))));
    expect(all.filter((each) => each.rejects)).toMatchObject([{ range: { start: { line: 2 } } }]);
  });

  test.each(LANGUAGES)('a BOM in front of %s', async (language) => {
    const { all } = await findings(tree(oneHost(language, `\uFEFF${TEXTS[language]}`)));
    const first = all.filter((each) => each.range.start.line === 1 && each.severity !== 'info');
    if (language === 'haproxy' || language === 'sshd') expect(first.some((each) => each.rejects)).toBe(true);
    expect(first.length).toBeLessThanOrEqual(1);
  });

  test.each(LANGUAGES)('CRLF in %s gives no finding', async (language) => {
    const { all: plain } = await findings(tree(oneHost(language, TEXTS[language])));
    const { all } = await findings(tree(oneHost(language, TEXTS[language].replaceAll('\n', '\r\n'))));
    expect(all.map((each) => each.rule)).toEqual(plain.map((each) => each.rule));
  });

  test.each(LANGUAGES)('no final newline in %s', async (language) => {
    const { all: plain } = await findings(tree(oneHost(language, TEXTS[language])));
    const { all } = await findings(tree(oneHost(language, TEXTS[language].trimEnd())));
    const known = new Set(plain.map((each) => each.rule));
    const extra = all.filter((each) => !known.has(each.rule));
    if (language !== 'haproxy') expect(extra).toEqual([]);
    else expect(extra).toMatchObject([{ rejects: true, range: { start: { line: 15 } } }]);
  });

  test.each(LANGUAGES)('a line of 100,000 characters in %s', async (language) => {
    const { ran, all } = await findings(tree(oneHost(language, `${TEXTS[language]}# ${'x'.repeat(100_000)}\n`)));
    expect([0, 1]).toContain(ran.code);
    expect(ran.stdout.length).toBeLessThan(50_000);
    if (language === 'sysctl') expect(all.filter((each) => each.severity !== 'info')).toEqual([]);
    const words = await halint(['.'], {
      cwd: tree(oneHost(language, `${TEXTS[language]}${'word '.repeat(20_000)}\n`)),
    });
    expect([0, 1], words.stderr).toContain(words.code);
    for (const line of words.stdout.split('\n')) expect(line.length).toBeLessThan(400);
  });
});

describe('usage', () => {
  test('a broken halint.config.yaml is file, line and column', async () => {
    const cwd = tree({ ...oneHost('sshd', SSHD), 'halint.config.yaml': 'version: 1\npreset: strictest\n' });
    expect(await usageError(['.'], { cwd })).toMatch(/^halint: halint\.config\.yaml:2:\d+: /);
    writeFileSync(join(cwd, 'halint.config.yaml'), 'version: 1\nrules: [\n');
    expect(await usageError(['.'], { cwd })).toMatch(/^halint: halint\.config\.yaml:\d+:\d+: /);
    expect((await halint(['.', '--no-config'], { cwd })).code).toBe(0);
  });

  test.each([
    [['--no-such-flag'], 'no-such-flag'],
    [['--target', 'haproxy=new', VIP], 'haproxy=3.0'],
    [['--format', 'xml', VIP], 'sarif'],
    [['--rule', 'x', VIP], 'ID=off'],
    [['failover', VIP, '--events', 'explode:ha0'], 'explode'],
    [['failover', VIP, '--events', 'host-down:ha9', '--format', 'json'], 'ha9'],
    [['explain', 'no-such-word-at-all'], 'no-such-word-at-all'],
    [['-', VIP], 'standard input'],
  ])('%j is exit 2', async (args, says) => {
    expect(await usageError(args)).toContain(says);
  });

  test('standard input is read with --as and with --stdin-filename', async () => {
    const input = `${HAPROXY}nonsense\n`;
    for (const flags of [
      ['--as', 'haproxy'],
      ['--stdin-filename', 'haproxy.cfg'],
    ]) {
      const ran = await halint(['-', '-f', 'concise', ...flags], { input });
      expect(ran.code).toBe(1);
      expect(ran.stdout).toContain(':16:');
    }
    await usageError(['-'], { input: 'what is this\n' });
  });

  test('--fail-on and --level', async () => {
    const warned = [
      VIP,
      '--only',
      'cross/failover-weight-too-small',
      '--rule',
      'cross/failover-weight-too-small=warning',
    ];
    expect((await halint(warned)).code).toBe(0);
    expect((await halint([...warned, '--fail-on', 'warning'])).code).toBe(1);
    expect((await halint([VIP, '--fail-on', 'never'])).code).toBe(0);
    const cwd = tree({ sshd_config: `Include /etc/ssh/sshd_config.d/*.conf\n${SSHD}` });
    const { all } = await findings(cwd, ['sshd_config']);
    expect(all).toMatchObject([{ rule: 'system/include-not-followed', severity: 'info' }]);
    expect((await halint(['sshd_config', '-f', 'json'], { cwd })).stdout).toContain('"findings": []');
  });

  test('several formats at once, one of them to a file', async () => {
    const cwd = tree(oneHost('haproxy', `${HAPROXY}nonsense\n`));
    const ran = await halint(['.', '-f', 'concise', '-f', 'json=out.json', '-f', 'sarif=out.sarif'], { cwd });
    expect(ran.code).toBe(1);
    expect(ran.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8'))).toMatchObject({ version: 1 });
    expect(JSON.parse(readFileSync(join(cwd, 'out.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
    await usageError(['.', '-f', 'json=no/such/folder.json'], { cwd });
  });
});

describe('--fix', () => {
  // What keepalived runs without a shell needs no redirection; the rule's fix takes it out.
  const file = 'h/etc/keepalived/keepalived.conf';
  const latin1 = Buffer.from(
    `# gew\xF6hnlich\nvrrp_script chk {\n    script "killall -0 haproxy >/dev/null"\n}\n${KEEPALIVED.replace('priority 100\n', 'priority 100\n    authentication {\n        auth_type PASS\n        auth_pass hunter22\n    }\n    track_script {\n        chk\n    }\n')}`,
    'latin1',
  );

  test('bytes that are not UTF-8 stay, a second run changes nothing', async () => {
    const cwd = tree({ [file]: latin1 });
    const first = await halint(['.', '--fix', '--unsafe'], { cwd });
    expect([0, 1], first.stderr).toContain(first.code);
    const once = readFileSync(join(cwd, file));
    expect(once.equals(latin1), 'something was fixed').toBe(false);
    expect(once.includes(Buffer.from('gew\xF6hnlich', 'latin1'))).toBe(true);
    const second = await halint(['.', '--fix', '--unsafe'], { cwd });
    expect(readFileSync(join(cwd, file)).equals(once)).toBe(true);
    expect(second.stderr).not.toContain('fixed');
  });

  test('--diff prints a patch without a secret and changes nothing', async () => {
    const cwd = tree({ [file]: latin1 });
    const ran = await halint(['.', '--diff', '--unsafe'], { cwd });
    expect(ran.stdout).toMatch(/^--- a\/h\/etc\/keepalived\/keepalived\.conf/m);
    expect(ran.stdout).toMatch(/^\+ .*killall/m);
    expect(ran.stdout).not.toContain('hunter22');
    expect(readFileSync(join(cwd, file)).equals(latin1)).toBe(true);
  });
});

describe('other commands', () => {
  test('explain knows rules and keywords', async () => {
    expect((await halint(['explain', 'cross/failover-weight-too-small'])).stdout).toContain(
      'failover-weight-too-small',
    );
    expect((await halint(['explain', 'virtual_router_id'])).stdout).toContain('vrrp_instance');
  });

  test('rules --format json', async () => {
    const { rules } = JSON.parse((await halint(['rules', '--format', 'json'])).stdout) as { rules: object[] };
    expect(rules.length).toBeGreaterThan(20);
    for (const rule of rules)
      expect(Object.keys(rule).sort()).toEqual(
        ['aliases', 'fix', 'id', 'preset', 'scope', 'severity', 'since', 'summary', 'url'].sort(),
      );
  });

  test('config check, show and schema', async () => {
    const cwd = tree({ 'halint.config.yaml': 'version: 1\npreset: strict\n' });
    expect(await halint(['config', 'check'], { cwd })).toMatchObject({ code: 0, stdout: 'halint.config.yaml: ok\n' });
    expect((await halint(['config', 'show'], { cwd })).stdout).toMatch(/halint\.config\.yaml[^]*preset: strict/);
    expect(JSON.parse((await halint(['config', 'schema'])).stdout)).toMatchObject({ type: 'object' });
    writeFileSync(join(cwd, 'halint.config.yaml'), 'version: 2\npreset: x\n');
    const bad = await halint(['config', 'check'], { cwd });
    expect(bad.code).toBe(2);
    expect(`${bad.stdout}${bad.stderr}`).toMatch(/halint\.config\.yaml:1:\d+: [^]*halint\.config\.yaml:2:\d+: /);
    rmSync(join(cwd, 'halint.config.yaml'));
  });

  test('listeners --format json', async () => {
    const { hosts } = JSON.parse((await halint(['listeners', VIP, '--format', 'json'])).stdout) as { hosts: object[] };
    expect(hosts).toMatchObject([{ host: 'ha0' }, { host: 'ha1' }]);
  });

  test('parse --format tree and json', async () => {
    const path = `${VIP}/ha0/etc/keepalived/keepalived.conf`;
    const shown = await halint(['parse', path]);
    expect(shown.stdout).toContain('\n  vrrp_instance 7:1-23:2\n');
    expect(shown.stdout).toContain('number "51" 10:23-10:25');
    const tree = JSON.parse((await halint(['parse', path, '--format', 'json'])).stdout) as object;
    expect(tree).toMatchObject({
      kind: 'file',
      instances: [{ kind: 'vrrp_instance', virtualRouterId: { value: 51, span: { start: 177, end: 179 } } }],
    });
    expect(JSON.stringify(tree)).not.toMatch(/"(local|section|head)":/);
  });
});

describe('secrets', () => {
  const path = 'fixtures/clusters/broken-auth-mismatch';
  const file = `${path}/ha0/etc/keepalived/keepalived.conf`;

  test.each([
    'pretty',
    'concise',
    'json',
    'jsonl',
    'sarif',
    'junit',
    'github',
    'gitlab',
    'checkstyle',
    'markdown',
    'html',
  ])('never show in %s', async (format) => {
    const { stdout, stderr } = await halint([path, '-f', format, '--level', 'info', '--preset', 'all']);
    expect(stdout).not.toBe('');
    expect(stdout + stderr).not.toContain(SECRET);
    for (const secret of secretsOf(path)) expect(stdout + stderr).not.toContain(secret);
  });

  test.each([
    ['parse', file],
    ['parse', file, '--format', 'json'],
    ['lint', path, '--diff', '--unsafe', '--preset', 'all'],
    ['failover', path, '--format', 'json'],
    ['listeners', path, '--format', 'json'],
  ])('never show in %s %s %s %s', async (...args) => {
    const { stdout, stderr } = await halint(args);
    for (const secret of secretsOf(path)) expect(stdout + stderr).not.toContain(secret);
  });

  test('are *** in the tree', async () => {
    expect((await halint(['parse', file])).stdout).toContain('word "***"');
    expect((await halint(['parse', file, '--format', 'json'])).stdout).toContain('"value": "***"');
  });
});

function secretsOf(path: string): readonly string[] {
  return ['ha0', 'ha1'].map((host) => {
    const text = readFileSync(join(ROOT, path, host, 'etc/keepalived/keepalived.conf'), 'utf8');
    return /auth_pass (\S+)/.exec(text)?.[1] ?? SECRET;
  });
}
