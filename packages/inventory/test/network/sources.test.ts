import {
  readHosts,
  readIfcfg,
  readIfupdown,
  readIpJson,
  readKeyfile,
  readNetplan,
  readNetworkd,
  readPackages,
  readSysctlValues,
  readUnitFiles,
  readUnitLinks,
  type Found,
} from '@halint/inventory/network/index';
import { describe, expect, test } from 'vitest';

function shown({ addresses, notes }: Found): unknown {
  return {
    addresses: addresses.map(({ interface: device, address }) => `${device} ${address.address}/${address.prefix}`),
    notes: notes.map(({ line, message }) => `${line ?? '-'}: ${message}`),
  };
}

describe('addresses from files', () => {
  test('ip -j address', () => {
    const text = JSON.stringify([
      { ifname: 'lo', addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8 }] },
      {},
      {
        ifname: 'enp2s0',
        addr_info: [
          { local: '192.168.2.230', prefixlen: 24 },
          { local: 'FD99::0011', prefixlen: 64 },
        ],
      },
      { ifname: 'idle' },
    ]);
    const found = readIpJson('facts/ip-address.json', text);
    expect(found.interfaces).toEqual(['lo', 'enp2s0', 'idle']);
    expect(shown(found)).toEqual({
      addresses: ['lo 127.0.0.1/8', 'enp2s0 192.168.2.230/24', 'enp2s0 fd99::11/64'],
      notes: [],
    });
    expect(readIpJson('p', '[{').notes).toHaveLength(1);
    expect(readIpJson('p', '{"a":1}').notes[0]?.message).toMatch(/not an array/);
    expect(readIpJson('p', '[null, 3, {"ifname":"x","addr_info":[{"local":"nope"}]}]').notes[0]?.message).toMatch(
      /nope/,
    );
  });

  test('NetworkManager keyfile', () => {
    const text = [
      '[connection]',
      'id=Wired',
      'interface-name=enp2s0',
      '',
      '[ipv4]',
      'address1=192.168.2.230/24,192.168.2.1',
      'address2=192.168.3.1/24',
      'dns=192.168.2.1;',
      'rubbish',
      'method=manual',
      '[ipv6]',
      'addresses=fd99::11/64;fd99::12/64;',
      'address3=oops',
    ].join('\n');
    expect(shown(readKeyfile('/etc/NetworkManager/system-connections/w.nmconnection', text))).toEqual({
      addresses: ['enp2s0 192.168.2.230/24', 'enp2s0 192.168.3.1/24', 'enp2s0 fd99::11/64', 'enp2s0 fd99::12/64'],
      notes: ['9: neither section nor key=value', '13: `oops` is no address'],
    });
    expect(shown(readKeyfile('/x/eth7.nmconnection', '[ipv4]\naddress1=10.0.0.1/8\n'))).toMatchObject({
      addresses: ['eth7 10.0.0.1/8'],
    });
  });

  test('ifcfg', () => {
    const text =
      '# wired\nDEVICE="eth0"\nIPADDR=10.0.0.1\nNETMASK=255.255.255.0\nIPADDR1=10.0.1.1\nPREFIX1=16\nIPV6ADDR=fd99::11/64\n';
    expect(shown(readIfcfg('/etc/sysconfig/network-scripts/ifcfg-x', text))).toEqual({
      addresses: ['eth0 10.0.0.1/24', 'eth0 10.0.1.1/16', 'eth0 fd99::11/64'],
      notes: [],
    });
    expect(
      shown(readIfcfg('/etc/sysconfig/network/ifcfg-eth1', "IPADDR='10.0.0.1/24'\nwhat\nIPADDR_2=nope\n")),
    ).toEqual({
      addresses: ['eth1 10.0.0.1/24'],
      notes: ['2: no assignment', '3: `nope` is no address'],
    });
    expect(shown(readIfcfg('/x/ifcfg-eth1', 'IPADDR=10.0.0.1\nNETMASK=255.0.255.0\n'))).toMatchObject({
      notes: ['2: `255.0.255.0` is no netmask'],
    });
  });

  test('netplan', () => {
    const text = [
      'network:',
      '  version: 2',
      '  ethernets:',
      '    eth0:',
      '      addresses: [192.168.2.230/24, "fd99::11/64"]',
      '    lan:',
      '      match: { macaddress: 00:11:22:33:44:55 }',
      '      set-name: eth1',
      '      addresses:',
      '        - 10.0.0.1/8:',
      '            label: eth1:x',
      '        - rubbish',
    ].join('\n');
    expect(shown(readNetplan('/etc/netplan/01.yaml', text))).toEqual({
      addresses: ['eth0 192.168.2.230/24', 'eth0 fd99::11/64', 'eth1 10.0.0.1/8'],
      notes: ['12: `rubbish` is no address'],
    });
    const broken = readNetplan('/etc/netplan/02.yaml', 'network:\n  ethernets: {\n');
    expect(broken.notes[0]).toMatchObject({ path: '/etc/netplan/02.yaml' });
    expect(readNetplan('/etc/netplan/03.yaml', '- a\n').addresses).toEqual([]);
  });

  test('systemd-networkd', () => {
    const text =
      '[Match]\nName=eth0\n[Network]\nAddress=192.168.2.230/24\nDNS=1.1.1.1\n[Address]\nAddress=10.0.0.1/8\n[Address]\nAddress=x\n';
    expect(shown(readNetworkd('/etc/systemd/network/10-eth0.network', text))).toEqual({
      addresses: ['eth0 192.168.2.230/24', 'eth0 10.0.0.1/8'],
      notes: ['9: `x` is no address'],
    });
  });

  test('ifupdown', () => {
    const text = [
      'auto lo',
      'iface lo inet loopback',
      'iface eth0 inet static',
      '  address 192.168.2.230',
      '  netmask 255.255.255.0',
      'iface eth0:1 inet static',
      '  address 10.0.0.1/8',
      'iface eth0 inet6 static',
      '  address fd99::11',
      '  netmask 64',
      'source /etc/network/interfaces.d/*',
    ].join('\n');
    expect(shown(readIfupdown('/etc/network/interfaces', text))).toEqual({
      addresses: ['eth0 192.168.2.230/24', 'eth0 10.0.0.1/8', 'eth0 fd99::11/64'],
      notes: [],
    });
  });

  test('/etc/hosts', () => {
    const { names, notes } = readHosts(
      '/etc/hosts',
      '127.0.0.1 localhost # x\n::1 localhost\n192.168.2.230 ha0.lan ha0\nnope ha9\n',
    );
    expect(names.get('localhost')).toEqual(['127.0.0.1', '::1']);
    expect(names.get('ha0')).toEqual(['192.168.2.230']);
    expect(notes).toEqual([{ path: '/etc/hosts', line: 4, message: '`nope` is no address' }]);
  });
});

describe('facts of the system', () => {
  test('sysctl -a', () => {
    const { values, notes } = readSysctlValues(
      'facts/sysctl.txt',
      'net.ipv4.tcp_rmem = 4096\t131072\t6291456\nsysctl: permission denied\nodd\n',
    );
    expect(values.get('net.ipv4.tcp_rmem')).toBe('4096\t131072\t6291456');
    expect(notes.map((note) => note.line)).toEqual([3]);
  });

  test('units', () => {
    expect([...readUnitFiles('haproxy.service enabled enabled\nssh.socket   disabled   enabled\n\n')]).toEqual([
      ['haproxy.service', 'enabled'],
      ['ssh.socket', 'disabled'],
    ]);
    const files = new Map([
      ['/etc/systemd/system/multi-user.target.wants/haproxy.service', '[Unit]\n'],
      ['/etc/systemd/system/keepalived.service', ''],
      ['/etc/systemd/system/haproxy.service.d/override.conf', '[Service]\n'],
    ]);
    expect([...readUnitLinks(files)]).toEqual([
      ['haproxy.service', 'enabled'],
      ['keepalived.service', 'masked'],
    ]);
  });

  test('packages of dpkg -l and rpm -qa', () => {
    const dpkg = [
      'Desired=Unknown/Install/Remove/Purge/Hold',
      '||/ Name           Version          Architecture Description',
      '+++-==============-================-============-=====',
      'ii  haproxy        2.6.12-1+deb12u1 amd64        load balancer',
      'rc  keepalived     1:2.2.7-1+b2     amd64        failover',
      'ii  openssh-server 1:9.2p1-2+deb12u3 amd64       sshd',
      'hi  libc6:amd64    2.36-9           amd64        libc',
    ].join('\n');
    expect([...readPackages(dpkg)]).toEqual([
      ['haproxy', '2.6.12-1+deb12u1'],
      ['openssh-server', '1:9.2p1-2+deb12u3'],
      ['libc6', '2.36-9'],
    ]);
    expect([
      ...readPackages('haproxy-2.4.22-3.el9.x86_64\nopenssh-server-8.7p1-38.el9.x86_64\ngpg-pubkey-1-2\n'),
    ]).toEqual([
      ['haproxy', '2.4.22-3.el9'],
      ['openssh-server', '8.7p1-38.el9'],
      ['gpg-pubkey', '1-2'],
    ]);
  });
});
