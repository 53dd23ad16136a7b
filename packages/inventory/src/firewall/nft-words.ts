import { wordAt, type Token } from './nft-tokens.ts';

/**
 * Words with which a statement or an expression of a rule may begin, or what else stands in a chain (nftables 1.0.6 to 1.1, parser_bison.y stmt,
 * primary_expr and chain_block; nft(8)). Whatever else is a word in such a place, nft refuses.
 */
const BEGINNINGS = new Set(
  [
    // Verdicts and statements.
    'accept drop continue return jump goto queue counter log limit quota last reject snat dnat nat masquerade redirect tproxy notrack dup fwd',
    'set add update delete destroy map flow synproxy meter reset xt secmark comment',
    // Expressions without a header.
    'meta ct fib rt socket osf ipsec numgen jhash symhash random hash tunnel inner exthdr length protocol priority nfproto l4proto secpath time day hour',
    'mark iif iifname iiftype iifgroup iifkind oif oifname oiftype oifgroup oifkind skuid skgid nftrace rtclassid pkttype cpu cgroup sdif sdifname',
    'ibriport obriport ibrname obrname ibridgename obridgename ibrpvid ibrvproto',
    // Headers.
    'ether vlan arp ip ip6 icmp icmpv6 igmp udp udplite tcp sctp dccp th ah esp comp gre gretap geneve vxlan hbh mh frag dst srh rt0 rt2 rt4',
    // Places of added rules, and lines of a chain that are no rule.
    'position handle index type policy flags device devices hook',
    'and or xor not lshift rshift',
  ]
    .join(' ')
    .split(' '),
);
const VERDICTS = new Set('accept drop continue return jump goto queue reject'.split(' '));

/** @param i where a statement or an expression must begin. */
export function isStrange(tokens: readonly Token[], i: number): boolean {
  return isOutside(BEGINNINGS, tokens, i);
}

/** @param i where a verdict of a map stands. */
export function isNoVerdict(tokens: readonly Token[], i: number): boolean {
  return isOutside(VERDICTS, tokens, i);
}

/** Words of letters alone: variables, numbers and placeholders of templates are none. */
function isOutside(known: ReadonlySet<string>, tokens: readonly Token[], i: number): boolean {
  const word = wordAt(tokens, i) ?? '';
  return /^[a-z]{2,}$/i.test(word) && !known.has(word);
}
