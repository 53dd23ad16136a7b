import {
  hostFacts,
  readEnvironment,
  readFirewalld,
  readIfcfg,
  readIfupdown,
  readKeyfile,
  readNetplan,
  readNetworkd,
  readNftables,
  readSelinux,
  type Found,
} from '@halint/inventory/network/index';
import { filterVerdict, type FirewallFacts, type Packet } from '@halint/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

function shown({ addresses, dynamic, notes }: Found): unknown {
  return {
    addresses: addresses.map(({ interface: device, address }) => `${device} ${address.address}/${address.prefix}`),
    dynamic: (dynamic ?? []).map(({ interface: device, family }) => `${device} ${family}`),
    notes: notes.length,
  };
}

const CONNECTIONS = '/etc/NetworkManager/system-connections';

describe('addresses that a file does not hold', () => {
  test('keyfiles: DHCP, no address at all, VLAN and bond', () => {
    const read = (name: string, text: string): unknown => shown(readKeyfile(`${CONNECTIONS}/${name}`, text));
    expect(
      read(
        'a',
        '[connection]\nid=Wired connection 1\ninterface-name=eth0\n[ipv4]\nmethod=auto\n[ipv6]\nmethod=disabled\n',
      ),
    ).toEqual({
      addresses: [],
      dynamic: ['eth0 ipv4'],
      notes: 0,
    });
    expect(
      read(
        'a.nmconnection',
        '[connection]\nid=VLAN 100\ntype=vlan\n[vlan]\nparent=bond0\nid=100\n[ipv4]\nmethod=manual\naddress1=10.0.0.1/24\naddress2=10.0.0.2/24\n',
      ),
    ).toEqual({
      addresses: ['bond0.100 10.0.0.1/24', 'bond0.100 10.0.0.2/24'],
      // Without a section [ipv6] NetworkManager writes method=auto (nmcli --offline of 1.42).
      dynamic: ['bond0.100 ipv6'],
      notes: 0,
    });
    // A title is no interface, and what is not started at boot gives no address.
    expect(
      read('Wired connection 1.nmconnection', '[connection]\nid=Wired connection 1\n[ipv4]\naddress1=10.0.0.1/24\n'),
    ).toMatchObject({ addresses: [' 10.0.0.1/24'] });
    expect(read('a', '[connection]\nautoconnect=false\n[ipv4]\naddress1=10.0.0.1/24\n')).toMatchObject({
      addresses: [],
    });
    expect(read('a', '')).toEqual({ addresses: [], dynamic: [], notes: 0 });
  });

  test('the other formats', () => {
    expect(
      shown(readIfcfg('/etc/sysconfig/network-scripts/ifcfg-bond0.100', 'BOOTPROTO=dhcp\nDHCPV6C=yes\n')),
    ).toMatchObject({ dynamic: ['bond0.100 ipv4', 'bond0.100 ipv6'] });
    expect(shown(readIfcfg('/x/ifcfg-eth0:1', 'IPADDR=10.0.0.1\nPREFIX=24\n'))).toMatchObject({
      addresses: ['eth0 10.0.0.1/24'],
    });
    expect(shown(readIfcfg('/x/ifcfg-eth0', 'ONBOOT=no\nIPADDR=10.0.0.1\n'))).toMatchObject({ addresses: [] });
    expect(
      shown(
        readNetplan(
          '/etc/netplan/a.yaml',
          'network:\n  bonds:\n    bond0: { dhcp4: true, addresses: [10.0.0.1/24] }\n  ethernets:\n    lan: { match: { name: en* }, dhcp6: true }\n',
        ),
      ),
    ).toMatchObject({
      addresses: ['bond0 10.0.0.1/24'],
      dynamic: [' ipv6', 'bond0 ipv4'],
    });
    expect(
      shown(
        readNetworkd('/etc/systemd/network/a.network', '[Match]\nName=en*\n[Network]\nDHCP=yes\nAddress=10.0.0.1/24\n'),
      ),
    ).toMatchObject({
      addresses: [' 10.0.0.1/24'],
      dynamic: [' ipv4', ' ipv6'],
    });
    expect(
      shown(
        readIfupdown(
          '/etc/network/interfaces',
          'iface eth0 inet dhcp\niface vlan5 inet6 auto\niface bond0.7 inet static\n address 10.0.0.1/24\n',
        ),
      ),
    ).toMatchObject({
      addresses: ['bond0.7 10.0.0.1/24'],
      dynamic: ['eth0 ipv4', 'vlan5 ipv6'],
    });
  });

  test('ip -j address knows them all', () => {
    const files = new Map([[`${CONNECTIONS}/a`, '[connection]\ninterface-name=eth0\n[ipv4]\nmethod=auto\n']]);
    // ipv4 as written, ipv6 as no section says.
    expect(hostFacts(files, new Map(), 'a').facts.dynamic).toHaveLength(2);
    const ip = new Map([['ip-address.json', '[{"ifname":"eth0","addr_info":[{"local":"10.0.0.1","prefixlen":24}]}]']]);
    expect(hostFacts(files, ip, 'a').facts.dynamic).toEqual([]);
  });
});

test('variables of a service, by systemd.exec(5) EnvironmentFile=', () => {
  const text = '# c\n; c\n\nA=1\nB="two words"\nC=\'x\' \nexport D=4\nE=a \\\nb\nbroken\n=x\nF=\n';
  expect(readEnvironment(text)).toEqual([
    { name: 'A', value: '1', line: 4 },
    { name: 'B', value: 'two words', line: 5 },
    { name: 'C', value: 'x', line: 6 },
    { name: 'D', value: '4', line: 7 },
    { name: 'E', value: 'a b', line: 8 },
    { name: 'F', value: '', line: 12 },
  ]);
});

// systemd's parse_env_file_internal(): what is quoted is put together, whatever blanks stand between, and inside of " a backslash goes before
// one of "\`$ and before a line feed only.
test.each([
  [String.raw`"-o \"Banner /a b\" -4"`, '-o "Banner /a b" -4'],
  [String.raw`'-p' '22'`, '-p22'],
  [String.raw`-o "Port 22" \"x\"`, '-o "Port 22" "x"'],
  [String.raw`"a\nb\$c\\d"`, String.raw`a\nb$c\d`],
  [String.raw`'a\"b'`, String.raw`a\"b`],
  ['"two\nlines" # x', 'two\nlines# x'],
  ['"joined \\\nhere"  ', 'joined here'],
])('the value %s', (written, value) => {
  const lines = readEnvironment(`A=${written}\nB=1\n`);
  const after = 2 + (written.split('\n').length - 1);
  expect(lines).toEqual([
    { name: 'A', value, line: 1 },
    { name: 'B', value: '1', line: after },
  ]);
});

test('SELinux', () => {
  const config = new Map([['/etc/selinux/config', '# SELINUX=disabled\nSELINUX=enforcing\nSELINUXTYPE=targeted\n']]);
  const facts = new Map([
    ['selinux-booleans.txt', 'haproxy_connect_any --> off\nx --> on\n'],
    [
      'selinux-ports.txt',
      'SELinux Port Type              Proto    Port Number\n\nhttp_port_t  tcp  80, 443, 9000-9010\nhttp_port_t  udp  80\n',
    ],
  ]);
  const { selinux, notes } = readSelinux(config, facts);
  expect(notes).toEqual([]);
  expect(selinux).toMatchObject({ mode: 'enforcing', line: 2 });
  expect(selinux?.booleans?.get('haproxy_connect_any')).toBe(false);
  expect(selinux?.ports?.get('http_port_t')).toEqual([
    [80, 80],
    [443, 443],
    [9000, 9010],
  ]);
  expect(readSelinux(new Map([['/etc/selinux/config', 'SELINUX=on\n']]), new Map()).notes).toHaveLength(1);
  expect(readSelinux(new Map(), facts).selinux).toBeUndefined();
});

const PACKET: Packet = {
  family: 'ipv4',
  protocol: 6,
  source: '192.0.2.9',
  destination: '192.0.2.1',
  interface: 'eth0',
  port: 443,
  state: 'new',
};

function verdict(firewall: FirewallFacts | undefined, packet: Partial<Packet> = {}): string {
  return firewall === undefined ? 'none' : filterVerdict(firewall, { ...PACKET, ...packet }).verdict;
}

describe('nftables', () => {
  const input = (rules: string, more = ''): FirewallFacts | undefined =>
    readNftables(
      new Map([
        [
          '/etc/nftables.conf',
          `#!/usr/sbin/nft -f\nflush ruleset\n${more}table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n${rules}\n\t}\n}\n`,
        ],
      ]),
    );

  // By nft(8); the packet is TCP to port 443 from 192.0.2.9 on eth0.
  test.each([
    ['', 'drop'],
    ['tcp dport 443 accept', 'accept'],
    ['tcp dport https accept', 'accept'],
    ['tcp dport { 80, 443 } counter packets 0 bytes 0 log prefix "drop " accept comment "accept"', 'accept'],
    ['tcp dport 8000-9000 accept', 'drop'],
    ['udp dport 443 accept', 'drop'],
    ['meta l4proto { tcp, udp } th dport 443 accept', 'accept'],
    ['ip saddr 192.0.2.0/24 accept', 'accept'],
    ['ip saddr != 192.0.2.0/24 accept', 'drop'],
    ['ip6 saddr ::/0 accept', 'drop'],
    ['iifname "eth0" accept', 'accept'],
    ['iifname { "lo", "eth1" } accept', 'drop'],
    ['iifname eth* accept', 'accept'],
    ['iif lo accept', 'drop'],
    ['ct state vmap { established : accept, related : accept, invalid : drop }\ntcp dport 443 accept', 'accept'],
    ['ct state new tcp dport vmap { 22 : accept, 443 : drop }', 'drop'],
    ['tcp dport 443 reject with tcp reset\naccept', 'drop'],
    ['jump sub\n}\nchain sub {\ntcp dport 443 accept', 'accept'],
    ['jump sub\n}\nchain sub {\ntcp dport 443 return\naccept', 'drop'],
    ['goto sub\naccept\n}\nchain sub {\ntcp dport 22 accept', 'drop'],
    ['jump nowhere', 'unknown'],
    ['jump input', 'unknown'],
    ['tcp dport 443 limit rate 10/second accept', 'unknown'],
    ['limit rate 10/second drop\ndrop', 'drop'],
    ['tcp flags syn drop\ntcp dport 443 accept', 'unknown'],
    ['tcp dport 443 queue', 'unknown'],
    ['ip saddr @blocked drop\naccept', 'unknown'],
    ['ip saddr { 10.0.0.0/8,\n192.0.2.9 } \\\n tcp dport 443 accept', 'accept'],
    ['#accept', 'drop'],
  ])('%j: %s', (rules, expected) => expect(verdict(input(rules))).toBe(expected));

  test('sets and definitions', () => {
    expect(verdict(input('tcp dport $WEB accept', 'define WEB = { 80, 443 }\n'))).toBe('accept');
    expect(verdict(input('tcp dport $NONE accept'))).toBe('unknown');
    const set =
      'ip saddr @nets accept\n}\nset nets {\ntype ipv4_addr; flags interval;\nelements = { 192.0.2.0/24, 10.0.0.1 }';
    expect(verdict(input(set))).toBe('accept');
    expect(verdict(input('ip saddr @nets accept\n}\nset nets {\ntype ipv4_addr; flags dynamic;'))).toBe('unknown');
  });

  test('every base chain is asked, families and hooks count', () => {
    const chain = (table: string, hook: string, policy: string): string =>
      `table ${table} {\nchain c {\ntype filter hook ${hook} priority 0; policy ${policy};\n}\n}\n`;
    const of = (text: string): FirewallFacts | undefined => readNftables(new Map([['/etc/nftables.conf', text]]));
    expect(verdict(of(chain('inet a', 'input', 'accept') + chain('inet b', 'input', 'drop')))).toBe('drop');
    expect(verdict(of(chain('ip6 a', 'input', 'drop')))).toBe('accept');
    expect(verdict(of(chain('inet a', 'forward', 'drop')))).toBe('accept');
    expect(verdict(of(chain('inet a', 'prerouting', 'drop')))).toBe('drop');
    expect(
      verdict(of('table netdev a {\nchain c {\ntype filter hook ingress device eth0 priority 0; policy drop;\n}\n}\n')),
    ).toBe('unknown');
    expect(
      verdict(
        of(
          'add table inet a\nadd chain inet a c { type filter hook input priority 0; policy drop; }\nadd rule inet a c tcp dport 443 accept\n',
        ),
      ),
    ).toBe('accept');
    expect(verdict(of('insert rule inet a c accept\n'))).toBe('unknown');
  });

  test('includes: globs, folders of their own, circles', () => {
    const files = new Map([
      ['/etc/nftables.conf', 'include "/etc/nftables.d/*.nft"\n'],
      [
        '/etc/nftables.d/a.nft',
        'table inet a {\nchain c {\ntype filter hook input priority 0; policy drop;\ninclude "nftables.d/b.inc"\n}\n}\n',
      ],
      ['/etc/nftables.d/b.inc', 'tcp dport 443 accept\n'],
    ]);
    expect(verdict(readNftables(files))).toBe('accept');
    files.delete('/etc/nftables.d/b.inc');
    const firewall = readNftables(files);
    expect(firewall?.unknown).toEqual([
      { path: '/etc/nftables.d/a.nft', line: 4, what: 'the include nftables.d/b.inc' },
    ]);
    expect(verdict(firewall)).toBe('unknown');
    expect(readNftables(new Map([['/etc/nftables.conf', 'include "/etc/nftables.conf"\n']]))?.unknown).toHaveLength(1);
    expect(readNftables(new Map())).toBeUndefined();
  });
});

test('no text makes a reader throw, and no packet the evaluation', () => {
  const random = process.env['HALINT_FUZZ'] === 'random';
  const words = [
    'table inet a {',
    'chain c {',
    'set s {',
    'type filter hook input priority 0;',
    'policy drop;',
    'elements = {',
    '}',
    '{',
    ';',
    ',',
    ':',
    'vmap',
    '@s',
    '$x',
    'define x =',
    'include "/etc/nftables.conf"',
    'jump c',
    'goto c',
    'tcp dport',
    'ip saddr',
    '!=',
    '192.0.2.0/24',
    '443',
    'ct state',
    'accept',
    'drop',
    'log prefix',
    'counter',
    '"',
    '\\\n',
    '\n',
    ' ',
    '#',
    '<zone>',
    '</zone>',
    '<rule>',
    '<service name="ssh"/>',
    '<protocol value="vrrp"/>',
    '<!--',
    '<accept/>',
    '=',
    'A=',
  ];
  const text = fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary', maxLength: 6 })))
    .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(text, (written) => {
      const zone = new Map([
        ['/etc/firewalld/zones/public.xml', written],
        ['/etc/firewalld/firewalld.conf', written],
      ]);
      for (const firewall of [readNftables(new Map([['/etc/nftables.conf', written]])), readFirewalld(zone).firewall])
        verdict(firewall);
      readEnvironment(written);
      readSelinux(
        new Map([['/etc/selinux/config', written]]),
        new Map([
          ['selinux-ports.txt', written],
          ['selinux-booleans.txt', written],
        ]),
      );
    }),
    { numRuns: 5000, ...(random ? {} : { seed: 42 }) },
  );
});
