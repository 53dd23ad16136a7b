import { parseIp, type Family } from '@halint/core';
import { readUnsigned } from '../process/arguments.ts';
import { isDotted } from './addresses.ts';

/** An address with a port; 0 = none. */
export interface SocketAddress {
  readonly address: string;
  readonly family: Family;
  port: number;
}

/** lib/utils.c inet_stosockaddr(): what stands behind a `-` or `/` is passed over, a port of zeros is none; undefined when it is no address. */
export function readSocketAddress(text: string, port?: string): SocketAddress | undefined {
  const family = text.includes(':') ? 'ipv6' : 'ipv4';
  const cut = text.includes('-') ? text.indexOf('-') : text.indexOf('/');
  const bare = cut < 0 ? text : text.slice(0, cut);
  const number = port === undefined || /^0*$/.test(port) ? 0 : readUnsigned(port, 1, 65_535);
  if (number === undefined || !isDotted(bare, family)) return undefined;
  const ip = parseIp(bare);
  return ip === undefined || ip.family !== family ? undefined : { address: ip.address, family, port: number };
}

/** IN6_IS_ADDR_LINKLOCAL(). */
export function isLinkLocal({ address, family }: SocketAddress): boolean {
  return family === 'ipv6' && /^fe[89ab]/i.test(address);
}

/** inet_aton(): one to four numbers in C notation, the last of them filling what is left. */
export function isNumericHost(text: string): boolean {
  const parts = text.split('.');
  const numbers = parts.map((part) =>
    /^0[0-7]+$/.test(part)
      ? Number.parseInt(part, 8)
      : /^(?:\d+|0[xX][\da-fA-F]+)$/.test(part)
        ? Number(part)
        : Number.NaN,
  );
  const last = 256 ** (5 - parts.length);
  return parts.length <= 4 && numbers.every((each, i) => each < (i === parts.length - 1 ? last : 256));
}
