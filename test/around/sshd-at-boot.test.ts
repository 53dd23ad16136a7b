import { describe, expect, test } from 'vitest';
import { lint, snapshotFromFiles } from '../../packages/halint/src/index.ts';

const ID = 'system/sshd-exit-255-not-restarted';

function told(more: Readonly<Record<string, string>>, sshd = 'ListenAddress 192.0.2.1\n'): number {
  const files = { 'etc/os-release': 'ID=debian\nVERSION_ID="12"\n', 'etc/ssh/sshd_config': sshd, ...more };
  const snapshot = snapshotFromFiles(
    new Map(Object.entries(files).map(([path, text]): [string, string] => [`h/${path}`, text])),
  );
  const { findings, errors } = lint(snapshot, { preset: 'all', only: [ID] });
  expect(errors).toEqual([]);
  return findings.filter(({ severity }) => severity !== 'info').length;
}

const interfaces = (text: string): Record<string, string> => ({ 'etc/network/interfaces': text });
const STATIC = 'iface eth0 inet static\n address 192.0.2.1/24\n';

// networking.service of ifupdown 0.8.41: Type=oneshot, ExecStart=/sbin/ifup -a --read-environment, Before=network.target; ssh.service of
// Debian 12: After=network.target.
describe('an address that is there before network.target', () => {
  test.each<[string, Record<string, string>]>([
    ['auto', interfaces(`auto lo eth0\n${STATIC}`)],
    [
      'auto in another file',
      { ...interfaces('auto eth0\nsource interfaces.d/*\n'), 'etc/network/interfaces.d/eth0': STATIC },
    ],
    [
      'an address with a netmask',
      interfaces('auto eth0\niface eth0 inet static\n address 192.0.2.1\n netmask 255.255.255.0\n'),
    ],
    ['an alias of its own', interfaces('auto eth0:1\niface eth0:1 inet static\n address 192.0.2.1/24\n')],
    [
      'ip -j address beside it',
      {
        ...interfaces(`auto eth0\n${STATIC}`),
        'facts/ip-address.json': '[{"ifname":"eth0","addr_info":[{"local":"192.0.2.1","prefixlen":24}]}]',
      },
    ],
    [
      'a drop-in that changes nothing of it',
      { ...interfaces(`auto eth0\n${STATIC}`), 'etc/systemd/system/ssh.service.d/a.conf': '[Service]\nNice=1\n' },
    ],
  ])('%s', (_, files) => expect(told(files)).toBe(0));

  test('of several is enough: sshd lives on', () =>
    expect(told(interfaces(`auto eth0\n${STATIC}`), 'ListenAddress 198.51.100.1\nListenAddress 192.0.2.1\n')).toBe(0));
});

describe('an address that may come later', () => {
  test.each<[string, Record<string, string>]>([
    ['no file', {}],
    ['allow-hotplug', interfaces(`allow-hotplug eth0\n${STATIC}`)],
    ['auto of another interface', interfaces(`auto eth1\n${STATIC}`)],
    [
      'auto of the interface, not of its alias',
      interfaces('auto eth0\niface eth0:1 inet static\n address 192.0.2.1/24\n'),
    ],
    ['a file that no line names', { ...interfaces('auto eth0\n'), 'etc/network/interfaces.d/eth0': STATIC }],
    [
      'an interface that is excluded',
      { ...interfaces(`auto eth0\n${STATIC}`), 'etc/default/networking': 'EXCLUDE_INTERFACES="lo eth*"\n' },
    ],
    [
      'CONFIGURE_INTERFACES=no',
      { ...interfaces(`auto eth0\n${STATIC}`), 'etc/default/networking': 'CONFIGURE_INTERFACES=no\n' },
    ],
    ['DHCP', interfaces('auto eth0\niface eth0 inet dhcp\n')],
    ['a file that ifup does not read', interfaces(`auto eth0\n${STATIC}iface\n`)],
    [
      'a networking.service that is disabled',
      { ...interfaces(`auto eth0\n${STATIC}`), 'facts/unit-files.txt': 'networking.service disabled enabled\n' },
    ],
    [
      'a sshd that does not wait',
      { ...interfaces(`auto eth0\n${STATIC}`), 'etc/systemd/system/ssh.service.d/a.conf': '[Unit]\nAfter=\n' },
    ],
    // systemd-networkd.service is Before=network.target too, and is only started by then (systemd.special(7), network.target).
    ['systemd-networkd', { 'etc/systemd/network/a.network': '[Match]\nName=eth0\n[Network]\nAddress=192.0.2.1/24\n' }],
    [
      'two who bring it',
      {
        ...interfaces(`auto eth0\n${STATIC}`),
        'etc/systemd/network/a.network': '[Match]\nName=eth0\n[Network]\nAddress=192.0.2.1/24\n',
      },
    ],
  ])('%s', (_, files) => expect(told(files)).toBe(1));

  test('IPv6 is tentative first', () => {
    const six = interfaces('auto eth0\niface eth0 inet6 static\n address 2001:db8::1/64\n');
    expect(told(six, 'ListenAddress 2001:db8::1\n')).toBe(1);
  });
});
