import { canonicalAddress } from '@halint/core';
import { realAddresses, type RouterMember, type Rule } from '@halint/model';
import { ADDRESS_FACT, unlistedAddresses } from '../shared/addresses.ts';

/** Addresses by which a peer may name a member: its unicast_src_ip, else those of its interface. */
function sources({ host, instance }: RouterMember): readonly string[] | undefined {
  if (instance.unicastSrcIp !== undefined) return [canonicalAddress(instance.unicastSrcIp.value)];
  const own = realAddresses(host)?.filter(
    (each) => instance.interface === undefined || each.interface === instance.interface.value,
  );
  // What DHCP gives the interface stands in no file.
  if (unlistedAddresses(host, instance.family, instance.interface?.value) !== undefined) return undefined;
  return own?.map((each) => each.address.address);
}

export default {
  id: 'fleet/vrrp-unicast-peer-missing',
  scope: 'cluster',
  severity: 'error',
  summary: 'A member of a unicast virtual router is not among the peers of another.',
  fix: 'manual',
  since: '0.1.0',
  sources: ['keepalived.conf(5) unicast_peer', 'lab: split brain without a log line'],
  check(cluster, report) {
    for (const router of cluster.routers) {
      for (const to of router.members) {
        const known = sources(to);
        for (const from of router.members) {
          if (from === to || from.instance.unicastPeers.length === 0 || to.instance.unicastPeers.length === 0) continue;
          const peers = from.instance.unicastPeers.map((peer) => canonicalAddress(peer.value));
          if (known !== undefined && known.some((address) => peers.includes(address))) continue;
          const lacks = known === undefined || known.length === 0;
          report({
            ...(lacks ? { severity: 'info' as const, missing: ADDRESS_FACT } : {}),
            at: from.instance.unicastPeers[0]?.at ?? from.instance.at,
            message: lacks
              ? `cannot tell whether ${from.host.id} sends its adverts to ${to.host.id}: ${realAddresses(to.host) === undefined ? 'the' : 'not all'} addresses of ${to.host.id} are ${realAddresses(to.host) === undefined ? 'not ' : ''}known`
              : `${from.host.id} does not send its adverts to ${to.host.id} (${known.join(', ')}): unicast_peer has ${peers.join(', ')}`,
            help: `${to.host.id} does not hear ${from.host.id} and becomes MASTER beside it. List every other member in unicast_peer.`,
            related: [{ at: to.instance.unicastSrcIp?.at ?? to.instance.at, message: `${to.host.id} sends from here` }],
          });
        }
      }
    }
  },
} satisfies Rule<'cluster'>;
