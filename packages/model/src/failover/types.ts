import type { Place } from '@halint/core';
import type { UnreadFile } from '../unread.ts';

/** Something that happens to a cluster (contract, section 5). */
export type FailoverEvent =
  | { readonly kind: 'host-down' | 'host-up'; readonly host: string }
  | { readonly kind: 'keepalived-stop' | 'keepalived-start' | 'keepalived-kill'; readonly host: string }
  | { readonly kind: 'haproxy-down' | 'haproxy-up' | 'sshd-down' | 'sshd-up'; readonly host: string }
  | {
      readonly kind: 'interface-down' | 'interface-up' | 'script-fail' | 'script-ok';
      readonly host: string;
      readonly name: string;
    }
  /** Sides that do not hear each other; `oneWay`: only the first side's packets are lost. No sides: the first host against the others. */
  | { readonly kind: 'partition'; readonly sides: readonly (readonly string[])[]; readonly oneWay: boolean }
  | { readonly kind: 'heal' | 'wait' }
  /** Something that does not touch this cluster. */
  | { readonly kind: 'elsewhere' };

/** A parsed `--events` list. */
export interface EventList {
  /** Events and what they were written as. */
  readonly events: readonly { readonly event: FailoverEvent; readonly text: string }[];
  /** In force before the cold start. */
  readonly initial: readonly FailoverEvent[];
  /** Hosts in the order of their start; empty: all together. */
  readonly startOrder: readonly string[];
}

export type Verdict = 'ok' | 'outage' | 'split-brain' | 'race' | 'unknown';

export interface ServiceState {
  /** `192.168.2.232:22`. */
  readonly bind: string;
  readonly host: string;
  readonly state: 'up' | 'down';
  /** `backend/server` -> state; `unknown` for an address that no host of the snapshot has. */
  readonly servers: Readonly<Record<string, 'up' | 'down' | 'unknown'>>;
}

/** The cluster after an event, when the election has settled. */
export interface Step {
  /** `start`, or the event as written. */
  readonly event: string;
  /** VIP -> hosts that have it; with `race` the candidates. */
  readonly holders: Readonly<Record<string, readonly string[]>>;
  readonly verdict: Verdict;
  readonly race: boolean;
  /** A preempt_delay still runs: `wait` lets it end. */
  readonly pending?: true;
  /** Instance -> host -> effective priority; 0 = FAULT or not running. */
  readonly priorities: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly services: readonly ServiceState[];
  /** The reason with its arithmetic. */
  readonly why: string;
  readonly cites: readonly Place[];
}

export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
  /** That of the last step; the worst of the steps where one is worse (a recovery does not undo an outage). */
  readonly verdict: Verdict;
}

export interface ClusterFailover {
  readonly id: string;
  readonly vips: readonly string[];
  readonly hosts: readonly string[];
  readonly scenarios: readonly Scenario[];
}

/** A file of keepalived's configuration that could not be read, and whose it is. */
export interface UnreadHost {
  readonly host: string;
  readonly file: UnreadFile;
}

export interface FailoverReport {
  readonly version: 1;
  readonly clusters: readonly ClusterFailover[];
  /** What clusters may lack: virtual routers of these files. Absent: nothing. */
  readonly unread?: readonly UnreadHost[];
}
