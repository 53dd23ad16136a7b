import fc from 'fast-check';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { lint, snapshotFromFiles } from '../../packages/halint/src/index.ts';
import { loadSnapshot } from '../../packages/inventory/src/load.ts';
import { tempTree } from '../support/tree.ts';

// A file around the daemons that cannot be read is told with its place, with what is not known because of it and with what to do.

const CONNECTION = 'etc/NetworkManager/system-connections/eth0.nmconnection';
const UNIT = 'etc/systemd/system/multi-user.target.wants/nftables.service';
const CHAIN = 'table inet f {\n chain i {\n  type filter hook input priority 0; policy drop;\n }\n}\n';

const keepalived = (priority: number): string =>
  `vrrp_instance V {\n interface eth0\n virtual_router_id 51\n priority ${priority}\n virtual_ipaddress {\n  192.0.2.10/24\n }\n}\n`;

/** Two hosts that share an address, one of them with `files` in addition. */
function pair(files: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const own = { 'etc/keepalived/keepalived.conf': keepalived(100), ...files };
  return new Map([
    ...Object.entries(own).map(([path, text]): [string, string] => [`ha0/${path}`, text]),
    ['ha1/etc/keepalived/keepalived.conf', keepalived(90)],
  ]);
}

/** `LINE message` of what is told, the helps, and the files that it is told of. */
function told(files: Readonly<Record<string, string>>): {
  readonly said: readonly string[];
  readonly helps: readonly string[];
  readonly places: readonly string[];
} {
  const { findings, errors } = lint(snapshotFromFiles(pair(files)));
  expect(errors).toEqual([]);
  const notes = findings.filter(
    ({ rule }) => rule === 'system/malformed-fact' || rule === 'system/include-not-followed',
  );
  return {
    said: notes.map(({ at, message }) => `${at.section.text.slice(0, at.start).split('\n').length} ${message}`),
    helps: notes.map(({ help }) => help ?? ''),
    places: notes.map(({ at }) => at.file.display),
  };
}

describe('is told', () => {
  test.each<[string, string, string]>([
    // yaml: a mapping is no value of a line that has one.
    ['etc/netplan/01.yaml', 'network:\n  ethernets:\n    eth0: [\n', '4 '],
    ['etc/netplan/01.yaml', 'these are words\n', '1 no mapping with `network:`'],
    ['etc/netplan/01.yaml', '- network\n- ethernets\n', '1 no mapping with `network:`'],
    ['etc/netplan/01.yaml', 'network:\n  version: 2\n  ethernets: eth0\n', '3 `ethernets` is no mapping'],
    // nmcli --offline of NetworkManager 1.42 refuses these two.
    [CONNECTION, '[connection]\nid=a\n[ipv4]\nmethod=manual\n', '4 `method=manual` of [ipv4] has no address'],
    [CONNECTION, 'garbage\n', '1 neither section nor key=value'],
    [CONNECTION, '[connection]\nid=a\n[ipv4]\nmethod=manual\naddress1=oops\n', '5 `oops` is no address'],
    // ifquery 0.8.41: "misplaced option", "option with empty value", "unknown or no method", then "couldn't read interfaces file".
    [
      'etc/network/interfaces',
      'auto eth0\ngarbage here\n',
      '2 misplaced option `garbage`: ifup reads nothing of this file',
    ],
    [
      'etc/network/interfaces',
      'iface eth0 inet static\n address\n',
      '2 option `address` without a value: ifup reads nothing of this file',
    ],
    [
      'etc/network/interfaces',
      'iface eth0 inet\n',
      '1 no family and method of the interface: ifup reads nothing of this file',
    ],
    // nft 1.0.6 -c -f refuses each of these.
    ['etc/nftables.conf', 'tabel inet f {\n}\n', '1 `tabel` is no command of nft: it loads nothing'],
    ['etc/nftables.conf', `${CHAIN}table inet g {\n`, '6 `{` is not closed: nft loads nothing'],
    ['etc/nftables.conf', `${CHAIN}}\n`, '6 `}` closes nothing: nft loads nothing'],
    ['etc/nftables.conf', 'define x = "eth0\n', '1 the quote is not closed: nft loads nothing'],
    [
      'etc/nftables.conf',
      'include "/etc/gone.nft"\n',
      '1 include "/etc/gone.nft" matches none of the files of the host: what it lets through is not known; where the host has none, nft loads nothing',
    ],
    ['etc/firewalld/zones/public.xml', '<?xml version="1.0"?>\n<zone>\n <port\n', '3 no XML that firewalld reads'],
    ['etc/firewalld/zones/public.xml', 'words\n', '1 no XML that firewalld reads'],
    ['etc/firewalld/zones/public.xml', '<service/>\n', '1 no <zone>'],
    ['etc/firewalld/firewalld.conf', 'DefaultZone=public\ngarbage\n', '2 no `key=value`'],
    [
      'etc/iptables/rules.v4',
      '*filter\n:INPUT DROP [0:0]\n',
      '2 no COMMIT behind `*filter`: iptables-restore loads nothing',
    ],
    ['facts/ip-address.json', '{', '1 no JSON: '],
    ['facts/ip-address.json', '[{}, 5]', '1 no interface in it: expected the output of `ip -j address`'],
    ['facts/sysctl.txt', 'net.ipv4.ip_forward = 1\nwords\n', '2 no key = value: `words`'],
    ['facts/listeners.txt', 'words\n', '1 no line of `ss -ltnp`: `words`'],
    ['facts/unit-files.txt', 'words\n', '1 no unit and state: `words`'],
    ['facts/packages.txt', '!\n', '1 no package and version: `!`'],
    ['etc/selinux/config', 'words\n', '1 no line SELINUX='],
    ['etc/selinux/config', 'SELINUX=on\n', '1 `on` is neither enforcing, permissive nor disabled'],
    ['etc/hosts', 'words are here\n', '1 `words` is no address'],
    ['etc/os-release', 'words\n', '1 no KEY=value: `words`'],
    ['etc/os-release', 'NAME=x\n', '1 no line ID='],
  ])('%s with %j', (path, text, expected) => {
    const { said, helps, places } = told({ [path]: text });
    const [line, ...message] = expected.split(' ');
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(`${line ?? ''} ${message.join(' ')}`);
    expect(places[0]).toBe(`ha0/${path}`);
    expect(helps[0]).not.toBe('The fact counts as missing, and rules that need it claim less.');
  });

  test.each<[string, string]>([
    ['facts/selinux-booleans.txt', 'no `name --> on|off`'],
    ['facts/selinux-ports.txt', 'no `type  protocol  ports`'],
  ])('%s where SELinux is in force', (path, message) => {
    const { said } = told({ 'etc/selinux/config': 'SELINUX=enforcing\n', [path]: '\nwords\n' });
    expect(said).toEqual([`2 ${message}`]);
  });

  test('a whole file of another kind by its first lines', () => {
    const { said } = told({ 'facts/sysctl.txt': 'words\n'.repeat(1000) });
    expect(said).toEqual([
      ...[1, 2, 3].map((line) => `${line} no key = value: \`words\``),
      '4 997 more places like these',
    ]);
  });
});

describe('is not told', () => {
  test.each<[string, string]>([
    ['etc/netplan/01.yaml', ''],
    ['etc/netplan/01.yaml', '# nothing\nnetwork:\n'],
    ['etc/netplan/01.yaml', 'network:\n  version: 2\n  ethernets:\n'],
    [CONNECTION, '[connection]\nid=a\n[ipv4]\nmethod=disabled\n'],
    [
      'etc/network/interfaces',
      '# c\nsource /etc/network/interfaces.d/*\nauto lo\niface lo inet loopback\nmapping eth0\n script /x\n',
    ],
    ['etc/network/interfaces', 'template a\n mtu 9000\niface eth0 inherits a\n'],
    [
      'etc/nftables.conf',
      `#!/usr/sbin/nft -f\n\nflush ruleset\n\n${CHAIN};\ndefine a = { 1,\n 2 }\nadd rule inet f i accept\n`,
    ],
    // nft 1.0.6 takes what adds without the word.
    ['etc/nftables.conf', `${CHAIN}rule inet f i accept\nchain inet f j { }\n`],
    ['etc/firewalld/firewalld.conf', '# c\n\nDefaultZone=public\n'],
    ['facts/ip-address.json', '[{"ifname":"lo","addr_info":[]}]'],
    ['facts/unit-files.txt', 'UNIT FILE STATE PRESET\nssh.service enabled enabled\n\n1 unit files listed.\n'],
    [
      'facts/selinux-ports.txt',
      'SELinux Port Type              Proto    Port Number\n\nssh_port_t    tcp      22\nsnmp_port_t udp 161-162, 199\n',
    ],
  ])('%s with %j', (path, text) => {
    expect(told({ 'etc/selinux/config': 'SELINUX=enforcing\n', [path]: text }).said).toEqual([]);
  });
});

test('what nft does not load drops nothing', () => {
  const drops = (text: string): unknown =>
    lint(snapshotFromFiles(pair({ [UNIT]: '', 'etc/nftables.conf': text })), {
      only: ['cross/firewall-blocks-vrrp'],
    }).findings.map(({ severity, missing }) => [severity, missing]);
  expect(drops(CHAIN)).toEqual([['error', undefined]]);
  expect(drops(`${CHAIN}table inet g {\n`)).toEqual([
    ['info', '`{` is not closed: nft loads nothing (/etc/nftables.conf line 6)'],
  ]);
});

test('a connection without a section takes its address from the network', () => {
  // nmcli --offline of 1.42 writes `method=auto` for it.
  const files = {
    [CONNECTION]: '[connection]\nid=a\ninterface-name=eth0\n',
    'etc/ssh/sshd_config': 'ListenAddress 198.51.100.1\n',
  };
  const claims = lint(snapshotFromFiles(pair(files)), { only: ['cross/sshd-listenaddress-not-local'] }).findings;
  expect(claims.map(({ severity, missing }) => [severity, missing])).toEqual([['info', 'facts/ip-address.json']]);
});

describe('binary files on disk', () => {
  const trees: { gone(): void }[] = [];
  afterEach(() => trees.splice(0).forEach((tree) => tree.gone()));

  test('a fact counts as missing, a configuration is refused, a program is nothing', () => {
    const tree = tempTree({});
    trees.push(tree);
    const junk = Uint8Array.from({ length: 4096 }, (_, i) => (i * 73 + 41) % 256);
    for (const path of [
      'facts/sysctl.txt',
      'etc/netplan/01.yaml',
      'etc/keepalived/keepalived.conf',
      'etc/keepalived/check',
      'facts/notes',
    ]) {
      mkdirSync(dirname(join(tree.path, 'ha0', path)), { recursive: true });
      writeFileSync(join(tree.path, 'ha0', path), junk);
    }
    writeFileSync(join(tree.path, 'ha0/etc/hosts'), '');
    const { findings } = lint(loadSnapshot(['.'], { cwd: tree.path }));
    expect(findings.map(({ rule, at, rejects }) => [rule, at.file.display, rejects]).sort()).toEqual([
      ['system/binary-file', 'ha0/etc/keepalived/keepalived.conf', true],
      ['system/malformed-fact', 'ha0/etc/netplan/01.yaml', false],
      ['system/malformed-fact', 'ha0/facts/sysctl.txt', false],
    ]);
  });
});

test('no bytes make a reader throw', () => {
  const paths = [
    'etc/netplan/01.yaml',
    CONNECTION,
    'etc/systemd/network/a.network',
    'etc/network/interfaces',
    'etc/sysconfig/network-scripts/ifcfg-eth0',
    'etc/nftables.conf',
    'etc/iptables/rules.v4',
    'etc/ufw/before.rules',
    'etc/ufw/user.rules',
    'etc/netplan/02.yaml',
    'etc/systemd/network/a.network.d/a.conf',
    'etc/network/interfaces.d/a',
    'etc/default/networking',
    'etc/firewalld/firewalld.conf',
    'etc/firewalld/zones/public.xml',
    'etc/firewalld/services/a.xml',
    'etc/selinux/config',
    'etc/hosts',
    'etc/hostname',
    'etc/os-release',
    'etc/default/haproxy',
    ...[
      'ip-address.json',
      'sysctl.txt',
      'listeners.txt',
      'unit-files.txt',
      'packages.txt',
      'selinux-booleans.txt',
      'selinux-ports.txt',
    ].map((name) => `facts/${name}`),
  ];
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((each) => Buffer.from(each).toString('latin1')),
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc
      .array(
        fc.constantFrom(
          '{',
          '}',
          '"',
          '[',
          ']',
          '<a',
          '/>',
          '<zone>',
          ':',
          '=',
          '\n',
          ' ',
          '\t',
          '- ',
          '*',
          '&',
          '%',
          '!',
          '#',
          '\\\n',
          '0',
          '-',
          ',',
          'table',
          'include "*"',
          '*filter',
          '-A INPUT -p',
          ':INPUT DROP',
          '-I ufw-before-input -j ufw-before-input',
          'source interfaces.d/*',
        ),
        { maxLength: 40 },
      )
      .map((parts) => parts.join('')),
  );
  const random = process.env['HALINT_FUZZ'] === 'random';
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 1, maxLength: 4 }), (texts) => {
      const files = Object.fromEntries(paths.map((path, i) => [path, texts[i % texts.length] ?? '']));
      const enabled = {
        'etc/selinux/config': 'SELINUX=enforcing\n',
        'etc/ufw/ufw.conf': 'ENABLED=yes\n',
        'etc/default/ufw': 'DEFAULT_INPUT_POLICY=DROP\nDEFAULT_OUTPUT_POLICY=REJECT\n',
      };
      expect(lint(snapshotFromFiles(pair({ ...files, ...enabled }))).errors).toEqual([]);
    }),
    { numRuns: 300, ...(random ? {} : { seed: 42 }) },
  );
});
