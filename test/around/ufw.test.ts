import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { factHelp, readIptables, readUfw, type FactNote } from '@halint/inventory/network/index';
import { filterVerdict, type FirewallFacts, type Packet } from '@halint/model';
import fc from 'fast-check';
import { lint, snapshotFromFiles } from '../../packages/halint/src/index.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSender, type PacketSender } from './packet-sender.ts';

// What halint says of the files of ufw beside what the real ufw makes of them, in a network namespace and with a /etc/ufw of its own.

const RULES = '/usr/share/ufw/iptables';
const has = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const able =
  process.getuid?.() === 0 &&
  ['ufw', 'iptables-restore', 'nft', 'python3', 'unshare'].every((command) => has(command, '--version')) &&
  has('ip', 'netns', 'list') &&
  has('test', '-f', '/usr/share/ufw/iptables/before.rules');
if (!able) console.warn('SKIPPED: ufw, iptables, nft, ip, python3 and root are needed to set up a real ufw');

interface Made {
  readonly input: string;
  readonly output: string;
  readonly ipv6: string;
  /** Behind `ufw`. */
  readonly commands: readonly string[];
  /** Lines of before.rules in front of its COMMIT. */
  readonly before: readonly string[];
  /** after.rules and after6.rules get no rule. */
  readonly front: readonly string[];
}

/** Runs ufw with these settings; what it left in /etc/ufw and /etc/default, and what iptables-save and ip6tables-save say then. */
function run(
  made: Made,
  netns: string,
): { readonly files: Map<string, string>; readonly saved: readonly FirewallFacts[] } {
  const folder = mkdtempSync(join(tmpdir(), 'halint-ufw-'));
  try {
    const etc = join(folder, 'ufw');
    mkdirSync(join(etc, 'applications.d'), { recursive: true });
    for (const name of readdirSync(RULES)) {
      let text = readFileSync(join(RULES, name), 'utf8');
      if (name === 'before.rules')
        text = text
          .replace(/\nCOMMIT/, `\n${made.before.join('\n')}\nCOMMIT`)
          .replace('# allow all on loopback', `${made.front.join('\n')}\n`);
      writeFileSync(join(etc, name), text);
    }
    writeFileSync(join(etc, 'ufw.conf'), 'ENABLED=no\nLOGLEVEL=low\n');
    const defaults = `# settings\nIPV6=${made.ipv6}\nDEFAULT_INPUT_POLICY="${made.input}"\nDEFAULT_OUTPUT_POLICY="${made.output}"\nDEFAULT_FORWARD_POLICY="DROP"\nDEFAULT_APPLICATION_POLICY="SKIP"\nMANAGE_BUILTINS=yes\nIPT_SYSCTL=\nIPT_MODULES=""\n`;
    writeFileSync(join(folder, 'default'), defaults);
    const script = [
      'set -e',
      `mount --bind ${etc} /etc/ufw`,
      `mount --bind ${folder}/default /etc/default/ufw`,
      'mount -t tmpfs none /run',
      'nft flush ruleset',
      ...made.commands.map((each) => `ufw ${each} >/dev/null`),
      'ufw --force enable >/dev/null',
      `iptables-save -t filter > ${folder}/v4`,
      `ip6tables-save -t filter > ${folder}/v6`,
    ].join('\n');
    const ran = spawnSync('ip', ['netns', 'exec', netns, 'unshare', '-m', 'bash', '-c', script], { timeout: 60_000 });
    expect(`${ran.stderr.toString()}${ran.status === 0 ? '' : `status ${ran.status ?? 0}`}`).toBe('');
    const files = new Map<string, string>(
      readdirSync(etc).flatMap((name) =>
        /\.(?:rules|conf)$/.test(name) ? [[`/etc/ufw/${name}`, readFileSync(join(etc, name), 'utf8')] as const] : [],
      ),
    );
    files.set('/etc/default/ufw', defaults);
    const saved = ['v4', 'v6'].map(
      (name) => [`/etc/iptables/rules.${name}`, readFileSync(join(folder, name), 'utf8')] as const,
    );
    return { files, saved: readIptables(new Map(saved)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const OWN = { ipv4: '10.96.0.2', ipv6: 'fd96::2' } as const;
const PEER = { ipv4: '10.96.0.1', ipv6: 'fd96::1' } as const;
const GROUP = { ipv4: '224.0.0.18', ipv6: 'ff02::12' } as const;
const PACKETS: readonly Packet[] = (['ipv4', 'ipv6'] as const).flatMap((family) =>
  (['in', 'out'] as const).flatMap((way) => {
    const [source, destination] = way === 'in' ? [PEER[family], OWN[family]] : [OWN[family], PEER[family]];
    const common = { family, way, source, state: 'new', interface: 'e0' } as const;
    return [
      { ...common, protocol: 112, destination },
      { ...common, protocol: 112, destination: GROUP[family] },
      { ...common, protocol: 51, destination },
      ...[22, 80, 8080, 445].map((port) => ({ ...common, protocol: 6, destination, port })),
      ...[514, 68].map((port) => ({ ...common, protocol: 17, destination, port })),
      { ...common, protocol: 6, destination, port: 8080, state: 'established' as const },
    ];
  }),
);

const COMMANDS = [
  'allow 22/tcp',
  'allow in on e0 to any port 80,8080 proto tcp comment "a web site"',
  'deny in on e0 to any port 514 proto udp',
  `allow in proto vrrp from ${PEER.ipv4}`,
  `allow proto vrrp from 10.96.0.0/24 to ${GROUP.ipv4}`,
  `allow from ${PEER.ipv4} to ${GROUP.ipv4}`,
  'allow proto vrrp from fe80::/10',
  `deny from ${PEER.ipv4}`,
  `allow from ${PEER.ipv6}`,
  `allow in proto ah from ${PEER.ipv4}`,
  `reject out to ${PEER.ipv4} port 80,81 proto tcp`,
  'allow out 22/tcp',
  'limit 22/tcp',
  'logging high',
  'insert 1 deny in on e1',
];
const LINES = [
  `-A ufw-before-input -p vrrp -d ${GROUP.ipv4} -j ACCEPT`,
  '-I ufw-before-input -p 112 -j ACCEPT',
  '-I INPUT 2 -s 10.96.0.1 -j REJECT --reject-with icmp-port-unreachable -p ah',
  '-A ufw-before-input -j DROP -m addrtype ! --dst-type LOCAL,MULTICAST',
  '-A ufw-before-output -p ah -j REJECT',
  '-F ufw-not-local',
];
const policy = fc.constantFrom('ACCEPT', 'DROP', 'REJECT');
const madeOf: fc.Arbitrary<Made> = fc
  .record({
    input: policy,
    output: policy,
    ipv6: fc.constantFrom('yes', 'yes', 'no'),
    commands: fc.subarray(COMMANDS, { maxLength: 5 }),
    before: fc.subarray(LINES, { maxLength: 2 }),
    front: fc.subarray(LINES, { maxLength: 1 }),
  })
  .map((made) => {
    // ufw refuses addresses of a family that it does not filter, and puts nothing in front of nothing.
    const taken = made.ipv6 === 'yes' ? made.commands : made.commands.filter((each) => !/from f[de]/.test(each));
    const hasRule = taken.includes('allow 22/tcp') || taken.includes('limit 22/tcp');
    return { ...made, commands: hasRule ? taken : taken.filter((each) => !each.startsWith('insert')) };
  });
const PLAIN: Made = { input: 'DROP', output: 'ACCEPT', ipv6: 'yes', commands: [], before: [], front: [] };

const instance = (priority: number): string =>
  `vrrp_instance V {\n interface e0\n virtual_router_id 51\n priority ${priority}\n virtual_ipaddress {\n  10.96.0.100/24\n }\n}\n`;
const CHAINS = ['before', 'after', 'user'];
/** As short as ufw takes them. */
const rulesOf = (part: string, six: string, ...rules: string[]): string =>
  [
    '*filter',
    ...['input', 'output', 'forward'].map((way) => `:ufw${six}-${part}-${way} - [0:0]`),
    ...rules,
    'COMMIT\n',
  ].join('\n');
const UFW: ReadonlyMap<string, string> = new Map([
  ['etc/ufw/ufw.conf', '# settings\nENABLED=yes\n'],
  [
    'etc/default/ufw',
    'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\nDEFAULT_FORWARD_POLICY="DROP"\n',
  ],
  ...['', '6'].flatMap((six) =>
    CHAINS.map((part): [string, string] => [`etc/ufw/${part}${six}.rules`, rulesOf(part, six)]),
  ),
  ['etc/systemd/system/multi-user.target.wants/ufw.service', ''],
]);
/** A pair whose host a has ufw; undefined takes a file away. */
function told(files: Readonly<Record<string, string | undefined>>, rule = 'firewall-blocks-vrrp'): readonly string[] {
  const all = new Map<string, string>([
    ['a/etc/keepalived/keepalived.conf', instance(100)],
    ['b/etc/keepalived/keepalived.conf', instance(90)],
    ['a/facts/ip-address.json', JSON.stringify([{ ifname: 'e0', addr_info: [{ local: OWN.ipv4, prefixlen: 24 }] }])],
    ['b/facts/ip-address.json', JSON.stringify([{ ifname: 'e0', addr_info: [{ local: PEER.ipv4, prefixlen: 24 }] }])],
    ...[...UFW].map(([path, text]): [string, string] => [`a/${path}`, text]),
  ]);
  for (const [path, text] of Object.entries(files))
    if (text === undefined) all.delete(path);
    else all.set(path, text);
  const { findings } = lint(snapshotFromFiles(all), { only: [`cross/${rule}`] });
  return findings.map(({ severity, message, help }) => `${severity} ${message} | ${help ?? ''}`);
}

describe('what is told of ufw', () => {
  test('the policy drops adverts, with the command that lets them in', () => {
    expect(told({})).toEqual([
      'error ufw of a drops adverts of b (IP protocol 112 to 224.0.0.18): /etc/default/ufw line 2 decides | a hears nobody and becomes MASTER: both hosts hold the addresses. Accept IP protocol 112 from the peers: `ufw allow proto vrrp from 10.96.0.1` (before ufw 0.36.2 `ufw allow from 10.96.0.1 to 224.0.0.18`); it has no ports, so a rule for dport 112 does nothing.',
    ]);
    expect(told({ 'a/etc/ufw/ufw.conf': 'ENABLED=no\n' })).toEqual([]);
    expect(
      told({ 'a/etc/ufw/user.rules': rulesOf('user', '', '-A ufw-user-input -p vrrp -s 10.96.0.1 -j ACCEPT') }),
    ).toEqual([]);
    // Ubuntu 14.04.
    expect(
      told({
        'a/etc/ufw/user.rules': undefined,
        'a/lib/ufw/user.rules': rulesOf('user', '', '-A ufw-user-input -d 224.0.0.18 -j ACCEPT'),
      }),
    ).toEqual([]);
    const out = told({
      'a/etc/default/ufw':
        'IPV6=no\nDEFAULT_INPUT_POLICY=ACCEPT\nDEFAULT_OUTPUT_POLICY=REJECT\nDEFAULT_FORWARD_POLICY=DROP\n',
    });
    expect(out.join()).toMatch(
      /^error ufw of a drops the adverts .*ufw line 3 decides .*`ufw allow out proto vrrp to 224\.0\.0\.18`/,
    );
  });

  test('files that a copy of the host lacks are named', () => {
    const missing = (...paths: string[]): string =>
      told(Object.fromEntries(paths.map((path) => [`a/${path}`, undefined]))).join();
    expect(missing('etc/ufw/before.rules')).toMatch(
      /^info cannot tell .*Not known: \/etc\/ufw\/before\.rules, which is not among the files of the host \(\/etc\/ufw\/ufw\.conf line 2\)/,
    );
    expect(missing('etc/ufw/user.rules')).toMatch(/Not known: \/etc\/ufw\/user\.rules/);
    expect(missing('etc/default/ufw')).toMatch(/^info .*Not known: \/etc\/default\/ufw/);
    expect(missing('etc/ufw/ufw.conf')).toMatch(/^info .*Not known: \/etc\/ufw\/ufw\.conf/);
    // Those of the other family do not matter, and a package whose folder is not there is not installed.
    expect(missing('etc/ufw/before6.rules')).toMatch(/^error ufw of a drops/);
    expect(missing(...[...UFW.keys()].filter((path) => path.startsWith('etc/ufw')))).toBe('');
  });

  test('a line that iptables-restore refuses is noted', () => {
    const files = new Map([...UFW].map(([path, text]): [string, string] => [`/${path}`, text]));
    files.set('/etc/ufw/before.rules', rulesOf('before', '', '-A ufw-not-there -j DROP'));
    const notes: FactNote[] = [];
    expect(readUfw(files, notes).map(({ unknown }) => unknown.length)).toEqual([1, 0]);
    expect(notes).toEqual([
      {
        path: '/etc/ufw/before.rules',
        line: 5,
        message: '`-A ufw-not-there -j DROP` is no rule of a chain above: iptables-restore loads nothing',
      },
    ]);
    expect(factHelp('/etc/ufw/before.rules')).toMatch(/`ufw reload`/);
  });

  test('checks that come more often than `ufw limit` takes', () => {
    const limit = [
      '-A ufw-user-limit -j REJECT',
      '-A ufw-user-limit-accept -j ACCEPT',
      '-A ufw-user-input -p tcp --dport 22 -m conntrack --ctstate NEW -m recent --set',
      '-A ufw-user-input -p tcp --dport 22 -m conntrack --ctstate NEW -m recent --update --seconds 30 --hitcount 6 -j ufw-user-limit',
      '-A ufw-user-input -p tcp --dport 22 -j ufw-user-limit-accept',
    ];
    const proxy = (inter: string): string =>
      `listen ssh\n bind 10.96.0.100:22\n mode tcp\n server a 10.96.0.2:22 check${inter}\n`;
    const limited = (inter: string): readonly string[] =>
      told(
        { 'a/etc/ufw/user.rules': rulesOf('user', '', ...limit), 'b/etc/haproxy/haproxy.cfg': proxy(inter) },
        'firewall-blocks-service',
      );
    // 6 connections in 30 s: the sixth of those each 5.9 s comes after 29.5 s, of those each 6 s after 30 s.
    expect(limited('')).toEqual([
      'warning ufw of a limits how often one address connects, and drops connections of haproxy on b to 10.96.0.2:22 once they are checks each 2 s: /etc/ufw/user.rules line 5 decides | b counts the server a as down. Let them in in front of the limit: `ufw insert 1 allow from 10.96.0.1 to any port 22 proto tcp`.',
    ]);
    expect(limited(' inter 5900')).toHaveLength(1);
    expect(limited(' inter 6s')).toEqual([]);
  });
});

describe.skipIf(!able)('files of ufw and the rules that it loads', () => {
  const A = `halint-ufw-a-${process.pid}`;
  const B = `halint-ufw-b-${process.pid}`;
  const ip = (...words: string[]): void => {
    expect(spawnSync('ip', words).stderr.toString()).toBe('');
  };
  let sender: PacketSender;

  beforeAll(() => {
    for (const netns of [A, B]) ip('netns', 'add', netns);
    ip('link', 'add', 'e0', 'netns', A, 'type', 'veth', 'peer', 'name', 'e0', 'netns', B);
    for (const [netns, address] of [
      [A, PEER.ipv4],
      [B, OWN.ipv4],
    ] as const) {
      ip('-n', netns, 'link', 'set', 'lo', 'up');
      ip('-n', netns, 'addr', 'add', `${address}/24`, 'dev', 'e0');
      ip('-n', netns, 'link', 'set', 'e0', 'up');
    }
    // As keepalived does: what goes to a group that nobody has joined reaches no filter.
    ip('-n', B, 'addr', 'add', `${GROUP.ipv4}/32`, 'dev', 'e0', 'autojoin');
    ip('-n', A, 'route', 'add', '224.0.0.0/4', 'dev', 'e0');
    sender = startSender(A);
  });
  afterAll(() => {
    sender.stop();
    for (const netns of [A, B]) ip('netns', 'del', netns);
  });

  test('say the same of every packet', { timeout: 120_000 }, () => {
    const wrong: string[] = [];
    const seen = { accept: 0, drop: 0 };
    type Seen = keyof typeof seen;
    const seed = Number(process.env['HALINT_SEED'] ?? 42);
    for (const made of [PLAIN, ...fc.sample(madeOf, { numRuns: 20, seed })]) {
      const { files, saved } = run(made, B);
      const read = readUfw(files);
      for (const packet of PACKETS) {
        const [said, real] = [read, saved].map((firewalls) =>
          firewalls
            .filter(({ family }) => family === packet.family)
            .map((each) => filterVerdict(each, packet).verdict)
            .join(),
        ) as [Seen | 'unknown', string];
        // What comes to the port of a DHCP client gets in from the port of a server alone: the port of the sender is in no file.
        if (said === 'unknown' && packet.port === 68) continue;
        if (said !== real) wrong.push(`${JSON.stringify(packet)}: ${said}, loaded ${real}\n${JSON.stringify(made)}`);
        else seen[said as Seen]++;
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(Math.min(seen.accept, seen.drop)).toBeGreaterThan(100);
  });

  test('the kernel does so: no adverts get in by the files of the package', { timeout: 60_000 }, async () => {
    const count =
      'table inet probe {\n chain i {\n  type filter hook input priority 500;\n  ip protocol 112 counter\n  tcp dport 22 counter\n }\n}\n';
    const judged: string[] = [];
    for (const commands of [
      [],
      ['allow 22/tcp'],
      [`allow proto vrrp from ${PEER.ipv4}`],
      [`allow from ${PEER.ipv4} to ${GROUP.ipv4}`],
    ]) {
      const { files } = run({ ...PLAIN, commands }, B);
      spawnSync('ip', ['netns', 'exec', B, 'nft', '-f', '-'], {
        input: `table inet probe\ndelete table inet probe\n${count}`,
      });
      await sender.send(112, GROUP.ipv4, 0, '-', 'e0');
      await sender.send(6, OWN.ipv4, 22);
      // The first packet waits for the neighbour.
      await new Promise((resolve) => setTimeout(resolve, 200));
      const listed = spawnSync('ip', ['netns', 'exec', B, 'nft', 'list', 'table', 'inet', 'probe']).stdout.toString();
      const real = [...listed.matchAll(/packets (\d+)/g)].map(([, packets]) =>
        Number(packets) > 0 ? 'accept' : 'drop',
      );
      const said = [
        { protocol: 112, destination: GROUP.ipv4 },
        { protocol: 6, destination: OWN.ipv4, port: 22 },
      ].map((packet) => {
        const [firewall] = readUfw(files);
        return (
          firewall &&
          filterVerdict(firewall, { family: 'ipv4', state: 'new', interface: 'e0', source: PEER.ipv4, ...packet })
            .verdict
        );
      });
      expect(said).toEqual(real);
      judged.push(real.join());
    }
    expect(judged).toEqual(['drop,drop', 'drop,accept', 'accept,drop', 'accept,drop']);
  });

  test('the sixth connection within half a minute is refused by a limit', { timeout: 60_000 }, async () => {
    const { files } = run({ ...PLAIN, commands: ['limit 22/tcp'] }, B);
    const count =
      'table inet probe {\n chain i {\n  type filter hook input priority 500;\n  tcp flags syn tcp dport 22 counter\n }\n}\n';
    spawnSync('ip', ['netns', 'exec', B, 'nft', '-f', '-'], { input: count });
    for (let i = 0; i < 8; i++) {
      await sender.send(6, OWN.ipv4, 22);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const listed = spawnSync('ip', ['netns', 'exec', B, 'nft', 'list', 'table', 'inet', 'probe']).stdout.toString();
    expect(/packets (\d+)/.exec(listed)?.[1]).toBe('5');
    const [firewall] = readUfw(files);
    const packet = { family: 'ipv4', protocol: 6, destination: OWN.ipv4, port: 22, state: 'new' } as const;
    const every = (seconds: number): string | undefined =>
      firewall && filterVerdict(firewall, { ...packet, every: seconds }).verdict;
    expect([every(0.1), every(2), every(5.9), every(6), every(60)]).toEqual([
      'drop',
      'drop',
      'drop',
      'accept',
      'accept',
    ]);
    expect(firewall && filterVerdict(firewall, packet).verdict).toBe('accept');
  });
});
