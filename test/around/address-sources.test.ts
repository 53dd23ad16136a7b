import { describe, expect, test } from 'vitest';
import { lint, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// Each program configures interfaces of its own, as their manuals say: what one of them leaves out another one may have.

const KEYFILE =
  '[connection]\ninterface-name=eth1\n[ipv4]\nmethod=manual\naddress1=10.0.1.5/24\n[ipv6]\nmethod=disabled\n';
const INTERFACES = 'auto eth0\niface eth0 inet static\n address 10.0.0.5/24\n';
const network = (name: string, address: string): string => `[Match]\nName=${name}\n[Network]\nAddress=${address}\n`;
const PATHS = {
  keyfile: 'etc/NetworkManager/system-connections/eth1.nmconnection',
  ifcfg: 'etc/sysconfig/network-scripts/ifcfg-eth0',
  networkd: 'etc/systemd/network/10-eth1.network',
  interfaces: 'etc/network/interfaces',
  keepalived: 'etc/keepalived/keepalived.conf',
} as const;

/** What the rules about addresses that are not local say of sshd and haproxy at these addresses. */
function said(files: Readonly<Record<string, string>>, ...addresses: readonly string[]): readonly string[] {
  const all = {
    ...files,
    'etc/ssh/sshd_config': addresses.map((each) => `ListenAddress ${each}\n`).join(''),
    'etc/haproxy/haproxy.cfg': `frontend f\n${addresses.map((each) => ` bind ${each}:80\n`).join('')}`,
  };
  const paths = new Map(Object.entries(all).map(([path, text]): [string, string] => [`h/${path}`, text]));
  const only = ['cross/sshd-listenaddress-not-local', 'cross/bind-address-not-local'];
  const { findings } = lint(snapshotFromFiles(paths), { preset: 'all', only });
  return findings.map(({ severity, message }) => `${severity}: ${message}`);
}

describe('sources add up', () => {
  test.each([
    [
      'NetworkManager and ifcfg',
      { [PATHS.keyfile]: KEYFILE, [PATHS.ifcfg]: 'DEVICE=eth0\nIPADDR=10.0.0.5\nPREFIX=24\n' },
    ],
    ['NetworkManager and ifupdown', { [PATHS.keyfile]: KEYFILE, [PATHS.interfaces]: INTERFACES }],
    [
      'systemd-networkd and ifupdown',
      { [PATHS.networkd]: network('eth1', '10.0.1.5/24'), [PATHS.interfaces]: INTERFACES },
    ],
    [
      'netplan and systemd-networkd',
      {
        'etc/netplan/a.yaml': 'network:\n  ethernets:\n    eth0:\n      addresses: [10.0.0.5/24]\n',
        [PATHS.networkd]: network('eth1', '10.0.1.5/24'),
      },
    ],
    [
      'ifupdown and wg-quick',
      {
        [PATHS.interfaces]: INTERFACES,
        'etc/wireguard/wg0.conf':
          '[Interface]\nPrivateKey = x\nAddress = 10.0.1.5/24, 2001:db8::5/64\n[Peer]\nAllowedIPs = 10.0.9.0/24\n',
      },
    ],
  ])('%s', (_, files) => {
    expect(said(files, '10.0.0.5', '10.0.1.5')).toEqual([]);
    expect([...said(files, '10.0.0.9')].sort()).toEqual([
      'error: ListenAddress 10.0.0.9 is no address of h',
      'error: haproxy cannot start on h: 10.0.0.9 is no address of h and no VIP',
    ]);
  });

  // nm-settings-keyfile(5): the folders of /run and /usr/lib are read too; one in /etc hides theirs by its name.
  test('keyfiles outside of /etc', () => {
    const eth0 = KEYFILE.replace('eth1', 'eth0').replace('10.0.1.5', '10.0.0.5');
    const files = {
      [PATHS.keyfile]: KEYFILE,
      'run/NetworkManager/system-connections/netplan-eth0.nmconnection': eth0,
      'usr/lib/NetworkManager/system-connections/eth1.nmconnection': KEYFILE.replace('10.0.1.5', '10.0.1.6'),
    };
    expect(said(files, '10.0.0.5', '10.0.1.5')).toEqual([]);
    expect(said(files, '10.0.1.6')[0]).toContain('error: ');
  });

  // initscripts, ifup-aliases; NetworkManager's ifcfg-rh reads IPADDR and IPADDR0, 1 … with PREFIX0, 1 ….
  test('ifcfg: ranges, several addresses, lines that go on', () => {
    const eth0 =
      'DEVICE=eth0\nIPADDR0=10.0.0.5\nPREFIX0=24\nIPADDR1=10.0.0.6\nNETMASK1=255.255.255.0\nIPV6ADDR=2001:db8::5/64\n' +
      'IPV6ADDR_SECONDARIES="2001:db8::6/64 \\\n2001:db8::7/64"\n';
    const range = 'IPADDR_START=10.0.0.20\nIPADDR_END=10.0.0.29\nCLONENUM_START=0\nPREFIX=24\n';
    const files = { [PATHS.ifcfg]: eth0, [`${PATHS.ifcfg}-range0`]: range };
    const own = ['10.0.0.5', '10.0.0.6', '10.0.0.20', '10.0.0.25', '10.0.0.29', '2001:db8::6', '2001:db8::7'];
    expect(said(files, ...own)).toEqual([]);
    expect(said(files, '10.0.0.30')[0]).toContain('error: ');
  });
});

describe('a list that is not whole is an info', () => {
  const doubt = (why: string): string => `info: cannot tell whether h has the address 10.0.0.9: ${why}`;
  const statics = 'static_ipaddress {\n 10.0.0.9/24 dev eth0\n}\n';

  test.each([
    ['files of lo alone', { [PATHS.networkd]: network('lo', '10.0.0.100/32') }, 'not all its addresses are known'],
    [
      'a dummy interface alone',
      { [PATHS.keyfile]: KEYFILE.replace('eth1', 'dummy0') },
      'not all its addresses are known',
    ],
    [
      'a command of ifupdown that may add some',
      { [PATHS.interfaces]: `${INTERFACES} up /usr/local/sbin/more\n` },
      '`/usr/local/sbin/more` may add it',
    ],
    [
      'a script',
      {
        [PATHS.interfaces]: INTERFACES,
        'etc/network/if-up.d/vip': '#!/bin/sh\n$IP -4 addr add 10.0.0.9/24 dev eth0\n',
      },
      '/etc/network/if-up.d/vip may add it',
    ],
    [
      'docker',
      { [PATHS.interfaces]: INTERFACES, 'facts/unit-files.txt': 'docker.service enabled enabled\n' },
      'docker may add it',
    ],
    [
      'a file with an error',
      { [PATHS.interfaces]: INTERFACES, [PATHS.keyfile]: 'rubbish\n' },
      `what is not read of /${PATHS.keyfile} may add it`,
    ],
    [
      'a shared connection',
      { [PATHS.interfaces]: INTERFACES, [PATHS.keyfile]: KEYFILE.replace('manual\naddress1=10.0.1.5/24', 'shared') },
      'NetworkManager (method=shared) may add it',
    ],
    [
      'static_ipaddress: keepalived may start before or behind',
      { [PATHS.interfaces]: INTERFACES, [PATHS.keepalived]: statics },
      'static_ipaddress brings it when keepalived starts',
    ],
  ])('%s', (_, files, why) => {
    expect(said(files, '10.0.0.9')).toEqual([doubt(why), doubt(why)]);
  });

  test('static_ipaddress says nothing of other addresses', () => {
    expect(said({ [PATHS.interfaces]: INTERFACES, [PATHS.keepalived]: statics }, '10.0.0.8')[0]).toContain('error: ');
  });

  test('a script that only shows addresses, or has it in a comment, adds none', () => {
    const script = '#!/bin/sh\n# ip addr add 10.0.0.9/24 dev eth0\nip addr show\nip route add default via 10.0.0.1\n';
    const files = { [PATHS.interfaces]: INTERFACES, 'etc/network/if-up.d/vip': script };
    expect(said(files, '10.0.0.9')[0]).toContain('error: ');
  });
});
