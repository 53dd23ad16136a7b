import { describe, expect, test } from 'vitest';
import { lint, snapshotFromFiles, type Finding } from '../../packages/halint/src/index.ts';
import { cluster, TRUTH } from './filter-truth.ts';

function found(files: ReadonlyMap<string, string>, rule = 'cross/firewall-blocks-vrrp'): readonly Finding[] {
  const { findings, errors } = lint(snapshotFromFiles(files), { preset: 'all', only: [rule] });
  expect(errors).toEqual([]);
  return findings;
}

/** Each host lets everything in; what it lets out is what test/around/nft-out.test.ts asks the kernel. */
test.each([
  ['multicast', 'policy drop; ct state established,related accept; tcp dport 22 accept', 'error'],
  // Both hosts have it: neither may begin.
  ['unicast', 'policy drop; ct state established,related accept; tcp dport 22 accept', 'error'],
  ['unicast', 'policy drop; tcp dport 22 accept', 'error'],
  ['multicast AH', 'policy drop; ip protocol vrrp accept', 'error'],
  ['multicast AH', 'policy drop; ip protocol ah accept', undefined],
  ['multicast', 'policy drop; oifname "e0" ip daddr 224.0.0.18 accept', undefined],
  ['multicast', 'policy drop; oifname "e1" accept', 'error'],
  ['unicast', 'policy drop; ip daddr 10.98.0.0/24 accept', undefined],
  ['multicast', 'policy drop; meta skuid root accept', undefined],
  ['multicast', 'policy accept; ip protocol vrrp reject', 'error'],
] as const)('adverts that are sent: %s, %s', (transport, out, severity) => {
  const files = new Map(cluster(transport, ''));
  for (const host of ['a', 'b']) {
    files.set(
      `${host}/etc/nftables.conf`,
      `table inet f {\n chain o {\n type filter hook output priority 0; ${out}\n }\n}\n`,
    );
  }
  const claims = found(files).map(({ at, severity: level }) => [at.host, level]);
  expect(claims).toEqual(severity === undefined ? [] : ['a', 'b'].map((host) => [host, severity]));
});

describe.skipIf(TRUTH === undefined)('what keepalived did behind a packet filter', () => {
  test('the table is whole', () => expect(TRUTH).toHaveLength(13));

  test.each(TRUTH ?? [])('$transport, input $policy, $accepted', ({ transport, rules, split, tookOver }) => {
    const claims = found(cluster(transport, rules)).map(({ severity }) => severity);
    // Split brain is an error on both nodes; one master that took over once before it heard its peer is a warning.
    const expected = split ? 'error' : tookOver ? 'warning' : undefined;
    expect(claims).toEqual(expected === undefined ? [] : [expected, expected]);
  });
});

// Adverts are sent with 255 (RFC 9568 5.1.1.3); what connections come with is not known.
test.each([
  ['ip ttl 255 ip protocol vrrp accept', 0],
  ['ip ttl >= 254 ip protocol vrrp accept', 0],
  ['ip ttl < 255 drop; ip protocol vrrp accept', 0],
  ['ip ttl != 255 ip protocol vrrp accept', 2],
  ['ip ttl 1 ip protocol vrrp accept', 2],
] as const)('time to live: %s', (rules, errors) => {
  expect(found(cluster('multicast', rules)).map(({ severity }) => severity)).toEqual(Array(errors).fill('error'));
});

test.each([
  ['--ttl-eq 255', 0],
  ['--ttl-gt 200', 0],
  ['! --ttl-lt 255', 0],
  ['--ttl-lt 255', 2],
] as const)('time to live: -m ttl %s', (option, errors) => {
  const files = new Map(cluster('multicast', undefined));
  for (const host of ['a', 'b']) {
    files.set(
      `${host}/etc/iptables/rules.v4`,
      `*filter\n:INPUT DROP [0:0]\n-A INPUT -p vrrp -m ttl ${option} -j ACCEPT\nCOMMIT\n`,
    );
    files.set(`${host}/etc/systemd/system/multi-user.target.wants/netfilter-persistent.service`, '[Unit]\n');
  }
  expect(found(files).map(({ severity }) => severity)).toEqual(Array(errors).fill('error'));
});

describe('what is not known is no claim', () => {
  test('a host that does not say whether the unit is enabled', () => {
    const [finding] = found(cluster('multicast', 'tcp dport 22 accept', false));
    expect(finding).toMatchObject({ severity: 'info', missing: expect.stringContaining('nftables.service') as string });
  });

  test('an include that is not there is named', () => {
    const files = new Map(cluster('multicast', 'include "/etc/nftables.d/vrrp.nft"'));
    const missing = expect.stringContaining('/etc/nftables.d/vrrp.nft') as string;
    expect(found(files)).toMatchObject([
      { severity: 'info', missing },
      { severity: 'info', missing },
    ]);
    for (const host of ['a', 'b']) files.set(`${host}/etc/nftables.d/vrrp.nft`, 'ip protocol vrrp accept\n');
    expect(found(files)).toEqual([]);
  });

  test('a condition that is not followed', () => {
    const [finding] = found(cluster('multicast', 'meta mark 0x1 ip protocol vrrp accept'));
    expect(finding).toMatchObject({ severity: 'info', missing: expect.stringContaining('line 6') as string });
  });

  test('a filter that is disabled says nothing', () => {
    const files = new Map(cluster('multicast', 'tcp dport 22 accept', false));
    for (const host of ['a', 'b']) files.set(`${host}/facts/unit-files.txt`, 'nftables.service disabled enabled\n');
    expect(found(files)).toEqual([]);
  });
});

describe('connections that haproxy opens', () => {
  const RULE = 'cross/firewall-blocks-service';
  /** Lines and messages of what is said of host a, whose filter has this chain for what it sends. */
  const said = (servers: string, out: string, more: Readonly<Record<string, string>> = {}): readonly string[] => {
    const files = new Map(cluster('multicast', ''));
    files.set(
      'a/etc/nftables.conf',
      `table inet f {\n chain o {\n  type filter hook output priority 0; policy drop; ${out}\n }\n}\n`,
    );
    files.set(
      'a/etc/haproxy/haproxy.cfg',
      `defaults\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nbackend x\n${servers}\n`,
    );
    for (const [path, text] of Object.entries(more)) files.set(path, text);
    return found(files, RULE).map(
      ({ severity, message }) => `${severity} ${/opens to (\S+?):? /.exec(message)?.[1] ?? message}`,
    );
  };

  // By section 5.2 of the manual: addr and port are of checks, source is what the socket is bound to, of the server before the proxy.
  test.each<[string, string, readonly string[]]>([
    ['server s 10.98.0.9:443', 'tcp dport 443 accept', []],
    ['server s 10.98.0.9:443 check', 'tcp dport 80 accept', ['warning 10.98.0.9:443']],
    ['server s 10.98.0.9:443 check port 80', 'tcp dport 443 accept', ['warning 10.98.0.9:80']],
    ['server s 10.98.0.9:443 port 80', 'tcp dport 443 accept', []],
    ['server s 10.98.0.9:443 check addr 10.98.0.8', 'ip daddr 10.98.0.9 accept', ['warning 10.98.0.8:443']],
    ['server s 10.98.0.9:443 source 10.98.0.7', 'ip saddr 10.98.0.7 accept', []],
    ['server s 10.98.0.9:443 source 10.98.0.7:1000-2000', 'ip saddr 10.98.0.1 accept', ['warning 10.98.0.9:443']],
    ['source 10.98.0.7\nserver s 10.98.0.9:443', 'ip saddr 10.98.0.7 accept', []],
    ['source 10.98.0.7\nserver s 10.98.0.9:443 source 10.98.0.1', 'ip saddr 10.98.0.1 accept', []],
    ['default-server source 10.98.0.7\nserver s 10.98.0.9:443', 'ip saddr 10.98.0.7 accept', []],
    ['server s 10.98.0.9:443 source * interface e7', 'oifname "e7" accept', []],
    ['server s 10.98.0.9:443 source 0.0.0.0 usesrc client', '', []],
    ['server s 10.98.0.9:443 socks4 10.98.0.8:1080', '', []],
    ['server s 10.98.0.9:443 namespace n', '', []],
    ['server s 10.98.0.9:443 disabled', '', []],
    ['server s web.example:443', '', []],
    ['server s /run/web.sock', '', []],
    ['server s 10.98.0.9', '', []],
    ['option tcp-check\ntcp-check connect port 80\nserver s 10.98.0.9:443 check port 81', 'tcp dport 443 accept', []],
    ['server s 10.98.0.9:443', 'meta skuid haproxy accept', []],
    ['server s 10.98.0.9:443\nserver t 10.98.0.9:443', '', ['warning 10.98.0.9:443']],
  ])('%s behind `%s`', (servers, out, expected) => expect(said(servers, out)).toEqual(expected));

  test("an address that may be the host's own leaves by lo", () => {
    const lo = 'oif lo accept';
    expect(said('server s 127.0.0.1:80', lo)).toEqual([]);
    expect(said('server s 10.98.0.1:80', lo)).toEqual([]);
    // The VIP is there or elsewhere; without all addresses any other may be there too.
    expect(said('server s 10.98.0.100:80', lo)).toEqual([]);
    expect(said('server s 10.98.0.100:80', '')).toEqual(['warning 10.98.0.100:80']);
    expect(said('server s 10.98.0.9:80', lo)).toEqual(['warning 10.98.0.9:80']);
    expect(said('server s 10.98.0.9:80', lo, { 'a/facts/ip-address.json': '[]' })).toEqual([]);
  });

  test('a filter that may not be in force is no certainty', () => {
    const files = new Map(cluster('multicast', '', false));
    files.set(
      'a/etc/nftables.conf',
      'table inet f {\n chain o {\n  type filter hook output priority 0; policy drop;\n }\n}\n',
    );
    files.set(
      'a/etc/haproxy/haproxy.cfg',
      'defaults\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nbackend x\n server s 10.98.0.9:80\n',
    );
    expect(found(files, RULE)).toMatchObject([
      {
        severity: 'info',
        message:
          'nftables of a would drop the connections that haproxy opens to 10.98.0.9:80: /etc/nftables.conf line 2 decides',
      },
    ]);
  });
});

describe('zones of firewalld', () => {
  const zoned = (zone: string, more: Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> => {
    const files = new Map(cluster('multicast', undefined));
    for (const host of ['a', 'b']) {
      files.set(`${host}/etc/systemd/system/multi-user.target.wants/firewalld.service`, '[Unit]\n');
      files.set(`${host}/etc/firewalld/zones/public.xml`, `<?xml version="1.0"?>\n<zone>\n${zone}</zone>\n`);
      for (const [path, text] of Object.entries(more)) files.set(`${host}${path}`, text);
    }
    return files;
  };
  const severities = (files: ReadonlyMap<string, string>): readonly string[] =>
    found(files).map((each) => each.severity);

  // By firewalld.zone(5): what no element of the zone accepts is rejected.
  test.each([
    ['<service name="ssh"/>\n', ['error', 'error']],
    ['<service name="high-availability"/>\n', ['error', 'error']],
    ['<port port="112" protocol="udp"/>\n', ['error', 'error']],
    ['<protocol value="vrrp"/>\n', []],
    ['<rule family="ipv4"><protocol value="112"/><accept/></rule>\n', []],
    ['<rule family="ipv4"><source address="10.98.0.0/24"/><protocol value="vrrp"/><accept/></rule>\n', []],
    [
      '<rule family="ipv4"><source address="10.99.0.0/24"/><protocol value="vrrp"/><accept/></rule>\n',
      ['error', 'error'],
    ],
    ['<service name="of-a-vendor"/>\n', ['info', 'info']],
    ['<service name="ssh">\n', ['info', 'info']],
  ])('%s', (zone, expected) => expect(severities(zoned(zone))).toEqual(expected));

  // Upstream's tags: 1.3.x and 2.0.x have no config/services/vrrp.xml, 2.1.0 has; what 0.9 does without it was not run.
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['no release that is known', {}, ['info', 'info']],
    ['Debian 11', { '/etc/os-release': 'ID=debian\nVERSION_ID="11"\n' }, ['info', 'info']],
    ['Debian 12', { '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n' }, ['error', 'error']],
    ['Debian 13', { '/etc/os-release': 'ID=debian\nVERSION_ID="13"\n' }, []],
    ['Ubuntu 24.04', { '/etc/os-release': 'ID=ubuntu\nVERSION_ID="24.04"\n' }, []],
    ['RHEL 9', { '/etc/os-release': 'ID="rhel"\nVERSION_ID="9.4"\n' }, ['info', 'info']],
    ['RHEL 10', { '/etc/os-release': 'ID="rhel"\nVERSION_ID="10.0"\n' }, []],
    ['a package of RHEL 9', { '/facts/packages.txt': 'firewalld-1.3.4-7.el9.noarch\n' }, ['info', 'info']],
    ['a package of Ubuntu', { '/facts/packages.txt': 'ii  firewalld  2.0.2-1  all  x\n' }, ['error', 'error']],
    ['a package of Fedora', { '/facts/packages.txt': 'firewalld-2.1.1-1.fc40.noarch\n' }, []],
  ])('the service vrrp of %s', (_, more, expected) => {
    const files = zoned('<service name="ssh"/>\n<service name="vrrp"/>\n', more);
    expect(severities(files)).toEqual(expected);
    const [finding] = found(files);
    if (expected[0] === 'info') expect(finding?.missing).toContain('the service vrrp of firewalld');
    if (expected[0] === 'error') {
      expect(finding?.message).toContain('/etc/firewalld/zones/public.xml line 4 decides');
      expect(found(files, 'system/malformed-fact')[0]?.message).toContain('has no service vrrp');
    }
  });

  test('a service that no file and no release has', () => {
    const zone = '<service name="of-a-vendor"/>\n<protocol value="vrrp"/>\n';
    const release = { '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n' };
    // Another package may bring it; without it firewalld 1.3.3 loads nothing of the zone (test/around/firewalld.test.ts).
    expect(found(zoned(zone, release))[0]?.missing).toContain('the service of-a-vendor of firewalld');
    const own = { ...release, '/etc/firewalld/services/of-a-vendor.xml': '<service/>' };
    expect(severities(zoned(zone, own))).toEqual([]);
    expect(severities(zoned('<service name="samba"/>\n<protocol value="vrrp"/>\n', release))).toEqual([]);
  });

  test('services of the host, zones of interfaces, the default zone', () => {
    const service = '<service><protocol value="vrrp"/></service>';
    expect(severities(zoned('<service name="x"/>', { '/etc/firewalld/services/x.xml': service }))).toEqual([]);
    const internal = '<zone target="ACCEPT"><interface name="e0"/></zone>';
    expect(severities(zoned('', { '/etc/firewalld/zones/internal.xml': internal }))).toEqual([]);
    expect(severities(zoned('', { '/etc/firewalld/firewalld.conf': 'DefaultZone=work\n' }))).toEqual(['info', 'info']);
    expect(severities(zoned('', { '/etc/firewalld/firewalld.conf': 'DefaultZone=trusted\n' }))).toEqual([]);
    const trusted = {
      '/etc/firewalld/firewalld.conf': 'DefaultZone=trusted\n',
      '/etc/firewalld/zones/trusted.xml': '<zone target="ACCEPT"/>',
    };
    expect(severities(zoned('', trusted))).toEqual([]);
  });
});
