import type { Family } from '@halint/core';

/** What listened when facts were taken; nothing is known of a file of which a line cannot be read. */
export type Listening =
  | { readonly kind: 'sockets'; readonly sockets: readonly ListeningSocket[] }
  /** `line`: the first one that cannot be read, from 1; absent where it is the whole file. */
  | { readonly kind: 'unreadable'; readonly line?: number; readonly message: string };

/** A TCP socket that listened when facts were taken, from `ss -ltnp`. */
export interface ListeningSocket {
  readonly family: Family;
  /** Canonical literal; 0.0.0.0 or :: for every address. */
  readonly address: string;
  readonly port: number;
  /** IPv6 only; `*:22` of ss is `::` with IPv4. Absent: what was stored does not tell (`:::22` of netstat and of ss before iproute2 4.16). */
  readonly v6only?: boolean;
  readonly interface?: string;
  /** Names of the processes that hold it; none when ss ran without root. */
  readonly programs: readonly string[];
  /** From 1. */
  readonly line: number;
}
