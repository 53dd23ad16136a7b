import { isOpaque } from '../values.ts';
import type { Address, AddressParts } from './ast.ts';
import { shapeOf } from './grammar.ts';
import { plainColon } from './plain.ts';
import { scanAddress } from './tokens.ts';

export type { Address, AddressParts } from './ast.ts';
export { plainColon } from './plain.ts';

/** Reads an address; never fails: what is no part of one stays in the host. */
export function readAddress(text: string): Address {
  const { types, ends } = scanAddress(text);
  const shape = shapeOf(types);
  const part = (index: number): string => (index < 0 ? '' : text.slice(index === 0 ? 0 : ends[index - 1], ends[index]));
  const rest = shape.rest < 0 ? undefined : part(shape.rest);
  return {
    transport: part(shape.transport).slice(0, -1),
    family: shape.family < 0 ? (rest === undefined ? '' : 'unix') : part(shape.family).slice(0, -1),
    rest,
    host: part(shape.host),
    port: shape.colon < 0 ? undefined : part(shape.port),
  };
}

/** Splits an address; never fails: what is no number is left without a port. */
export function splitAddress(text: string): AddressParts {
  const plain = plainColon(text, 0, text.length);
  if (plain >= 0)
    return parts(undefined, text.slice(0, plain), plain < text.length ? text.slice(plain + 1) : undefined);
  if (isOpaque(text)) return noPort(undefined, text, false, true);
  const { transport, family, rest, host, port } = readAddress(text);
  const before = [transport, rest?.startsWith('/') === true && !text.includes('@') ? '' : family]
    .filter(Boolean)
    .join('+');
  const prefix = before === '' ? undefined : before;
  return rest === undefined ? parts(prefix, unbracket(host), port) : noPort(prefix, rest, true, false);
}

function noPort(prefix: string | undefined, host: string, special: boolean, opaque: boolean): AddressParts {
  return { prefix, host, portText: undefined, port: undefined, portEnd: undefined, special, opaque };
}

function parts(prefix: string | undefined, host: string, portText: string | undefined): AddressParts {
  const range = portText === undefined ? null : /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(portText);
  const port = range === null ? undefined : Number(range[1]);
  const portEnd = range === null ? undefined : Number(range[2] ?? range[1]);
  return { prefix, host, portText, port, portEnd, special: false, opaque: false };
}

function unbracket(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
