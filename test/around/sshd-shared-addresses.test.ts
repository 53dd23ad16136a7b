import { expect, test } from 'vitest';
import { lint, predictListeners, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// In a network namespace with 10.99.0.1/24 on a veth, bind() of a TCP socket on port 2222 (Linux 6.1): 224.0.0.18, 239.1.2.3, 10.99.0.255,
// 255.255.255.255 are taken; 10.99.0.0, 10.99.1.255, 10.99.0.7, 240.0.0.1 "Cannot assign requested address"; ff02::12, ff05::1 "Invalid argument".
// sshd 9.2, 10.0 and 10.6 -T: fe80::1%lo is printed, with fe80::1%LO and fe80::1%Lo "bad addr or host", exit 255.

const IP = JSON.stringify([
  { ifname: 'lo', addr_info: [{ family: 'inet6', local: 'fe80::1', prefixlen: 64 }] },
  { ifname: 'eth0', addr_info: [{ family: 'inet', local: '10.99.0.1', prefixlen: 24 }] },
  { ifname: 'eth1', addr_info: [{ family: 'inet', local: '192.0.2.1', prefixlen: 31 }] },
]);

const hostWith = (address: string): ReturnType<typeof snapshotFromFiles> =>
  snapshotFromFiles(
    new Map([
      ['ha0/etc/ssh/sshd_config', `ListenAddress ${address}\n`],
      ['ha0/facts/ip-address.json', IP],
    ]),
  );
const start = (address: string): string | undefined => predictListeners(hostWith(address))[0]?.starts.sshd;

test.each(['224.0.0.18', '239.1.2.3', '10.99.0.255', '255.255.255.255'])('sshd binds %s', (address) => {
  expect(start(address)).toBe('ok');
  const found = lint(hostWith(address)).findings.find(({ rule }) => rule === 'cross/sshd-listenaddress-not-local');
  expect(found?.help).toContain('it starts all the same, and nobody can reach it');
});

// A network of two addresses (RFC 3021) has no broadcast.
test.each(['10.99.0.0', '10.99.1.255', '10.99.0.7', '240.0.0.1', 'ff02::12', 'ff05::1', '192.0.2.0'])(
  'sshd cannot bind %s',
  (address) => {
    expect(start(address)).toMatch(/^fails: cannot bind /);
  },
);

test('the name of an interface is taken as it is written', () => {
  expect(start('fe80::1%lo')).toBe('ok');
  expect(start('fe80::1%LO')).toBe('fails: ListenAddress fe80::1%LO: the host has no interface of that name');
});
