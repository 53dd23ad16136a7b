import {
  filterVerdict,
  placeName,
  sourceAddress,
  type FirewallFacts,
  type Packet,
  type RouterMember,
  type Rule,
} from '@halint/model';
import { AH, firewallVerdict, lookCommand, ufwCommand } from '../shared/firewall.ts';

const VRRP = 112;

export default {
  id: 'cross/firewall-blocks-vrrp',
  scope: 'cluster',
  severity: 'error',
  summary: 'The packet filter of a host drops the adverts of its peers, or its own.',
  since: '0.1.0',
  sources: [
    'lab: 13 rule sets of nftables against keepalived 2.2.7',
    'kernel: packets of 112 and 51 through rules of the hook output, test/around/nft-out.test.ts',
    'kernel: the rules that ufw 0.36.2 loads, test/around/ufw.test.ts',
    'firewalld: the service high-availability has no VRRP, and no service vrrp stands in config/services before 2.1.0',
    'kernel: the zones that firewalld 1.3.3 loads, test/around/firewalld.test.ts',
  ],
  check(cluster, report) {
    for (const router of cluster.routers) {
      for (const member of router.members) {
        for (const peer of router.members) {
          if (peer === member) continue;
          const found = judge(member, peer);
          if (found === undefined) continue;
          report({ at: member.instance.interface?.at ?? member.instance.at, ...found });
          break;
        }
      }
    }
  },
} satisfies Rule<'cluster'>;

type Text = {
  readonly severity?: 'warning' | 'info';
  readonly missing?: string;
  readonly message: string;
  readonly help: string;
};

/** Each host answers for its own filter: for what it lets in of a peer, else for what it lets out to it. */
function judge(member: RouterMember, peer: RouterMember): Text | undefined {
  return received(member, peer) ?? sent(member, peer);
}

/**
 * What a host sends passes the hook output of its own filter, raw packets too (Linux 6, test/around/nft-out.test.ts). Where it is not known
 * what becomes of it, nothing is claimed.
 */
function sent({ host, instance }: RouterMember, peer: RouterMember): Text | undefined {
  const unicast = instance.unicastPeers.length > 0;
  const protocol = instance.auth?.type.value === 'AH' ? AH : VRRP;
  const group = instance.multicastGroup.value;
  const packet: Packet = {
    way: 'out',
    family: instance.family,
    protocol,
    source: sourceAddress(host, instance),
    destination: unicast ? sourceAddress(peer.host, peer.instance) : group,
    // With use_vmac adverts leave through an interface of their own.
    interface: instance.useVmac?.value === true ? undefined : instance.interface?.value,
    state: 'new',
  };
  const verdict = firewallVerdict(host, packet);
  if (verdict?.verdict !== 'drop') return undefined;
  const { firewall, at, missing } = verdict;
  const to = unicast ? ` to ${peer.host.id}` : '';
  const what = `the adverts that it sends${to} (IP protocol ${protocol}${unicast ? '' : ` to ${group}`})`;
  const place = at === undefined ? '' : `: ${placeName(at)} decides`;
  const help = `${peer.host.id} hears nothing of ${host.id} and becomes MASTER too: both hold the addresses. Let IP protocol ${protocol} out${commandOf(firewall, packet)}.`;
  if (missing !== undefined) {
    return { severity: 'info', missing, message: `${firewall.service} of ${host.id} would drop ${what}${place}`, help };
  }
  // What a peer sends first makes a conversation of unicast known, and adverts are its replies.
  const later = unicast && filterVerdict(firewall, { ...packet, state: 'established' }).verdict === 'accept';
  return later
    ? {
        severity: 'warning',
        message: `${firewall.service} of ${host.id} drops ${what} until ${peer.host.id} has taken over once${place}`,
        help,
      }
    : { message: `${firewall.service} of ${host.id} drops ${what}${place}`, help };
}

function received({ host, instance }: RouterMember, peer: RouterMember): Text | undefined {
  const unicast = peer.instance.unicastPeers.length > 0;
  const protocol = peer.instance.auth?.type.value === 'AH' ? AH : VRRP;
  const packet: Packet = {
    family: instance.family,
    protocol,
    source: sourceAddress(peer.host, peer.instance),
    destination: unicast ? sourceAddress(host, instance) : peer.instance.multicastGroup.value,
    interface: instance.interface?.value,
    state: 'new',
  };
  const verdict = firewallVerdict(host, packet);
  if (verdict === undefined || verdict.verdict === 'accept') return undefined;
  const what = `adverts of ${peer.host.id} (IP protocol ${protocol}${unicast ? '' : ` to ${peer.instance.multicastGroup.value}`})`;
  const { firewall, at, missing } = verdict;
  if (verdict.verdict === 'unknown' || missing !== undefined) {
    const claim =
      verdict.verdict === 'drop'
        ? `${firewall.service} would drop`
        : `cannot tell whether ${firewall.service} of ${host.id} lets in`;
    return {
      severity: 'info',
      missing: missing ?? 'a rule that is followed',
      message: `${claim} ${what}`,
      help: `Not known: ${missing ?? 'the rules'}. Look with \`${lookCommand(firewall, instance.family)}\`.`,
    };
  }
  const place = at === undefined ? '' : `: ${placeName(at)} decides`;
  const help = `Accept IP protocol ${protocol}${protocol === AH ? ' (auth_type AH)' : ''} from the peers${commandOf(firewall, packet)}; it has no ports, so a rule for dport ${protocol} does nothing.`;
  // Conversations of unicast become known to connection tracking by what the host itself sends once it took over.
  const later = unicast && filterVerdict(firewall, { ...packet, state: 'established' }).verdict === 'accept';
  if (later) {
    return {
      severity: 'warning',
      message: `${firewall.service} of ${host.id} drops ${what} until ${host.id} has taken over once${place}`,
      help: `At each start a BACKUP becomes MASTER before it hears its peers. ${help}`,
    };
  }
  return {
    message: `${firewall.service} of ${host.id} drops ${what}${place}`,
    help: `${host.id} hears nobody and becomes MASTER: both hosts hold the addresses. ${help}`,
  };
}

function commandOf(firewall: FirewallFacts, packet: Packet): string {
  const command = ufwCommand(firewall, packet);
  return command === undefined ? '' : `: ${command}`;
}
