import type { Family, Place } from '@halint/core';

export type ListeningService = 'sshd' | 'haproxy';

/** A listening socket that a service asks the kernel for. */
export interface PredictedSocket {
  readonly service: ListeningService;
  /** The socket unit through which systemd listens for the service; absent where it does so itself. */
  readonly unit?: string;
  readonly family: Family;
  /** Canonical literal; 0.0.0.0 or :: for every address. */
  readonly address: string;
  readonly port: number;
  /** Last port of a range; absent for a single port. */
  readonly portTo?: number;
  /** IPv6 only: on `::` an IPv4 client is not served. Always true on one IPv6 address. */
  readonly v6only: boolean;
  readonly interface?: string;
  /** The network namespace it is in; it meets no socket of the host. */
  readonly namespace?: string;
  /**
   * Equal sockets that this one stands for, each a line of `ss -ltn`: `shards` of haproxy, at most one for each thread. Absent: one, or as many
   * as no file says (processors without nbthread, groups of threads).
   */
  readonly shards?: number;
  /** SO_REUSEPORT: another socket of the same user may listen on the same address and port. */
  readonly reuseport: boolean;
  /** Who opens it: haproxy before it gives up root, systemd as root. Absent where `user` says who. */
  readonly uid?: number;
  /** The name that the unit's User= gives, where it is not known which number it has. */
  readonly user?: string;
  /** IP_TRANSPARENT: the address need not be there. */
  readonly transparent: boolean;
  /** The line that asks for it; absent when none does. */
  readonly declared?: Place;
  readonly origin: 'explicit' | 'default';
  /** Does the host hold the address when the service starts? `vip`: only as long as it is the master. */
  readonly presence: Presence;
  /** The port takes CAP_NET_BIND_SERVICE, and the unit keeps its process from it. */
  readonly privileged?: boolean;
}

export type Presence = 'present' | 'absent' | 'vip' | 'unknown';

/** `up`, `exit`, `up-without-ipv4`, `up-without-ipv6`, `up-without:ADDR:PORT` (several joined by commas). */
export type Outcome = string;

/** What becomes of both services, over all their sockets, when one starts before the other. */
export interface StartOrder {
  readonly first: ListeningService;
  readonly sshd: Outcome;
  readonly haproxy: Outcome;
}

/** Two sockets that cannot listen at the same time: indices into the report's sockets. */
export interface SocketConflict {
  readonly sockets: readonly [number, number];
  readonly orders: readonly StartOrder[];
}

/** What `ss -ltnp` showed and the files do not explain, or the other way round; `line` is that of facts/listeners.txt, from 1. */
export type Drift =
  /** Nothing is compared. `line`: absent where it is the whole file. */
  | { readonly kind: 'unreadable'; readonly line?: number; readonly message: string }
  | { readonly kind: 'not-running'; readonly service: ListeningService }
  /** `socket`: index into the report's sockets. */
  | {
      readonly kind: 'not-listening';
      readonly socket: number;
      /** Of a range the ports that nobody listens on; absent: all. */
      readonly ports?: readonly number[];
    }
  | {
      readonly kind: 'taken';
      readonly socket: number;
      readonly port: number;
      readonly by: string;
      readonly line: number;
    }
  /** It listens on `::`, with IPv4 although files say without, or the other way round; `v6only`: what it does. */
  | {
      readonly kind: 'other-families';
      readonly socket: number;
      readonly port: number;
      readonly v6only: boolean;
      readonly line: number;
    }
  | {
      readonly kind: 'not-predicted';
      readonly service: ListeningService;
      readonly address: string;
      readonly port: number;
      readonly line: number;
    };

export interface ListenersReport {
  readonly host: string;
  readonly sockets: readonly PredictedSocket[];
  readonly conflicts: readonly SocketConflict[];
  /** How each service starts alone: `ok`, `ok: without ADDR:PORT`, `fails: cannot bind ADDR:PORT while not holder`. */
  readonly starts: Readonly<Partial<Record<ListeningService, string>>>;
  /** Prediction against facts/listeners.txt; absent without that file, empty when they agree. */
  readonly drift?: readonly Drift[];
}
