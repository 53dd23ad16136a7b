import { parseIp } from '@halint/core';
import { Collector, linesOf, prefixOf, shorten, type Found } from './source.ts';

interface Stanza {
  readonly device: string;
  readonly addresses: { readonly text: string; readonly line: number }[];
  netmask: string | undefined;
}

const STANZA = /^(?:iface|auto|allow-\S+|mapping|source|source-directory|no-auto-down|no-scripts|template|rename)$/;

/** Stanzas of several lines; an option elsewhere is misplaced (config.c read_interfaces_defn()). */
const WITH_OPTIONS = /^(?:iface|mapping|template)$/;

/** Reads /etc/network/interfaces of ifupdown: `iface eth0 inet static` with `address` and `netmask` lines below. */
export function readIfupdown(path: string, text: string): Found {
  const out = new Collector(path, 'ifupdown');
  const stanzas: Stanza[] = [];
  let current: Stanza | undefined;
  let takesOptions = false;
  for (const { text: raw, line } of linesOf(text)) {
    const [word = '', ...rest] = raw.trim().split(/\s+/);
    if (word === '' || word.startsWith('#')) continue;
    if (STANZA.test(word)) {
      takesOptions = WITH_OPTIONS.test(word);
      // eth0:1 is another address of eth0.
      current =
        word === 'iface'
          ? { device: (rest[0] ?? '').split(':')[0] ?? '', addresses: [], netmask: undefined }
          : undefined;
      if (current !== undefined) stanzas.push(current);
      const [, family, method] = rest;
      if (word === 'iface' && /^(?:dhcp|auto)$/.test(method ?? ''))
        out.addDynamic(current?.device ?? '', family === 'inet6' ? 'ipv6' : 'ipv4');
      if (word === 'iface' && rest.length < 3 && !rest.includes('inherits'))
        out.note('no family and method of the interface: ifup reads nothing of this file', line);
    } else if (!takesOptions) {
      out.note(`misplaced option \`${shorten(word)}\`: ifup reads nothing of this file`, line);
    } else if (rest.length === 0) {
      out.note(`option \`${shorten(word)}\` without a value: ifup reads nothing of this file`, line);
    } else if (current !== undefined && word === 'address' && rest[0] !== undefined) {
      current.addresses.push({ text: rest[0], line });
    } else if (current !== undefined && word === 'netmask') current.netmask = rest[0];
  }
  for (const stanza of stanzas) finish(stanza, out);
  return out;
}

function finish({ device, addresses, netmask }: Stanza, out: Collector): void {
  for (const { text, line } of addresses) {
    const ip = parseIp(text);
    const prefix = netmask === undefined ? undefined : prefixOf(netmask);
    if (ip === undefined || prefix === undefined) out.add(device, text, line);
    else out.addCidr(device, { ...ip, prefix });
  }
}
