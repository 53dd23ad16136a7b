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

const PREFIX = /^(?:(?:stream|dgram|quic|quic4|quic6|udp|udp4|udp6|tcp|tcp4|tcp6|mptcp|mptcp4|mptcp6|ipv4|ipv6|unix|abns|abnsz|fd|sockpair|ring|rhttp|rev|log|std|uxdg|uxst)(?:\+[a-z]+[46]?)*)@/;
/** 10.0.0.1:80, by far the most frequent form. */
const PLAIN = /^([\d.]+)(?::(\d{1,5}))?$/;
const OPAQUE = /[$]|\{\{|\{%|<%|\{#/;

/** Splits an address; never fails: what is no number is left without a port. */
export function splitAddress(text: string): AddressParts {
  const plain = PLAIN.exec(text);
  if (plain !== null) {
    const port = plain[2] === undefined ? undefined : Number(plain[2]);
    return { ...NOTHING, host: plain[1] as string, portText: plain[2], port, portEnd: port };
  }
  if (OPAQUE.test(text)) return { ...NOTHING, host: text, opaque: true };
  const prefix = text.includes('@') ? PREFIX.exec(text)?.[0] : undefined;
  const rest = prefix === undefined ? text : text.slice(prefix.length);
  const family = prefix?.slice(0, -1);
  if (rest.startsWith('/') || (family !== undefined && /unix|abns|^fd|\+fd|sockpair|^ring|rhttp|^rev|^log|std|ux/.test(family))) {
    return { ...NOTHING, prefix: family, host: rest, special: true };
  }
  const colon = rest.lastIndexOf(':');
  const bracket = rest.lastIndexOf(']');
  // `[::1]` alone has no port; `::1` has "1" as its port, exactly as the daemon reads it.
  const cut = colon > bracket ? colon : -1;
  const host = unbracket(cut < 0 ? rest : rest.slice(0, cut));
  const portText = cut < 0 ? undefined : rest.slice(cut + 1);
  const range = portText === undefined ? null : /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(portText);
  const port = range === null ? undefined : Number(range[1]);
  const portEnd = range === null ? undefined : Number(range[2] ?? range[1]);
  return { prefix: family, host, portText, port, portEnd, special: false, opaque: false };
}

const NOTHING = {
  prefix: undefined,
  portText: undefined,
  port: undefined,
  portEnd: undefined,
  special: false,
  opaque: false,
} as const;

function unbracket(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
