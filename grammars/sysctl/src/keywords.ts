import { KeywordTable, type KeywordRow } from '@halint/core';

/** Values of a kernel setting: `int` one number, `ints` several, `flag` 0 or 1, `text` anything. */
export type ValueKind = 'flag' | 'int' | 'ints' | 'text';

const USAGE: Record<ValueKind, string> = { flag: '0|1', int: '<int>', ints: '<int>...', text: '<text>' };

const kinds = new Map<string, ValueKind>();

function key(kind: ValueKind, word: string, summary: string, more: Partial<KeywordRow> = {}): KeywordRow {
  kinds.set(word, kind);
  const doc = word.startsWith('net.') ? 'Documentation/networking/ip-sysctl.rst' : 'Documentation/admin-guide/sysctl';
  return { word, in: ['sysctl'], usage: USAGE[kind], use: 'checked', summary, doc, ...more };
}

const MODELLED = { use: 'modelled' } as const;

/**
 * Kernel settings that matter for load balancers and failover. `*` stands for an interface, `all` or `default`.
 * The list is short on purpose: a key that is not in it is not wrong.
 */
export const KEYWORDS: readonly KeywordRow[] = [
  key('flag', 'net.ipv4.ip_nonlocal_bind', 'bind to IPv4 addresses that the host does not hold', MODELLED),
  key('flag', 'net.ipv6.ip_nonlocal_bind', 'bind to IPv6 addresses that the host does not hold', MODELLED),
  key('flag', 'net.ipv6.bindv6only', 'sockets on :: take IPv6 only', MODELLED),
  key('flag', 'net.ipv4.ip_forward', 'route IPv4 packets between interfaces', MODELLED),
  key('int', 'net.ipv4.conf.*.forwarding', 'route IPv4 packets that arrive here'),
  key('int', 'net.ipv6.conf.*.forwarding', 'route IPv6 packets that arrive here'),
  key('int', 'net.ipv4.conf.*.rp_filter', 'drop packets whose source is not reached this way: 0 off, 1 strict, 2 loose'),
  key('int', 'net.ipv4.conf.*.arp_ignore', 'which ARP requests are answered: 0 to 3, 8'),
  key('int', 'net.ipv4.conf.*.arp_announce', 'source address of ARP requests: 0 any, 1 same subnet, 2 best'),
  key('int', 'net.ipv4.conf.*.arp_filter', 'answer ARP only where the reply would be routed'),
  key('int', 'net.ipv4.conf.*.arp_notify', 'announce addresses when the link comes up'),
  key('int', 'net.ipv4.conf.*.arp_accept', 'learn neighbours from gratuitous ARP'),
  key('int', 'net.ipv4.conf.*.proxy_arp', 'answer ARP for others'),
  key('int', 'net.ipv4.conf.*.promote_secondaries', 'keep secondary addresses when the primary is removed'),
  key('int', 'net.ipv4.conf.*.accept_local', 'take packets with a local source address'),
  key('int', 'net.ipv4.conf.*.accept_redirects', 'follow ICMP redirects'),
  key('int', 'net.ipv4.conf.*.accept_source_route', 'take packets with a source route'),
  key('int', 'net.ipv4.conf.*.send_redirects', 'send ICMP redirects'),
  key('int', 'net.ipv4.conf.*.secure_redirects', 'follow redirects of gateways only'),
  key('int', 'net.ipv4.conf.*.log_martians', 'log packets with impossible addresses'),
  key('int', 'net.ipv4.conf.*.route_localnet', 'route 127.0.0.0/8'),
  key('int', 'net.ipv4.conf.*.src_valid_mark', 'use the mark in the reverse path check'),
  key('int', 'net.ipv6.conf.*.accept_ra', 'take router advertisements'),
  key('int', 'net.ipv6.conf.*.accept_dad', 'detect duplicate addresses'),
  key('int', 'net.ipv6.conf.*.dad_transmits', 'probes of duplicate address detection'),
  key('int', 'net.ipv6.conf.*.disable_ipv6', 'no IPv6 here'),
  key('int', 'net.ipv6.conf.*.autoconf', 'make addresses from router advertisements'),
  key('int', 'net.ipv6.conf.*.accept_redirects', 'follow ICMPv6 redirects'),
  key('int', 'net.ipv6.conf.*.accept_source_route', 'take packets with a routing header'),
  key('int', 'net.ipv6.conf.*.ndisc_notify', 'announce addresses when the link comes up'),
  key('int', 'net.ipv6.conf.*.use_optimistic', 'use addresses whose duplicate check still runs'),
  key('int', 'net.ipv6.conf.*.optimistic_dad', 'optimistic duplicate address detection'),
  key('int', 'net.core.somaxconn', 'upper limit of the listen backlog', MODELLED),
  key('int', 'net.core.netdev_max_backlog', 'packets queued on input'),
  key('int', 'net.core.rmem_max', 'largest receive buffer, bytes'),
  key('int', 'net.core.wmem_max', 'largest send buffer, bytes'),
  key('int', 'net.core.rmem_default', 'receive buffer, bytes'),
  key('int', 'net.core.wmem_default', 'send buffer, bytes'),
  key('text', 'net.core.default_qdisc', 'queueing discipline of new interfaces'),
  key('int', 'net.ipv4.tcp_max_syn_backlog', 'half-open connections remembered'),
  key('int', 'net.ipv4.tcp_syncookies', 'SYN cookies: 0 off, 1 under load, 2 always'),
  key('int', 'net.ipv4.tcp_syn_retries', 'retries of a connect'),
  key('int', 'net.ipv4.tcp_synack_retries', 'retries of an answer to a connect'),
  key('int', 'net.ipv4.tcp_retries1', 'retries before the route is doubted'),
  key('int', 'net.ipv4.tcp_retries2', 'retries before a connection is given up; 15 is some 15 minutes'),
  key('int', 'net.ipv4.tcp_orphan_retries', 'retries of a connection that nobody owns'),
  key('int', 'net.ipv4.tcp_max_orphans', 'connections that nobody owns'),
  key('int', 'net.ipv4.tcp_fin_timeout', 'seconds in FIN-WAIT-2'),
  key('int', 'net.ipv4.tcp_tw_reuse', 'reuse TIME-WAIT sockets for new connections'),
  key('int', 'net.ipv4.tcp_tw_recycle', 'removed in Linux 4.12'),
  key('int', 'net.ipv4.tcp_max_tw_buckets', 'TIME-WAIT sockets'),
  key('int', 'net.ipv4.tcp_keepalive_time', 'idle seconds before the first keep-alive'),
  key('int', 'net.ipv4.tcp_keepalive_intvl', 'seconds between keep-alives'),
  key('int', 'net.ipv4.tcp_keepalive_probes', 'unanswered keep-alives that end a connection'),
  key('int', 'net.ipv4.tcp_abort_on_overflow', 'reset when the backlog is full'),
  key('int', 'net.ipv4.tcp_timestamps', 'TCP timestamps'),
  key('int', 'net.ipv4.tcp_sack', 'selective acknowledgements'),
  key('int', 'net.ipv4.tcp_window_scaling', 'windows above 64 KiB'),
  key('int', 'net.ipv4.tcp_mtu_probing', 'path MTU by probing'),
  key('int', 'net.ipv4.tcp_fastopen', 'TCP fast open'),
  key('int', 'net.ipv4.tcp_rfc1337', 'protect TIME-WAIT from resets'),
  key('int', 'net.ipv4.tcp_slow_start_after_idle', 'shrink the window of an idle connection'),
  key('int', 'net.ipv4.tcp_no_metrics_save', 'forget metrics of closed connections'),
  key('text', 'net.ipv4.tcp_congestion_control', 'congestion control'),
  key('ints', 'net.ipv4.tcp_rmem', 'receive buffer: least, default, most, bytes'),
  key('ints', 'net.ipv4.tcp_wmem', 'send buffer: least, default, most, bytes'),
  key('ints', 'net.ipv4.tcp_mem', 'memory of all TCP sockets, pages'),
  key('ints', 'net.ipv4.udp_mem', 'memory of all UDP sockets, pages'),
  key('int', 'net.ipv4.udp_rmem_min', 'least receive buffer of UDP, bytes'),
  key('int', 'net.ipv4.udp_wmem_min', 'least send buffer of UDP, bytes'),
  key('ints', 'net.ipv4.ip_local_port_range', 'source ports: first and last', MODELLED),
  key('text', 'net.ipv4.ip_local_reserved_ports', 'ports never taken as source port', MODELLED),
  key('int', 'net.ipv4.ip_unprivileged_port_start', 'first port that any user may bind'),
  key('int', 'net.ipv4.ip_default_ttl', 'TTL of sent packets'),
  key('int', 'net.ipv4.ip_dynaddr', 'rewrite the source when the address changes'),
  key('int', 'net.ipv4.vs.conntrack', 'connection tracking of LVS'),
  key('int', 'net.ipv4.vs.expire_nodest_conn', 'drop connections of removed real servers'),
  key('int', 'net.ipv4.vs.conn_reuse_mode', 'LVS and reused client ports'),
  key('int', 'net.ipv4.neigh.*.gc_thresh1', 'neighbours kept in any case'),
  key('int', 'net.ipv4.neigh.*.gc_thresh2', 'neighbours, soft limit'),
  key('int', 'net.ipv4.neigh.*.gc_thresh3', 'neighbours, hard limit'),
  key('int', 'net.netfilter.nf_conntrack_max', 'tracked connections', MODELLED),
  key('int', 'net.nf_conntrack_max', 'tracked connections', MODELLED),
  key('int', 'net.netfilter.nf_conntrack_tcp_timeout_established', 'seconds an idle connection stays tracked'),
  key('int', 'net.netfilter.nf_conntrack_tcp_loose', 'track connections that were not seen from the start'),
  key('int', 'fs.file-max', 'open files of the system'),
  key('int', 'fs.nr_open', 'open files of a process, upper limit'),
  key('int', 'vm.swappiness', 'how readily memory is swapped, 0 to 200'),
  key('int', 'vm.overcommit_memory', 'overcommit: 0 heuristic, 1 always, 2 never'),
  key('int', 'kernel.panic', 'seconds from a panic to the reboot; 0 = none'),
  key('int', 'kernel.panic_on_oops', 'panic at an oops'),
  key('int', 'kernel.pid_max', 'largest process id'),
];

export const TABLE = new KeywordTable(KEYWORDS);

const INTERFACE_KEY = /^(net\.ipv[46]\.(?:conf|neigh)\.)[^.]+(\.[^.]+)$/;

/** The word under which the table knows a key: interface names replaced by `*`. */
export function tableWord(key: string): string {
  return key.replace(INTERFACE_KEY, '$1*$2');
}

export function valueKind(key: string): ValueKind | undefined {
  return kinds.get(tableWord(key));
}
