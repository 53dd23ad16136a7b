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
