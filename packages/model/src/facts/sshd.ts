import type { Cited, Place, Related } from '@halint/core';

/** The effective global sshd configuration of one host: first value wins over the command line and all included files. */
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
  /** What the unit puts on the command line of sshd; absent where it is not known, or puts nothing there. */
  readonly command?: SshdCommand;
}

export interface SshdCommand {
  /** ssh.service */
  readonly unit: string;
  /** The unit starts sshd for each connection that its socket accepts. */
  readonly isPerConnection: boolean;
  /** Options for which sshd does not listen. */
  readonly refused: readonly RefusedOption[];
  /** What is lacking to tell what else stands there about ports and addresses, in words; undefined: nothing. */
  readonly missing: string | undefined;
  /** The configuration without it: what a program sees that reads the files alone. */
  readonly files: SshdFacts;
}

/** An option of the command line that sshd refuses, or with which it does something else than listen. */
export interface RefusedOption {
  readonly at: Place;
  /** As it is written: -p 0. */
  readonly option: string;
  /** What is wrong about it. */
  readonly message: string;
  readonly related: readonly Related[];
}

export interface ListenAddress {
  /** Canonical literal; a host name as written; `*` is glibc's loopback (127.0.0.1 and ::1), not a wildcard. */
  readonly host: Cited<string>;
  /** Port of its own: the Port lines do not apply then. */
  readonly port?: Cited<number>;
}
