import { parseIp } from '@halint/core';
import { Collector, type Found } from './source.ts';

export interface IpJson extends Found {
  /** Every interface of the machine, addresses or not. */
  readonly interfaces: readonly string[];
  /** The same by hardware address in lower case. */
  readonly hardware: ReadonlyMap<string, readonly string[]>;
  readonly dynamic: readonly [];
}

/** Reads `ip -j address`: an array of { ifname, address, addr_info: [{ local, prefixlen }] }. */
export function readIpJson(path: string, text: string): IpJson {
  const out = new Collector(path, 'ip -j address');
  const interfaces: string[] = [];
  const hardware = new Map<string, string[]>();
  for (const link of arrayOf(parse(text, out))) {
    const name = field(link, 'ifname');
    if (typeof name !== 'string') continue;
    interfaces.push(name);
    const address = field(link, 'address');
    if (typeof address === 'string') {
      const known = hardware.get(address.toLowerCase());
      if (known === undefined) hardware.set(address.toLowerCase(), [name]);
      else known.push(name);
    }
    for (const info of arrayOf(field(link, 'addr_info'))) addInfo(name, info, out);
  }
  if (interfaces.length === 0 && out.notes.length === 0)
    out.note('no interface in it: expected the output of `ip -j address`');
  return { addresses: out.addresses, notes: out.notes, dynamic: [], interfaces, hardware };
}

function parse(text: string, out: Collector): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
    out.note('not an array: expected the output of `ip -j address`');
  } catch (error) {
    out.note(`no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return [];
}

function addInfo(device: string, info: unknown, out: Collector): void {
  const local = field(info, 'local');
  const prefix = field(info, 'prefixlen');
  if (typeof local !== 'string') return;
  const ip = parseIp(local);
  if (ip === undefined) out.note(`\`${local}\` of ${device} is no address`);
  else out.addCidr(device, { ...ip, prefix: typeof prefix === 'number' ? prefix : ip.family === 'ipv4' ? 32 : 128 });
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
