import { describe, expect, test } from 'vitest';
import { hostPort, type Targets } from '@halint/core';
import { Workspace } from '../../packages/engine/src/index.ts';
import { effectiveOf as effectiveOfState } from '../../packages/halint/src/effective.ts';
import { parts } from '../../packages/halint/src/knowledge.ts';
import { snapshotFromFiles } from '../../packages/halint/src/snapshot.ts';
import { addressesOf, sshdSockets } from '../../packages/model/src/index.ts';

interface Daemon {
  effectiveOf(
    version: string,
    files: Readonly<Record<string, string>>,
    connection: string | undefined,
    words: readonly string[],
  ): Promise<{ exit: number; lines: readonly string[]; said: string }>;
  whyNoSshd(version: string): Promise<string | undefined>;
}
const module = (name: string): string => new URL(name, import.meta.url).href;
const { effectiveOf, whyNoSshd } = (await import(module('./sshd-daemon.mjs'))) as Daemon;
const { inParallel } = (await import(module('./daemon.mjs'))) as {
  inParallel<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]>;
};

const VERSIONS = ['9.2', '10.0', '10.6'];
const CASES = 80;
const MAIN = '/etc/ssh/sshd_config';
const CONNECTION = 'user=alice,host=h,addr=192.0.2.1,laddr=192.0.2.2,lport=22';

const reasons = (await Promise.all(VERSIONS.map(whyNoSshd))).filter((reason) => reason !== undefined);
const required = (process.env['HALINT_REQUIRE'] ?? '').split(',').includes('daemons');
if (reasons.length > 0) console.warn(`SKIPPED: ${reasons.join('; ')}`);

test.runIf(required)('sshd is here', () => expect(reasons).toEqual([]));

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly connection: string | undefined;
  /** The words stand in /etc/default/ssh of the package's unit, else in a unit of the host's own. */
  readonly inVariables: boolean;
}

/** Options that sshd takes, each alone or with its argument. */
const TAKEN: readonly (readonly string[])[] = [
  ['-p', '2222'],
  ['-p443'],
  ['-p', 'ssh'],
  ['-p', '022'],
  ['-p', ' 23'],
  ['-o', 'Port=80'],
  ['-oPort 81'],
  ['-4'],
  ['-6'],
  ['-De4'],
  ['-g', '1h30m'],
  ['-g', '30'],
  ['-o', 'LoginGraceTime=7'],
  ['-q'],
  ['-d'],
  ['-dd'],
  ['-o', 'LogLevel=VERBOSE'],
  ['-o', 'LogLevel=quiet'],
  ['-o', 'AddressFamily=inet6'],
  ['-o', 'AddressFamily any'],
  ['-o', 'ListenAddress=10.0.0.1'],
  ['-o', 'ListenAddress 10.0.0.2:99'],
  ['-o', 'ListenAddress=[::1]:5'],
  ['-o', 'ListenAddress *'],
  ['-o', 'PermitRootLogin=no'],
  ['-o', 'permitrootlogin "prohibit-password" # why'],
  ['-o', 'AcceptEnv=A B'],
  ['-o', 'MaxStartups=5:40:50'],
  ['-o', 'MaxSessions=3'],
  ['-o', 'Banner=/etc/a b'],
  ['-o', 'Banner="/etc/a b"'],
  ['-o', 'Banner none'],
  ['-o', 'IPQoS=af21 cs1'],
  ['-o', 'AllowUsers=root'],
  ['-o', 'FingerprintHash=md5'],
  ['-o', 'RekeyLimit=1G 1h'],
  ['-o', 'Ciphers=-aes128-ctr'],
  ['-o', 'UseLogin=no'],
  ['-o', 'HostKey=/etc/ssh/ssh_host_rsa_key'],
  ['-h', '/etc/ssh/ssh_host_ecdsa_key'],
  ['-c', '/etc/ssh/cert.pub'],
  ['-o', 'HostCertificate=/etc/ssh/own.pub'],
  ['-o', 'PubkeyAuthentication=no'],
  ['-o', 'AuthenticationMethods=password'],
  ['-o', ''],
  ['-o', '# nothing'],
  ['-b', '768'],
  ['-u0'],
  ['-r'],
  ['-e'],
];

/** Options that sshd refuses at least in some company: alone (as -p 0), or with a line of a file or of another option. */
const DOUBTFUL: readonly (readonly string[])[] = [
  ['-p', '0'],
  ['-p', '70000'],
  ['-p', 'nope'],
  ['-p', ''],
  ['-o', 'Port=x'],
  ['-o', 'Port 1 2'],
  ['-g', 'x'],
  ['-g', '1.5'],
  ['-Z'],
  ['--port=3'],
  ['surplus'],
  ['--', 'surplus'],
  ['--'],
  ['-o', 'MaxSession=3'],
  ['-o', 'MaxSessions=x'],
  ['-o', 'MaxSessions 3 4'],
  ['-o', 'Banner'],
  ['-o', 'Match all'],
  ['-o', 'Match user x'],
  ['-o', 'Include=/etc/ssh/other'],
  ['-o', 'PermitRootLogin=bla'],
  ['-o', 'RefuseConnection=yes'],
  ['-o', 'Subsystem=sftp /usr/lib/other'],
  ['-o', 'AuthorizedKeysCommand=/usr/bin/keys'],
  ['-o', 'AuthorizedKeysCommandUser=root'],
  ['-o', 'AuthenticationMethods=publickey'],
  ['-o', 'PasswordAuthentication=no'],
  ['-o', 'Banner="/etc/x'],
];

/** Lines of files; sshd takes any set of them. */
const LINES = [
  'Port 2022',
  'Port 2023',
  'AddressFamily inet',
  'ListenAddress 10.0.0.5',
  'ListenAddress 10.0.0.6:1022',
  'LoginGraceTime 2m',
  'LogLevel ERROR',
  'PermitRootLogin yes',
  'AcceptEnv LANG',
  'MaxStartups 20',
  'MaxSessions 8',
  'Banner /etc/issue.net',
  'IPQoS ef',
  'AllowUsers alice',
  'HostKey /etc/ssh/ssh_host_ed25519_key',
  'Subsystem sftp internal-sftp',
  'RekeyLimit 2G',
  'FingerprintHash sha256',
  'UsePAM yes',
];
const BLOCKS = ['Match User alice', 'Match all', 'Match Address 198.51.100.0/24'];
const BLOCK_LINES = ['MaxSessions 2', 'PermitRootLogin no', 'Banner /etc/block', 'AcceptEnv BLOCK', 'LogLevel DEBUG'];

/** mulberry32: numbers from 0 to below 1. */
function randomness(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function casesOf(seed: number): readonly Case[] {
  const random = randomness(seed);
  const below = (most: number): number => Math.floor(random() * most);
  const some = <Item>(items: readonly Item[], most: number): Item[] =>
    Array.from({ length: below(most + 1) }, () => items[below(items.length)] as Item);
  const lines = (items: readonly string[], most: number): string =>
    [...new Set(some(items, most))].map((line) => `${line}\n`).join('');
  return Array.from({ length: CASES }, (_, i): Case => {
    const words = some(TAKEN, 5);
    // Every third has something that sshd may refuse.
    if (i % 3 === 0) words.splice(below(words.length + 1), 0, DOUBTFUL[below(DOUBTFUL.length)] as string[]);
    const dropIn = lines(LINES, 3);
    const include = below(2) === 0 ? 'Include /etc/ssh/sshd_config.d/*.conf\n' : '';
    const [block] = some(BLOCKS, 1);
    const tail = block === undefined ? '' : `${block}\n${lines(BLOCK_LINES, 3)}`;
    return {
      files: {
        [MAIN]: `${include}${withoutTwice(lines(LINES, 6), include === '' ? '' : dropIn)}${tail}`,
        ...(include === '' ? {} : { '/etc/ssh/sshd_config.d/10.conf': dropIn }),
      },
      words: words.flat(),
      connection: below(2) === 0 ? CONNECTION : undefined,
      inVariables: below(2) === 0,
    };
  });
}

/** Two lines of one subsystem are refused up to 9.4, whatever the command line. */
function withoutTwice(text: string, other: string): string {
  return other.includes('Subsystem') ? text.replace(/^Subsystem.*\n/m, '') : text;
}

/** A word of a command line (systemd.service(5), "Command lines"). */
const quoted = (word: string): string => `'${word}'`;
/** A value of a file of variables (systemd.exec(5), EnvironmentFile=). */
const assigned = (value: string): string => `"${value.replace(/["\\$`]/g, String.raw`\$&`)}"`;

function workspaceOf({ files, words, inVariables }: Case, openssh: string): Workspace {
  const told = words.map(quoted).join(' ');
  const tree = new Map(Object.entries(files).map(([path, text]) => [`ha0${path}`, text]));
  tree.set('ha0/etc/os-release', 'ID=debian\nVERSION_ID="12"\n');
  if (inVariables) tree.set('ha0/etc/default/ssh', `SSHD_OPTS=${assigned(told)}\n`);
  else tree.set('ha0/etc/systemd/system/ssh.service', `[Service]\nExecStart=/usr/sbin/sshd -D ${told}\n`);
  return new Workspace(snapshotFromFiles(tree), parts, { targets: { openssh } as Partial<Targets> });
}

type Answer = Awaited<ReturnType<Daemon['effectiveOf']>>;

/** Ours against the daemon's, in words; undefined where they are the same. */
function difference(each: Case, daemon: Answer, version: string): string | undefined {
  const workspace = workspaceOf(each, version);
  const [state] = workspace.hosts;
  const host = state?.host;
  if (state === undefined || host?.sshd === undefined) return 'no sshd';
  expect(workspace.guard.errors).toEqual([]);
  const refused = host.sshd.command?.refused ?? [];
  if (daemon.exit !== 0) return refused.length > 0 ? undefined : `refused, halint takes it: ${daemon.said.trim()}`;
  if (refused.length > 0)
    return `taken, halint: ${refused.map(({ option, message }) => `${option}: ${message}`).join()}`;
  const connection =
    each.connection === undefined
      ? {}
      : { user: 'alice', groups: ['alice'], addr: '192.0.2.1', laddr: '192.0.2.2', lport: 22, host: 'h' };
  const ours =
    effectiveOfState(state, connection)?.options.map(({ name, values }) => [name, ...values].join(' ')) ?? [];
  const [more, less] = [
    daemon.lines.filter((line) => !ours.includes(line)),
    ours.filter((line) => !daemon.lines.includes(line)),
  ];
  if (more.length + less.length > 0) return `sshd: ${more.join(' ¦ ')}, halint: ${less.join(' ¦ ')}`;
  if (ours.join('\n') !== daemon.lines.join('\n')) return 'the order is another';
  const asked = daemon.lines.flatMap((line) => /^listenaddress (.*)$/i.exec(line)?.[1] ?? []);
  const sockets = sshdSockets(host, addressesOf(host, undefined)).map(({ address, port }) => hostPort(address, port));
  const wrong = [...asked.filter((one) => !sockets.includes(one)), ...sockets.filter((one) => !asked.includes(one))];
  return wrong.length > 0 ? `sockets: ${wrong.join()}` : undefined;
}

describe.skipIf(reasons.length > 0)('the command line of sshd, as sshd -T has it', () => {
  const seed = Number(process.env['HALINT_SEED'] ?? 1);
  const cases = casesOf(seed);

  test.each(VERSIONS)(
    '%s',
    async (version) => {
      const answers = await inParallel(cases, ({ files, connection, words }) =>
        effectiveOf(version, files, connection, words),
      );
      const wrong = cases.flatMap((each, i) => {
        const different = difference(each, answers[i] as Answer, version);
        const { words, files, connection } = each;
        return different === undefined ? [] : [`${JSON.stringify([words, files, connection])}: ${different}`];
      });
      expect(wrong).toEqual([]);
      // Of every kind there are enough: refused ones (of the third that may be), and files of variables beside units.
      const refused = answers.filter(({ exit }) => exit !== 0).length;
      expect(refused).toBeGreaterThan(CASES / 16);
      expect(refused).toBeLessThan(CASES / 2);
      const inVariables = cases.filter((each, i) => each.inVariables && answers[i]?.exit === 0).length;
      expect(inVariables).toBeGreaterThan(CASES / 8);
      expect(inVariables).toBeLessThan(CASES - refused);
    },
    240_000,
  );
});
