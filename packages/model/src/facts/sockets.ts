import type { Family } from '@halint/core';

/** A TCP socket that listened when facts were taken, from `ss -ltnp`. */
export interface ListeningSocket {
  readonly family: Family;
  /** Canonical literal; 0.0.0.0 or :: for every address. */
  readonly address: string;
  readonly port: number;
  /** IPv6 only; `*:22` of ss is `::` with IPv4. */
  readonly v6only: boolean;
  readonly interface?: string;
  /** Names of the processes that hold it; none when ss ran without root. */
  readonly programs: readonly string[];
  /** From 1. */
  readonly line: number;
}
