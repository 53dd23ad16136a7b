import { hostPort, mappedIpv4 } from '@halint/core';
import { addressesOf, kernelSwitch, v6onlyOnIpv4, type Rule } from '@halint/model';
import { claimOf, helpOf } from '../shared/switch-doubt.ts';

const KEY = 'net.ipv6.bindv6only';

export default {
  id: 'cross/bind-mapped-v6only',
  scope: 'host',
  severity: 'error',
  summary: 'haproxy binds an IPv4 address that is written as an IPv6 one, and asks for a socket without IPv4.',
  fix: 'manual',
  since: '0.1.0',
  sources: [
    'haproxy 2.6, 3.0, 3.2: "cannot bind socket (Invalid argument) for [::ffff:192.0.2.10:443]", exit 1',
    'ipv6(7) IPV6_V6ONLY',
    'ip-sysctl: bindv6only',
    'haproxy manual 5.1 v4v6, v6only',
  ],
  check(host, report) {
    for (const bind of v6onlyOnIpv4(host, addressesOf(host, undefined))) {
      const address = bind.address.value;
      const ipv4 = mappedIpv4({ family: 'ipv6', address })?.address ?? address;
      const byKernel = bind.v6only === undefined ? kernelSwitch(host, KEY) : undefined;
      const setting = byKernel?.setting;
      const doubt = byKernel?.doubt;
      const why = setting === undefined ? 'v6only' : `${KEY} = ${setting.value}`;
      report({
        ...claimOf(doubt),
        at: bind.address.at ?? bind.at,
        message: `${doubt === undefined ? `haproxy cannot start on ${host.id}` : `cannot tell whether haproxy starts on ${host.id}`}: ${address} is the IPv4 address ${ipv4}, and ${why} asks for a socket without IPv4`,
        help:
          doubt === undefined
            ? `haproxy -c does not see this: the bind fails with "Invalid argument" and haproxy exits. Write ${hostPort(ipv4, bind.portFrom)}${setting === undefined ? ' without v6only' : ', or add v4v6'}.`
            : helpOf(doubt),
        related: setting?.at === undefined ? [] : [{ at: setting.at, message: `set to ${setting.value} here` }],
      });
    }
  },
} satisfies Rule<'host'>;
