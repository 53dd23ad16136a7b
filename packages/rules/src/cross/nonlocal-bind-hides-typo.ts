import {
  addressesOf,
  localPrefixes,
  type Bind,
  isV6onlyOnIpv4,
  type KernelSwitch,
  realAddresses,
  type Rule,
  staticAddresses,
  vipsOf,
} from '@halint/model';
import { ADDRESS_FACT, unlistedAddresses, vipDoubt } from '../shared/addresses.ts';
import { claimOf, helpOf } from '../shared/switch-doubt.ts';
import { contains, isLoopback, isWildcard, nearest, parseIp } from '@halint/core';

export default {
  id: 'cross/nonlocal-bind-hides-typo',
  scope: 'host',
  severity: 'error',
  summary: 'With ip_nonlocal_bind a daemon listens on an address that is neither of the host nor a VIP.',
  since: '0.1.0',
  sources: [
    'ip-sysctl: ip_nonlocal_bind',
    'lab: haproxy and sshd start on an absent address',
    'kamailio/kamailio#1104',
  ],
  check(host, report) {
    const real = realAddresses(host);
    if (real === undefined || host.haproxy === undefined) return;
    const vips = vipsOf(host);
    const addresses = addressesOf(host, undefined);
    const prefixes = localPrefixes(host);
    const known = new Set([...vips.keys(), ...staticAddresses(host), ...real.map(({ address }) => address.address)]);
    for (const address of host.haproxy.bindAddresses()) {
      const ip = parseIp(address);
      if (ip === undefined || isLoopback(ip) || isWildcard(ip) || known.has(address)) continue;
      if (prefixes.some((net) => contains(net, ip))) continue;
      const nonlocal = addresses.nonlocal(ip.family);
      const { setting } = nonlocal;
      const unlisted = unlistedAddresses(host, ip.family);
      const lacking = vipDoubt(host) ?? (unlisted === undefined ? undefined : { why: unlisted, missing: ADDRESS_FACT });
      for (const bind of host.haproxy.bindsAt(address)) {
        if (isV6onlyOnIpv4(bind, addresses)) continue;
        if (!nonlocal.isOn && nonlocal.doubt === undefined && !bind.transparent) continue;
        const doubt = bind.transparent ? undefined : nonlocal.doubt;
        const near = nearest(address, vips.keys());
        report({
          ...claimOf(doubt),
          ...(lacking === undefined ? {} : { severity: 'info' as const, missing: lacking.missing }),
          at: bind.address.at ?? bind.at,
          message:
            lacking === undefined
              ? `${address} is no address of ${host.id} and no VIP: ${doubt === undefined ? 'haproxy starts, and nobody reaches it' : 'cannot tell whether haproxy starts all the same'}`
              : `cannot tell whether ${host.id} has the address ${address}: ${lacking.why}`,
          help:
            doubt !== undefined
              ? helpOf(doubt)
              : `${allowed(nonlocal, bind)} keeps the bind from failing.${near === undefined ? ' Bind an address of the host or a VIP.' : ` The nearest VIP is ${near}.`}`,
          related: setting.at === undefined ? [] : [{ at: setting.at, message: 'allowed here' }],
        });
      }
    }
  },
} satisfies Rule<'host'>;

function allowed({ isOn }: KernelSwitch, bind: Bind): string {
  return !isOn || bind.transparent ? 'transparent' : 'ip_nonlocal_bind = 1';
}
