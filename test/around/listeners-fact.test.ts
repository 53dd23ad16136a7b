import { describe, expect, test } from 'vitest';
import { predictListeners, snapshotFromFiles } from '../../packages/halint/src/index.ts';
import { listenersJson, listenersTable } from '../../packages/report/src/index.ts';

// facts/listeners.txt as people store it, beside what sshd and haproxy of the host listen on.

const HAPROXY = `defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
listen f
  bind 10.99.0.11:80
  bind [::]:82 v4v6
  bind [::]:83 v6only
  server s 127.0.0.1:9
`;
type Reports = ReturnType<typeof predictListeners>;

function reports(listeners: string, more: Readonly<Record<string, string>> = {}): Reports {
  const files = {
    'etc/ssh/sshd_config': 'Port 22\n',
    'etc/haproxy/haproxy.cfg': HAPROXY,
    'facts/listeners.txt': listeners,
    ...more,
  };
  return predictListeners(
    snapshotFromFiles(new Map(Object.entries(files).map(([path, text]): [string, string] => [`h/${path}`, text]))),
  );
}
const drift = (listeners: string, more = {}): unknown => reports(listeners, more)[0]?.drift;

/** Lines of the table below the one that speaks of the file. */
function said(listeners: string): readonly string[] {
  const lines = listenersTable(reports(listeners), 200).trimEnd().split('\n');
  return lines.slice(lines.findIndex((line) => line.includes('facts/listeners.txt'))).map((line) => line.trim());
}

const SS = `LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=9,fd=3))
LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=9,fd=4))
LISTEN 0 128 10.99.0.11:80 0.0.0.0:* users:(("haproxy",pid=8,fd=3))
LISTEN 0 128 *:82 *:* users:(("haproxy",pid=8,fd=4))
LISTEN 0 128 [::]:83 [::]:* users:(("haproxy",pid=8,fd=5))
`;
const NETSTAT = `tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      9/sshd: /usr/sbin/s
tcp6       0      0 :::22                   :::*                    LISTEN      9/sshd: /usr/sbin/s
tcp        0      0 10.99.0.11:80           0.0.0.0:*               LISTEN      8/haproxy
tcp6       0      0 :::82                   :::*                    LISTEN      8/haproxy
tcp6       0      0 :::83                   :::*                    LISTEN      8/haproxy
`;

describe('a file that can be read', () => {
  test.each([
    ['ss -ltnp', SS],
    ['ss -ltnp state listening', SS.replaceAll('LISTEN ', '')],
    ['ss -ltp', SS.replaceAll(':22 ', ':ssh ').replace(':80 ', ':http ')],
    ['netstat -ltnp', NETSTAT],
  ])('%s says what listens', (_, text) => {
    expect(drift(text)).toEqual([]);
    expect(said(text)).toEqual(['facts/listeners.txt: as predicted']);
  });

  test('names of ports are those of the host', () => {
    const services = 'own 2222/tcp\n';
    const text = SS.replaceAll(':22 ', ':own ');
    expect(drift(text, { 'etc/services': services, 'etc/ssh/sshd_config': 'Port 2222\n' })).toEqual([]);
  });
});

describe('what differs', () => {
  test('`[::]` with and without IPv4', () => {
    expect(said(SS.replace('*:82 *:*', '[::]:82 [::]:*').replace('[::]:83 [::]:*', '*:83 *:*'))).toEqual([
      'facts/listeners.txt differs:',
      'haproxy [::]:82 listens without IPv4 (line 4), where its files ask for both',
      'haproxy [::]:83 listens for IPv4 too (line 5), where its files ask for IPv6 alone',
    ]);
    const range = { 'etc/haproxy/haproxy.cfg': HAPROXY.replace('[::]:82 v4v6', '[::]:81-82 v4v6') };
    const found = reports(SS.replace('*:82 *:*', '[::]:82 [::]:*'), range);
    expect(found[0]?.drift).toEqual([
      { kind: 'other-families', socket: 3, port: 82, v6only: true, line: 4 },
      { kind: 'not-listening', socket: 3, ports: [81] },
    ]);
    expect(JSON.parse(listenersJson(found)).hosts[0].drift).toEqual([
      { kind: 'other-families', socket: 4, port: 82, v6only: true, line: 4 },
      { kind: 'not-listening', socket: 3 },
    ]);
  });

  // OpenSSH 9.8 and later; netstat has the name on the command line of systemd.
  test.each(['sshd-session', 'sshd-auth', 'systemd', 'init'])('sshd by the name of %s', (name) => {
    expect(drift(SS.replaceAll('"sshd"', `"${name}"`))).toEqual([]);
  });

  test('a program that is none of them is not sshd', () => {
    const [first] = drift(SS.replaceAll('"sshd"', '"dropbear"')) as readonly unknown[];
    expect(first).toEqual({ kind: 'not-running', service: 'sshd' });
  });

  test('of a range the port that is missing is named', () => {
    const files = { 'etc/haproxy/haproxy.cfg': HAPROXY.replace('10.99.0.11:80', '10.99.0.11:80-82') };
    const line = SS.split('\n')[2] ?? '';
    const text = `${SS}${line.replace(':80', ':82')}\n`;
    expect(drift(text, files)).toEqual([{ kind: 'not-listening', socket: 2, ports: [81] }]);
  });
});

// ss of iproute2 4.9 and older: `*` is IPv4 there, IPv6 has no brackets, and whether `:::` takes IPv4 is not told.
const OLD = `LISTEN     0      128          *:22                       *:*      users:(("sshd",9,3))
LISTEN     0      128         :::22                      :::*      users:(("sshd",9,4))
LISTEN     0      128    10.99.0.11:80                       *:*      users:(("haproxy",8,3))
LISTEN     0      128         :::82                      :::*      users:(("haproxy",8,4))
LISTEN     0      128         :::83                      :::*      users:(("haproxy",8,5))
`;

describe('old iproute2', () => {
  const four = OLD.split('\n').filter((line) => !line.includes(':::'));
  const inet = {
    'etc/ssh/sshd_config': 'AddressFamily inet\n',
    'etc/haproxy/haproxy.cfg': HAPROXY.replace(/.*\[.*\n/g, ''),
  };

  test.each([
    ['processes without pid=', OLD, {}],
    ['processes with pid=', OLD.replace(/",(\d),(\d)/g, '",pid=$1,fd=$2'), {}],
    ['no processes', OLD.replace(/users.*/g, ''), {}],
    ['no IPv6, processes without pid=', four[0] ?? '', { ...inet, 'etc/haproxy/haproxy.cfg': '' }],
    ['no IPv6, no processes', four.join('\n').replace(/users.*/g, ''), inet],
  ])('%s', (_, text, more) => {
    expect(drift(text, more)).toEqual([]);
  });

  test('an address is compared by its family all the same', () => {
    expect(drift(OLD.replace(/.*:::22 .*\n/, ''))).toEqual([{ kind: 'not-listening', socket: 1 }]);
    expect(drift(OLD, { 'etc/ssh/sshd_config': 'AddressFamily inet6\n' })).toEqual([
      { kind: 'not-predicted', service: 'sshd', address: '0.0.0.0', port: 22, line: 1 },
    ]);
  });

  test('`*:22` of today takes both families', () => {
    expect(drift(SS.replace('0.0.0.0:22 0.0.0.0:*', '*:22 *:*'))).not.toEqual([]);
  });
});

describe('a file that cannot be read', () => {
  test.each([
    ['', undefined, 'the file is empty'],
    ['hello world\n', 1, 'no line of `ss -ltnp`: `hello world`'],
    [`${SS}hello world\n`, 6, 'no line of `ss -ltnp`: `hello world`'],
    [
      SS.replace('0.0.0.0:22', '0.0.0.0:nothing'),
      1,
      '`nothing` is no service that is known; with -n ports are numbers',
    ],
    ['ESTAB 0 0 10.99.0.11:22 10.99.0.12:40112\n', undefined, 'no listening TCP socket in it'],
  ])('%j: nothing else is claimed', (text, line, message) => {
    const expected = { kind: 'unreadable', ...(line === undefined ? {} : { line }), message };
    expect(drift(text)).toEqual([expected]);
    expect(JSON.parse(listenersJson(reports(text))).hosts[0].drift).toEqual([expected]);
    expect(said(text)).toEqual([
      'facts/listeners.txt cannot be read, and nothing is compared:',
      `${line === undefined ? '' : `line ${line}: `}${message}. Store the output of \`ss -ltnp\` there anew.`,
    ]);
  });
});
