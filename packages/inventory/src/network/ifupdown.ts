import { append, parseCidr, parseIp } from '@halint/core';
import { matchingPaths } from '../path-patterns.ts';
import { addCommand } from './address-commands.ts';
import { readEnvironment } from './environment.ts';
import { Collector, joinedLines, prefixOf, shorten, type Found } from './source.ts';

interface Stanza {
  /** As written: eth0:1 is brought up by its own name. */
  readonly name: string;
  readonly device: string;
  /** `inet static` */
  readonly isStatic: boolean;
  readonly addresses: { readonly text: string; readonly line: number }[];
  netmask: string | undefined;
  /** What `up` and its like run. */
  readonly commands: string[];
}

const STANZA = /^(?:iface|auto|allow-\S+|mapping|source|source-directory|no-auto-down|no-scripts|template|rename)$/;

/** Stanzas of several lines; an option elsewhere is misplaced (config.c read_interfaces_defn()). */
const WITH_OPTIONS = /^(?:iface|mapping|template)$/;

/** Run before or behind the interface is up: they may give it more addresses. */
const COMMAND = /^(?:pre-up|up|post-up)$/;

/** Reads /etc/network/interfaces of ifupdown: `iface eth0 inet static` with `address` and `netmask` lines below. */
export function readIfupdown(path: string, text: string): Found {
  const { out, stanzas } = parse(path, text);
  for (const stanza of stanzas) finish(stanza, out);
  return out;
}

/**
 * IPv4 addresses that are there once network.target is reached: static ones of interfaces with `auto`. networking.service of ifupdown 0.8.41 is
 * Before=network.target, Type=oneshot and runs `ifup -a`, which adds them before it returns. `allow-hotplug` is udev's, who waits for nobody; a
 * name with a pattern may match nothing. An IPv6 address is tentative until nobody else has it.
 */
export function settledByIfupdown(paths: readonly string[], files: ReadonlyMap<string, string>): readonly string[] {
  const { isConfigured, isExcluded } = defaultsOf(files.get('/etc/default/networking') ?? '');
  if (!isConfigured) return [];
  // ifup reads nothing of a file with an error in it.
  const parsed = paths.map((path) => parse(path, files.get(path) ?? '')).filter(({ out }) => out.notes.length === 0);
  const autos = new Set(parsed.flatMap((each) => each.autos).filter((name) => !isExcluded(name)));
  return parsed.flatMap(({ stanzas }) =>
    stanzas.flatMap(({ name, isStatic, addresses }) =>
      isStatic && autos.has(name) ? addresses.flatMap(({ text }) => parseCidr(text)?.address ?? []) : [],
    ),
  );
}

interface Defaults {
  readonly isConfigured: boolean;
  /** Is an interface one that `ifup -a` leaves alone? */
  readonly isExcluded: (name: string) => boolean;
}

/**
 * /etc/default/networking, which networking.service hands to ifup. EXCLUDE_INTERFACES has patterns between blanks. CONFIGURE_INTERFACES=no is
 * meant to bring up nothing, and /etc/init.d/networking does so; ifup 0.8.41 of networking.service brings all up (test/around/ifupdown.test.ts):
 * nothing is known then.
 */
function defaultsOf(text: string): Defaults {
  const values = new Map(readEnvironment(text).map(({ name, value }) => [name, value]));
  const patterns = (values.get('EXCLUDE_INTERFACES') ?? '').split(/\s+/).filter((each) => each !== '');
  return {
    isConfigured: values.get('CONFIGURE_INTERFACES') !== 'no',
    isExcluded: (name) => patterns.some((pattern) => matchingPaths(pattern, new Map([[name, '']])).length > 0),
  };
}

interface Parsed {
  readonly out: Collector;
  readonly stanzas: readonly Stanza[];
  /** Interfaces that `ifup -a` brings up. */
  readonly autos: readonly string[];
}

function parse(path: string, text: string): Parsed {
  const out = new Collector(path, 'ifupdown');
  const stanzas: Stanza[] = [];
  const autos: string[] = [];
  let current: Stanza | undefined;
  let takesOptions = false;
  for (const { text: raw, line } of joinedLines(text)) {
    const [word = '', ...rest] = raw.trim().split(/\s+/);
    if (word === '' || word.startsWith('#')) continue;
    if (STANZA.test(word)) {
      takesOptions = WITH_OPTIONS.test(word);
      if (word === 'auto' || word === 'allow-auto') append(autos, rest);
      current = word === 'iface' ? stanzaOf(rest) : undefined;
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
    else if (COMMAND.test(word)) current?.commands.push(rest.join(' '));
  }
  return { out, stanzas, autos };
}

/** What stands behind `iface`. */
function stanzaOf([name = '', family, method]: readonly string[]): Stanza {
  // eth0:1 is another address of eth0.
  const device = name.split(':')[0] ?? '';
  return {
    name,
    device,
    isStatic: family === 'inet' && method === 'static',
    addresses: [],
    netmask: undefined,
    commands: [],
  };
}

function finish({ name, device, addresses, netmask, commands }: Stanza, out: Collector): void {
  for (const command of commands) addCommand(command, device, { IFACE: name, LOGICAL: name }, out);
  for (const { text, line } of addresses) {
    const ip = parseIp(text);
    const prefix = netmask === undefined ? undefined : prefixOf(netmask);
    if (ip === undefined || prefix === undefined) out.add(device, text, line);
    else out.addCidr(device, { ...ip, prefix });
  }
}
