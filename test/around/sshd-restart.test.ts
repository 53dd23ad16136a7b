import { expect, test } from 'vitest';
import { lint, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// What is said of a sshd that exits with 255 is read off the host's unit: Restart= and RestartPreventExitStatus= (systemd.service(5), table 1: with
// on-failure and always an unclean exit code is followed by a restart, with the default `no` it is not). Debian 12 and 13 have on-failure and 255 in
// their packages; of others docs/versions.md confirms nothing.

const IP = JSON.stringify([{ ifname: 'eth0', addr_info: [{ family: 'inet', local: '10.0.0.2', prefixlen: 24 }] }]);
const DEBIAN = 'ID=debian\nVERSION_ID="12"\n';
const RHEL = 'ID="rhel"\nVERSION_ID="9.4"\n';

function helps(address: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const all = { 'etc/ssh/sshd_config': `ListenAddress ${address}\n`, 'facts/ip-address.json': IP, ...files };
  const snapshot = snapshotFromFiles(new Map(Object.entries(all).map(([path, text]) => [`ha0/${path}`, text])));
  const { findings, errors } = lint(snapshot);
  expect(errors).toEqual([]);
  return Object.fromEntries(findings.map(({ rule, severity, help }) => [rule, `${severity} ${help ?? ''}`]));
}

const unit = (os: string, path: string, text: string): Readonly<Record<string, string>> => ({
  'etc/os-release': os,
  [path]: text,
});
const FULL = 'usr/lib/systemd/system/sshd.service';

test.each([
  ['Debian, without a unit', { 'etc/os-release': DEBIAN }, 'and systemd does not restart it'],
  ['RHEL, without a unit', { 'etc/os-release': RHEL }, 'its unit would tell, which is not at hand'],
  ['no operating system', {}, 'its unit would tell, which is not at hand'],
  [
    'a unit that restarts it',
    unit(RHEL, FULL, '[Service]\nRestart=on-failure\n'),
    'as often as systemd starts it again',
  ],
  ['a unit without Restart=', unit(RHEL, FULL, '[Service]\nType=notify\n'), 'and systemd does not restart it'],
  [
    'a unit that stops at 255',
    unit(DEBIAN, 'usr/lib/systemd/system/ssh.service', '[Service]\nRestart=always\nRestartPreventExitStatus=255\n'),
    'and systemd does not restart it',
  ],
  [
    'Debian with a drop-in that empties the list',
    unit(DEBIAN, 'etc/systemd/system/ssh.service.d/a.conf', '[Service]\nRestartPreventExitStatus=\n'),
    'as often as systemd starts it again',
  ],
])('an address that is not there: %s', (_, files, said) => {
  expect(helps('10.0.0.9', files)['cross/sshd-listenaddress-not-local']).toContain(said);
});

test.each([
  [DEBIAN, {}, 'warning Give ssh.service a drop-in'],
  [RHEL, {}, 'info Give sshd.service a drop-in'],
  [RHEL, { [FULL]: '[Service]\nType=notify\n' }, 'warning Give sshd.service a drop-in'],
])('an address that may come late: the unit of the host is named', (os, files, said) => {
  expect(helps('10.0.0.2', { 'etc/os-release': os, ...files })['system/sshd-exit-255-not-restarted']).toContain(said);
});

test('a unit that restarts sshd is no trouble', () => {
  const files = unit(RHEL, FULL, '[Service]\nRestart=on-failure\n');
  expect(helps('10.0.0.2', files)['system/sshd-exit-255-not-restarted']).toBeUndefined();
});
