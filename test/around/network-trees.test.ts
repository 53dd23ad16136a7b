import { describe, expect, test } from 'vitest';
import { lint, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// Networks as hosts have them, each with sshd and haproxy on its own addresses: no finding; what a file does not say is an info, and an address of
// nobody an error where the list is whole.

interface Tree {
  readonly files: Readonly<Record<string, string>>;
  readonly own: readonly string[];
  /** Why 10.250.0.9 may be an address of the host; absent: it is not. */
  readonly doubt?: string;
}

const NM = 'etc/NetworkManager/system-connections';

const TREES: Readonly<Record<string, Tree>> = {
  'ifupdown with aliases, routes and offloads': {
    files: {
      'etc/network/interfaces':
        'source /etc/network/interfaces.d/*\n\nauto lo\niface lo inet loopback\n\nallow-hotplug ens18\niface ens18 inet static\n\taddress 192.168.10.11/24\n' +
        '\tgateway 192.168.10.1\n\tpost-up ip route add 10.8.0.0/16 via 192.168.10.254 || true\n\tpost-up ethtool -K $IFACE tso off gso off\n' +
        '\tpost-up /sbin/ip addr add 192.168.10.91/32 dev $IFACE\n\niface ens18 inet6 static\n\taddress 2001:db8:10::11/64\n\tgateway fe80::1\n',
      'etc/network/if-up.d/ethtool': '#!/bin/sh\nexit 0\n',
    },
    own: ['192.168.10.11', '192.168.10.91', '2001:db8:10::11'],
  },
  'NetworkManager: a VLAN of a bond, a bridge over another one, an address of lo': {
    files: {
      [`${NM}/bond0.nmconnection`]:
        '[connection]\nid=bond0\ntype=bond\ninterface-name=bond0\n[bond]\nmode=802.3ad\n[ipv4]\nmethod=disabled\n[ipv6]\nmethod=disabled\n',
      [`${NM}/port1.nmconnection`]:
        '[connection]\nid=port1\ntype=ethernet\ninterface-name=eno1\nmaster=bond0\nslave-type=bond\n',
      [`${NM}/vlan10.nmconnection`]:
        '[connection]\nid=vlan10\ntype=vlan\ninterface-name=bond0.10\n[vlan]\nid=10\nparent=bond0\n[ipv4]\naddress1=10.2.10.5/24,10.2.10.1\nmethod=manual\nroute1=10.9.0.0/16,10.2.10.254\n[ipv6]\nmethod=disabled\n[proxy]\n',
      [`${NM}/br20.nmconnection`]:
        '[connection]\nid=br20\ntype=bridge\ninterface-name=br20\n[ipv4]\naddress1=10.2.20.5/24\naddress2=10.2.20.6/24\nmethod=manual\n[ipv6]\naddress1=2001:db8:20::5/64,2001:db8:20::1\nmethod=manual\n',
      [`${NM}/vlan20.nmconnection`]:
        '[connection]\nid=vlan20\ntype=vlan\ninterface-name=bond0.20\ncontroller=br20\nport-type=bridge\n[vlan]\nid=20\nparent=bond0\n',
      [`${NM}/lo.nmconnection`]:
        '[connection]\nid=lo\ntype=loopback\ninterface-name=lo\n[ipv4]\naddress1=127.0.0.1/8\naddress2=10.255.0.5/32\nmethod=manual\n',
    },
    own: ['10.2.10.5', '10.2.20.5', '10.2.20.6', '2001:db8:20::5', '10.255.0.5'],
  },
  'netplan of cloud-init with DHCP, and a second interface': {
    files: {
      'etc/netplan/50-cloud-init.yaml':
        'network:\n  version: 2\n  ethernets:\n    ens3:\n      dhcp4: true\n      match:\n        macaddress: fa:16:3e:00:00:01\n      set-name: ens3\n',
      'etc/netplan/60-static.yaml': 'network:\n  ethernets:\n    ens4:\n      addresses:\n      - 10.3.0.5/24\n',
    },
    own: ['10.3.0.5'],
    doubt: 'those of ens3 (netplan) come from the network',
  },
  'single addresses with a peer, and an alias': {
    files: {
      'etc/network/interfaces':
        'auto eth0\niface eth0 inet static\n address 203.0.113.40\n netmask 255.255.255.255\n gateway 203.0.113.1\n pointopoint 203.0.113.1\n' +
        ' up route add -net 203.0.113.0 netmask 255.255.255.192 gw 203.0.113.1 dev eth0\n\nauto eth0:0\niface eth0:0 inet static\n address 203.0.113.77\n netmask 255.255.255.255\n',
    },
    own: ['203.0.113.40', '203.0.113.77'],
  },
  'IPv6 alone': {
    files: {
      'etc/systemd/network/10.network':
        '[Match]\nName=eth0\n[Network]\nAddress=2001:db8:6::5/64\nGateway=fe80::1\nIPv6AcceptRA=no\n[Route]\nDestination=::/0\n',
    },
    own: ['2001:db8:6::5'],
  },
  'anycast on a dummy interface': {
    files: {
      'etc/network/interfaces':
        'auto eth0\niface eth0 inet static\n address 10.5.0.5/24\n\nauto dummy0\niface dummy0 inet manual\n pre-up ip link add dummy0 type dummy || true\n' +
        ' up ip addr add 192.0.2.53/32 dev dummy0\n up ip -6 addr add 2001:db8:53::53/128 dev dummy0\n down ip link del dummy0\n',
    },
    own: ['10.5.0.5', '192.0.2.53', '2001:db8:53::53'],
  },
  'WireGuard by systemd-networkd and by wg-quick': {
    files: {
      'etc/systemd/network/a.network': '[Match]\nName=eth0\n[Network]\nAddress=10.6.0.5/24\n',
      'etc/systemd/network/wg1.network': '[Match]\nName=wg1\n[Network]\nAddress=10.7.0.1/24\n',
      'etc/wireguard/wg0.conf':
        '[Interface]\nAddress = 10.8.0.1/24\nAddress = fd08::1/64\nPrivateKey = x\nPostUp = iptables -A FORWARD -i %i -j ACCEPT; iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\n[Peer]\nAllowedIPs = 10.8.0.2/32\n',
    },
    own: ['10.6.0.5', '10.7.0.1', '10.8.0.1', 'fd08::1'],
  },
  'OpenStack: a keyfile of cloud-init with DHCP, ifcfg beside it': {
    files: {
      [`${NM}/cloud-init-eth0.nmconnection`]:
        '# Generated by cloud-init. Changes will be lost.\n\n[connection]\nid=cloud-init eth0\ninterface-name=eth0\ntype=ethernet\n[user]\norg.freedesktop.NetworkManager.origin=cloud-init\n[ipv4]\nmethod=auto\nmay-fail=false\n',
      'etc/sysconfig/network-scripts/ifcfg-eth1':
        'BOOTPROTO=none\nDEFROUTE=no\nDEVICE=eth1\nIPADDR=10.11.0.5\nMTU=1450\nNETMASK=255.255.255.0\nONBOOT=yes\nTYPE=Ethernet\n',
    },
    own: ['10.11.0.5'],
    doubt: 'those of eth0 (NetworkManager) come from the network',
  },
};

describe('no false errors', () => {
  test.each(Object.entries(TREES))('%s', (_, { files, own, doubt }) => {
    const said = (addresses: readonly string[]): readonly string[] => {
      const written = (address: string): string => (address.includes(':') ? `[${address}]` : address);
      const all = {
        ...files,
        'etc/ssh/sshd_config': addresses.map((each) => `ListenAddress ${each}\n`).join(''),
        'etc/haproxy/haproxy.cfg': `frontend f\n${addresses.map((each) => ` bind ${written(each)}:8404\n`).join('')}`,
      };
      const paths = new Map(Object.entries(all).map(([path, text]): [string, string] => [`h/${path}`, text]));
      const only = ['cross/*-not-local', 'cross/nonlocal-bind-hides-typo', 'system/malformed-fact'];
      return lint(snapshotFromFiles(paths), { preset: 'all', only }).findings.map(
        ({ severity, message }) => `${severity}: ${message}`,
      );
    };
    expect(said(own)).toEqual([]);
    const expected =
      doubt === undefined
        ? [
            'error: ListenAddress 10.250.0.9 is no address of h',
            'error: haproxy cannot start on h: 10.250.0.9 is no address of h and no VIP',
          ]
        : Array.from({ length: 2 }, () => `info: cannot tell whether h has the address 10.250.0.9: ${doubt}`);
    const whole = own.some((each) => !each.includes(':'));
    expect([...said(['10.250.0.9'])].sort()).toEqual(whole ? expected : expect.any(Array));
  });
});
