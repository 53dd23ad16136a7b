import { describe, expect, test } from 'vitest';
import { lint, predictListeners, rangeOf, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// What haproxy 2.6, 3.0 and 3.2 did alike in network and mount namespaces (unshare -n -m), and what `ss -ltn` showed.

const HOSTS = `127.0.0.1 localhost
::1 localhost
10.99.0.11 two four
fd99::11 two six
10.99.0.11 pair
10.99.0.12 pair
2001:db8::5 mix
10.99.0.11 mix
`;
const ADDRESSES = JSON.stringify([
  { ifname: 'lo', addr_info: [{ local: '127.0.0.1', prefixlen: 8 }] },
  {
    ifname: 'v0',
    addr_info: [
      { local: '10.99.0.11', prefixlen: 24 },
      { local: 'fd99::11', prefixlen: 64 },
    ],
  },
]);
const DEFAULTS = 'defaults\n mode tcp\n timeout connect 1s\n timeout client 1s\n timeout server 1s\n';

function snapshot(more: Readonly<Record<string, string>>): ReturnType<typeof snapshotFromFiles> {
  const files = { 'etc/hosts': HOSTS, 'facts/ip-address.json': ADDRESSES, ...more };
  return snapshotFromFiles(new Map(Object.entries(files).map(([path, text]): [string, string] => [`h/${path}`, text])));
}

function report(more: Readonly<Record<string, string>>): ReturnType<typeof predictListeners>[number] {
  const [found] = predictListeners(snapshot(more));
  if (found === undefined) throw new RangeError('no host');
  return found;
}

const cfg = (text: string): Record<string, string> => ({ 'etc/haproxy/haproxy.cfg': text });
const bound = (bind: string, more = {}): ReturnType<typeof report> =>
  report({ ...cfg(`${DEFAULTS}listen a\n bind ${bind}\n server s 127.0.0.1:99\n`), ...more });
const addresses = ({ sockets }: ReturnType<typeof report>): string[] => sockets.map(({ address }) => address);

describe('a bind by name', () => {
  test.each([
    ['localhost:2001', '::1'],
    ['ipv4@localhost:2002', '127.0.0.1'],
    ['ipv6@localhost:2003', '::1'],
    ['two:2004', 'fd99::11'],
    ['ipv4@two:2005', '10.99.0.11'],
    ['four:2006', '10.99.0.11'],
    ['six:2007', 'fd99::11'],
  ])('%s listens on %s', (bind, address) => {
    expect(addresses(bound(bind))).toEqual([address]);
    expect(bound(bind).starts.haproxy).toBe('ok');
  });

  test('without IPv6 the IPv4 address is taken', () => {
    const off = { 'etc/sysctl.d/a.conf': 'net.ipv6.conf.all.disable_ipv6 = 1\n' };
    expect(addresses(bound('localhost:2001', off))).toEqual(['127.0.0.1']);
  });

  test('which of several comes first is not guessed, and neither is what DNS says', () => {
    // haproxy took 10.99.0.11 of `pair`, and of `mix`, whose IPv6 address could not be reached: both depend on routes.
    for (const bind of ['pair:2009', 'mix:2010']) {
      expect(bound(bind).sockets).toEqual([]);
      expect(bound(bind).starts.haproxy).toBe(
        `unknown: bind ${bind} is a name with several addresses; haproxy takes the one that is looked up first`,
      );
    }
    expect(bound('ipv6@four:2008').starts.haproxy).toMatch(/^unknown: bind ipv6@four:2008 is a name that \/etc\/hosts/);
    expect(bound('elsewhere.example.com:80').starts.haproxy).toMatch(/^unknown: bind elsewhere\.example\.com:80 /);
  });

  test('meets sshd on the address of the name', () => {
    // "cannot bind socket (Address already in use) for [::1:2222]"; the other way round sshd goes on without ::1.
    const sshd = { 'etc/ssh/sshd_config': 'Port 2222\nListenAddress localhost\n' };
    const { conflicts } = bound('localhost:2222', sshd);
    expect(conflicts.flatMap(({ orders }) => orders)).toEqual([
      { first: 'sshd', sshd: 'up', haproxy: 'exit' },
      { first: 'haproxy', sshd: 'up-without-ipv6', haproxy: 'up' },
    ]);
  });
});

describe('an interface', () => {
  test('must have the IPv6 address of the bind; of an IPv4 one the kernel does not ask', () => {
    // "cannot bind socket (Cannot assign requested address) for [::1:8080]"
    expect(bound('[::1]:8080 interface v0').starts.haproxy).toBe(
      'fails: cannot bind [::1]:8080: the host has no such address',
    );
    expect(bound('[fd99::11]:8080 interface v0').starts.haproxy).toBe('ok');
    expect(bound('127.0.0.1:8080 interface v0').starts.haproxy).toBe('ok');
    expect(bound('[::1]:8080 interface v0 transparent').starts.haproxy).toBe('ok');
  });
});

describe('a prefix on lo', () => {
  // With 10.1.0.5/16 and fd77::1/64 on lo, 10.2.0.1/16 on v0; with an address that is not local "Cannot assign requested address".
  const facts = JSON.stringify([
    {
      ifname: 'lo',
      addr_info: [
        { local: '127.0.0.1', prefixlen: 8 },
        { local: '10.1.0.5', prefixlen: 16 },
        { local: '10.3.0.5', prefixlen: 32 },
        { local: 'fd77::1', prefixlen: 64 },
      ],
    },
    { ifname: 'v0', addr_info: [{ local: '10.2.0.1', prefixlen: 16 }] },
  ]);
  const rules = (more: Readonly<Record<string, string>>): readonly string[] =>
    lint(snapshot({ 'facts/ip-address.json': facts, ...more }))
      .findings.map(({ rule }) => rule)
      .filter((rule) => rule.startsWith('cross/'));
  test.each([
    ['10.1.7.7:8080', true],
    ['10.1.255.255:8080', true],
    ['10.1.0.0:8080', true],
    ['[::ffff:10.1.7.7]:8080', true],
    ['10.1.7.7:8080 interface v0', true],
    ['quic4@10.1.7.7:8443 ssl crt a.pem', true],
    ['10.2.0.9:8080', false],
    ['10.3.0.9:8080', false],
    ['[fd77::5]:8080', false],
    ['quic4@10.2.0.9:8443 ssl crt a.pem', false],
  ])('bind %s: %s', (bind, starts) => {
    const files = cfg(`${DEFAULTS}listen a\n mode http\n bind ${bind}\n server s 127.0.0.1:99\n`);
    expect(report({ 'facts/ip-address.json': facts, ...files }).starts.haproxy === 'ok').toBe(starts);
    expect(rules(files)).toEqual(starts ? [] : ['cross/bind-address-not-local']);
  });

  test('has addresses for sshd too, needs no ip_nonlocal_bind for a VIP, and with it an address of it is no typo', () => {
    expect(rules({ 'etc/ssh/sshd_config': 'ListenAddress 10.1.7.7\n' })).toEqual([]);
    expect(rules({ 'etc/ssh/sshd_config': 'ListenAddress 10.2.0.9\n' })).toEqual([
      'cross/sshd-listenaddress-not-local',
    ]);
    const files = cfg(`${DEFAULTS}listen a\n bind 10.1.7.7:80\n server s 127.0.0.1:99\n`);
    const vrrp =
      'vrrp_instance V {\n interface v0\n virtual_router_id 9\n priority 100\n virtual_ipaddress {\n  10.1.7.7/32\n }\n}\n';
    expect(rules({ ...files, 'etc/keepalived/keepalived.conf': vrrp })).not.toContain(
      'cross/bind-vip-without-nonlocal',
    );
    expect(rules({ ...files, 'etc/sysctl.d/a.conf': 'net.ipv4.ip_nonlocal_bind = 1\n' })).toEqual([]);
  });
});

describe('the binds of peers', () => {
  // haproxy 2.6, 3.0 and 3.2 with localpeer a: "Removing incomplete section 'peers p' (no peer named 'a')" without it among the servers.
  const ports = (peers: string, local = 'localpeer a'): number[] =>
    report(
      cfg(
        `global\n ${local}\n${DEFAULTS}listen x\n bind *:8080\n server s 127.0.0.1:9\npeers p\n bind *:1024\n${peers}`,
      ),
    )
      .sockets.map(({ port }) => port)
      .sort();
  test('are open where the local peer is one of its servers', () => {
    expect(ports(' server a\n')).toEqual([1024, 8080]);
    expect(ports(' server a\n server b 127.0.0.1:1\n')).toEqual([1024, 8080]);
    expect(ports(' server b 127.0.0.1:1\n')).toEqual([8080]);
    // The host's own name without localpeer.
    expect(ports(' server h\n', 'maxconn 10')).toEqual([1024, 8080]);
    // What the variable holds is not known.
    expect(ports(' server "$HOSTNAME"\n')).toEqual([1024, 8080]);
  });
});

describe('UDP sockets', () => {
  const forward = (bind: string): Record<string, string> =>
    cfg(`log-forward f\n dgram-bind ${bind}\n log 127.0.0.1:1514 local0\n`);
  test('are none of TCP, and keep haproxy from starting where they cannot be bound', () => {
    // haproxy 2.6, 3.0, 3.2: udp 127.0.0.1:5514 and up; "cannot bind socket (Cannot assign requested address) for [10.9.9.9:5514]".
    expect(report(forward('127.0.0.1:5514'))).toMatchObject({ sockets: [], starts: { haproxy: 'ok' } });
    expect(report(forward('10.9.9.9:5514')).starts.haproxy).toBe(
      'fails: cannot bind 10.9.9.9:5514: the host has no such address',
    );
    expect(report(forward('10.9.9.9:5514 transparent')).starts.haproxy).toBe('ok');
    expect(report(forward('udp4@127.0.0.1:5514,udp6@[::1]:5515')).starts.haproxy).toBe('ok');
    expect(report(forward('/run/log.sock')).starts.haproxy).toBe('ok');
    const [one] = lint(snapshot(forward('10.9.9.9:5514'))).findings.filter(({ rule }) => rule.startsWith('cross/'));
    expect(one?.message).toBe('haproxy cannot start on h: 10.9.9.9 is no address of h and no VIP');
  });

  test('meet no socket of sshd', () => {
    const files = {
      ...cfg(`${DEFAULTS}listen a\n mode http\n bind quic4@:22 ssl crt a.pem\n server s 127.0.0.1:99\n`),
    };
    expect(report({ ...files, 'etc/ssh/sshd_config': 'Port 22\n' }).conflicts).toEqual([]);
  });

  test('of a disabled proxy are not opened', () => {
    const off = 'listen a\n disabled\n bind quic4@10.9.9.9:443 ssl crt a.pem\n server s 127.0.0.1:99\n';
    expect(report(cfg(`${DEFAULTS}${off}listen b\n bind *:80\n server s 127.0.0.1:99\n`)).starts.haproxy).toBe('ok');
  });
});

describe('a disabled proxy opens no socket', () => {
  const ports = (text: string): number[] => report(cfg(text)).sockets.map(({ port }) => port);
  test('the last word counts, and its own before that of defaults', () => {
    const a = 'frontend a\n bind 127.0.0.1:1001\n';
    const b = 'frontend b\n bind 127.0.0.1:1002\n';
    expect(ports(`${DEFAULTS} disabled\n${a}${b} enabled\n`)).toEqual([1002]);
    expect(ports(`${DEFAULTS}${a} disabled\n enabled\n${b} enabled\n disabled\n`)).toEqual([1001]);
    expect(ports(`${DEFAULTS} disabled\n${DEFAULTS}${a}`)).toEqual([1001]);
  });

  test('and haproxy does not start with such ones alone', () => {
    // haproxy -c: "Configuration file has no error but will not start (no listener) => exit(2)"; with a stats socket it starts.
    const off = `${DEFAULTS}listen a\n disabled\n bind *:2222\n server s 127.0.0.1:99\n`;
    expect(report(cfg(off)).starts.haproxy).toBe('fails: no proxy has a listener');
    expect(report(cfg(`global\n stats socket /run/haproxy.sock\n${off}`)).starts.haproxy).toBe('ok');
  });

  test('sshd may have its port', () => {
    const text = `${DEFAULTS}frontend old\n disabled\n bind *:22\nfrontend new\n bind *:80\n`;
    const files = { ...cfg(text), 'etc/ssh/sshd_config': 'Port 22\n' };
    expect(report(files).conflicts).toEqual([]);
    const rules = lint(snapshot(files)).findings.map(({ rule }) => rule);
    expect(rules).not.toContain('cross/sshd-wildcard-vs-haproxy-bind');
  });
});

describe('a port below 1024', () => {
  // setpriv --reuid 65534 --bounding-set=-all haproxy: "cannot bind socket (Permission denied) for [0.0.0.0:80]".
  const of = (bind: string, unit: string, sysctl: string): Record<string, string> => ({
    ...cfg(`${DEFAULTS}listen a\n bind ${bind}\n server s 127.0.0.1:99\n`),
    'etc/systemd/system/haproxy.service': `[Service]\nExecStart=/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg\n${unit}`,
    'etc/sysctl.d/a.conf': sysctl,
  });
  const start = (unit: string, sysctl = ''): unknown => report(of('*:80', unit, sysctl)).starts.haproxy;
  const refused = 'fails: cannot bind 0.0.0.0:80: its unit keeps it from CAP_NET_BIND_SERVICE';
  const findings = (bind: string, unit: string, sysctl = ''): ReturnType<typeof lint>['findings'] =>
    lint(snapshot(of(bind, unit, sysctl)), { only: ['system/low-port-without-capability'] }).findings;

  test('takes a capability of who is not root', () => {
    expect(start('')).toBe('ok');
    expect(start('User=haproxy\n')).toBe(refused);
    expect(start('DynamicUser=yes\n')).toBe(refused);
    expect(start('CapabilityBoundingSet=CAP_NET_RAW\n')).toBe(refused);
    expect(start('User=haproxy\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n')).toBe('ok');
  });

  test('unless the kernel gives it to everybody', () =>
    expect(start('User=haproxy\n', 'net.ipv4.ip_unprivileged_port_start = 80\n')).toBe('ok'));

  test('has a finding at the bind, with the line of the unit', () => {
    const [one] = findings('*:80', 'User=haproxy\n');
    expect(one?.message).toBe(
      'haproxy of h may not bind port 80: User=haproxy in haproxy.service leaves it without CAP_NET_BIND_SERVICE',
    );
    expect(one?.help).toContain('set AmbientCapabilities=CAP_NET_BIND_SERVICE');
    expect(one?.related.map(({ at }) => rangeOf(at).start.line)).toEqual([3]);
    // capabilities(7): nothing outside of the bounding set can be ambient.
    const [bounded] = findings('*:80', 'CapabilityBoundingSet=CAP_NET_RAW\n');
    expect(bounded?.help).toContain('add CAP_NET_BIND_SERVICE to CapabilityBoundingSet=');
  });

  test.each([
    ['*:80', 1],
    ['127.0.0.1:1020-1030', 1],
    ['localhost:443', 1],
    ['*:1024', 0],
    ['/run/haproxy.sock', 0],
    // "protocol quic4: cannot bind socket (Permission denied) for [0.0.0.0:443]" and "[10.1.9.9:1000]": 3.0 with limited-quic, and 3.2.
    ['quic4@:443 ssl crt a.pem', 1],
    ['quic6@:443 ssl crt a.pem', 1],
    ['*:8443,quic4@:443 ssl crt a.pem', 1],
    ['quic4@:1000-1001 ssl crt a.pem', 1],
    ['quic4@:8443 ssl crt a.pem', 0],
  ])('%s: %i findings', (bind, count) => expect(findings(bind, 'User=haproxy\n')).toHaveLength(count));

  test('has none where the start succeeds', () => {
    expect(findings('*:80', '')).toEqual([]);
    expect(findings('*:80', 'User=haproxy\n', 'net.ipv4.ip_unprivileged_port_start = 80\n')).toEqual([]);
  });
});

test('ss shows a socket on one IPv6 address as v6only, and one on an IPv4 address with its dots', () => {
  expect(bound('[fd99::11]:80').sockets[0]?.v6only).toBe(true);
  expect(bound('[::]:80').sockets[0]?.v6only).toBe(false);
  expect(bound('[::ffff:10.99.0.11]:80').sockets[0]).toMatchObject({ address: '::ffff:10.99.0.11', v6only: false });
});

describe('a daemon that refuses its files', () => {
  test('does not start, and is in nobody’s way', () => {
    const refused = report({
      ...cfg(`${DEFAULTS}listen a\n bind *:22\n nonsense\n`),
      'etc/ssh/sshd_config': 'Port 22\n',
    });
    expect(refused.starts.haproxy).toMatch(/^fails: haproxy refuses h\/etc\/haproxy\/haproxy\.cfg:8: .*nonsense/);
    expect(refused.starts.sshd).toBe('ok');
    expect(refused.conflicts).toEqual([]);
  });

  test('sshd too', () => {
    const { starts } = report({ 'etc/ssh/sshd_config': 'Port 22\nBogus yes\n' });
    expect(starts.sshd).toMatch(/^fails: sshd refuses h\/etc\/ssh\/sshd_config:2: .*Bogus/);
  });
});

// In a namespace without 10.99.0.11 haproxy exits ("Cannot assign requested address"), and without the namespace too ("Cannot open
// namespace"); on `*` it listens beside sshd of the host.
describe('a bind in a network namespace', () => {
  const sshd = { 'etc/ssh/sshd_config': 'Port 2222\n' };
  const ofHost = 'LISTEN 0 1 0.0.0.0:2222 0.0.0.0:*\nLISTEN 0 1 [::]:2222 [::]:*\nLISTEN 0 1 10.99.0.11:81 0.0.0.0:*\n';

  test.each(['10.99.0.11:2222', '*:2222', '[::]:2222', '10.99.0.99:2222'])('%s is listed and not judged', (address) => {
    const found = bound(`${address} namespace blue\n bind 10.99.0.11:81`, { ...sshd, 'facts/listeners.txt': ofHost });
    expect(found.sockets.map(({ namespace, port }) => [namespace, port])).toEqual([
      [undefined, 2222],
      [undefined, 2222],
      [undefined, 81],
      ['blue', 2222],
    ]);
    expect(found.starts.haproxy).toBe(
      `unknown: bind ${address} is in the network namespace blue: no file says whether it is there, and with which addresses`,
    );
    expect(found.conflicts).toEqual([]);
    expect(found.drift).toEqual([]);
  });

  test('two binds, one in the host', () => {
    const found = bound('10.99.0.11:2222\n bind *:2222 namespace blue', sshd);
    expect(found.conflicts.map(({ sockets }) => sockets)).toEqual([[0, 2]]);
  });

  test('a stats socket', () => {
    const text = `global\n stats socket ipv4@10.99.0.11:9999 namespace blue\n${DEFAULTS}listen a\n bind :80\n server s 127.0.0.1:99\n`;
    expect(report(cfg(text)).starts.haproxy).toMatch(/^unknown: bind ipv4@10.99.0.11:9999 is in the network namespace/);
  });
});
