import { describe, expect, test } from 'vitest';
import { lint, snapshotFromFiles, type Finding } from '../../packages/halint/src/index.ts';

// Each rule about the files around the daemons claims what the facts allow, and names what is missing.

function found(rule: string, files: Readonly<Record<string, string>>): readonly Finding[] {
  const named = Object.entries(files).map(([path, text]): [string, string] => [`ha0/${path}`, text]);
  const { findings, errors } = lint(snapshotFromFiles(new Map(named)), { only: [rule] });
  expect(errors).toEqual([]);
  return findings;
}

const claims = (findings: readonly Finding[]): unknown =>
  findings.map(({ severity, missing }) => [severity, missing ?? '']);

const haproxy = (log: string, bind = '192.0.2.1:8443', more = ''): string =>
  `global\n log ${log}\n${more}defaults\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nlisten x\n mode tcp\n bind ${bind}\n server a 192.0.2.2:80\n`;
const UNIT = '[Service]\nExecStart=/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg\n';

describe('where haproxy logs', () => {
  const CHROOT = 'cross/rsyslog-chroot-socket-missing';
  const chrooted = { 'etc/haproxy/haproxy.cfg': haproxy('/dev/log local0', undefined, ' chroot /var/lib/haproxy\n') };
  const main = { 'etc/rsyslog.conf': 'module(load="imuxsock")\n$IncludeConfig /etc/rsyslog.d/*.conf\n' };

  test('a socket in the chroot', () => {
    expect(claims(found(CHROOT, chrooted))).toEqual([['info', '/etc/rsyslog.conf, the unit file of haproxy.service']]);
    expect(claims(found(CHROOT, { ...chrooted, ...main }))).toEqual([['info', 'the unit file of haproxy.service']]);
    const known = { ...chrooted, ...main, 'usr/lib/systemd/system/haproxy.service': UNIT };
    expect(claims(found(CHROOT, known))).toEqual([['warning', '']]);
    const shown = (path: string): string => `[Service]\nBindReadOnlyPaths=-/dev/log:${path}\n`;
    const dropIn = 'etc/systemd/system/haproxy.service.d/log.conf';
    expect(claims(found(CHROOT, { ...known, [dropIn]: shown('/var/lib/haproxy/dev/log') }))).toEqual([]);
    expect(claims(found(CHROOT, { ...known, [dropIn]: shown('/srv/dev/log') }))).toEqual([['warning', '']]);
    const socket = { 'etc/rsyslog.d/49-haproxy.conf': '$AddUnixListenSocket /var/lib/haproxy/dev/log\n' };
    expect(claims(found(CHROOT, { ...known, ...socket }))).toEqual([]);
    const packages = { 'facts/packages.txt': 'ii  syslog-ng-core 4.3.1 amd64 x\nii  haproxy 2.6.12 amd64 x\n' };
    expect(claims(found(CHROOT, { ...chrooted, 'usr/lib/systemd/system/haproxy.service': UNIT, ...packages }))).toEqual(
      [['info', 'the configuration of syslog-ng, which halint does not read']],
    );
  });

  test('a UDP port of the host', () => {
    const UDP = 'cross/rsyslog-udp-input-missing';
    const cfg = (log: string): Readonly<Record<string, string>> => ({ 'etc/haproxy/haproxy.cfg': haproxy(log) });
    const rsyslog = (text: string): Readonly<Record<string, string>> => ({
      'etc/rsyslog.conf': `module(load="imudp")\n${text}`,
    });
    expect(claims(found(UDP, cfg('127.0.0.1 local0')))).toEqual([['info', '/etc/rsyslog.conf']]);
    expect(claims(found(UDP, { ...cfg('127.0.0.1 local0'), ...rsyslog('') }))).toEqual([['warning', '']]);
    expect(
      claims(found(UDP, { ...cfg('127.0.0.1:514 local0'), ...rsyslog('input(type="imudp" port="514")\n') })),
    ).toEqual([]);
    expect(
      claims(found(UDP, { ...cfg('127.0.0.1:515 local0'), ...rsyslog('input(type="imudp" port="514")\n') })),
    ).toEqual([['warning', '']]);
    expect(
      claims(
        found(UDP, { ...cfg('[::1]:514 local0'), ...rsyslog('input(type="imudp" address="127.0.0.1" port="514")\n') }),
      ),
    ).toEqual([['warning', '']]);
    for (const other of ['192.0.2.9 local0', '/dev/log local0', 'stdout format raw local0', 'ring@r local0']) {
      expect(found(UDP, { ...cfg(other), ...rsyslog('') })).toEqual([]);
    }
  });
});

describe('SELinux', () => {
  const rule = 'cross/selinux-haproxy-connect-any';
  const base = {
    'etc/selinux/config': 'SELINUX=enforcing\n',
    'etc/haproxy/haproxy.cfg': haproxy('stdout format raw local0', '192.0.2.1:22'),
  };
  const ports = 'http_port_t tcp 80, 443\nssh_port_t tcp 22\n';

  test('haproxy', () => {
    expect(claims(found(rule, base))).toEqual([['info', 'facts/selinux-booleans.txt']]);
    expect(found(rule, base)[0]?.help).toContain('Store the output of getsebool -a as facts/selinux-booleans.txt');
    const off = { ...base, 'facts/selinux-booleans.txt': 'haproxy_connect_any --> off\n' };
    expect(claims(found(rule, off))).toEqual([['info', 'facts/selinux-ports.txt']]);
    expect(found(rule, off)[0]?.help).toContain('Store the output of semanage port -l as facts/selinux-ports.txt');
    expect(claims(found(rule, { ...off, 'facts/selinux-ports.txt': ports }))).toEqual([['warning', '']]);
    expect(found(rule, { ...off, 'facts/selinux-ports.txt': 'http_port_t tcp 20-30\n' })).toEqual([]);
    expect(found(rule, { ...base, 'etc/selinux/config': 'SELINUX=permissive\n' })).toEqual([]);
  });

  test('sshd', () => {
    const sshd = { 'etc/selinux/config': 'SELINUX=enforcing\n', 'etc/ssh/sshd_config': 'Port 22\nPort 2022\n' };
    expect(claims(found('system/selinux-ssh-port', sshd))).toEqual([['info', 'facts/selinux-ports.txt']]);
    expect(claims(found('system/selinux-ssh-port', { ...sshd, 'facts/selinux-ports.txt': ports }))).toEqual([
      ['warning', ''],
    ]);
  });
});

test('a sshd that is not started again', () => {
  const rule = 'system/sshd-exit-255-not-restarted';
  const sshd = { 'etc/ssh/sshd_config': 'ListenAddress 192.0.2.1\n' };
  expect(claims(found(rule, sshd))).toEqual([['info', 'the unit file of sshd']]);
  const unit = (text: string): Readonly<Record<string, string>> => ({
    ...sshd,
    'usr/lib/systemd/system/sshd.service': `[Service]\nExecStart=/usr/sbin/sshd -D\n${text}`,
  });
  expect(found(rule, unit('Restart=on-failure\nRestartSec=42s\n'))).toEqual([]);
  expect(claims(found(rule, unit('RestartPreventExitStatus=1 255\n')))).toEqual([['warning', '']]);
  const nonlocal = { 'etc/sysctl.d/a.conf': 'net.ipv4.ip_nonlocal_bind = 1\n' };
  expect(found(rule, { ...unit('RestartPreventExitStatus=255\n'), ...nonlocal })).toEqual([]);
  expect(found(rule, { ...unit('RestartPreventExitStatus=255\n'), 'etc/ssh/sshd_config': 'Port 22\n' })).toEqual([]);
});

test('a unit of which nothing says whether it is enabled', () => {
  const instance = (priority: number): string =>
    `vrrp_instance V {\n interface eth0\n virtual_router_id 51\n priority ${priority}\n virtual_ipaddress {\n  192.0.2.10\n }\n}\n`;
  const files = new Map([
    ['ha0/etc/keepalived/keepalived.conf', instance(100)],
    ['ha1/etc/keepalived/keepalived.conf', instance(90)],
    ['ha1/etc/systemd/system/keepalived.service', ''],
  ]);
  const { findings } = lint(snapshotFromFiles(files), { only: ['system/service-not-enabled'] });
  expect(findings.map(({ at, severity, missing }) => [at.host, severity, missing])).toEqual([
    ['ha0', 'info', 'facts/unit-files.txt'],
    ['ha1', 'warning', undefined],
  ]);
});

test('DHCP brings addresses that no file holds', () => {
  const files = {
    'etc/NetworkManager/system-connections/a':
      '[connection]\ninterface-name=eth0\n[ipv4]\nmethod=manual\naddress1=192.0.2.1/24\n',
    'etc/ssh/sshd_config': 'ListenAddress 198.51.100.1\n',
  };
  expect(claims(found('cross/sshd-listenaddress-not-local', files))).toEqual([['error', '']]);
  const dhcp = {
    ...files,
    'etc/NetworkManager/system-connections/b': '[connection]\ninterface-name=eth1\n[ipv4]\nmethod=auto\n',
  };
  expect(claims(found('cross/sshd-listenaddress-not-local', dhcp))).toEqual([['info', 'facts/ip-address.json']]);
});
