/** Token types of an address. */
export const TOKEN = {
  /** `stream+`, `dgram+`, `quic+`. */
  Transport: 0,
  /** `ipv4@`, `unix@` …; without the transport. */
  Family: 1,
  /** Path, descriptor or name: the family is none of IP, or the text starts with a slash. */
  Rest: 2,
  Host: 3,
  Colon: 4,
  Port: 5,
} as const;

export const TOKEN_TYPES = 6;

const TRANSPORTS = ['stream+', 'dgram+', 'quic+'] as const;

/** Words that may stand before an `@`, and whether an IP address follows. */
export const FAMILIES: ReadonlyMap<string, 'ip' | 'other'> = new Map([
  ...'ip ipv4 ipv6 tcp tcp4 tcp6 mptcp mptcp4 mptcp6 udp udp4 udp6 quic4 quic6'
    .split(' ')
    .map((word) => [word, 'ip'] as const),
  ...'unix uxdg uxst abns abnsz fd sockpair rhttp ring backend'.split(' ').map((word) => [word, 'other'] as const),
]);

/** Longest word of FAMILIES with its `@`. */
const LONGEST_FAMILY = 9;

/** The tokens of an address: types, and where each ends. Each starts where the one before it ends. */
export interface AddressTokens {
  readonly types: readonly number[];
  readonly ends: readonly number[];
}

/** Cuts an address into tokens; any text gives some. */
export function scanAddress(text: string): AddressTokens {
  const types: number[] = [];
  const ends: number[] = [];
  let i = 0;
  const push = (type: number, end: number): void => {
    types.push(type);
    ends.push(end);
    i = end;
  };
  const transport = TRANSPORTS.find((word) => text.startsWith(word));
  if (transport !== undefined) push(TOKEN.Transport, transport.length);
  const at = text.slice(i, i + LONGEST_FAMILY + 1).indexOf('@');
  const kind = at < 0 ? undefined : FAMILIES.get(text.slice(i, i + at));
  if (kind !== undefined) push(TOKEN.Family, i + at + 1);
  if (kind === 'other' || (kind === undefined && text.charCodeAt(i) === 47)) push(TOKEN.Rest, text.length);
  else {
    const colon = portColon(text, i);
    if (colon < 0) push(TOKEN.Host, text.length);
    else {
      if (colon > i) push(TOKEN.Host, colon);
      push(TOKEN.Colon, colon + 1);
      if (i < text.length) push(TOKEN.Port, text.length);
    }
  }
  return { types, ends };
}

/** The colon that starts a port: the last sign that is a colon or a closing bracket, when it is a colon. */
function portColon(text: string, from: number): number {
  const colon = text.lastIndexOf(':');
  return colon >= from && colon > text.lastIndexOf(']') ? colon : -1;
}
