import { readUnsigned } from '../process/arguments.ts';
import type { Value } from '../stream/logical.ts';
import { readAddress } from './addresses.ts';
import { isEntry, type RoutingLine } from './routing.ts';

/** Options of `encap ip` and `encap ip6`: what they read, else an error. */
const ENCAP: Readonly<Record<'ip' | 'ip6', Readonly<Record<string, 'u64' | 'address' | 'field' | 'u8' | 'u16'>>>> = {
  ip: { id: 'u64', dst: 'address', src: 'address', tos: 'field', ttl: 'u8', flags: 'u16' },
  ip6: { id: 'u64', dst: 'address', src: 'address', tc: 'field', hoplimit: 'u8', flags: 'u16' },
};

/** vrrp_iproute.c parse_encap: what is wrong in it costs the encapsulation, and the line goes on where it stood. */
export function encap(route: RoutingLine, word: Value): void {
  const type = route.words[++route.index];
  if (type === undefined) return route.say(word, 'encap needs a type', 'vrrp/missing-argument');
  route.index++;
  switch (type.text) {
    case 'ip':
    case 'ip6':
      encapIp(route, type, type.text);
      break;
    case 'mpls':
    case 'ila': {
      const value = route.words[route.index];
      const pattern = type.text === 'mpls' ? /^\d+(?:\/\d+)*$/ : /^[\da-f]{1,4}(?::[\da-f]{1,4}){3}$/i;
      if (value === undefined) route.say(type, `encap ${type.text} needs an address`, 'vrrp/missing-argument');
      else {
        if (!pattern.test(value.text)) route.say(value, `${value.text} is no address of ${type.text}`);
        route.index++;
      }
      break;
    }
    default:
      return route.say(type, `${type.text} is no encapsulation: ip, ip6, mpls or ila`);
  }
  route.index--;
}

function encapIp(route: RoutingLine, type: Value, kind: 'ip' | 'ip6'): void {
  let known = false;
  for (; route.index + 1 < route.words.length; route.index += 2) {
    const name = route.words[route.index] as Value;
    const value = route.words[route.index + 1] as Value;
    const reads = ENCAP[kind][name.text];
    if (reads === undefined) break;
    if (!isEncapValue(route, value, reads, kind)) return;
    if (name.text === 'dst' || name.text === 'id') known = true;
  }
  if (!known) route.say(type, `encap ${kind} needs dst or id`, 'vrrp/missing-argument');
}

function isEncapValue(route: RoutingLine, value: Value, reads: string, kind: 'ip' | 'ip6'): boolean {
  if (reads === 'address') {
    const address = readAddress(route.call, value, false);
    if (address === undefined) return false;
    if (address.family === (kind === 'ip' ? 'ipv4' : 'ipv6')) return true;
    route.say(value, `${value.text} is of another family than encap ${kind}`, 'vrrp/address-family-mixed');
    return false;
  }
  const most = { u8: 255, u16: 65_535, u64: 2 ** 64 }[reads];
  if (most === undefined ? isEntry(value.text) : readUnsigned(value.text, 0, most) !== undefined) return true;
  route.say(value, `${value.text} is outside its range`, 'vrrp/value-out-of-range');
  return false;
}
