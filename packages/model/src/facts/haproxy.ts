import type { Cited, Family, Place } from '@halint/core';

/** What haproxy.cfg says. Look-ups are by index, so that a rule need not walk 40,000 servers after each keystroke. */
export interface HaproxyFacts {
  readonly globals: HaproxyGlobals;
  /** Frontends, backends and listens by name (a frontend and a backend may share one). */
  proxies(): Iterable<Proxy>;
  proxy(kind: 'frontend' | 'backend', name: string): Proxy | undefined;
  /** Here and below, binds of disabled proxies are left out: haproxy opens no socket for them. */
  binds(): Iterable<Bind>;
  bindsOnPort(port: number): readonly Bind[];
  /** Those whose sockets the kernel keeps at an address (canonical): 192.0.2.1 has those of ::ffff:192.0.2.1 too. */
  bindsAt(address: string): readonly Bind[];
  /** Binds in which a name stands for the address. */
  bindsByName(): readonly Bind[];
  /** Binds on IPv4 addresses that are written as IPv6 ones (::ffff:192.0.2.1). */
  bindsMapped(): readonly Bind[];
  /** Literal addresses (canonical) at which the kernel keeps the socket of some bind, wildcards included. */
  bindAddresses(): Iterable<string>;
  serversAt(address: string): readonly Server[];
  /** What {@link serversAt} has: each address or name of a server, at least once. */
  serverAddresses(): Iterable<string>;
  /** Listening sockets that belong to no proxy. */
  readonly endpoints: readonly Endpoint[];
  /** UDP sockets: QUIC of proxies that are not disabled, `dgram-bind` of log-forward. No other look-up has them. */
  datagrams(): readonly Bind[];
  /** Everything that sends log lines. */
  readonly logs: readonly LogTarget[];
}

export interface HaproxyGlobals {
  readonly maxconn?: Cited<number>;
  readonly user?: Cited<string>;
  readonly chroot?: Cited<string>;
  readonly daemon?: Cited<boolean>;
  /** The name under which this process finds itself in peers sections; the host's own name without it. */
  readonly localPeer?: Cited<string>;
  /** `noreuseport`: sockets are opened without SO_REUSEPORT. */
  readonly noReuseport?: Cited<boolean>;
  readonly statsSockets: readonly Cited<string>[];
  /** Connections to all of them together; default 10. */
  readonly statsMaxconn?: Cited<number>;
  /** NaN, here and below: no literal number. */
  readonly nbthread?: Cited<number>;
  /** `ulimit-n`: the soft limit of file descriptors that it asks for. */
  readonly ulimitN?: Cited<number>;
  readonly fdHardLimit?: Cited<number>;
  /** Does it exit when it cannot have the limits it needs? By default since 2.3. */
  readonly strictLimits?: Cited<boolean>;
  readonly at?: Place;
}

export interface LogTarget {
  readonly address: Cited<string>;
  readonly facility?: Cited<string>;
  /** Words behind it: the least urgent level that is sent, then the most urgent one that a message is sent with. */
  readonly levels: readonly Cited<string>[];
  /** Of a log-forward: messages keep the facility and level that they came with (haproxy configuration manual 3.1, log-forward). */
  readonly forwards: boolean;
}

export type ProxyMode = 'tcp' | 'http' | 'log' | 'spop' | 'other';

export interface Proxy {
  readonly kind: 'frontend' | 'backend' | 'listen';
  readonly name: Cited<string>;
  readonly at: Place;
  readonly mode: Cited<ProxyMode>;
  /** `disabled` stands in it or its defaults, and no `enabled` behind it. */
  readonly disabled: boolean;
  readonly binds: readonly Bind[];
  readonly servers: readonly Server[];
  /** Names of backends it can send to, dynamic ones left out. */
  readonly backends: readonly Cited<string>[];
  /** A `use_backend %[…]` makes the list incomplete. */
  readonly dynamicBackends: boolean;
  readonly balance?: Cited<string> | undefined;
  /** Milliseconds; absent = not set, not even in defaults. */
  readonly timeouts: {
    readonly connect?: Cited<number>;
    readonly client?: Cited<number>;
    readonly server?: Cited<number>;
    readonly tunnel?: Cited<number>;
  };
  /** Words of `tcp-check expect` and `option tcp-check`, `option httpchk` … in force: what a check looks at. */
  readonly checks: readonly Cited<string>[];
  /** The first server with `resolvers`, dynamic cookies and so on are not modelled. */
}

export interface Bind {
  readonly proxy: string;
  /** `unix` and `other` (fd@, abns@, an environment variable) open no TCP socket that the model knows. */
  readonly family: Family | 'unix' | 'other';
  /** Canonical literal, `0.0.0.0` for `*` and `:port`; the path of a socket; the text of anything else. */
  readonly address: Cited<string>;
  /** The host name that stands for the address, which is `other` then; `family` where `ipv4@` or `ipv6@` asks for one. */
  readonly lookUp?: { readonly name: string; readonly family?: Family };
  /** Inclusive; equal for a single port. 0..0 for sockets without a port. */
  readonly portFrom: number;
  readonly portTo: number;
  readonly transparent: boolean;
  /** For `::`: v4v6 / v6only as written; undefined = net.ipv6.bindv6only decides. */
  readonly v6only?: boolean;
  readonly interface?: string;
  /** The network namespace in which it stands, and what it is there; among the sockets of the host it is `other`. */
  readonly namespace?: {
    readonly name: string;
    readonly inside: Pick<Bind, 'family' | 'address' | 'lookUp' | 'portFrom' | 'portTo'>;
  };
  /** Equal sockets that it asks for on each address and port, as `shards` says; absent too where `thread` says who listens. */
  readonly shards?: number | 'by-thread';
  readonly acceptProxy: boolean;
  readonly ssl: boolean;
  /** The `bind` line. */
  readonly at: Place;
}

/** A listening socket outside proxies: `proxy` is the name of its section. */
export interface Endpoint extends Bind {
  /** The peer whose host listens here; absent for sockets that every host of the file opens. */
  readonly peer?: string;
}

/** `source` of a server, or of its proxy. */
export interface Leaves {
  /** Canonical; undefined: the kernel chooses. */
  readonly source?: string;
  /** The interface that the socket is bound to. */
  readonly interface?: string;
}

export interface Server {
  readonly proxy: string;
  readonly name: Cited<string>;
  /** Canonical literal, or a name as written. */
  readonly address: Cited<string>;
  /** Undefined: none given (the client's destination port is used). */
  readonly port?: Cited<number> | undefined;
  readonly check: Cited<boolean>;
  readonly checkPort?: Cited<number> | undefined;
  /** Where checks go instead of the address (`addr`). */
  readonly checkAddress?: Cited<string> | undefined;
  /**
   * What its connections leave with; undefined where they do not go over TCP from this host to its address by themselves: behind SOCKS, in a
   * network namespace, with the source of each client.
   */
  readonly leaves: Leaves | undefined;
  readonly sendProxy?: Cited<boolean> | undefined;
  readonly backup: boolean;
  readonly disabled: boolean;
  /** Check interval in ms; default 2000. */
  readonly inter: Cited<number>;
  readonly fall: Cited<number>;
  /** The `server` line. */
  readonly at: Place;
}
