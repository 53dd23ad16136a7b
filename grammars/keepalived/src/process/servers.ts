import type { Place } from '@halint/core';
import type { SocketAddress } from '../handlers/socket-address.ts';

export type Forwarding = 'NAT' | 'DR' | 'TUN';

/** What keepalived keeps of a virtual_server, as far as its own checks ask (check_data.h virtual_server_t). */
export class VirtualServer {
  /** Its head. */
  readonly at: Place;
  /** Words of the head. */
  readonly label: string;
  /** Address, firewall mark or the name of a virtual_server_group. */
  readonly address: SocketAddress | undefined;
  readonly mark: number | undefined;
  readonly group: string | undefined;
  /** First statement of a keyword. */
  readonly places = new Map<string, Place>();
  family: SocketAddress['family'] | undefined;
  protocol: 'TCP' | 'UDP' | 'SCTP' | undefined;
  scheduler: string | undefined;
  onePacket = false;
  persistent = false;
  suspends = false;
  forwarding: Forwarding | undefined;
  quorum = 1;
  hysteresis = 0;
  weight = 1;
  inhibit = false;
  sorry: RealServer | undefined;
  readonly reals: RealServer[] = [];

  constructor(at: Place, label: string, service: Pick<Partial<VirtualServer>, 'address' | 'mark' | 'group'>) {
    this.at = at;
    this.label = label;
    this.address = service.address;
    this.mark = service.mark;
    this.group = service.group;
    this.family = service.address?.family;
  }
}

/** A real_server or sorry_server. */
export class RealServer {
  readonly at: Place;
  readonly label: string;
  readonly address: SocketAddress;
  readonly places = new Map<string, Place>();
  forwarding: Forwarding | undefined;
  weight: number | undefined;
  inhibit: boolean | undefined;
  /** bfd_instances of its BFD_CHECKs. */
  readonly bfd = new Set<string>();

  constructor(at: Place, label: string, address: SocketAddress, forwarding: Forwarding | undefined) {
    this.at = at;
    this.label = label;
    this.address = address;
    this.forwarding = forwarding;
  }
}

/** A virtual_server_group (check_data.h virtual_server_group_t). */
export interface ServerGroup {
  readonly name: string;
  readonly at: Place;
  readonly addresses: SocketAddress[];
  marks: number;
  readonly families: Set<SocketAddress['family']>;
  /** A mark without inet or inet6 stands in it. */
  familyOpen: boolean;
}

/** A checker of a real server while it is read; what it connects to decides whether it can stay. */
export interface Checker {
  readonly at: Place;
  destination: SocketAddress | undefined;
  source: SocketAddress | undefined;
  interface: boolean;
  readonly places: Map<string, Place>;
  /** URLs, of HTTP_GET and SSL_GET; hosts, of SMTP_CHECK. */
  parts: number;
  /** MISC_CHECK has its command, FILE_CHECK its file, BFD_CHECK its session. */
  subject: Place | undefined;
  shortest: number;
  longest: number;
}

/** LVS services as one of keepalived's processes reads them. */
export class Servers {
  readonly list: VirtualServer[] = [];
  readonly groups: ServerGroup[] = [];
  virtual: VirtualServer | undefined;
  real: RealServer | undefined;
  checker: Checker | undefined;
  host: Checker | undefined;
  url: ReadonlyMap<string, Place> | undefined;
  ssl: ReadonlyMap<string, Place> | undefined;
}
