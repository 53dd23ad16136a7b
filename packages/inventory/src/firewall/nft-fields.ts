import { behindBlock, wordAt, type Token } from './nft-tokens.ts';

/** Fields of headers that rules ask (nft(8), Payload expressions; nftables 1.0.6 and 1.1.3 have the same ones). */
const FIELDS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    ip: 'version hdrlength dscp ecn length id frag-off ttl protocol checksum saddr daddr option',
    ip6: 'version dscp ecn flowlabel length nexthdr hoplimit saddr daddr',
    tcp: 'sport dport sequence ackseq doff reserved flags window checksum urgptr option',
    udp: 'sport dport length checksum',
    udplite: 'sport dport checksum',
    th: 'sport dport',
  }).map(([header, fields]) => [header, new Set(fields.split(' '))]),
);
const INTERFACES = new Set(['iif', 'iifname', 'oif', 'oifname']);

/**
 * The word behind the name of a header that is no field of it: for it nft refuses the whole script. Only the conditions at the start of a rule are
 * looked at, up to the first that is of another kind: elsewhere such a name may be a value.
 */
export function wrongField(rule: readonly Token[]): { readonly header: string; readonly at: Token } | undefined {
  for (let i = 0; i < rule.length;) {
    const header = wordAt(rule, i) ?? '';
    const fields = FIELDS.get(header);
    const field = rule[i + 1];
    if (field === undefined || (fields === undefined && !INTERFACES.has(header))) return undefined;
    if (fields !== undefined && !field.quoted && !fields.has(field.text)) {
      return /^[\w-]+$/.test(field.text) ? { header, at: field } : undefined;
    }
    i = behindValues(rule, fields === undefined ? i + 1 : i + 2);
  }
  return undefined;
}

function behindValues(rule: readonly Token[], from: number): number {
  let i = /^(?:[!=<>]=?)$/.test(wordAt(rule, from) ?? '') ? from + 1 : from;
  // `==` is two words.
  if (wordAt(rule, i) === '=') i++;
  if (wordAt(rule, i) === '{') return behindBlock(rule, i);
  // A map, or more than one value: what follows is not looked at.
  return /^(?:vmap|map)$/.test(wordAt(rule, i) ?? '') || wordAt(rule, i + 1) === ',' ? rule.length : i + 1;
}
