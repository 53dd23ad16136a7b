import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/bundle.ts';

interface Message {
  readonly line: number;
  readonly text: string;
  readonly class: 'config' | 'environment';
}
interface Daemon {
  askKeepalived(version: string, text: string): Promise<{ exit: number; messages: readonly Message[] }>;
  whyNoKeepalived(version: string): Promise<string | undefined>;
  messagesOf(output: string): readonly Omit<Message, 'class'>[];
}
interface Finding {
  readonly line: number;
  readonly rule: string;
}
interface Comparison {
  matched(
    config: readonly Omit<Message, 'class'>[],
    environment: readonly Omit<Message, 'class'>[],
    ours: readonly Finding[],
    lines: readonly string[],
  ): {
    placed: { line: number; found: boolean; strictly: boolean }[];
    unplaced: { text: string; found: boolean }[];
    extra: Finding[];
  };
}
interface Mutations {
  OPERATORS: Record<string, unknown>;
  secured(text: string): string;
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
const { askKeepalived, whyNoKeepalived, messagesOf } = (await import(module('./keepalived-daemon.mjs'))) as Daemon;
const { matched } = (await import(module('./keepalived.mjs'))) as Comparison;
const { OPERATORS, secured } = (await import(module('./keepalived-mutate.mjs'))) as Mutations;
const { mutantsOf } = (await import(module('./mutate.mjs'))) as Mutate;

const VERSIONS = ['2.2.7', '2.3.4'];
const reasons = (await Promise.all(VERSIONS.map(whyNoKeepalived))).filter((reason) => reason !== undefined);
const required = (process.env['HALINT_REQUIRE'] ?? '').split(',').includes('daemons');
if (reasons.length > 0) console.warn(`SKIPPED: ${reasons.join('; ')}`);

test.runIf(required)('keepalived is here', () => expect(reasons).toEqual([]));

/** An instance with nothing to say of; `more` follows as line 8. */
const instance = (...more: string[]): string =>
  [
    'vrrp_instance VI_1 {',
    '  interface eth0',
    '  virtual_router_id 51',
    '  priority 100',
    '  virtual_ipaddress {',
    '    192.0.2.100/24',
    '  }',
    ...more,
    '}',
    '',
  ].join('\n');
const TRACKED = ['vrrp_script chk {', '  script "/usr/local/bin/no-such-check"', '}', ''].join('\n');

/** What -t says of a text. The comments say where in keepalived's sources it says so. */
const SAYINGS: readonly (readonly [name: string, text: string, exit: number, said: readonly string[]])[] = [
  ['nothing of an instance', instance(), 0, []],
  ['nothing of scripts, users and hosts that only the sandbox has', secured(`${TRACKED}${instance('  track_script {', '    chk', '  }', '  notify_master "/srv/x/m.sh up" alice staff')}`).replace('global_defs {', 'global_defs {\n  smtp_server mail.example.org'), 0, []], // prettier-ignore
  // vrrp_parser.c, vrrp_state_handler
  ['an unknown state', instance('  state SLAVE'), 5, ["8 (VI_1) unknown state 'SLAVE', defaulting to BACKUP config"]],
  // vrrp_parser.c, vrrp_auth_pass_handler
  ['a long password', instance('  authentication {', '    auth_type PASS', '    auth_pass ninechars', '  }'), 5, ['10 Truncating auth_pass to 8 characters config']], // prettier-ignore
  // vrrp.c, check_vrrp_script_security: CONFIG_SECURITY_ERROR is exit 6
  ['scripts without enable_script_security', `${TRACKED}${instance('  track_script {', '    chk', '  }')}`, 6, ['0 SECURITY VIOLATION - scripts are being executed but script_security not enabled. config']], // prettier-ignore
  // parser.c, null_strvec: ends with exit 2 at once
  ['a statement without its word', instance('  advert_int'), 2, ['8 *** Configuration line starting `advert_int` is missing a parameter after keyword `advert_int` at word position 2 config']], // prettier-ignore
  // parser.c, process_stream
  ['a keyword it does not know', instance('  prioritty 90'), 5, ["8 Unknown keyword 'prioritty' config"]],
  ['a brace too many', `${instance()}}\n`, 5, ["9 Extra '}' found config", "9 Unknown keyword '}' config"]],
  ['a block that is not closed', instance().replace(/\}\n$/, ''), 5, ["0 There are 1 missing '}'s or extra '{'s config"]], // prettier-ignore
  // vrrp_track.c, alloc_track_script
  ['a script that is not defined', instance('  track_script {', '    nowhere', '  }'), 5, ['9 (VI_1) track script nowhere not found, ignoring... config']], // prettier-ignore
  // vrrp.c, vrrp_complete_instance: without `interface` it is about the text
  ['no interface', instance().replace('  interface eth0\n', ''), 5, ['0 (VI_1) Unknown interface! config']],
  // vrrp_parser.c, vrrp_int_handler; it leaves the instance without an interface
  ['an interface with a name of 16 letters', instance().replace('eth0', 'sixteen_letters_'), 5, ["2 Interface name 'sixteen_letters_' too long - ignoring config", '0 (VI_1) Unknown interface! config']], // prettier-ignore
  // vrrp_ipaddress.c: looked for as if there could be one
  ['an address of such an interface', instance().replace('2.100/24', '2.100/24 dev sixteen_letters_'), 5, ["6 WARNING - interface sixteen_letters_ for ip address 192.0.2.100/24 doesn't exist config", '0 Non-existent interface specified in configuration environment']], // prettier-ignore
];

describe.skipIf(reasons.length > 0)('keepalived -t in the sandbox', () => {
  describe.each(VERSIONS)('%s', (version) => {
    test.each(SAYINGS)('says %s', async (_name, text, exit, said) => {
      const answer = await askKeepalived(version, text);
      // Each of the processes that read the file tells of its braces.
      const told = new Set(answer.messages.map((message) => `${message.line} ${message.text} ${message.class}`));
      expect([...told]).toEqual(said);
      expect(answer.exit).toBe(exit);
    });
  });

  test('versions differ where their sources do: only 2.3 knows equal addresses', async () => {
    const text = instance().replace('    192.0.2.100/24\n', '    192.0.2.100/24\n    192.0.2.100/24\n');
    const [old, now] = await Promise.all(VERSIONS.map((version) => askKeepalived(version, text)));
    expect(old).toEqual({ exit: 0, messages: [] });
    expect(now?.exit).toBe(5);
    expect(now?.messages).toMatchObject([{ line: 7, class: 'config', text: /VIP duplicates a VIP 192\.0\.2\.100/ }]);
  });

  test('conformance compares files and mutants with it', () => {
    const args = [join(ROOT, 'test/conformance/conformance.mjs'), '--lang', 'keepalived', '--version', '2.2.7'];
    // The first is told of its password and its script, the second of nothing: mutants are made of the second.
    const files = ['ssh-vip/ha0', 'ssh-vip-fixed/ha0'].map((host) => join(ROOT, `fixtures/clusters/${host}/etc/keepalived/keepalived.conf`)); // prettier-ignore
    const run = spawnSync(process.execPath, [...args, '--mutants', '30', ...files], { encoding: 'utf8' });
    expect([run.status, run.stderr.split('\n').filter((line) => line.startsWith('false '))]).toEqual([0, []]);
    const report = JSON.parse(run.stdout) as Record<'files' | 'mutants', Record<string, number>>;
    expect(report.files).toMatchObject({ files: 2, agreement: 100, falseRejects: 0 });
    expect(report.mutants).toMatchObject({ files: 30, falseRejects: 0 });
  }, 60_000);
});

test('a version that is not here is told in one line', () => {
  const args = [join(ROOT, 'test/conformance/conformance.mjs'), '--lang', 'keepalived', '--version', '1.5', ROOT];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^conformance: keepalived 1\.5 .* npm run daemons\n$/);
});

describe('what is compared', () => {
  test('messages have the line of the file or none', () => {
    const output =
      "(/etc/keepalived/keepalived.conf: Line 12) Unknown keyword 'x'\n(Line 3) y\n(VI_1) No VIP specified\n";
    expect(messagesOf(output)).toEqual([
      { line: 12, text: "Unknown keyword 'x'" },
      { line: 3, text: 'y' },
      { line: 0, text: '(VI_1) No VIP specified' },
    ]);
  });

  test('a message takes the finding on its line, then of the block it names, then any', () => {
    const lines = ['vrrp_instance A {', '  x', '}', 'vrrp_instance B {', '  y', '}', 'z'];
    const ours = [2, 5, 7].map((line) => ({ line, rule: `r${line}` }));
    const all = matched(
      [
        { line: 2, text: 'first of x' },
        { line: 2, text: 'second of x' },
        { line: 0, text: 'SECURITY VIOLATION' },
        { line: 0, text: '(B) No VIP specified' },
        { line: 0, text: '(A) No VIP specified' },
      ],
      [],
      ours,
      lines,
    );
    expect(all.placed.map(({ found, strictly }) => [found, strictly])).toEqual([
      [true, true],
      [true, false],
    ]);
    // The finding in A is used by the first message of its line.
    expect(all.unplaced.map(({ text, found }) => [text, found])).toEqual([
      ['(B) No VIP specified', true],
      ['(A) No VIP specified', false],
      ['SECURITY VIOLATION', true],
    ]);
    expect(all.extra).toEqual([]);
    expect(matched([], [{ line: 2, text: 'of the machine' }], ours, lines).extra.map(({ line }) => line)).toEqual([
      5, 7,
    ]);
  });

  test('a seed gives its mutants again, every operator its turn', () => {
    const files = [
      { name: 'f', text: `${TRACKED}${instance('  state MASTER', '  track_script {', '    chk', '  }')}` },
    ];
    const made = mutantsOf(files, 60, 7, OPERATORS);
    expect(made).toEqual(mutantsOf(files, 60, 7, OPERATORS));
    expect(made).not.toEqual(mutantsOf(files, 60, 8, OPERATORS));
    expect(made.every(({ text }) => text !== files[0]?.text)).toBe(true);
    expect(new Set(made.map(({ operator }) => operator)).size).toBeGreaterThan(50);
  });
});
