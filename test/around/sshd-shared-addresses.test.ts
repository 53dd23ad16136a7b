import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lint, predictListeners, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// In a network namespace with 10.99.0.1/24 on a veth, bind() of a TCP socket on port 2222 (Linux 6.1): 224.0.0.18, 239.1.2.3, 10.99.0.255,
// 255.255.255.255 are taken; 10.99.0.0, 10.99.1.255, 10.99.0.7, 240.0.0.1 "Cannot assign requested address"; ff02::12, ff05::1 "Invalid argument".
// sshd 9.2 with ListenAddress listens on the same ones, and says of the others the same ("Cannot bind any address", exit 255).
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

const TAKEN = ['224.0.0.18', '239.1.2.3', '10.99.0.255', '255.255.255.255'];
const REFUSED = ['10.99.0.0', '10.99.1.255', '10.99.0.7', '240.0.0.1', 'ff02::12', 'ff05::1'];

test.each(TAKEN)('sshd binds %s', (address) => {
  expect(start(address)).toBe('ok');
  const found = lint(hostWith(address)).findings.find(({ rule }) => rule === 'cross/sshd-listenaddress-not-local');
  expect(found?.help).toContain('it starts all the same, and nobody can reach it');
});

// A network of two addresses (RFC 3021) has no broadcast.
test.each([...REFUSED, '192.0.2.0'])('sshd cannot bind %s', (address) => {
  expect(start(address)).toMatch(/^fails: cannot bind /);
});

test('the name of an interface is taken as it is written', () => {
  expect(start('fe80::1%lo')).toBe('ok');
  expect(start('fe80::1%LO')).toBe('fails: ListenAddress fe80::1%LO: the host has no interface of that name');
});

const has = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).error === undefined;
const able =
  process.getuid?.() === 0 && ['/usr/sbin/sshd', 'ssh-keygen', 'unshare', 'ss', 'ip'].every((each) => has(each, '-V'));
if (!able) console.warn('SKIPPED: sshd, ssh-keygen, unshare, ss and root are needed to see which addresses sshd binds');

/** Addresses that the real sshd listens on, of these, in a network namespace with 10.99.0.1/24; it passes over those that it does not get. */
function listened(addresses: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'halint-sshd-'));
  try {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', `${folder}/key`]);
    const lines = addresses.map((address) => `ListenAddress ${address}\n`).join('');
    writeFileSync(join(folder, 'config'), `Port 2222\nHostKey ${folder}/key\nPidFile ${folder}/pid\n${lines}`);
    const script = `ip link set lo up; ip link add e0 type veth peer name e1; ip link set e0 up; ip link set e1 up
      ip address add 10.99.0.1/24 dev e0; mount -t tmpfs none /run; mkdir -m 755 /run/sshd
      timeout 20 /usr/sbin/sshd -D -e -f ${folder}/config 2>/dev/null & own=$!
      for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.2; [ -s ${folder}/pid ] && break; done
      ss -ltnH; kill $own; wait $own`;
    const text = spawnSync('unshare', ['-n', '-m', 'sh', '-c', script], { timeout: 30_000 }).stdout.toString();
    return [...text.matchAll(/\s\[?([\da-f.:]+)\]?:2222\s/g)].map(([, address = '']) => address);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.skipIf(!able)('the real sshd binds the same ones', () => {
  expect([...listened([...TAKEN, ...REFUSED])].sort()).toEqual([...TAKEN].sort());
});
