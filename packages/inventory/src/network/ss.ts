import { parseIp, TCP_SERVICES, type Ip, type Services } from '@halint/core';
import type { ListeningSocket } from '@halint/model';
import { linesOf, shorten, type FactNote } from './source.ts';

export interface SsReading {
  readonly sockets: readonly ListeningSocket[];
  /** Not empty: sockets may be missing. */
  readonly notes: readonly FactNote[];
}

/** [protocol] [state] receive queue, send queue, local address, peer, [state] …: ss has the state in front, netstat behind. */
const ROW =
  /^\s*(?:([a-z][\w?]*)\s+)?(?:([A-Z][A-Z0-9_-]+)\s+)?\d+\s+\d+\s+(\S+)\s+(\S+)(?:\s+([A-Z][A-Z0-9_]+)(?=\s|$))?(.*)$/;
/** Headlines, also that of `ss state listening`, which leaves the state out. */
const HEAD = /^(?:State|Netid|Recv-Q|Proto|Active)\b/;
/** `ss -lnp` and `netstat -lnp` list other protocols too. */
const OTHER_PROTOCOL = /^(?:udp|udplite|raw|icmp|sctp|dccp|nl|p_raw|p_dgr|u_str|u_dgr|u_seq|v_str|v_dgr|tipc|xdp)6?$/;
/** netstat without -W cuts an IPv6 address so that it has this length with its port (net-tools 2.10). */
const CUT_LENGTH = 23;

/** How addresses are written: today's ss, ss before iproute2 4.16, netstat. */
type Style = 'ss' | 'old-ss' | 'netstat';

interface Row {
  readonly style: Style;
  readonly protocol: string;
  readonly state: string | undefined;
  readonly local: string;
  readonly peer: string;
  /** Who has the socket, and more. */
  readonly rest: string;
  readonly line: number;
}

/**
 * Reads `ss -ltnp`, with or without its headline: LISTEN 0 128 ADDR:PORT PEER users:(("NAME",pid=N,fd=N)). An address is
 * written 10.0.0.1, [fd00::1], * (every address of both families) or 0.0.0.0%lo (ss(8); misc/ss.c inet_addr_print). `netstat -ltnp` is read
 * too, and what names ports by their services (`ss -ltp`).
 * @param services those of the host; without them the usual ones count.
 */
export function readListeners(path: string, text: string, services: Services = TCP_SERVICES): SsReading {
  const sockets: ListeningSocket[] = [];
  const notes: FactNote[] = [];
  const { rows, heads, strange } = rowsOf(text);
  const note = (line: number, message: string): void => void notes.push({ path, line, message });
  for (const { text: raw, line } of strange) note(line, `no line of \`ss -ltnp\`: \`${shorten(raw.trim())}\``);
  let others = 0;
  for (const row of rows) {
    // Without a state that of a socket with a peer is not known.
    if ((row.state ?? 'LISTEN') !== 'LISTEN') others += 1;
    else if (row.state === undefined && !row.peer.endsWith(':*'))
      note(row.line, `no state, and a peer: \`${shorten(row.peer)}\``);
    else {
      const socket = socketOf(row, services);
      if (typeof socket === 'string') note(row.line, socket);
      else sockets.push(socket);
    }
  }
  // A headline alone says that nothing listens.
  if (sockets.length === 0 && notes.length === 0 && (heads === 0 || others > 0))
    notes.push({ path, message: text.trim() === '' ? 'the file is empty' : 'no listening TCP socket in it' });
  return { sockets, notes: notes.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

interface Rows {
  readonly rows: readonly Row[];
  readonly heads: number;
  readonly strange: ReturnType<typeof linesOf>;
}

/** TCP lines, and those that are neither sockets nor headlines. */
function rowsOf(text: string): Rows {
  const rows: Row[] = [];
  const strange: { readonly text: string; readonly line: number }[] = [];
  let heads = 0;
  for (const { text: raw, line } of linesOf(text)) {
    // `ss -i` goes on with a line behind a tab, and netstat lists local sockets too.
    if (raw.trim() === '' || (raw.startsWith('\t') && rows.length > 0) || /^unix\s/.test(raw)) continue;
    if (HEAD.test(raw)) {
      heads += 1;
      continue;
    }
    const [, protocol = 'tcp', ahead, local, peer, behind, rest = ''] = ROW.exec(raw) ?? [];
    if (OTHER_PROTOCOL.test(protocol)) continue;
    if (local === undefined || peer === undefined || !/^(?:mp)?tcp6?$/.test(protocol))
      strange.push({ text: raw, line });
    else {
      const style = behind === undefined ? 'ss' : 'netstat';
      rows.push({ style, protocol, state: ahead ?? behind, local, peer, rest, line });
    }
  }
  const isOld = rows.some(isOldStyle);
  return {
    rows: isOld ? rows.map((row) => ({ ...row, style: row.style === 'ss' ? 'old-ss' : row.style })) : rows,
    heads,
    strange,
  };
}

/** IPv6 without brackets, `*` as the peer of IPv4, processes without `pid=`: `*` stands for IPv4 alone in such a file. */
function isOldStyle({ style, local, peer, rest }: Row): boolean {
  if (style !== 'ss') return false;
  const isBareIpv6 = [local, peer].some((each) => !each.includes('[') && /:.*:/.test(each));
  return isBareIpv6 || (peer === '*:*' && /^\d+\./.test(local)) || /\("[^"]*",\d+,\d+\)/.test(rest);
}

/** What is wrong with a line, where it is no socket that is known for certain. */
function socketOf({ style, protocol, local, rest, line }: Row, services: Services): ListeningSocket | string {
  const [, bracketed, plain = '', written = ''] =
    /^(?:\[([^\]]+)\]|([^[\]]*)):([^:]+)$/.exec(local.replace(/%[^:\]]+/, '')) ?? [];
  const port = /^\d{1,5}$/.test(written) ? Number(written) : services.get(written);
  const ip = addressOf(bracketed ?? plain, style, protocol);
  if (style === 'netstat' && local.length === CUT_LENGTH && plain.includes(':'))
    return `netstat may have cut the address off: \`${local}\`; with -W it does not`;
  if (ip === undefined) return `no address and port: \`${shorten(local)}\``;
  if (port === undefined) return `\`${shorten(written)}\` is no service that is known; with -n ports are numbers`;
  const device = /%([^:\]]+)/.exec(local)?.[1];
  const isTold = style === 'ss' || ip.address !== '::';
  return {
    family: ip.family,
    address: ip.address,
    port,
    ...(isTold ? { v6only: ip.family === 'ipv6' && plain !== '*' } : {}),
    ...(device === undefined ? {} : { interface: device }),
    programs: programsOf(rest, style),
    line,
  };
}

function addressOf(text: string, style: Style, protocol: string): Ip | undefined {
  const isSix = protocol.endsWith('6');
  if (text === '*') return parseIp(style === 'ss' || isSix ? '::' : '0.0.0.0');
  const ip = parseIp(text);
  // netstat writes the IPv4 address of an IPv6 socket without ::ffff:.
  return style === 'netstat' && isSix && ip?.family === 'ipv4' ? parseIp(`::ffff:${text}`) : ip;
}

/** users:(("sshd",pid=1,fd=3)), before iproute2 4.0 ("sshd",1,3); netstat has 1/sshd, and words of the command line behind a colon. */
function programsOf(rest: string, style: Style): readonly string[] {
  const found = style === 'netstat' ? /\s\d+\/([^\s:]+)/g : /\("([^"]*)",(?:pid=)?\d/g;
  return [...new Set([...rest.matchAll(found)].map(([, name = '']) => name))];
}
