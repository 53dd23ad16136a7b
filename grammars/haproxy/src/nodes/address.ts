import { splitAddress } from '../address/index.ts';
import type { Address, AddressPart } from '../ast/leaves.ts';
import { leafMakers } from './leaves.ts';
import { makeNode } from './node.ts';
import type { Text } from './text.ts';

/** Offsets of the parts of an address, from the address's own start: each is where the part begins and ends. */
interface Cuts {
  readonly prefix: number;
  readonly hostEnd: number;
  /** Start of the port; -1 without one. */
  readonly port: number;
}

function cutsOf(value: string): Cuts {
  const { prefix, portText } = splitAddress(value);
  // A path has a family without having it written.
  const written = prefix !== undefined && value.startsWith(`${prefix}@`);
  const behind = written
    ? prefix.length + 1
    : prefix !== undefined && value.startsWith(`${prefix}+`)
      ? prefix.length + 1
      : 0;
  const port = portText === undefined ? -1 : value.length - portText.length;
  return { prefix: behind, hostEnd: port < 0 ? value.length : port - 1, port };
}

function partOf(text: Text, kind: AddressPart['kind'], from: number, to: number): AddressPart {
  const at = text.at(from, to);
  return makeNode<AddressPart>(
    at,
    kind,
    leafMakers(at, () => text.value.slice(from, to)),
  );
}

/** The dash of a range of ports, a leading sign passed over; -1 without one. */
function dashOf(value: string, port: number): number {
  const dash = value.indexOf('-', port + 1);
  return dash > port ? dash : -1;
}

function partsOf(text: Text, from: number, to: number): readonly AddressPart[] {
  const value = text.value.slice(from, to);
  const { prefix, hostEnd, port } = cutsOf(value);
  const parts: AddressPart[] = [];
  if (prefix > 0) parts.push(partOf(text, 'prefix', from, from + prefix));
  if (hostEnd > prefix) parts.push(partOf(text, 'host', from + prefix, from + hostEnd));
  if (port < 0 || port >= value.length) return parts;
  const dash = dashOf(value, port);
  parts.push(partOf(text, 'port', from + port, dash < 0 ? to : from + dash));
  if (dash >= 0 && dash + 1 < value.length) parts.push(partOf(text, 'port-end', from + dash + 1, to));
  return parts;
}

/** Sign and number of a port that is relative to the client's: `:+1000`. */
function offsetOf(portText: string | undefined): { readonly sign: '+' | '-'; readonly port: number } | undefined {
  const found = portText === undefined ? null : /^([+-])(\d{1,5})$/.exec(portText);
  return found === null ? undefined : { sign: found[1] as '+' | '-', port: Number(found[2]) };
}

/** The address in a stretch of a word's value. */
export function addressNode(text: Text, from = 0, to = text.value.length): Address {
  const at = text.at(from, to);
  const value = text.value.slice(from, to);
  const split = splitAddress(value);
  const offset = offsetOf(split.portText);
  return makeNode<Address>(at, 'address', {
    ...leafMakers(at, () => value),
    prefix: () => split.prefix,
    host: () => split.host,
    port: () => split.port ?? offset?.port,
    portEnd: () => split.portEnd ?? offset?.port,
    offset: () => offset?.sign,
    parts: () => partsOf(text, from, to),
  });
}

/** Addresses joined by commas; a comma at the end is passed over. */
export function addressNodes(text: Text): readonly Address[] {
  const nodes: Address[] = [];
  for (let from = 0; from <= text.value.length;) {
    const comma = text.value.indexOf(',', from);
    const to = comma < 0 ? text.value.length : comma;
    if (to > from) nodes.push(addressNode(text, from, to));
    from = to + 1;
  }
  return nodes;
}
