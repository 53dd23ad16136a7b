import { describe, expect, test } from 'vitest';
import {
  lint,
  predictListeners,
  simulateFailover,
  snapshotFromFiles,
  type Snapshot,
} from '../../packages/halint/src/index.ts';

// Whether haproxy starts on the standby hangs on one kernel setting, and on which program wrote it last.

const KEY = 'net.ipv4.ip_nonlocal_bind';
const VIP = '10.99.0.100';
const BASE = {
  'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
  'etc/haproxy/haproxy.cfg': `defaults\n mode tcp\n timeout client 5s\n timeout server 5s\n timeout connect 5s\nlisten f\n bind ${VIP}:80\n server s 127.0.0.1:9\n`,
  'etc/keepalived/keepalived.conf': `vrrp_instance V {\n state BACKUP\n interface v0\n virtual_router_id 5\n priority 100\n virtual_ipaddress {\n ${VIP}/24\n }\n}\n`,
  'facts/ip-address.json': '[{"ifname":"v0","addr_info":[{"family":"inet","local":"10.99.0.11","prefixlen":24}]}]',
};

function snapshot(files: Readonly<Record<string, string>>): Snapshot {
  const all = Object.entries({ ...BASE, ...files }).map(([path, text]): [string, string] => [`ha0/${path}`, text]);
  return snapshotFromFiles(new Map(all));
}

function claims(files: Readonly<Record<string, string>>, rule: string): unknown {
  const { findings, errors } = lint(snapshot(files), { only: [rule] });
  expect(errors).toEqual([]);
  return findings.map(({ severity, missing, at }) => [severity, missing ?? '', at.file.path]);
}

const CROSS = 'cross/bind-vip-without-nonlocal';
const DIFFERS = 'sysctl/value-differs-at-boot';
const CFG = '/etc/haproxy/haproxy.cfg';
const D = 'etc/sysctl.d';

/**
 * Debian 12, systemd 252 and procps 4.0.2 with these files in a namespace of its own: ip_nonlocal_bind after systemd-sysctl, and whether
 * `sysctl --system` behind it changes the value (the file of the line that it leaves).
 */
describe('at boot', () => {
  test.each<[string, Readonly<Record<string, string>>, 0 | 1, string | undefined]>([
    ['1', { [`${D}/60-b.conf`]: `${KEY}=1\n` }, 1, undefined],
    ['1, then yes', { [`${D}/60-b.conf`]: `${KEY}=1\n`, [`${D}/70-b.conf`]: `${KEY}=yes\n` }, 0, '60-b.conf'],
    ['1, then -1', { [`${D}/60-b.conf`]: `${KEY}=1\n`, [`${D}/70-b.conf`]: `${KEY}=-1\n` }, 0, '60-b.conf'],
    ['1, then nothing', { [`${D}/60-b.conf`]: `${KEY}=1\n`, [`${D}/70-b.conf`]: `${KEY} =\n` }, 0, '60-b.conf'],
    ['a glob', { [`${D}/60-b.conf`]: 'net.*.ip_nonlocal_bind = 0x1\n' }, 1, undefined],
    ['1, then -key', { [`${D}/60-b.conf`]: `${KEY}=1\n`, [`${D}/70-b.conf`]: `-${KEY}\n` }, 0, '60-b.conf'],
    ['hidden', { [`${D}/.h.conf`]: `${KEY}=1\n` }, 0, '.h.conf'],
    ['1, then - key', { [`${D}/60-b.conf`]: `${KEY}=1\n`, [`${D}/70-b.conf`]: `- ${KEY}=0\n` }, 0, '60-b.conf'],
  ])('%s', (_, files, boot, differs) => {
    const starts = predictListeners(snapshot(files))[0]?.starts?.['haproxy'];
    expect(starts).toBe(boot === 1 ? 'ok' : `fails: cannot bind ${VIP}:80 while not holder`);
    expect(claims(files, CROSS)).toEqual(boot === 1 ? [] : [['error', '', CFG]]);
    expect(claims(files, DIFFERS)).toEqual(differs === undefined ? [] : [['warning', '', `/${D}/${differs}`]]);
  });

  test('what runs says nothing of a boot whose last line is refused', () => {
    const files = { [`${D}/60-b.conf`]: `${KEY}=1\n${KEY}=yes\n`, 'facts/sysctl.txt': `${KEY} = 1\n` };
    expect(claims(files, CROSS)).toEqual([['error', '', CFG]]);
    // An exclusion alone does: nothing but the kernel or another program has set the value.
    const excluded = { [`${D}/60-b.conf`]: `-${KEY}\n`, 'facts/sysctl.txt': `${KEY} = 1\n` };
    expect(claims(excluded, CROSS)).toEqual([]);
  });
});

describe('a link to /etc/sysctl.conf that is not among the files', () => {
  const LINK = '/etc/sysctl.d/99-sysctl.conf';
  const other = { 'usr/lib/sysctl.d/50-a.conf': 'net.ipv4.ip_forward=0\n' };
  const main = { 'etc/sysctl.conf': `${KEY}=1\n` };

  test('decides: the claim is lowered and the link named', () => {
    expect(claims({ ...main, ...other }, CROSS)).toEqual([['info', LINK, CFG]]);
    expect(claims({ ...main, ...other }, DIFFERS)).toEqual([['info', LINK, '/etc/sysctl.conf']]);
    const starts = predictListeners(snapshot({ ...main, ...other }))[0]?.starts['haproxy'];
    expect(starts).toBe(
      `unknown: whether ${VIP}:80 can be bound hangs on the link ${LINK}, which is not among the files`,
    );
    const off = { 'etc/sysctl.conf': `${KEY}=0\n`, 'usr/lib/sysctl.d/50-a.conf': `${KEY}=1\n` };
    expect(claims(off, CROSS)).toEqual([['info', LINK, CFG]]);
  });

  test('decides nothing: all is as with the link', () => {
    const both = { ...main, ...other, [`${D}/50-a.conf`]: `${KEY}=1\n` };
    expect([claims(both, CROSS), claims(both, DIFFERS)]).toEqual([[], []]);
    const neither = { 'etc/sysctl.conf': 'net.ipv4.ip_forward=0\n', ...other };
    expect([claims(neither, CROSS), claims(neither, DIFFERS)]).toEqual([[['error', '', CFG]], []]);
  });

  test('is there, or need not be', () => {
    expect(claims({ ...main, ...other, [`${D}/99-sysctl.conf`]: `${KEY}=1\n` }, CROSS)).toEqual([]);
    expect(claims(main, CROSS)).toEqual([]);
    const debian13 = { ...main, ...other, 'etc/os-release': 'ID=debian\nVERSION_ID="13"\n' };
    expect(claims(debian13, CROSS)).toEqual([['error', '', CFG]]);
    expect(claims(debian13, DIFFERS)).toEqual([['warning', '', '/etc/sysctl.conf']]);
  });

  test('a bind on an address of nobody', () => {
    const typo = { 'etc/haproxy/haproxy.cfg': BASE['etc/haproxy/haproxy.cfg'].replace(VIP, '10.99.0.101') };
    const TYPO = 'cross/nonlocal-bind-hides-typo';
    expect(claims({ ...typo, ...main, ...other }, TYPO)).toEqual([['info', LINK, CFG]]);
    expect(claims({ ...typo, ...main }, TYPO)).toEqual([['error', '', CFG]]);
  });

  // With the link the setting is 1 and sshd binds what is not there, without it is 0 and sshd exits with 255 (truth binds 12-14).
  test('sshd that may not be started again', () => {
    const sshd = { 'etc/ssh/sshd_config': 'ListenAddress 10.99.0.11\n' };
    const EXIT = 'system/sshd-exit-255-not-restarted';
    const SSHD = '/etc/ssh/sshd_config';
    expect(claims({ ...sshd, ...main, ...other }, EXIT)).toEqual([['info', LINK, SSHD]]);
    const off = { 'etc/sysctl.conf': `${KEY}=0\n`, 'usr/lib/sysctl.d/50-a.conf': `${KEY}=1\n` };
    expect(claims({ ...sshd, ...off }, EXIT)).toEqual([['info', LINK, SSHD]]);
    expect(claims({ ...sshd, ...main }, EXIT)).toEqual([]);
    expect(claims({ ...sshd, ...other }, EXIT)).toEqual([['warning', '', SSHD]]);
  });

  test('ssh.socket on an address of nobody', () => {
    const socket = {
      'etc/systemd/system/sockets.target.wants/ssh.socket': '',
      'etc/systemd/system/ssh.socket.d/a.conf': '[Socket]\nListenStream=\nListenStream=10.99.0.77:22\n',
      'etc/ssh/sshd_config': 'ListenAddress 10.99.0.77\n',
    };
    const RULE = 'cross/ssh-socket-overrides-listenaddress';
    const UNIT = '/etc/systemd/system/ssh.socket.d/a.conf';
    expect(claims({ ...socket, ...main, ...other }, RULE)).toEqual([['info', LINK, UNIT]]);
    expect(claims({ ...socket, ...main }, RULE)).toEqual([]);
    expect(claims({ ...socket, ...other }, RULE)).toEqual([['warning', '', UNIT]]);
  });

  test('a bind on the address of another host is told once', () => {
    const typo = { 'etc/haproxy/haproxy.cfg': BASE['etc/haproxy/haproxy.cfg'].replace(VIP, '10.99.0.101') };
    const off = { 'etc/sysctl.conf': `${KEY}=0\n`, 'usr/lib/sysctl.d/50-a.conf': `${KEY}=1\n` };
    expect(claims({ ...typo, ...off }, 'cross/bind-address-not-local')).toEqual([]);
    expect(claims({ ...typo, ...off }, 'cross/nonlocal-bind-hides-typo')).toEqual([['info', LINK, CFG]]);
  });

  // haproxy of the host that does not hold the address at its start comes up with 1 and exits with 0 (truth binds 1-11).
  test('a failover whose haproxy may not be there is not known', () => {
    const peer = (files: Readonly<Record<string, string>>): Snapshot => {
      const ha1 = {
        ...BASE,
        'etc/keepalived/keepalived.conf': BASE['etc/keepalived/keepalived.conf'].replace('100\n', '90\n'),
        'facts/ip-address.json': BASE['facts/ip-address.json'].replace('.11', '.12'),
        ...files,
      };
      const ha0 = { ...BASE, ...files };
      const all = Object.entries({ ha0, ha1 }).flatMap(([host, own]) =>
        Object.entries(own).map(([path, text]): [string, string] => [`${host}/${path}`, text]),
      );
      return snapshotFromFiles(new Map(all));
    };
    const last = (files: Readonly<Record<string, string>>) =>
      simulateFailover(peer(files), 'host-down:ha0').clusters[0]?.scenarios[0]?.steps.at(-1);
    const unsure = last({ ...main, ...other });
    expect(unsure?.verdict).toBe('unknown');
    expect(unsure?.why).toContain(
      `whether haproxy of ha1 could start hangs on the link ${LINK}, which is not among the files`,
    );
    expect(last(main)?.verdict).toBe('ok');
    expect(last(other)?.verdict).toBe('outage');
  });

  // Up to 2.2 keepalived binds the source of its unicast (lab: "bind unicast_src failed 99").
  test('an instance that may not send is not known', () => {
    const KEEPALIVED = 'etc/keepalived/keepalived.conf';
    const text = BASE[KEEPALIVED].replace(
      ' virtual_ip',
      ' unicast_src_ip 10.99.0.50\n unicast_peer {\n 10.99.0.12\n }\n virtual_ip',
    );
    const verdict = (files: Readonly<Record<string, string>>) => {
      const { 'etc/haproxy/haproxy.cfg': _, ...base } = BASE;
      const all = Object.entries({ ...base, [KEEPALIVED]: text, ...files });
      const found = simulateFailover(
        snapshotFromFiles(new Map(all.map(([path, each]) => [`ha0/${path}`, each]))),
        'start',
      );
      return found.clusters[0]?.scenarios[0]?.steps[0]?.verdict;
    };
    expect([verdict({ ...main, ...other }), verdict(main), verdict(other)]).toEqual(['unknown', 'ok', 'outage']);
  });
});

/** net.ipv6.bindv6only after systemd-sysctl 252, and after sysctl of procps 4.0.2 with the same file in a namespace of its own. */
describe('separators and `..` in a key', () => {
  test.each([
    ['net..ipv6..bindv6only', true, true],
    ['.net.ipv6.bindv6only', true, true],
    ['//net/ipv6/bindv6only', true, true],
    ['net/./ipv6/bindv6only', true, true],
    ['net.ipv6.bindv6only.', true, false],
    ['net/ipv6/bindv6only/', true, false],
    ['net/ipv4/../ipv6/bindv6only', false, true],
    ['net.ipv4.//.ipv6.bindv6only', false, true],
  ])('%s = 1: at boot %s, sysctl --system %s', (key, atBoot, later) => {
    const files = {
      [`${D}/a.conf`]: `${key} = 1\n`,
      'etc/haproxy/haproxy.cfg': BASE['etc/haproxy/haproxy.cfg'].replace(`${VIP}:80`, '[::]:80'),
    };
    expect(predictListeners(snapshot(files))[0]?.sockets.map(({ v6only }) => v6only)).toEqual([atBoot]);
    const { findings } = lint(snapshot(files), { only: [DIFFERS] });
    const said = "net.ipv6.bindv6only = 1 holds after sysctl --system only: at boot it is 0, the kernel's default";
    expect(findings.map(({ message }) => message)).toEqual(later && !atBoot ? [said] : []);
    for (const { help } of findings) expect(help).toContain('refuses a key with `..`');
  });
});
