import { describe, expect, test } from 'vitest';
import { lint, predictListeners, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// What sshd 9.2 and haproxy 2.6 did in a network namespace (unshare -n) with 10.0.0.1/24 and 10.0.0.2/24 on eth0, and what `ss -ltn` showed.

const ADDRESSES = JSON.stringify([
  {
    ifname: 'lo',
    addr_info: [
      { local: '127.0.0.1', prefixlen: 8 },
      { local: '::1', prefixlen: 128 },
    ],
  },
  {
    ifname: 'eth0',
    addr_info: [
      { local: '10.0.0.1', prefixlen: 24 },
      { local: '10.0.0.2', prefixlen: 24 },
    ],
  },
]);

const haproxy = (bind: string): string =>
  `defaults\n mode http\n timeout connect 5s\n timeout client 5s\n timeout server 5s\nfrontend f\n bind ${bind}\n`;

interface Asked {
  readonly sshd?: string;
  readonly bind?: string;
  readonly sysctl?: string;
  readonly more?: Readonly<Record<string, string>>;
}

function snapshot({ sshd, bind, sysctl, more = {} }: Asked): ReturnType<typeof snapshotFromFiles> {
  const files = {
    'facts/ip-address.json': ADDRESSES,
    ...(sshd === undefined ? {} : { 'etc/ssh/sshd_config': `${sshd}\n` }),
    ...(bind === undefined ? {} : { 'etc/haproxy/haproxy.cfg': haproxy(bind) }),
    ...(sysctl === undefined ? {} : { 'etc/sysctl.d/a.conf': `${sysctl}\n` }),
    ...more,
  };
  return snapshotFromFiles(new Map(Object.entries(files).map(([path, text]): [string, string] => [`h/${path}`, text])));
}

const report = (asked: Asked): ReturnType<typeof predictListeners>[number] => {
  const [found] = predictListeners(snapshot(asked));
  if (found === undefined) throw new RangeError('no host');
  return found;
};

const places = (asked: Asked): unknown => report(asked).sockets.map(({ address, port }) => [address, port]);

describe('an IPv4 address written as IPv6', () => {
  test('binds, and the kernel keeps it among its IPv4 sockets', () => {
    expect(report({ bind: '::ffff:10.0.0.1:22' }).starts.haproxy).toBe('ok');
    expect(report({ bind: '::ffff:10.0.0.9:22' }).starts.haproxy).toMatch(/^fails: .* no such address$/);
    // "cannot bind socket (Address already in use) for [::ffff:10.0.0.1:22]"
    for (const sshd of ['ListenAddress 10.0.0.1', 'Port 22'])
      expect(report({ sshd, bind: '::ffff:10.0.0.1:22' }).conflicts[0]?.orders[0]).toEqual({
        first: 'sshd',
        sshd: 'up',
        haproxy: 'exit',
      });
    expect(report({ sshd: 'ListenAddress 10.0.0.2', bind: '::ffff:10.0.0.1:22' }).conflicts).toEqual([]);
  });

  test('takes ip_nonlocal_bind of IPv4, and disable_ipv6 is nothing to it', () => {
    const absent = '::ffff:10.0.0.9:80';
    expect(report({ bind: absent, sysctl: 'net.ipv4.ip_nonlocal_bind = 1' }).starts.haproxy).toBe('ok');
    expect(report({ bind: '::ffff:10.0.0.1:80', sysctl: 'net.ipv6.conf.all.disable_ipv6 = 1' }).starts.haproxy).toBe(
      'ok',
    );
  });

  test('as an IPv6-only socket it is an invalid argument', () => {
    const fails = /^fails: .* an IPv4 address takes no IPv6-only socket$/;
    expect(report({ bind: '[::ffff:10.0.0.1]:22 v6only' }).starts.haproxy).toMatch(fails);
    expect(report({ bind: '[::ffff:10.0.0.1]:80', sysctl: 'net.ipv6.bindv6only = 1' }).starts.haproxy).toMatch(fails);
    expect(report({ sshd: 'ListenAddress ::ffff:10.0.0.1' }).starts.sshd).toMatch(fails);
  });
});

describe('AddressFamily', () => {
  // sshd 9.2, 10.0 and 10.6: "Server listening on 10.0.0.1 port 22."
  test('inet takes the IPv4 address out of one written as IPv6', () => {
    const asked = { sshd: 'AddressFamily inet\nListenAddress ::ffff:10.0.0.1' };
    expect(report(asked).sockets).toMatchObject([{ family: 'ipv4', address: '10.0.0.1', v6only: false }]);
    expect(report(asked).starts.sshd).toBe('ok');
  });

  // "bad addr or host: h", exit 255: getaddrinfo() is asked for IPv6 addresses only.
  test('a name may have no address of the family', () => {
    const more = { 'etc/hosts': '10.0.0.1 h\n' };
    expect(report({ sshd: 'ListenAddress h', more }).starts.sshd).toBe('ok');
    expect(report({ sshd: 'AddressFamily inet\nListenAddress h', more }).starts.sshd).toBe('ok');
    expect(report({ sshd: 'AddressFamily inet6\nListenAddress h', more }).starts.sshd).toMatch(
      /^unknown: ListenAddress h is a name that \/etc\/hosts does not have with an IPv6 address; /,
    );
  });

  test('inet excludes a link-local address with its interface', () =>
    expect(report({ sshd: 'AddressFamily inet\nListenAddress fe80::1%eth0' }).starts.sshd).toMatch(
      /^fails: .*AddressFamily inet excludes ListenAddress fe80::1%eth0/,
    ));
});

describe('short and odd IPv4 addresses', () => {
  test.each([
    ['0:22', '0.0.0.0'],
    ['10.1:22', '10.0.0.1'],
    ['0x0a000001:22', '10.0.0.1'],
    ['167772161', '10.0.0.1'],
    ['010.0.0.1', '8.0.0.1'],
  ])('ListenAddress %s is %s', (written, address) =>
    expect(places({ sshd: `ListenAddress ${written}` })).toEqual([[address, 22]]),
  );

  test('haproxy takes them too', () => {
    expect(places({ bind: '0:80' })).toEqual([['0.0.0.0', 80]]);
    expect(places({ bind: '10.1:80' })).toEqual([['10.0.0.1', 80]]);
  });

  test('`0` is every address', () =>
    expect(report({ sshd: 'ListenAddress 0:22', bind: '10.0.0.1:22' }).conflicts).toHaveLength(1));
});

describe('IPv6', () => {
  const link = { ifname: 'eth0', addr_info: [{ local: 'fe80::1', prefixlen: 64 }] };

  test('a link-local address with its interface', () => {
    const sshd = 'ListenAddress fe80::1%eth0';
    expect(report({ sshd }).starts.sshd).toBe('fails: cannot bind [fe80::1]:22: the host has no such address');
    expect(report({ sshd, more: { 'facts/ip-address.json': JSON.stringify([link]) } }).starts.sshd).toBe('ok');
    // ss: [fe80::1]%eth0:22
    expect(report({ sshd }).sockets[0]).toMatchObject({ address: 'fe80::1', interface: 'eth0' });
  });

  test('switched off it has no address, not even ::1; its wildcard is as before', () => {
    const sysctl = 'net.ipv6.conf.all.disable_ipv6 = 1';
    const starts = (sshd: string, bind: string, more = sysctl): unknown => report({ sshd, bind, sysctl: more }).starts;
    expect(starts('Port 22', '[::]:80')).toEqual({ sshd: 'ok', haproxy: 'ok' });
    expect(starts('ListenAddress ::', '[::]:80 v6only')).toEqual({ sshd: 'ok', haproxy: 'ok' });
    const fails = (address: string): unknown => expect.stringContaining(`fails: cannot bind ${address}`);
    expect(starts('ListenAddress ::1', '::1:80')).toEqual({ sshd: fails('[::1]:22'), haproxy: fails('[::1]:80') });
    expect(starts('ListenAddress ::1', '[::1]:80 transparent')).toEqual({ sshd: fails('[::1]:22'), haproxy: 'ok' });
    expect(starts('ListenAddress ::1', '[::1]:80', `${sysctl}\nnet.ipv6.ip_nonlocal_bind = 1`)).toEqual({
      sshd: 'ok',
      haproxy: 'ok',
    });
    // Only interfaces that come later follow `default`.
    expect(starts('ListenAddress ::1', '[::1]:80', 'net.ipv6.conf.default.disable_ipv6 = 1')).toEqual({
      sshd: 'ok',
      haproxy: 'ok',
    });
  });
});

describe('a ListenAddress that is a name', () => {
  // sshd 9.2: "bad addr or host: nope.invalid (Temporary failure in name resolution)", exit 255, with both lines.
  const sshd = 'ListenAddress nope.invalid\nListenAddress 10.0.0.1';
  const told = (more: Readonly<Record<string, string>>): unknown =>
    lint(snapshot({ sshd, more }), { only: ['cross/sshd-listenaddress-not-local'] }).findings;

  test('decides over all lines, and its address is not known', () => {
    expect(report({ sshd }).starts.sshd).toMatch(/^unknown: ListenAddress nope\.invalid /);
    expect(told({})).toMatchObject([{ severity: 'info', missing: expect.stringContaining('nope.invalid') as string }]);
  });

  test('/etc/hosts may know it', () => {
    const more = { 'etc/hosts': '10.0.0.2 nope.invalid\n' };
    expect(report({ sshd, more }).starts.sshd).toBe('ok');
    expect(told(more)).toEqual([]);
  });
});

test('a bind on a variable that the unit may set leaves the start of haproxy open', () => {
  expect(report({ bind: '${SOME}:80' }).starts.haproxy).toMatch(/^unknown: bind \$\{SOME\}:80 /);
});
