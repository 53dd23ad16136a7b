import { parseIp, type Ip } from '@halint/core';

/** What a ListenStream= of a socket unit opens. */
export type ListenStream =
  | ({ readonly kind: 'ip'; readonly port: number } & Ip)
  /** A path, an abstract name or a socket of virtual machines; what a specifier stands for is not known. */
  | { readonly kind: 'other' }
  | { readonly kind: 'refused'; readonly why: string };

const MOST_PATH = 107;

/**
 * A port, ADDRESS:PORT, a path, @NAME or vsock (systemd.socket(5)): names of hosts and services are not looked up. A port alone is every address of
 * both families. `systemd-analyze verify` of 252 says "Failed to parse address value" of the others, and passes over the line
 * (test/around/systemd-values.test.ts).
 */
export function parseListenStream(value: string): ListenStream {
  if (/%|^vsock:/.test(value)) return { kind: 'other' };
  if (/^[/@]/.test(value))
    return new TextEncoder().encode(value).length <= MOST_PATH
      ? { kind: 'other' }
      : { kind: 'refused', why: `a path of a socket has at most ${MOST_PATH} bytes` };
  const [, bracketed, plain, written = value] = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(value) ?? [];
  const address = bracketed ?? plain;
  const ip: Ip | undefined = address === undefined ? { family: 'ipv6', address: '::' } : parseIp(address);
  const isAddress = address === undefined || ip?.family === (bracketed === undefined ? 'ipv4' : 'ipv6');
  const port = /^\+?(?:0x[\da-f]+|\d+)$/i.test(written) ? Number(written.replace('+', '')) : NaN;
  if (ip !== undefined && isAddress && port >= 1 && port <= 65535) return { kind: 'ip', ...ip, port };
  if (parseIp(value) !== undefined || /^\[[^\]]*\]$/.test(value))
    return { kind: 'refused', why: 'an address takes a port behind a colon' };
  return { kind: 'refused', why: 'it takes a port, IPV4:PORT, [IPV6]:PORT or a path' };
}
