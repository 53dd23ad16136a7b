/** Where a sample is taken: one bit for each place at which haproxy evaluates expressions (SMP_VAL_* in include/haproxy/sample-t.h). */
export const AT = {
  feConn: 1 << 0,
  feSession: 1 << 1,
  feContent: 1 << 2,
  feRequest: 1 << 3,
  feRequestBody: 1 << 4,
  feSetBackend: 1 << 5,
  beContent: 1 << 6,
  beRequest: 1 << 7,
  beRequestBody: 1 << 8,
  beSetServer: 1 << 9,
  beServerConn: 1 << 10,
  beResponseContent: 1 << 11,
  beResponse: 1 << 12,
  beResponseBody: 1 << 13,
  beStoreRule: 1 << 14,
  feResponseContent: 1 << 15,
  feResponse: 1 << 16,
  feResponseBody: 1 << 17,
  log: 1 << 18,
  check: 1 << 19,
  config: 1 << 20,
  cli: 1 << 21,
} as const;

/** A set of places. */
export type Places = number;

export const EVERYWHERE: Places = (1 << 22) - 1;

/** All places from one to another, in the order of the bits. */
const range = (from: number, to: number): Places => to * 2 - from;

/** Where what a fetch reads is there (fetch_cap[] in src/sample.c), and how the daemon calls it (fetch_src_names[]). */
const SOURCES: Readonly<Record<string, readonly [places: Places, name: string]>> = {
  CONST: [EVERYWHERE, 'constants'],
  INTRN: [range(AT.feConn, AT.check) | AT.cli, 'internal state'],
  LISTN: [range(AT.feConn, AT.log), 'the listener'],
  FTEND: [range(AT.feConn, AT.log), 'the frontend'],
  L4CLI: [range(AT.feConn, AT.check), "the client's address"],
  L5CLI: [range(AT.feSession, AT.log), "the client's session"],
  TRACK: [range(AT.feConn, AT.log), 'track counters'],
  L6REQ: [range(AT.feContent, AT.beServerConn), 'the content of the request buffer'],
  HRQHV: [range(AT.feContent, AT.beServerConn), 'HTTP request headers'],
  HRQHP: [range(AT.feContent, AT.log), 'HTTP request meta-information'],
  HRQBO: [range(AT.feRequestBody, AT.beServerConn), 'the HTTP request body'],
  BKEND: [range(AT.beContent, AT.check), 'the backend'],
  SERVR: [range(AT.beServerConn, AT.check), 'the server'],
  L4SRV: [range(AT.beResponseContent, AT.check), "the server's address"],
  L5SRV: [range(AT.beResponseContent, AT.check), 'the session with the server'],
  L6RES: [range(AT.beResponseContent, AT.feResponseBody) | AT.check, 'the content of the response buffer'],
  HRSHV: [range(AT.beResponseContent, AT.feResponseBody) | AT.check, 'HTTP response headers'],
  HRSHP: [range(AT.beResponseContent, AT.check), 'HTTP response meta-information'],
  HRSBO: [range(AT.beResponseBody, AT.feResponseBody) | AT.check, 'the HTTP response body'],
  RQFIN: [AT.log, 'request statistics'],
  RSFIN: [AT.log, 'response statistics'],
  TXFIN: [AT.log, 'transaction statistics'],
  SSFIN: [AT.log, 'session statistics'],
};

/** Places of a list of SMP_USE_* names. */
export function placesOf(from: string): Places {
  let places = 0;
  for (const source of from.split(' ')) places |= SOURCES[source]?.[0] ?? EVERYWHERE;
  return places;
}

/** What a fetch reads, in words. */
export function sourcesOf(from: string): string {
  return from
    .split(' ')
    .map((source) => SOURCES[source]?.[1] ?? source)
    .join(', ');
}
