import {
  AH,
  placeName,
  receivedAdverts,
  sentAdverts,
  type FirewallFacts,
  type Packet,
  type RouterMember,
  type Rule,
} from '@halint/model';
import { lookCommand, ufwCommand } from '../shared/firewall.ts';

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

/** Where it is not known what becomes of what a host sends, nothing is claimed. */
function sent(member: RouterMember, peer: RouterMember): Text | undefined {
  const found = sentAdverts(member, peer);
  if (found === undefined || found.verdict.verdict !== 'drop') return undefined;
  const { packet, effect } = found;
  const { firewall, at, missing } = found.verdict;
  const { host, instance } = member;
  const unicast = instance.unicastPeers.length > 0;
  const { protocol } = packet;
  const to = unicast ? ` to ${peer.host.id}` : '';
  const what = `the adverts that it sends${to} (IP protocol ${protocol}${unicast ? '' : ` to ${instance.multicastGroup.value}`})`;
  const place = at === undefined ? '' : `: ${placeName(at)} decides`;
  const help = `${peer.host.id} hears nothing of ${host.id} and becomes MASTER too: both hold the addresses. Let IP protocol ${protocol} out${commandOf(firewall, packet)}.`;
  if (missing !== undefined) {
    return { severity: 'info', missing, message: `${firewall.service} of ${host.id} would drop ${what}${place}`, help };
  }
  return effect === 'until-takeover'
    ? {
        severity: 'warning',
        message: `${firewall.service} of ${host.id} drops ${what} until ${peer.host.id} has taken over once${place}`,
        help,
      }
    : { message: `${firewall.service} of ${host.id} drops ${what}${place}`, help };
}

function received(member: RouterMember, peer: RouterMember): Text | undefined {
  const found = receivedAdverts(member, peer);
  if (found === undefined) return undefined;
  const { packet, verdict, effect } = found;
  const { firewall, at, missing } = verdict;
  const { host, instance } = member;
  const { protocol } = packet;
  const unicast = peer.instance.unicastPeers.length > 0;
  const what = `adverts of ${peer.host.id} (IP protocol ${protocol}${unicast ? '' : ` to ${peer.instance.multicastGroup.value}`})`;
  if (effect === 'unknown') {
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
  if (effect === 'until-takeover') {
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
