import type { Cited, Place } from '@halint/core';

/** The effective global sshd configuration of one host: first value wins over all included files. */
export interface SshdFacts {
  /** Port lines accumulate; default 22. */
  readonly ports: readonly Cited<number>[];
  readonly addressFamily: Cited<'any' | 'inet' | 'inet6'>;
  /** ListenAddress lines accumulate; empty = wildcards by AddressFamily. */
  readonly listenAddresses: readonly ListenAddress[];
  /** Every other effective global value by lower-case keyword. */
  readonly values: ReadonlyMap<string, Cited<string>>;
  /** The main file. */
  readonly at: Place;
  readonly matches: readonly { readonly criteria: string; readonly at: Place }[];
}

export interface ListenAddress {
  /** Canonical literal; a host name as written; `*` is glibc's loopback (127.0.0.1 and ::1), not a wildcard. */
  readonly host: Cited<string>;
  /** Port of its own: the Port lines do not apply then. */
  readonly port?: Cited<number>;
}
