import { describe, expect, test } from 'vitest';
import { lint, predictListeners, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// What the host's own files say of its addresses counts in `listeners` as it does in the rules. The daemons' answer to a bind
// on an absent address, in a network namespace of its own with 10.0.0.2/24 on eth0: sshd 10.0 "Bind to port 22 on 10.0.0.1
// failed: Cannot assign requested address.", exit 255; haproxy 3.0 "cannot bind socket (Cannot assign requested address) for
// [10.0.0.9:80]", exit 1.

const RULE = 'cross/sshd-listenaddress-not-local';
const SERVICES = {
  'etc/ssh/sshd_config': 'ListenAddress 10.0.0.1\n',
  'etc/haproxy/haproxy.cfg':
    'defaults\n mode tcp\n timeout connect 5s\n timeout client 5s\n timeout server 5s\nfrontend f\n bind 10.0.0.9:80\n',
};

function told(more: Readonly<Record<string, string>>): unknown {
  const files = Object.entries({ ...SERVICES, ...more }).map(([path, text]): [string, string] => [`h/${path}`, text]);
  const snapshot = snapshotFromFiles(new Map(files));
  const { starts } = predictListeners(snapshot)[0] ?? { starts: {} };
  const claims = lint(snapshot, { only: [RULE] }).findings.map(({ severity }) => severity);
  return { ...starts, lint: claims };
}

const FAILS = {
  sshd: 'fails: cannot bind 10.0.0.1:22: the host has no such address',
  haproxy: 'fails: cannot bind 10.0.0.9:80: the host has no such address',
  lint: ['error'],
};
const UNKNOWN = {
  sshd: expect.stringMatching(/^unknown: nothing says whether the host has 10\.0\.0\.1:22;/) as unknown,
  haproxy: expect.stringMatching(/^unknown: nothing says whether the host has 10\.0\.0\.9:80;/) as unknown,
  lint: ['info'],
};

describe('addresses from the network files of the host', () => {
  test.each([
    [
      'a keyfile of NetworkManager',
      'etc/NetworkManager/system-connections/e.nmconnection',
      '[connection]\ninterface-name=eth0\n[ipv4]\nmethod=manual\naddress1=10.0.0.2/24\n',
    ],
    ['netplan', 'etc/netplan/a.yaml', 'network:\n  ethernets:\n    eth0:\n      addresses: [10.0.0.2/24]\n'],
    ['ifupdown', 'etc/network/interfaces', 'iface eth0 inet static\n address 10.0.0.2/24\n'],
  ])('%s lists them all', (_name, path, text) => expect(told({ [path]: text })).toEqual(FAILS));

  test('what DHCP adds is not known', () => {
    const both = 'iface eth0 inet static\n address 10.0.0.2/24\niface eth1 inet dhcp\n';
    expect(told({ 'etc/network/interfaces': both })).toEqual(UNKNOWN);
  });

  test('one address that another file names is not all', () => {
    expect(told({ 'etc/hosts': '10.0.0.2 h\n' })).toEqual(UNKNOWN);
    const vrrp = 'vrrp_instance V {\n interface eth0\n virtual_router_id 1\n unicast_src_ip 10.0.0.2\n}\n';
    expect(told({ 'etc/keepalived/keepalived.conf': vrrp })).toEqual(UNKNOWN);
  });

  test('an IPv6 address may come by a router advertisement that no file mentions', () => {
    const sshd = { 'etc/ssh/sshd_config': 'ListenAddress 2001:db8::1\n', 'etc/haproxy/haproxy.cfg': '' };
    const network = 'iface eth0 inet static\n address 10.0.0.2/24\n';
    expect(told({ ...sshd, 'etc/network/interfaces': network })).toMatchObject({
      sshd: expect.stringMatching(/^unknown: nothing says whether the host has \[2001:db8::1\]:22;/) as unknown,
      lint: ['info'],
    });
  });
});
