/** The parts of an address as str2sa_range() of the daemon splits them (src/tools.c). */
export interface AddressParts {
  readonly prefix: string | undefined;
  readonly host: string;
  /** Text behind the last colon; undefined without a colon. */
  readonly portText: string | undefined;
  readonly port: number | undefined;
  readonly portEnd: number | undefined;
  /** Path, fd, or abstract name: no IP socket. */
  readonly special: boolean;
  /** Holds a variable or a placeholder: its value is not known. */
  readonly opaque: boolean;
}

const PREFIX =
  /^(?:(?:stream|dgram|quic|quic4|quic6|udp|udp4|udp6|tcp|tcp4|tcp6|mptcp|mptcp4|mptcp6|ipv4|ipv6|unix|abns|abnsz|fd|sockpair|ring|rhttp|rev|log|std|uxdg|uxst)(?:\+[a-z]+[46]?)*)@/;
const OPAQUE = /[$]|\{\{|\{%|<%|\{#/;

/** Splits an address; never fails: what is no number is left without a port. */
export function splitAddress(text: string): AddressParts {
  const plain = plainColon(text, 0, text.length);
  if (plain >= 0)
    return parts(undefined, text.slice(0, plain), plain < text.length ? text.slice(plain + 1) : undefined);
  if (OPAQUE.test(text)) return noPort(undefined, text, false, true);
  const prefix = text.includes('@') ? PREFIX.exec(text)?.[0] : undefined;
  const rest = prefix === undefined ? text : text.slice(prefix.length);
  const family = prefix?.slice(0, -1);
  if (rest.startsWith('/') || (family !== undefined && NO_IP.test(family))) return noPort(family, rest, true, false);
  const colon = rest.lastIndexOf(':');
  const bracket = rest.lastIndexOf(']');
  // `[::1]` alone has no port; `::1` has "1" as its port, exactly as the daemon reads it.
  const cut = colon > bracket ? colon : -1;
  return cut < 0
    ? parts(family, unbracket(rest), undefined)
    : parts(family, unbracket(rest.slice(0, cut)), rest.slice(cut + 1));
}

/** Families whose rest is a path, a descriptor or a name, and no IP address. */
const NO_IP = /unix|abns|^fd|\+fd|sockpair|^ring|rhttp|^rev|^log|std|ux/;

function noPort(prefix: string | undefined, host: string, special: boolean, opaque: boolean): AddressParts {
  return { prefix, host, portText: undefined, port: undefined, portEnd: undefined, special, opaque };
}

function parts(prefix: string | undefined, host: string, portText: string | undefined): AddressParts {
  const range = portText === undefined ? null : /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(portText);
  const port = range === null ? undefined : Number(range[1]);
  const portEnd = range === null ? undefined : Number(range[2] ?? range[1]);
  return { prefix, host, portText, port, portEnd, special: false, opaque: false };
}

/**
 * For the most frequent form, four numbers up to 255 with or without a port up to 65535: the offset of the colon, or `end`
 * when there is none. -1 for any other text. It reads no more than the text, because large files hold it 40,000 times.
 */
export function plainColon(text: string, start: number, end: number): number {
  let dots = 0;
  let number = -1;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      number = (number < 0 ? 0 : number * 10) + code - 48;
      if (number > 255) return -1;
    } else if (number < 0) return -1;
    else if (code === 46) {
      dots++;
      number = -1;
    } else return code === 58 && dots === 3 && plainPort(text, i + 1, end) ? i : -1;
  }
  return dots === 3 && number >= 0 ? end : -1;
}

function plainPort(text: string, start: number, end: number): boolean {
  if (end - start < 1 || end - start > 5) return false;
  let port = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
    port = port * 10 + code - 48;
  }
  return port <= 65_535;
}

function unbracket(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
