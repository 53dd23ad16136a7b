import { parseCidr } from '@halint/core';
import type { FilterMatch } from '@halint/model';
import { portRange, PROTOCOLS } from './nft-rule.ts';
import type { Element } from './xml.ts';

/** Conditions under which a packet is let in, all of which must hold; `undefined` is one that is not understood. */
export type Conditions = readonly (FilterMatch | undefined)[];

/**
 * Services that firewalld 1.3.3 ships, `PORT/PROTOCOL` or a protocol alone; releases from 0.8 on have the same ones. All but vrrp, which 2.1.0
 * brought (config/services of firewalld's repository).
 */
const STOCK: Readonly<Record<string, readonly string[]>> = {
  ssh: ['22/tcp'],
  http: ['80/tcp'],
  https: ['443/tcp'],
  'dhcpv6-client': ['546/udp'],
  cockpit: ['9090/tcp'],
  mdns: ['5353/udp'],
  dns: ['53/tcp', '53/udp'],
  ntp: ['123/udp'],
  snmp: ['161/udp'],
  mysql: ['3306/tcp'],
  postgresql: ['5432/tcp'],
  redis: ['6379/tcp'],
  'samba-client': ['137/udp', '138/udp'],
  ipsec: ['ah', 'esp', '500/udp', '4500/udp', '4500/tcp'],
  'high-availability': [
    '2224/tcp',
    '3121/tcp',
    '5403/tcp',
    '5404/udp',
    '5405-5412/udp',
    '9929/tcp',
    '9929/udp',
    '21064/tcp',
  ],
};

/** Adverts to the group alone: those of unicast are not among them. */
const VRRP: readonly Conditions[] = (
  [
    ['ipv4', '224.0.0.18'],
    ['ipv6', 'ff02::12'],
  ] as const
).map(([family, group]) => [
  { kind: 'family', not: false, family },
  { kind: 'protocol', not: false, numbers: [112] },
  { kind: 'destination', not: false, nets: [parseCidr(group)].filter((net) => net !== undefined) },
]);

export interface Services {
  /** Those of the host itself, which go before those of the package; undefined: the file is broken. */
  readonly own: ReadonlyMap<string, Element | undefined>;
  /** Does the package have vrrp for certain? */
  readonly hasVrrp: boolean;
}

/** What a service lets in. One that nothing here knows may let anything in. */
export function serviceConditions(
  name: string,
  services: Services,
  followed: Set<string> = new Set(),
): readonly Conditions[] {
  // firewalld follows each name once, so that services which include one another end.
  if (followed.has(name)) return [];
  followed.add(name);
  if (!services.own.has(name)) {
    if (name === 'vrrp') return services.hasVrrp ? VRRP : VRRP.map((conditions) => [...conditions, undefined]);
    return STOCK[name]?.map(stockConditions) ?? [[undefined]];
  }
  const file = services.own.get(name);
  if (file === undefined) return [[undefined]];
  return file.children.flatMap((element): readonly Conditions[] => {
    if (element.name === 'include') {
      return serviceConditions(element.attributes.get('service') ?? '', services, followed);
    }
    const found = portConditions(element);
    return found === undefined ? [] : destinations(file).map((ends) => [...ends, ...found]);
  });
}

/** `<destination ipv4="…" ipv6="…"/>` is about all ports of the service; a family that it does not name is let in nowhere (firewalld.service(5)). */
function destinations({ children }: Element): readonly Conditions[] {
  const written = children.filter(({ name }) => name === 'destination');
  if (written.length === 0) return [[]];
  return written.flatMap(({ attributes }) =>
    (['ipv4', 'ipv6'] as const).flatMap((family): readonly Conditions[] => {
      const address = attributes.get(family);
      if (address === undefined) return [];
      const net = parseCidr(address);
      return [
        [
          { kind: 'family', not: false, family },
          net === undefined ? undefined : { kind: 'destination', not: false, nets: [net] },
        ],
      ];
    }),
  );
}

function stockConditions(text: string): Conditions {
  const [port = '', protocol] = text.split('/');
  return protocol === undefined ? [protocolMatch(port)] : portMatch(port, protocol);
}

/** What `<port>` or `<protocol>` lets in; undefined for any other element. */
export function portConditions({ name, attributes }: Element): Conditions | undefined {
  if (name === 'port') return portMatch(attributes.get('port') ?? '', attributes.get('protocol') ?? '');
  return name === 'protocol' ? [protocolMatch(attributes.get('value') ?? '')] : undefined;
}

function protocolMatch(value: string): FilterMatch | undefined {
  const number = /^\d+$/.test(value) ? Number(value) : PROTOCOLS[value.toLowerCase()];
  return number === undefined ? undefined : { kind: 'protocol', not: false, numbers: [number] };
}

function portMatch(port: string, protocol: string): Conditions {
  // A service may be a protocol without a port.
  if (port === '') return [protocolMatch(protocol)];
  const range = portRange(port);
  return [protocolMatch(protocol), range === undefined ? undefined : { kind: 'port', not: false, ranges: [range] }];
}
