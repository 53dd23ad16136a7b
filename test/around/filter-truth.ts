import { readFileSync } from 'node:fs';
import { shared } from '../support/shared.ts';

/** The rules of the lab behind the words of the table's column `accepted`. */
const RULES: Readonly<Record<string, string>> = {
  '-': 'tcp dport 22 accept',
  'udp/tcp dport 112 accept (common mistake)': 'udp dport 112 accept; tcp dport 112 accept',
  'ip saddr peer-net ip protocol 112 accept': 'ip saddr 10.98.0.0/24 ip protocol 112 accept',
};

export const ADDRESSES = ['10.98.0.1', '10.98.0.2'] as const;

function keepalived(own: string, peer: string, priority: number, transport: string): string {
  const unicast = transport === 'unicast' ? ` unicast_src_ip ${own}\n unicast_peer {\n  ${peer}\n }\n` : '';
  const auth = transport.endsWith('AH') ? ' authentication {\n  auth_type AH\n  auth_pass abcd\n }\n' : '';
  return `vrrp_instance V {\n state BACKUP\n interface e0\n virtual_router_id 51\n priority ${priority}\n advert_int 1\n${unicast}${auth} virtual_ipaddress {\n  10.98.0.100/24\n }\n}\n`;
}

/** The files of both nodes of the lab. */
export function cluster(transport: string, rules: string | undefined, link = true): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [i, own] of ADDRESSES.entries()) {
    const host = i === 0 ? 'a' : 'b';
    const peer = ADDRESSES[1 - i] as string;
    files.set(`${host}/etc/keepalived/keepalived.conf`, keepalived(own, peer, 150 - 50 * i, transport));
    const address = { ifname: 'e0', addr_info: [{ local: own, prefixlen: 24 }] };
    files.set(`${host}/facts/ip-address.json`, JSON.stringify([address]));
    if (rules === undefined) continue;
    const text = `table inet f {\n chain i {\n type filter hook input priority 0; policy drop;\n iif lo accept\n icmp type echo-request accept\n ${rules}\n }\n}\n`;
    files.set(`${host}/etc/nftables.conf`, text);
    if (link) files.set(`${host}/etc/systemd/system/sysinit.target.wants/nftables.service`, '[Unit]\n');
  }
  return files;
}

/** What keepalived 2.2.7 of two hosts with the same rules did. */
export interface TruthRow {
  readonly transport: string;
  readonly policy: string;
  readonly accepted: string;
  /** Undefined: no packet filter. */
  readonly rules: string | undefined;
  /** Hosts that had the VIP in the end: a, b, or both. */
  readonly holders: readonly string[];
  readonly split: boolean;
  /** Did b become MASTER at all? */
  readonly tookOver: boolean;
}

function rowOf(line: string): TruthRow {
  const [transport = '', policy = '', accepted = '', a, b, split, tookOver] = line.split('\t');
  return {
    transport,
    policy,
    accepted,
    rules: policy === 'drop' ? (RULES[accepted] ?? accepted) : undefined,
    holders: [...(a === '1' ? ['a'] : []), ...(b === '1' ? ['b'] : [])],
    split: split === 'yes',
    tookOver: tookOver !== '0',
  };
}

const table = shared('truth/firewall.tsv');

/** The rows of truth/firewall.tsv; undefined where it is absent. */
export const TRUTH: readonly TruthRow[] | undefined = table.present
  ? readFileSync(table.path, 'utf8').trimEnd().split('\n').slice(1).map(rowOf)
  : undefined;
