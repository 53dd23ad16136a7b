import { cited, parseCidr, type Cited, type Family } from '@halint/core';
import type { VirtualAddress } from '@halint/model';
import type { Value } from './evaluate.ts';
import type { BlockReader } from './reader.ts';
import { plainAddress } from './handlers/addresses.ts';

/** As many VIPs as an advert can name, by family, with an MTU of 1500: the rest move to the excluded ones (vrrp.c vrrp_complete_instance). */
const MOST_VIPS: Readonly<Record<Family, number>> = { ipv4: 255, ipv6: 89 };

export interface Addresses {
  readonly family: Family;
  readonly vips: readonly VirtualAddress[];
  readonly excludedVips: readonly VirtualAddress[];
  readonly unicastPeers: readonly Cited<string>[];
  readonly unicastSrcIp?: Cited<string>;
  /** The last of unicast_src_ip and mcast_src_ip. */
  readonly sourceIp?: Cited<string>;
  readonly mcastDstIp?: Cited<string>;
  /** 2 or 3 as written, or 3 by native_ipv6. */
  readonly version?: Cited<number>;
}

/**
 * Reads the block in its order: the first address decides the family, those of the other one are dropped, save among the excluded VIPs; and so
 * are addresses that stand twice (vrrp_data.c alloc_vrrp_vip, alloc_vrrp_unicast_peer; vrrp_parser.c vrrp_srcip_handler).
 */
export function addressesOf(read: BlockReader): Addresses {
  let family: Family | undefined;
  let version: Cited<number> | undefined;
  const vips: VirtualAddress[] = [];
  const excluded: VirtualAddress[] = [];
  const peers: Cited<string>[] = [];
  let sourceIp: Cited<string> | undefined;
  const single = new Map<string, Cited<string>>();
  const fits = (found: Family): boolean => (family ??= found) === found;
  const isNew = (vip: VirtualAddress): boolean =>
    ![...vips, ...excluded].some((each) => each.address.value === vip.address.value);
  for (const { keyword, args, children, at } of read.statements) {
    const lines = children.map((line): readonly Value[] => [line.keyword, ...line.args]);
    switch (keyword.text) {
      case 'virtual_ipaddress':
        for (const vip of lines.flatMap((line) => vipOf(line, read)))
          if (fits(vip.family) && isNew(vip)) vips.push(vip);
        break;
      case 'virtual_ipaddress_excluded':
        for (const vip of lines.flatMap((line) => vipOf(line, read))) if (isNew(vip)) excluded.push(vip);
        break;
      case 'unicast_peer':
        for (const [peer] of lines) {
          const ip = peer === undefined ? undefined : plainAddress(peer.text);
          if (peer !== undefined && ip !== undefined && fits(ip.family)) peers.push(cited(ip.address, peer.at));
        }
        break;
      case 'unicast_src_ip':
      case 'mcast_src_ip':
      case 'mcast_dst_ip': {
        const ip = args[0] === undefined ? undefined : plainAddress(args[0].text);
        if (args[0] !== undefined && ip !== undefined && fits(ip.family))
          single.set(keyword.text, cited(ip.address, args[0].at));
        if (keyword.text !== 'mcast_dst_ip') sourceIp = single.get(keyword.text) ?? sourceIp;
        break;
      }
      case 'native_ipv6':
        if (fits('ipv6')) version = cited(3, at);
        break;
      case 'version': {
        const number = args[0]?.text === '2' ? 2 : args[0]?.text === '3' ? 3 : undefined;
        if (args[0] !== undefined && number !== undefined && version === undefined)
          if (number === 3 || family !== 'ipv6') version = cited(number, args[0].at);
        break;
      }
    }
  }
  const most = MOST_VIPS[family ?? 'ipv4'];
  const [unicastSrcIp, mcastDstIp] = ['unicast_src_ip', 'mcast_dst_ip'].map((each) => single.get(each));
  return {
    family: family ?? 'ipv4',
    vips: vips.slice(0, most),
    excludedVips: [...excluded, ...vips.slice(most)],
    unicastPeers: peers,
    ...(unicastSrcIp === undefined ? {} : { unicastSrcIp }),
    ...(sourceIp === undefined ? {} : { sourceIp }),
    ...(mcastDstIp === undefined ? {} : { mcastDstIp }),
    ...(version === undefined ? {} : { version }),
  };
}

/** Lines of a static_ipaddress block: of the form of those of virtual_ipaddress (vrrp_ipaddress.c alloc_ipaddress). */
export function staticAddressesOf(read: BlockReader): readonly VirtualAddress[] {
  return read.statements.flatMap(({ keyword, args }) => vipOf([keyword, ...args], read));
}

function vipOf([first, ...rest]: readonly Value[], read: BlockReader): VirtualAddress[] {
  const cidr = first === undefined ? undefined : parseCidr(first.text);
  if (first === undefined || cidr === undefined) return [];
  const at = rest.findIndex((word) => word.text === 'dev');
  const dev = at < 0 ? undefined : rest[at + 1];
  return [
    {
      family: cidr.family,
      address: cited(cidr.address, first.at),
      prefix: first.text.includes('/')
        ? cited(cidr.prefix, first.at)
        : read.default(cidr.prefix, 'keepalived.conf(5) virtual_ipaddress'),
      ...(dev === undefined ? {} : { dev: cited(dev.text, dev.at) }),
      tracked: !rest.some((word) => word.text === 'no_track'),
    },
  ];
}

/** Interfaces that virtual_routes and virtual_rules name, unless no_track (vrrp.c vrrp_complete_instance). */
export function routeInterfacesOf(read: BlockReader): readonly Cited<string>[] {
  return ['virtual_routes', 'virtual_rules'].flatMap((keyword) =>
    read.lines(keyword).flatMap((words) =>
      words.some((word) => word.text === 'no_track')
        ? []
        : words.flatMap((word, i) => {
            const name = words[i + 1];
            return /^(dev|oif|iif)$/.test(word.text) && name !== undefined ? [cited(name.text, name.at)] : [];
          }),
    ),
  );
}
