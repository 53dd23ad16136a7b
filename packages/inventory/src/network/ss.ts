import { parseIp } from '@halint/core';
import type { ListeningSocket } from '@halint/model';
import { linesOf, shorten, type FactNote } from './source.ts';

export interface SsReading {
  readonly sockets: readonly ListeningSocket[];
  readonly notes: readonly FactNote[];
}

/**
 * Reads `ss -ltnp`, with or without its headline: LISTEN 0 128 ADDR:PORT PEER users:(("NAME",pid=N,fd=N)). An address is
 * written 10.0.0.1, [fd00::1], * (every address of both families) or 0.0.0.0%lo (ss(8); misc/ss.c inet_addr_print).
 */
export function readListeners(path: string, text: string): SsReading {
  const sockets: ListeningSocket[] = [];
  const notes: FactNote[] = [];
  for (const { text: raw, line } of linesOf(text)) {
    const words = raw.trim().split(/\s+/);
    // `ss -tulnp` writes the protocol in front.
    if (/^(?:tcp|udp)$/.test(words[0] ?? '')) words.shift();
    if (words[0] === '' || /^(?:State|Netid)$/.test(words[0] ?? '') || words[0] === 'UNCONN') continue;
    const socket = words[0] === 'LISTEN' ? socketOf(words[3] ?? '', raw, line) : undefined;
    if (socket === undefined)
      notes.push({ path, line, message: `no line of \`ss -ltnp\`: \`${shorten(raw.trim())}\`` });
    else sockets.push(socket);
  }
  return { sockets, notes };
}

function socketOf(local: string, raw: string, line: number): ListeningSocket | undefined {
  const match = /^(?:\[([^\]]+)\]|([^[\]]*?)):(\d+)$/.exec(local.replace(/%[^:\]]+/, ''));
  if (match === null) return undefined;
  const [, bracketed, plain = '', port] = match;
  const ip = parseIp(bracketed ?? (plain === '*' ? '::' : plain));
  if (ip === undefined) return undefined;
  const device = /%([^:\]]+)/.exec(local)?.[1];
  const programs = [...raw.matchAll(/\("([^"]*)",pid=/g)].map(([, name = '']) => name);
  return {
    family: ip.family,
    address: ip.address,
    port: Number(port),
    v6only: ip.family === 'ipv6' && plain !== '*',
    ...(device === undefined ? {} : { interface: device }),
    programs: [...new Set(programs)],
    line,
  };
}
