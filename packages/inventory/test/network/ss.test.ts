import { expect, test } from 'vitest';
import { readListeners } from '../../src/network/ss.ts';

// Lines as ss of iproute2 6.1 writes them.
const TEXT = `State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process
LISTEN 0      128          0.0.0.0:22        0.0.0.0:*    users:(("sshd",pid=700,fd=3),("sshd",pid=701,fd=3))
LISTEN 0      4096   127.0.0.53%lo:53        0.0.0.0:*    users:(("systemd-resolve",pid=1,fd=17))
LISTEN 0      128             [::]:22           [::]:*    users:(("sshd",pid=700,fd=4))
LISTEN 0      100                *:8404            *:*
LISTEN 0      4096 [fe80::1%eth0]:546           [::]:*
UNCONN 0      0            0.0.0.0:514       0.0.0.0:*

tcp   LISTEN 0 128 [::1]:631 [::]:*
nonsense
`;

test('ss -ltnp: addresses, families, devices and processes', () => {
  const { sockets, notes } = readListeners('facts/listeners.txt', TEXT);
  expect(
    sockets.map(({ address, port, v6only, interface: device, line }) => [address, port, v6only, device, line]),
  ).toEqual([
    ['0.0.0.0', 22, false, undefined, 2],
    ['127.0.0.53', 53, false, 'lo', 3],
    ['::', 22, true, undefined, 4],
    ['::', 8404, false, undefined, 5],
    ['fe80::1', 546, true, 'eth0', 6],
    ['::1', 631, true, undefined, 9],
  ]);
  expect(sockets.map(({ programs }) => programs)).toEqual([['sshd'], ['systemd-resolve'], ['sshd'], [], [], []]);
  expect(notes).toEqual([{ path: 'facts/listeners.txt', line: 10, message: 'no line of `ss -ltnp`: `nonsense`' }]);
});

type Told = [address: string, port: number, v6only: boolean | undefined, program: string | undefined];

function told(text: string, services?: ReadonlyMap<string, number>): { sockets: Told[]; notes: string[] } {
  const { sockets, notes } = readListeners('facts/listeners.txt', text, services);
  return {
    sockets: sockets.map(({ address, port, v6only, programs }): Told => [address, port, v6only, programs[0]]),
    notes: notes.map(({ line, message }) => `${line ?? ''} ${message}`),
  };
}

// The same sockets as ss of iproute2 6.1 and netstat of net-tools 2.10 listed them in one network namespace.
const NAMED = `State  Recv-Q Send-Q Local Address:Port       Peer Address:PortProcess
LISTEN 0      5            0.0.0.0:ssh             0.0.0.0:*    users:(("sshd",pid=7070,fd=3))
LISTEN 0      5         10.99.0.11:https           0.0.0.0:*    users:(("haproxy",pid=7071,fd=6))
LISTEN 0      5               [::]:ssh                [::]:*    users:(("sshd",pid=7070,fd=4))
LISTEN 0      5                  *:http                  *:*    users:(("haproxy",pid=7071,fd=5))
LISTEN 0      5              [::1]:6010               [::]:*    users:(("sshd",pid=7070,fd=8))
`;
const STATELESS = `Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
0      5            0.0.0.0:22        0.0.0.0:*    users:(("sshd",pid=7070,fd=3))
0      5         10.99.0.11:443       0.0.0.0:*    users:(("haproxy",pid=7071,fd=6))
0      5               [::]:22           [::]:*    users:(("sshd",pid=7070,fd=4))
0      5                  *:80              *:*    users:(("haproxy",pid=7071,fd=5))
0      5              [::1]:6010         [::]:*    users:(("sshd",pid=7070,fd=8))
`;
const NETSTAT = `Active Internet connections (only servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      7070/sshd: /usr/sbi
tcp        0      0 10.99.0.11:443          0.0.0.0:*               LISTEN      7071/haproxy
tcp6       0      0 :::22                   :::*                    LISTEN      7070/sshd: /usr/sbi
tcp6       0      0 :::80                   :::*                    LISTEN      7071/haproxy
tcp6       0      0 ::1:6010                :::*                    LISTEN      7070/sshd: /usr/sbi
tcp        0      0 10.99.0.11:443          10.99.0.12:40112        ESTABLISHED 7071/haproxy
udp        0      0 0.0.0.0:68              0.0.0.0:*                           612/dhclient
Active UNIX domain sockets (only servers)
Proto RefCnt Flags       Type       State         I-Node   PID/Program name     Path
unix  2      [ ACC ]     STREAM     LISTENING     21290    1/init               /run/systemd/private
`;
const SOCKETS: readonly Told[] = [
  ['0.0.0.0', 22, false, 'sshd'],
  ['10.99.0.11', 443, false, 'haproxy'],
  ['::', 22, true, 'sshd'],
  ['::', 80, false, 'haproxy'],
  ['::1', 6010, true, 'sshd'],
];

test.each([
  ['ports by their services (ss -ltp)', NAMED],
  ['no state (ss -tnp state listening)', STATELESS],
  ['no headline', STATELESS.slice(STATELESS.indexOf('\n') + 1)],
  ['\\r\\n', NAMED.replaceAll('\n', '\r\n')],
  ['lines of ss -i', NAMED.replaceAll('))\n', '))\n\t cubic cwnd:10\n')],
])('%s is read', (_, text) => {
  expect(told(text)).toEqual({ sockets: SOCKETS, notes: [] });
});

test('netstat is read, and does not tell whether `:::` takes IPv4', () => {
  const sockets = SOCKETS.map((each): Told => (each[0] === '::' ? [each[0], each[1], undefined, each[3]] : each));
  expect(told(NETSTAT)).toEqual({ sockets, notes: [] });
  const mapped = 'tcp6       0      0 10.99.0.11:81           :::*                    LISTEN      -\n';
  expect(told(mapped).sockets).toEqual([['::ffff:10.99.0.11', 81, true, undefined]]);
  // fd99:1234:5678:0:5054:ff:fe12:3456 on 8080; netstat -W writes it in full.
  const cut = 'tcp6       0      0 fd99:1234:5678:0:5:8080 :::*                    LISTEN      7071/haproxy\n';
  expect(told(cut).sockets).toEqual([]);
  expect(told(cut).notes[0]).toMatch(/^1 .*-W/);
  const wide = cut.replace(':5:8080', ':5054:ff:fe12:3456:8080');
  expect(told(wide).sockets).toEqual([['fd99:1234:5678:0:5054:ff:fe12:3456', 8080, true, 'haproxy']]);
});

test('names of ports are those of the host', () => {
  expect(told(NAMED, new Map([['ssh', 2222]])).sockets.map(([, port]) => port)).toEqual([2222, 2222, 6010]);
  expect(told(NAMED, new Map([['ssh', 2222]])).notes).toHaveLength(2);
});

test.each([
  ['an empty file', '', ' the file is empty'],
  ['blanks', ' \n\n', ' the file is empty'],
  ['connections only', 'ESTAB 0 0 10.0.0.1:22 10.0.0.2:40000\n', ' no listening TCP socket in it'],
  ['another file', 'hello world\n', '1 no line of `ss -ltnp`: `hello world`'],
  ['a name for an address', `${STATELESS}0 5 localhost:25 0.0.0.0:*\n`, '7 no address and port: `localhost:25`'],
  ['no state, and a peer', '0 0 10.0.0.1:22 10.0.0.2:40000\n', '1 no state, and a peer: `10.0.0.2:40000`'],
])('%s is not read', (_, text, note) => {
  expect(told(text).notes).toEqual([note]);
});

test('a headline alone says that nothing listens', () => {
  expect(told('State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n')).toEqual({ sockets: [], notes: [] });
});
