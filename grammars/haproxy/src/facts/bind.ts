import { cited, parseInetAton, parseIp, type Section } from '@halint/core';
import type { Bind } from '@halint/model';
import { splitAddress, type AddressParts } from '../address/index.ts';
import type { SectionUnit } from '../unit.ts';
import { sectionName } from '../head.ts';
import { BIND_OPTIONS } from '../options.ts';
import { addressesAt, optionIndex, placed, type Owner } from './scope.ts';

type Where = Pick<Bind, 'family' | 'portFrom' | 'portTo' | 'lookUp'> & { readonly address: string };

function opaqueOf(text: string): Where {
  return { family: 'other', address: text, portFrom: 0, portTo: 0 };
}

/** UDP addresses on `bind` lines. */
const DATAGRAM = /^(?:quic|udp|dgram)[^@:]*@/;

/** What an address names. A host name, a variable, fd@ and the like are `other`: the file alone names no socket for them. */
function whereOf(text: string, { prefix, host, port, portEnd, special, opaque }: AddressParts): Where {
  if (opaque) return opaqueOf(text);
  if (special) {
    const unix = prefix === undefined || /^(?:unix|uxst|(?:stream\+)?unix)$/.test(prefix);
    return { ...opaqueOf(unix ? host : text), family: unix && host.startsWith('/') ? 'unix' : 'other' };
  }
  const ports = { portFrom: port ?? 0, portTo: portEnd ?? 0 };
  if (port === undefined) return opaqueOf(text);
  const six = prefix?.endsWith('6') === true;
  if (host === '' || host === '*')
    return six ? { family: 'ipv6', address: '::', ...ports } : { family: 'ipv4', address: '0.0.0.0', ...ports };
  // `:::80` and `::1:80` are read from the right, so the host keeps its colons.
  const ip = parseIp(host) ?? (host === ':' ? parseIp('::') : parseInetAton(host));
  if (ip !== undefined) return { family: ip.family, address: ip.address, ...ports };
  if (!/^[\w.-]+$/.test(host)) return { family: 'other', address: text, ...ports };
  const only = six
    ? ({ family: 'ipv6' } as const)
    : prefix?.endsWith('4') === true
      ? ({ family: 'ipv4' } as const)
      : {};
  return { family: 'other', address: text, lookUp: { name: host, ...only }, ...ports };
}

/** The TCP sockets of one bind line: one per address of its list, which is word `index`; options of a bind follow. UDP addresses are `other`. */
export function bindsOf(owner: Owner, section: Section<SectionUnit>, line: number, index = 1): readonly Bind[] {
  return socketsOf(owner, section, { line, index }, addressesAt(owner, section, line, index), (text) =>
    DATAGRAM.test(text) ? opaqueOf(text) : whereOf(text, splitAddress(text)),
  );
}

/** The UDP sockets of a `dgram-bind` line, and of a `bind` line whose addresses say quic4@ or quic6@. */
export function datagramsOf(owner: Owner, section: Section<SectionUnit>, line: number): readonly Bind[] {
  const isAny = section.unit.lines.keywords[line] === 'dgram-bind';
  const texts = addressesAt(owner, section, line, 1).filter((text) => isAny || DATAGRAM.test(text));
  return texts.length === 0
    ? []
    : socketsOf(owner, section, { line, index: 1 }, texts, (text) => whereOf(text, splitAddress(text)));
}

function socketsOf(
  owner: Owner,
  section: Section<SectionUnit>,
  { line, index }: { readonly line: number; readonly index: number },
  texts: readonly string[],
  where: (text: string) => Where,
): readonly Bind[] {
  const { lines } = section.unit;
  const first = index + 1;
  const has = (...words: string[]): boolean => optionIndex(lines, line, first, words, BIND_OPTIONS) >= 0;
  const family = optionIndex(lines, line, first, ['v4v6', 'v6only'], BIND_OPTIONS);
  const device = optionIndex(lines, line, first, ['interface'], BIND_OPTIONS);
  const space = optionIndex(lines, line, first, ['namespace'], BIND_OPTIONS);
  const shards = optionIndex(lines, line, first, ['shards'], BIND_OPTIONS);
  const address = placed(owner, lines.at(line, index));
  const shared = {
    proxy: sectionName(lines),
    transparent: has('transparent'),
    acceptProxy: has('accept-proxy'),
    ssl: has('ssl'),
    at: placed(owner, lines.lineAt(line)),
    ...(shards < 0 || has('thread') ? {} : shardsOf(lines.value(line, shards + 1))),
    ...(family < 0 ? {} : { v6only: lines.value(line, family) === 'v6only' }),
    ...(device < 0 || lines.words(line) <= device + 1 ? {} : { interface: lines.value(line, device + 1) }),
  };
  return texts
    .filter((text) => text !== '')
    .map((text) => {
      const found = where(text);
      const inside = { ...found, address: cited(found.address, address) };
      if (space < 0) return { ...shared, ...inside };
      // In a network namespace of its own it meets neither the addresses nor the sockets of the host.
      const namespace = { name: lines.value(line, space + 1), inside };
      return { ...shared, ...opaqueOf(text), address: cited(text, address), namespace };
    });
}

function shardsOf(text: string): Pick<Bind, 'shards'> {
  if (text === 'by-thread') return { shards: text };
  return /^\d+$/.test(text) ? { shards: Number(text) } : {};
}
