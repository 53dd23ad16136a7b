import { compareIp, parseIp } from '@halint/core';
import { realAddresses } from '../addresses.ts';
import type { RouterMember } from '../cluster.ts';
import type { VrrpInstance } from '../facts/keepalived.ts';
import type { Host } from '../host.ts';

/**
 * The address that an instance's adverts come from: unicast_src_ip or mcast_src_ip, else the first of its interface that is no VIP;
 * for IPv6 the link-local one (vrrp.c set_vrrp_src_addr). Undefined when it is not known.
 */
export function sourceAddress(host: Host, instance: VrrpInstance): string | undefined {
  if (instance.sourceIp !== undefined) return parseIp(instance.sourceIp.value)?.address;
  const own = (realAddresses(host) ?? []).filter(
    (each) => each.interface === instance.interface?.value && each.address.family === instance.family,
  );
  const linkLocal = own.filter((each) => /^fe[89ab]/.test(each.address.address));
  return (instance.family === 'ipv6' ? linkLocal : own)[0]?.address.address;
}

/** Of two masters the one with the higher address stays (vrrp.c vrrp_saddr_cmp); undefined when an address is not known. */
export function higherAddress(a: RouterMember, b: RouterMember): RouterMember | undefined {
  const [left, right] = [a, b].map(({ host, instance }) => {
    const address = sourceAddress(host, instance);
    return address === undefined ? undefined : parseIp(address);
  });
  if (left === undefined || right === undefined) return undefined;
  const order = compareIp(left, right);
  return order === 0 ? undefined : order > 0 ? a : b;
}
