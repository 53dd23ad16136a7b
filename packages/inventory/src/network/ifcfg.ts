import { parseIp, type Ip } from '@halint/core';
import { Collector, joinedLines, nameOf, prefixOf, type Found } from './source.ts';

/** Is this an ifcfg file of Red Hat or SUSE? */
export function isIfcfg(path: string): boolean {
  return /^\/etc\/sysconfig\/(?:network-scripts|network)\/ifcfg-[^/]+$/.test(path);
}

/** Reads an ifcfg file of Red Hat or SUSE: shell assignments such as IPADDR, PREFIX, NETMASK, IPADDR1, IPV6ADDR. */
export function readIfcfg(path: string, text: string): Found {
  const out = new Collector(path, 'ifcfg');
  const { values, broken } = readIfcfgValues(text);
  for (const line of broken) out.note('no assignment', line);
  // eth0:1 is another address of eth0; what is not started at boot gives none.
  const device = (values.get('DEVICE')?.value ?? nameOf(path).replace(/^ifcfg-/, '')).replace(/:.*$|-range\d+$/, '');
  if (!isOnBoot(values)) return out;
  if (/^(?:dhcp|bootp)/i.test(values.get('BOOTPROTO')?.value ?? '')) out.addDynamic(device, 'ipv4');
  if (/^yes$/i.test(values.get('DHCPV6C')?.value ?? values.get('IPV6_AUTOCONF')?.value ?? ''))
    out.addDynamic(device, 'ipv6');
  for (const [key, { value, line }] of values) {
    // What stands in ifcfg-eth0-range0 stands in IPADDR_START and IPADDR_END.
    const suffix = /^IPADDR(?!_START$|_END$)(_?\w*)$/.exec(key)?.[1];
    if (suffix !== undefined && value !== '') addV4(device, value, suffix, values, out, line);
    if (/^IPV6ADDR(?:_SECONDARIES)?$/.test(key))
      for (const each of value.split(/\s+/)) if (each !== '') out.add(device, each, line);
  }
  addRange(device, values, out);
  return out;
}

/** Is the interface brought up at boot? */
export function isOnBoot(values: Values): boolean {
  return !/^(?:no|off|false)$/i.test(values.get('ONBOOT')?.value ?? '');
}

/** The shell assignments of an ifcfg file, and the lines that are none. */
export function readIfcfgValues(text: string): {
  readonly values: Values;
  readonly broken: readonly number[];
} {
  const broken: number[] = [];
  const values: Map<string, Assigned> = new Map();
  for (const { text: raw, line } of joinedLines(text)) {
    const written = raw.trim();
    if (written === '' || written.startsWith('#')) continue;
    const [, key, value] = /^(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(written) ?? [];
    if (key === undefined || value === undefined) broken.push(line);
    else values.set(key, { value: unquoted(value), line });
  }
  return { values, broken };
}

/**
 * IPADDR_START to IPADDR_END of ifcfg-eth0-range0, each an address of eth0; both have the same first three numbers (initscripts, ifup-aliases).
 */
function addRange(device: string, values: Values, out: Collector): void {
  const start = values.get('IPADDR_START');
  const end = values.get('IPADDR_END');
  if (start === undefined || end === undefined) return;
  const [first, last] = [parseIp(start.value), parseIp(end.value)];
  const network = (ip: Ip | undefined): string => ip?.address.replace(/\d+$/, '') ?? '';
  const number = (ip: Ip | undefined): number => Number(/\d+$/.exec(ip?.address ?? '')?.[0]);
  if (first?.family !== 'ipv4' || network(first) !== network(last) || number(first) > number(last))
    return out.note(`\`${start.value}\` to \`${end.value}\` is no range of addresses in one /24`, start.line);
  for (let each = number(first); each <= number(last); each++)
    addV4(device, `${network(first)}${each}`, '', values, out, start.line);
}

interface Assigned {
  readonly value: string;
  readonly line: number;
}

type Values = ReadonlyMap<string, Assigned>;

function addV4(device: string, value: string, suffix: string, values: Values, out: Collector, line: number): void {
  if (value.includes('/')) return out.add(device, value, line);
  const written = values.get(`PREFIX${suffix}`) ?? values.get(`PREFIXLEN${suffix}`) ?? values.get(`NETMASK${suffix}`);
  const prefix = written === undefined ? undefined : prefixOf(written.value);
  if (written !== undefined && prefix === undefined) out.note(`\`${written.value}\` is no netmask`, written.line);
  const ip = parseIp(value);
  if (ip === undefined) out.note(`\`${value}\` is no address`, line);
  else out.addCidr(device, { ...ip, prefix: prefix ?? (ip.family === 'ipv4' ? 32 : 128) });
}

function unquoted(value: string): string {
  const quoted = /^(["'])(.*?)\1/.exec(value)?.[2];
  return quoted ?? value.replace(/\s+#.*$/, '').trim();
}
