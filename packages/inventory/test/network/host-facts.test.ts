import { hostFacts, osOf, readHostFacts, targetsOf } from '@halint/inventory/network/index';
import { NO_FACTS } from '@halint/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const KEYFILE = '/etc/NetworkManager/system-connections/eth0.nmconnection';
const FILES = new Map([
  [KEYFILE, '[connection]\ninterface-name=eth0\n[ipv4]\naddress1=10.0.0.2/24\n'],
  ['/etc/netplan/01.yaml', 'network: { ethernets: { eth0: { addresses: [10.0.0.3/24] } } }\n'],
  ['/etc/systemd/network/a.network', '[Match]\nName=eth0\n[Network]\nAddress=10.0.0.4/24\n'],
  ['/etc/network/interfaces', 'iface eth0 inet static\n address 10.0.0.5/24\n'],
  ['/etc/sysconfig/network-scripts/ifcfg-eth0', 'IPADDR=10.0.0.6\nPREFIX=24\n'],
  ['/etc/keepalived/keepalived.conf', 'vrrp_instance V {\n  interface eth0\n  unicast_src_ip 10.0.0.7\n}\n'],
  ['/etc/hosts', '127.0.1.1 ha0\n10.0.0.8 ha0.lan ha0\n'],
]);

test('sources are asked in order, the first with an address is believed', () => {
  const files = new Map(FILES);
  const seen: string[] = [];
  const ip = new Map([['ip-address.json', '[{"ifname":"eth0","addr_info":[{"local":"10.0.0.1","prefixlen":24}]}]']]);
  const first = (facts: ReadonlyMap<string, string>): string => {
    const [address] = hostFacts(files, facts, 'ha0').facts.addresses ?? [];
    return `${address?.source} ${address?.interface} ${address?.address.address}/${address?.address.prefix}`;
  };
  seen.push(first(ip));
  for (const path of FILES.keys()) {
    seen.push(first(new Map()));
    files.delete(path);
  }
  expect(seen).toEqual([
    'ip -j address eth0 10.0.0.1/24',
    'NetworkManager eth0 10.0.0.2/24',
    'netplan eth0 10.0.0.3/24',
    'systemd-networkd eth0 10.0.0.4/24',
    'ifupdown eth0 10.0.0.5/24',
    'ifcfg eth0 10.0.0.6/24',
    'unicast_src_ip eth0 10.0.0.7/32',
    '/etc/hosts  10.0.0.8/32',
  ]);
  expect(hostFacts(new Map(), new Map(), 'ha0').facts).toEqual(NO_FACTS);
});

test('configured addresses come behind ip -j address and before the files', () => {
  const { facts } = hostFacts(FILES, new Map(), 'ha0', { configured: { eth0: ['10.0.0.9/24'] } });
  expect(facts.addresses?.map(({ address }) => address.address)).toEqual(['10.0.0.9']);
});

test('only ip -j address tells all interfaces', () => {
  expect(hostFacts(FILES, new Map(), 'ha0').facts.interfaces).toBeUndefined();
});

test('a malformed fact is a note and hides nothing else', () => {
  const files = new Map([[KEYFILE, '[ipv4]\nrubbish\naddress1=10.0.0.2/24\n']]);
  const { facts, notes } = hostFacts(files, new Map([['ip-address.json', 'no json']]), 'ha0');
  expect(facts.addresses).toHaveLength(1);
  expect(notes.map(({ path, line }) => [path, line])).toEqual([
    ['facts/ip-address.json', undefined],
    [KEYFILE, 2],
  ]);
});

test('a host of a snapshot', () => {
  const file = (path: string, text: string) => [path, { path, display: `hosts/a${path}`, text }] as const;
  const reading = readHostFacts({
    id: 'a',
    files: new Map([
      file('/etc/hostname', '# name\nha0.lan\n'),
      file('/etc/os-release', 'ID=debian\nVERSION_ID="12"\n'),
    ]),
    facts: new Map([['ip-address.json', '{']]),
  });
  expect(reading).toMatchObject({
    name: 'ha0.lan',
    targets: { os: 'debian12', haproxy: '2.6', keepalived: '2.2.7', openssh: '9.2' },
  });
  expect(reading.notes).toMatchObject([{ kind: 'malformed-fact', file: 'hosts/a/facts/ip-address.json', host: 'a' }]);
});

describe('targets', () => {
  test('the operating system', () => {
    expect(osOf('ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n')).toBe('rhel9');
    expect(osOf('ID=ubuntu\nVERSION_ID="24.04"\nID_LIKE=debian\n')).toBe('ubuntu24.04');
    expect(osOf('ID=debian\nVERSION_CODENAME=forky\n')).toBe('debian14');
    expect(osOf('ID=fedora\nVERSION_ID=42\n')).toBe('fedora42');
    expect(osOf('rubbish')).toBeUndefined();
  });

  test('packages win over the release, and unknown releases say nothing', () => {
    const packages = new Map([
      ['haproxy', '3.0.5-1~bpo12+1'],
      ['openssh-server', '1:9.2p1-2+deb12u3'],
    ]);
    expect(targetsOf({ ...NO_FACTS, packages }, 'ID=debian\nVERSION_ID=11\n')).toEqual({
      os: 'debian11',
      haproxy: '3.0',
      keepalived: '2.1.5',
      openssh: '9.2',
    });
    expect(targetsOf(NO_FACTS, 'ID=alpine\nVERSION_ID=3.20\n')).toEqual({ os: 'alpine3' });
    expect(targetsOf(NO_FACTS, undefined)).toEqual({});
  });
});

test('no text makes a reader throw', () => {
  const random = process.env['HALINT_FUZZ'] === 'random';
  const words = [
    '[ipv4]',
    'address1=',
    '10.0.0.1/24',
    'iface eth0 inet',
    'address',
    'network:',
    ' ethernets:',
    '{',
    '}',
    '[',
    ':',
    '\n',
    '=',
    'IPADDR=',
    '"',
    ' ',
    '\0',
    '- ',
  ];
  const text = fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary', maxLength: 8 })))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (written) => {
      const files = new Map([...FILES.keys()].map((path) => [path, written]));
      for (const path of [...files.keys()]) {
        hostFacts(
          files,
          new Map(['ip-address.json', 'sysctl.txt', 'packages.txt', 'unit-files.txt'].map((name) => [name, written])),
          'ha0',
        );
        files.delete(path);
      }
      targetsOf(NO_FACTS, written);
    }),
    { numRuns: 1000, ...(random ? {} : { seed: 42 }) },
  );
});
