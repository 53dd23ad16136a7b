import {
  addressesOf,
  addressOfBind,
  inKernel,
  isV6onlyOnIpv4,
  listeningBindsAt,
  ownsAddress,
  type Rule,
  vipsOf,
} from '@halint/model';
import { claimOf, helpOf } from '../shared/switch-doubt.ts';

export default {
  id: 'cross/bind-vip-without-nonlocal',
  scope: 'host',
  severity: 'error',
  summary: 'haproxy binds a VIP that the host need not hold, and the kernel does not allow that.',
  fix: 'unsafe',
  since: '0.1.0',
  sources: ['ip-sysctl: ip_nonlocal_bind', 'haproxy manual 5.1 transparent', 'lab: binds 1-11'],
  check(host, report) {
    const vips = new Map(
      [...vipsOf(host)].filter(([, vip]) => vip.instance.priority.value !== 255 && ownsAddress(host, vip) !== true),
    );
    if (host.haproxy === undefined || vips.size === 0) return;
    const addresses = addressesOf(host, undefined);
    for (const bind of listeningBindsAt(host, (address) => vips.has(address))) {
      if (bind.transparent || isV6onlyOnIpv4(bind, addresses)) continue;
      const ip = addressOfBind(bind, addresses);
      const vip = typeof ip === 'object' ? vips.get(inKernel(ip).address) : undefined;
      if (vip === undefined) continue;
      const { address } = vip;
      const key = `net.${vip.family}.ip_nonlocal_bind`;
      const nonlocal = addresses.nonlocal(vip.family);
      const { setting, doubt } = nonlocal;
      if (nonlocal.isOn && doubt === undefined) continue;
      const is = `${key} is ${setting.value}${setting.at === undefined ? ` (${setting.default})` : ''}`;
      report({
        ...claimOf(doubt),
        at: bind.address.at ?? bind.at,
        message:
          doubt === undefined
            ? `haproxy cannot start on ${host.id} while it does not hold ${address}: ${is}`
            : `cannot tell whether haproxy starts on ${host.id} while it does not hold ${address}: ${is} ${doubt.otherwise}`,
        help:
          doubt === undefined
            ? `haproxy -c does not see this: the bind fails with "Cannot assign requested address" and the standby has no haproxy when it takes over. Set ${key}=1 in a file of /etc/sysctl.d.`
            : helpOf(doubt),
        related: [
          { at: vip.at, message: `the VIP of ${vip.instance.name.value}` },
          ...(setting.at === undefined ? [] : [{ at: setting.at, message: `set to ${setting.value} here` }]),
        ],
      });
    }
  },
} satisfies Rule<'host'>;
