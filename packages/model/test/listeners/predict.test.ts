import { predictListeners, type Cluster, type ListenersReport, type ListeningSocket } from '@halint/model';
import { describe, expect, test } from 'vitest';
import { hostOf, type HostText } from './hosts.ts';

const VIP = '192.168.2.232';

function report(text: HostText, vips: readonly string[] = [VIP]): ListenersReport {
  const cluster: Cluster = { id: VIP, hosts: [], routers: [{ id: VIP, vips, members: [] }] };
  return predictListeners(hostOf(text), cluster);
}

function sockets(sshd: string): string[] {
  return report({ sshd }).sockets.map(({ address, port, v6only }) => `${address} ${port}${v6only ? ' v6only' : ''}`);
}

describe('sockets of sshd', () => {
  test('without any line it listens on both wildcards, IPv6 apart', () => {
    expect(sockets('')).toEqual(['0.0.0.0 22', ':: 22 v6only']);
    expect(report({ sshd: '' }).sockets.map((socket) => socket.origin)).toEqual(['default', 'default']);
  });

  test('ports and addresses multiply, a port of its own stands alone', () => {
    expect(sockets('ListenAddress 10.0.0.1\nPort 2222\nPort 2223\n')).toEqual(['10.0.0.1 2222', '10.0.0.1 2223']);
    expect(sockets('Port 2223\nListenAddress 10.0.0.1:2222\n')).toEqual(['10.0.0.1 2222']);
  });

  test('`*` is loopback and AddressFamily filters', () => {
    expect(sockets('ListenAddress *\n')).toEqual(['127.0.0.1 22', '::1 22 v6only']);
    expect(sockets('AddressFamily inet\n')).toEqual(['0.0.0.0 22']);
    expect(sockets('AddressFamily inet6\nPort 2222\n')).toEqual([':: 2222 v6only']);
  });

  test('a name is looked up in /etc/hosts, an unknown one leaves the start open', () => {
    const facts = { names: new Map([['ha0', ['192.168.2.230']]]) };
    expect(report({ sshd: 'ListenAddress ha0\n', facts }).sockets.map((socket) => socket.address)).toEqual([
      '192.168.2.230',
    ]);
    expect(report({ sshd: 'ListenAddress elsewhere\n' }).starts.sshd).toMatch(/^unknown: ListenAddress elsewhere /);
  });
});

describe('starts', () => {
  const binds = [`bind ${VIP}:22`];
  test('a VIP is not there at the start of a host that may be backup', () => {
    expect(report({ binds }).starts.haproxy).toBe(`fails: cannot bind ${VIP}:22 while not holder`);
    const sysctl = { 'net.ipv4.ip_nonlocal_bind': '1' };
    expect(report({ binds, sysctl }).starts.haproxy).toBe('ok');
    expect(report({ binds: [`bind ${VIP}:22 transparent`] }).starts.haproxy).toBe('ok');
  });

  test('an address that may be there is not called missing', () => {
    const other = ['bind 10.0.0.9:80'];
    expect(report({ binds: other }).starts.haproxy).toMatch(/^unknown: nothing says whether the host has 10.0.0.9:80;/);
    expect(report({ binds: ['bind 10.0.0.9:80 transparent'] }).starts.haproxy).toBe('ok');
    expect(report({ binds: other, addresses: ['10.0.0.1/24'] }).starts.haproxy).toBe(
      'fails: cannot bind 10.0.0.9:80: the host has no such address',
    );
  });

  test('sshd goes on without the addresses that are missing', () => {
    expect(report({ sshd: `ListenAddress ${VIP}\nListenAddress 10.0.0.1\n` }).starts.sshd).toBe(
      `ok: without ${VIP}:22`,
    );
    expect(report({ sshd: `ListenAddress ${VIP}\n` }).starts.sshd).toBe(
      `fails: cannot bind ${VIP}:22 while not holder`,
    );
    expect(report({ sshd: 'AddressFamily inet\nListenAddress ::1\n' }).starts.sshd).toMatch(
      /^fails: AddressFamily inet/,
    );
  });
});

describe('conflicts', () => {
  test('the default sshd loses IPv4 silently when haproxy comes first', () => {
    const { conflicts, sockets: all } = report({ sshd: '', binds: [`bind ${VIP}:22`] });
    expect(conflicts).toEqual([
      {
        sockets: [0, 2],
        orders: [
          { first: 'sshd', sshd: 'up', haproxy: 'exit' },
          { first: 'haproxy', sshd: 'up-without-ipv4', haproxy: 'up' },
        ],
      },
    ]);
    expect(all[2]?.service).toBe('haproxy');
  });

  test('one lost socket of several is named', () => {
    const { conflicts } = report({ sshd: `ListenAddress ${VIP}\nListenAddress 10.0.0.1\n`, binds: [`bind ${VIP}:22`] });
    expect(conflicts[0]?.orders[1]).toEqual({ first: 'haproxy', sshd: `up-without:${VIP}:22`, haproxy: 'up' });
  });

  test('a range counts for every port in it', () => {
    expect(report({ sshd: 'Port 2222\n', binds: ['bind *:2000-3000'] }).conflicts).toHaveLength(1);
    expect(report({ sshd: 'Port 2222\n', binds: ['bind *:3000-4000'] }).conflicts).toHaveLength(0);
  });

  test('thousands of binds take no time to compare', () => {
    const binds = Array.from(
      { length: 20_000 },
      (_, i) => `bind 10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:${1024 + (i % 30_000)}`,
    );
    const host = hostOf({ sshd: Array.from({ length: 200 }, (_, i) => `Port ${2000 + i}\n`).join(''), binds });
    const before = process.cpuUsage();
    expect(predictListeners(host, undefined).conflicts).toHaveLength(200);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(2000);
  });
});

describe('haproxy without SO_REUSEPORT', () => {
  // haproxy 2.6: "cannot bind socket (Address already in use) for [0.0.0.0:2244]", exit 1; without noreuseport it starts.
  const binds = ['bind 10.0.0.1:2244', 'bind *:2244'];
  test('its own sockets may not overlap', () => {
    expect(report({ binds, noReuseport: true }).starts.haproxy).toBe(
      'fails: cannot bind 0.0.0.0:2244: its own socket has the port (noreuseport)',
    );
    const addresses = ['10.0.0.1/24', '10.0.0.2/24'];
    expect(report({ binds, addresses }).starts.haproxy).toBe('ok');
    const apart = ['bind 10.0.0.1:2244', 'bind 10.0.0.2:2244'];
    expect(report({ binds: apart, addresses, noReuseport: true }).starts.haproxy).toBe('ok');
  });
});

describe('what listens, beside what is predicted', () => {
  const seen = (address: string, port: number, ...programs: string[]): ListeningSocket => {
    const family = address.includes(':') ? 'ipv6' : 'ipv4';
    return { family, address, port, v6only: family === 'ipv6', programs, line: port };
  };
  const drift = (sockets: readonly ListeningSocket[], sshd = 'ListenAddress 10.0.0.1\n'): unknown =>
    report({ sshd, binds: [`bind ${VIP}:80-81`], facts: { listeners: { kind: 'sockets', sockets } } }).drift;
  const ssh = seen('10.0.0.1', 22, 'sshd');
  const [web, web2] = [seen(VIP, 80, 'haproxy'), seen(VIP, 81, 'haproxy')];

  test('without facts/listeners.txt nothing is said; equal is empty', () => {
    expect(report({ sshd: '' }).drift).toBeUndefined();
    expect(drift([ssh, web, web2])).toEqual([]);
    // Without root ss names no process.
    expect(drift([ssh, web, web2].map((each) => ({ ...each, programs: [] })))).toEqual([]);
  });

  test('of a file that cannot be read nothing is said', () => {
    const unreadable = { kind: 'unreadable', line: 3, message: 'words' } as const;
    expect(report({ sshd: '', facts: { listeners: unreadable } }).drift).toEqual([unreadable]);
  });

  test('a socket of sshd held by systemd is ssh.socket', () => {
    expect(drift([seen('10.0.0.1', 22, 'systemd'), web, web2])).toEqual([]);
  });

  test('a service that does not run is said once', () => {
    expect(drift([ssh])).toEqual([{ kind: 'not-running', service: 'haproxy' }]);
  });

  test('a port of a range is missing, another program has one', () => {
    expect(drift([ssh, web])).toEqual([{ kind: 'not-listening', socket: 1, ports: [81] }]);
    expect(drift([ssh, web, seen('0.0.0.0', 81, 'nginx')])).toEqual([
      { kind: 'taken', socket: 1, port: 81, by: 'nginx', line: 81 },
    ]);
    expect(drift([seen('0.0.0.0', 80, 'sshd'), seen('0.0.0.0', 22, 'sshd')])).toEqual([
      { kind: 'not-running', service: 'haproxy' },
      { kind: 'not-listening', socket: 0 },
      { kind: 'taken', socket: 1, port: 80, by: 'sshd', line: 80 },
      { kind: 'not-predicted', service: 'sshd', address: '0.0.0.0', port: 80, line: 80 },
      { kind: 'not-predicted', service: 'sshd', address: '0.0.0.0', port: 22, line: 22 },
    ]);
  });

  test('forwards of sessions are no sockets of a file', () => {
    expect(drift([ssh, web, web2, seen('127.0.0.1', 6010, 'sshd'), seen('0.0.0.0', 9000, 'sshd-session')])).toEqual([]);
    expect(drift([ssh, web, web2, seen('0.0.0.0', 2022, 'sshd'), seen('::', 8404, 'haproxy')])).toEqual([
      { kind: 'not-predicted', service: 'sshd', address: '0.0.0.0', port: 2022, line: 2022 },
      { kind: 'not-predicted', service: 'haproxy', address: '::', port: 8404, line: 8404 },
    ]);
  });

  test('a wildcard of both families is no wildcard of one', () => {
    const both = { ...seen('::', 22, 'sshd'), v6only: false };
    expect(drift([both, web, web2], 'AddressFamily inet6\n')).toEqual([
      { kind: 'other-families', socket: 0, port: 22, v6only: false, line: 22 },
    ]);
  });
});
