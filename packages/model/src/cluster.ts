import type { Host } from './host.ts';
import type { VrrpInstance } from './facts/keepalived.ts';

/** One virtual router: the instances, at most one per host, that stand for the same addresses. */
export interface VirtualRouter {
  /** First VIP, else the VRID: `192.168.2.232`. */
  readonly id: string;
  /** Canonical VIPs of all members, in the order of the first member. */
  readonly vips: readonly string[];
  readonly members: readonly RouterMember[];
}

export interface RouterMember {
  readonly host: Host;
  readonly instance: VrrpInstance;
}

/** Hosts that share at least one virtual router, with all the routers between them. */
export interface Cluster {
  /** Lowest VIP (as text) of its routers. */
  readonly id: string;
  readonly hosts: readonly Host[];
  readonly routers: readonly VirtualRouter[];
}

export interface Fleet {
  readonly hosts: readonly Host[];
  readonly clusters: readonly Cluster[];
}
