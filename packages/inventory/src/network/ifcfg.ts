import { parseIp } from '@halint/core';
import { Collector, linesOf, nameOf, prefixOf, type Found } from './source.ts';

/** Reads an ifcfg file of Red Hat or SUSE: shell assignments such as IPADDR, PREFIX, NETMASK, IPADDR1, IPV6ADDR. */
export function readIfcfg(path: string, text: string): Found {
  const out = new Collector(path, 'ifcfg');
  const { values, broken } = readIfcfgValues(text);
  for (const line of broken) out.note('no assignment', line);
  // eth0:1 is another address of eth0; what is not started at boot gives none.
  const device = (values.get('DEVICE')?.value ?? nameOf(path).replace(/^ifcfg-/, '')).replace(/:.*$/, '');
  if (/^(?:no|off|false)$/i.test(values.get('ONBOOT')?.value ?? '')) return out;
  if (/^(?:dhcp|bootp)/i.test(values.get('BOOTPROTO')?.value ?? '')) out.addDynamic(device, 'ipv4');
  if (/^yes$/i.test(values.get('DHCPV6C')?.value ?? values.get('IPV6_AUTOCONF')?.value ?? ''))
    out.addDynamic(device, 'ipv6');
  for (const [key, { value, line }] of values) {
    const suffix = /^IPADDR(_?\w*)$/.exec(key)?.[1];
    if (suffix !== undefined && value !== '') addV4(device, value, suffix, values, out, line);
    if (/^IPV6ADDR(?:_SECONDARIES)?$/.test(key))
      for (const each of value.split(/\s+/)) if (each !== '') out.add(device, each, line);
  }
  return out;
}

/** The shell assignments of an ifcfg file, and the lines that are none. */
export function readIfcfgValues(text: string): {
  readonly values: ReadonlyMap<string, { readonly value: string; readonly line: number }>;
  readonly broken: readonly number[];
} {
  const broken: number[] = [];
  const values = new Map<string, { readonly value: string; readonly line: number }>();
  for (const { text: raw, line } of linesOf(text)) {
    const written = raw.trim();
    if (written === '' || written.startsWith('#')) continue;
    const [, key, value] = /^(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(written) ?? [];
    if (key === undefined || value === undefined) broken.push(line);
    else values.set(key, { value: unquoted(value), line });
  }
  return { values, broken };
}

type Values = ReadonlyMap<string, { readonly value: string }>;

function addV4(device: string, value: string, suffix: string, values: Values, out: Collector, line: number): void {
  if (value.includes('/')) return out.add(device, value, line);
  const written =
    values.get(`PREFIX${suffix}`)?.value ??
    values.get(`PREFIXLEN${suffix}`)?.value ??
    values.get(`NETMASK${suffix}`)?.value;
  const prefix = written === undefined ? undefined : prefixOf(written);
  if (written !== undefined && prefix === undefined) out.note(`\`${written}\` is no netmask`, line);
  const ip = parseIp(value);
  if (ip === undefined) out.note(`\`${value}\` is no address`, line);
  else out.addCidr(device, { ...ip, prefix: prefix ?? (ip.family === 'ipv4' ? 32 : 128) });
}

function unquoted(value: string): string {
  const quoted = /^(["'])(.*?)\1/.exec(value)?.[2];
  return quoted ?? value.replace(/\s+#.*$/, '').trim();
}
