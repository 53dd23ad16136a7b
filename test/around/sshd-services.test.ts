import { expect, test } from 'vitest';
import { Workspace } from '@halint/engine';
import { effectiveOf } from '../../packages/halint/src/effective.ts';
import { lint, snapshotFromFiles } from '../../packages/halint/src/index.ts';
import { parts } from '../../packages/halint/src/knowledge.ts';

// Ports by the names of the host's own /etc/services. sshd -T of 9.2, 10.0 and 10.6, each shut into a root with this file, prints these ports and
// refuses the names without one ("Badly formatted port number"), those of the usual services that the file lacks among them.

const SERVICES = `# services
myssh 2222/tcp
bar\t2301/tcp baz # a comment qux
onlyudp 2400/udp
  lead 2401/tcp
two 2402/tcp
two 2403/tcp
over 70000/tcp
noproto 2404
up 2405/TCP
sp 2406 /tcp
hash 2407/tcp al#x y
plus +2408/tcp
zero 0/tcp
tcpx 2411/tcpx
`;
const KNOWN = {
  ...{ myssh: 2222, bar: 2301, baz: 2301, lead: 2401, two: 2402, over: 4464, hash: 2407, al: 2407, plus: 2408 },
  ...{ 2222: 2222 },
};
const UNKNOWN = ['qux', 'onlyudp', 'noproto', 'up', 'sp', 'al#x', 'y', 'tcpx', 'MYSSH', 'http', 'ssh'];

const CONFIG = (name: string): string =>
  `Port ${name}\nListenAddress 10.0.0.5:${name}\nPermitOpen host:${name}\nPermitListen ${name}\nMatch LocalPort ${name}\n`;

function hostOf(name: string, services: string | undefined): ReturnType<typeof snapshotFromFiles> {
  return snapshotFromFiles(
    new Map([
      ['ha0/etc/ssh/sshd_config', CONFIG(name)],
      ...(services === undefined ? [] : [['ha0/etc/services', services] as const]),
    ]),
  );
}

/** The lines that are refused. */
function refused(name: string, services: string | undefined): readonly number[] {
  const { findings, errors } = lint(hostOf(name, services));
  expect(errors).toEqual([]);
  return findings
    .filter(({ rejects }) => rejects)
    .map(({ at: { section, start } }) => section.start + start)
    .map((offset) => CONFIG(name).slice(0, offset).split('\n').length)
    .sort();
}

test.each(Object.entries(KNOWN))('%s is port %i', (name, port) => {
  expect(refused(name, SERVICES)).toEqual([]);
  const [state] = new Workspace(hostOf(name, SERVICES), parts).hosts;
  const options = state === undefined ? [] : (effectiveOf(state)?.options ?? []);
  const printed = options.filter((option) => /^(?:port|listenaddress)$/.test(option.name));
  expect(printed.map(({ name: each, values }) => [each, ...values].join(' '))).toEqual([
    `port ${port}`,
    `listenaddress 10.0.0.5:${port}`,
  ]);
  expect(state?.host.sshd?.ports.map(({ value }) => value)).toEqual([port]);
  expect(state?.host.sshd?.listenAddresses.map((each) => each.port?.value)).toEqual([port]);
});

test.each(UNKNOWN)('%s is no service of the host', (name) => {
  expect(refused(name, SERVICES)).toEqual([1, 2, 3, 4, 5]);
});

test('port 0 is a condition that never holds, and no port to listen on or to forward', () => {
  expect(refused('zero', SERVICES)).toEqual([1, 2, 3, 4]);
});

test('without the file the usual services count', () => {
  expect(refused('https', undefined)).toEqual([]);
  expect(refused('myssh', undefined)).toEqual([1, 2, 3, 4, 5]);
});

test('of two hosts with one file the one that lacks the service is refused', () => {
  const files = new Map([
    ['sshd_config', 'Port myssh\n'],
    ['ha0/etc/services', SERVICES],
    ['ha1/etc/services', 'ssh 22/tcp\n'],
    ['ha0/etc/hostname', 'ha0\n'],
    ['ha1/etc/hostname', 'ha1\n'],
  ]);
  const bad = lint(snapshotFromFiles(files)).findings.filter(({ rejects }) => rejects);
  expect(bad.map(({ hosts }) => hosts)).toEqual([['ha1']]);
});

test('a -p of the unit names a service of the host', () => {
  const files = new Map([
    ['ha0/etc/ssh/sshd_config', 'UseDNS no\n'],
    ['ha0/etc/services', SERVICES],
    ['ha0/etc/systemd/system/ssh.service', '[Service]\nExecStart=/usr/sbin/sshd -D -p myssh\n'],
  ]);
  const [state] = new Workspace(snapshotFromFiles(files), parts).hosts;
  expect(state?.host.sshd?.ports.map(({ value }) => value)).toEqual([2222]);
  expect(state?.host.sshd?.command?.refused).toEqual([]);
});
