import { DEFAULT_TARGETS, parseCidr, type SourceFile } from '@halint/core';
import { keepalived, parseKeepalived } from '@halint/grammar-keepalived';
import { describe, expect, test } from 'vitest';
import { joinFleet, NO_FACTS, type Host } from '../src/index.ts';

interface Instance {
  readonly vrid?: number;
  readonly vips?: readonly string[];
  readonly excluded?: readonly string[];
  readonly peers?: readonly string[];
  readonly source?: string;
}

const lines = (keyword: string, list: readonly string[] | undefined): string =>
  list === undefined ? '' : `  ${keyword} {\n    ${list.join('\n    ')}\n  }\n`;

function instanceText({ vrid, vips, excluded, peers, source }: Instance, index: number): string {
  const id = vrid === undefined ? '' : `  virtual_router_id ${vrid}\n`;
  const from = source === undefined ? '' : `  unicast_src_ip ${source}\n`;
  return `vrrp_instance VI_${index} {\n  interface eth0\n${id}${from}${lines('unicast_peer', peers)}${lines('virtual_ipaddress', vips)}${lines('virtual_ipaddress_excluded', excluded)}}\n`;
}

/** A host with eth0 at an address and these instances. */
function host(id: string, address: string | undefined, ...instances: readonly Instance[]): Host {
  const path = '/etc/keepalived/keepalived.conf';
  const document = parseKeepalived(instances.map(instanceText).join(''));
  const source = { path, display: `${id}${path}`, language: 'keepalived', document } as unknown as SourceFile;
  const cidr = address === undefined ? undefined : parseCidr(address);
  const addresses = cidr === undefined ? [] : [{ interface: 'eth0', address: cidr, source: 'test' }];
  return {
    id,
    name: id,
    targets: DEFAULT_TARGETS,
    facts: { ...NO_FACTS, addresses },
    keepalived: keepalived.lower([source], { host: id, hostName: id, targets: DEFAULT_TARGETS, included: () => [] }),
    haproxy: undefined,
    sshd: undefined,
    sysctl: undefined,
    files: [source],
  };
}

/** Clusters, their routers and the members of each: `10.0.0.100=A/VI_0+B/VI_0`. */
function joined(...hosts: readonly Host[]): string[][] {
  return joinFleet(hosts).clusters.map(({ routers }) =>
    routers.map(
      ({ id, members }) =>
        `${id}=${members.map((member) => `${member.host.id}/${member.instance.name.value}`).join('+')}`,
    ),
  );
}

const VIP = '10.0.0.100/24';

describe('instances of one router', () => {
  test('share an address, whatever their VRIDs', () => {
    expect(
      joined(host('A', undefined, { vrid: 5, vips: [VIP] }), host('B', undefined, { vrid: 6, vips: ['10.0.0.100'] })),
    ).toEqual([['10.0.0.100=A/VI_0+B/VI_0']]);
  });

  test('share an address however it is written', () => {
    expect(
      joined(host('A', undefined, { vips: ['fd99::100/64'] }), host('B', undefined, { vips: ['FD99:0::0100/64'] })),
    ).toEqual([['fd99::100=A/VI_0+B/VI_0']]);
  });

  test('share an address that is not in the adverts', () => {
    expect(
      joined(host('A', undefined, { excluded: [VIP] }), host('B', undefined, { excluded: [VIP] }))[0],
    ).toHaveLength(1);
  });

  test('an advertised and an excluded address are two things', () => {
    expect(joined(host('A', undefined, { vips: [VIP] }), host('B', undefined, { excluded: [VIP] }))).toHaveLength(2);
  });

  test('have the VRID and the segment in common when a VIP is mistyped', () => {
    expect(
      joined(
        host('A', '10.0.0.1/24', { vrid: 5, vips: [VIP] }),
        host('B', '10.0.0.2/24', { vrid: 5, vips: ['10.0.0.200/24'] }),
      ),
    ).toEqual([['10.0.0.100=A/VI_0+B/VI_0']]);
  });

  test('of one VRID on two segments stay apart', () => {
    expect(
      joined(
        host('A', '10.0.0.1/24', { vrid: 5, vips: [VIP] }),
        host('B', '10.0.1.2/24', { vrid: 5, vips: ['10.0.1.100/24'] }),
      ),
    ).toEqual([['10.0.0.100=A/VI_0'], ['10.0.1.100=B/VI_0']]);
  });

  test.each([
    ['10.0.0.1/22', '10.0.3.2/22', 1],
    ['10.0.0.1/22', '10.0.4.2/22', 2],
    ['fd99::1/60', 'fd99:0:0:f::2/60', 1],
    ['fd99::1/60', 'fd99:0:0:10::2/60', 2],
    ['10.0.0.1/32', '10.0.0.1/32', 2],
  ])('VRID 5 at %s and %s: %d routers', (a, b, count) => {
    const family = a.includes(':') ? ['fd00::1/64', 'fd00::2/64'] : ['192.0.2.1/32', '192.0.2.2/32'];
    expect(
      joined(
        host('A', a, { vrid: 5, vips: [family[0] as string] }),
        host('B', b, { vrid: 5, vips: [family[1] as string] }),
      ).flat(),
    ).toHaveLength(count);
  });

  test('of one VRID and one segment but of two families stay apart', () => {
    expect(
      joined(
        host('A', '10.0.0.1/24', { vrid: 5, vips: [VIP] }),
        host('B', '10.0.0.2/24', { vrid: 5, vips: ['fd99::1/64'] }),
      ).flat(),
    ).toHaveLength(2);
  });

  test('are unicast peers of each other', () => {
    const a = { vrid: 5, peers: ['10.1.0.2'], source: '10.0.0.1' };
    const b = { vrid: 5, peers: ['10.0.0.1'], source: '10.1.0.2' };
    expect(joined(host('A', undefined, a), host('B', undefined, b))).toEqual([['vrid 5=A/VI_0+B/VI_0']]);
    expect(joined(host('A', undefined, a), host('B', undefined, { ...b, peers: ['10.0.0.9'] }))).toHaveLength(2);
  });

  test('of one host are never one router', () => {
    expect(joined(host('A', '10.0.0.1/24', { vrid: 5, vips: [VIP] }, { vrid: 5, vips: [VIP] })).flat()).toHaveLength(2);
  });

  test('with a partner by VIP are not joined by VRID', () => {
    const on = (vip: string): Instance => ({ vrid: 5, vips: [vip] });
    expect(
      joined(
        host('A', '10.0.0.1/24', on(VIP)),
        host('B', '10.0.0.2/24', on(VIP)),
        host('C', '10.0.0.3/24', on('10.0.0.200/24')),
        host('D', '10.0.0.4/24', on('10.0.0.200/24')),
      ),
    ).toEqual([['10.0.0.100=A/VI_0+B/VI_0'], ['10.0.0.200=C/VI_0+D/VI_0']]);
  });
});

describe('clusters', () => {
  test('are the hosts that share a router, with all the routers between them', () => {
    const [x, y, z] = ['10.0.0.100', '10.0.0.101', '10.0.0.102'].map((vip): Instance => ({ vips: [vip] })) as [
      Instance,
      Instance,
      Instance,
    ];
    const { clusters } = joinFleet([
      host('A', undefined, y),
      host('B', undefined, y, x),
      host('C', undefined, x),
      host('D', undefined, z),
    ]);
    expect(clusters.map(({ id, hosts }) => [id, hosts.map((each) => each.id).join('')])).toEqual([
      ['10.0.0.100', 'ABC'],
      ['10.0.0.102', 'D'],
    ]);
  });

  test('a host without keepalived is in none', () => {
    const { hosts, clusters } = joinFleet([{ ...host('A', undefined), keepalived: undefined }]);
    expect([hosts.length, clusters.length]).toEqual([1, 0]);
  });

  test('10,000 hosts of one segment are joined at once', () => {
    const hosts = Array.from({ length: 10_000 }, (_, i) =>
      host(`h${i}`, '10.0.0.1/16', {
        vrid: (i >> 1) % 255 === 0 ? 255 : (i >> 1) % 255,
        vips: [`10.1.${(i >> 1) >> 8}.${(i >> 1) & 255}/16`],
      }),
    );
    const { user } = process.cpuUsage();
    expect(joinFleet(hosts).clusters).toHaveLength(5000);
    expect(process.cpuUsage().user - user).toBeLessThan(2_000_000);
  });
});
