import { canonicalAddress } from '@halint/core';
import type { Rule } from '@halint/model';

export default {
  id: 'fleet/vip-is-real-address',
  scope: 'cluster',
  severity: 'error',
  summary: 'A VIP is the fixed address of a host.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['RFC 9568 8.3.1', 'keepalived.conf(5) virtual_ipaddress'],
  check(cluster, report) {
    for (const host of cluster.hosts) {
      const own = new Map<string, string>();
      // `ip -j address` of a master shows its VIPs as well: only sources that name fixed addresses count.
      for (const { address, source } of host.facts.addresses ?? []) {
        if (source !== 'ip -j address') own.set(address.address, source);
      }
      for (const instance of host.keepalived?.instances ?? []) {
        if (instance.unicastSrcIp !== undefined)
          own.set(canonicalAddress(instance.unicastSrcIp.value), 'unicast_src_ip');
      }
      for (const router of cluster.routers) {
        for (const { instance } of router.members) {
          for (const vip of instance.vips) {
            const source = own.get(vip.address.value);
            if (source === undefined || instance.priority.value === 255) continue;
            report({
              at: vip.address.at ?? instance.at,
              message: `VIP ${vip.address.value} is the fixed address of ${host.id} (${source})`,
              help: 'Two hosts then answer for one address. Choose an address that no host has of its own.',
            });
          }
        }
      }
    }
  },
} satisfies Rule<'cluster'>;
