import type { Cited, Family, Place } from '@halint/core';

/** What keepalived.conf (with its includes, as evaluated for one host) says. */
export interface KeepalivedFacts {
  readonly globals: KeepalivedGlobals;
  readonly scripts: readonly VrrpScript[];
  readonly processes: readonly TrackProcess[];
  readonly files: readonly TrackFile[];
  readonly bfds: readonly BfdInstance[];
  readonly instances: readonly VrrpInstance[];
  readonly syncGroups: readonly SyncGroup[];
  /** static_ipaddress: the host has them as long as keepalived runs, master or not. */
  readonly staticAddresses: readonly VirtualAddress[];
  /** Statements that could change a conclusion and that the model does not follow: a verdict that depends on them is `unknown`. */
  readonly unmodelled: readonly Unmodelled[];
}

export interface Unmodelled {
  readonly keyword: string;
  readonly at: Place;
  /** Instance or script it belongs to, if any. */
  readonly owner?: string;
}

export interface KeepalivedGlobals {
  readonly routerId?: Cited<string>;
  /** Default off: scripts run whoever may write them. */
  readonly enableScriptSecurity: Cited<boolean>;
  readonly scriptUser?: Cited<string>;
  readonly vrrpStrict: Cited<boolean>;
  /** 2 or 3; default 2. */
  readonly vrrpVersion: Cited<number>;
  /** Seconds by which every instance waits longer after the start; default 0. */
  readonly startupDelay: Cited<number>;
  /** `dynamic_interfaces`: an interface that is not there is waited for, not refused. */
  readonly dynamicInterfaces: Cited<boolean>;
}

export interface VrrpScript {
  readonly name: Cited<string>;
  /** The command as keepalived reads it, quotes removed. Undefined when the block has no `script`. */
  readonly command?: Cited<string>;
  /** argv as keepalived splits it; there is no shell. */
  readonly argv: readonly string[];
  /** Seconds; default 1. */
  readonly interval: Cited<number>;
  /** Seconds; 0 = none. */
  readonly timeout: Cited<number>;
  /** -253..253; 0 (the default) means FAULT on failure. */
  readonly weight: Cited<number>;
  readonly weightReverse: boolean;
  /** Successes or failures in a row; default 1. */
  readonly rise: Cited<number>;
  readonly fall: Cited<number>;
  readonly user?: Cited<string>;
  /** `init_fail`: counted as failed until its first success. */
  readonly initFail: boolean;
  readonly at: Place;
}

export interface TrackProcess {
  readonly name: Cited<string>;
  /** Process name that it looks for. */
  readonly process?: Cited<string>;
  readonly weight: Cited<number>;
  readonly weightReverse: boolean;
  /** Least and greatest number of processes that count as well; default 1 and no limit. */
  readonly quorum: number;
  readonly quorumMax: number;
  readonly at: Place;
}

/** vrrp_track_file: a number in a file, times the weight, is added to the priority. */
export interface TrackFile {
  readonly name: Cited<string>;
  readonly path?: Cited<string>;
  /** Default 1; 0 means FAULT while the number is not 0. */
  readonly weight: Cited<number>;
  readonly weightReverse: boolean;
  /** The number that `init_file` writes at the start; absent: what the file holds is not known. */
  readonly initial?: Cited<number>;
  readonly at: Place;
}

export interface BfdInstance {
  readonly name: Cited<string>;
  readonly neighbour?: Cited<string>;
  /** source_ip: the address of the host that its packets come from. */
  readonly source?: Cited<string>;
  readonly weight: Cited<number>;
  readonly weightReverse: boolean;
  readonly at: Place;
}

export interface TrackUse {
  readonly name: Cited<string>;
  /** Does a block of that name stand above? keepalived looks it up when it reads the line (vrrp_track.c alloc_track_script). */
  readonly defined: boolean;
  /** Weight given where it is tracked: it wins over the item's own. */
  readonly weight?: Cited<number>;
  /** `reverse` or `noreverse` given where it is tracked; absent: the item's own. */
  readonly reverse?: boolean;
}

export type InitialState = 'MASTER' | 'BACKUP';

/** What an instance, or a sync group for all of its members, tracks. */
export interface Tracking {
  readonly trackScripts: readonly TrackUse[];
  readonly trackProcesses: readonly TrackUse[];
  readonly trackInterfaces: readonly TrackUse[];
  readonly trackFiles: readonly TrackUse[];
  readonly trackBfds: readonly TrackUse[];
}

export interface VrrpInstance extends Tracking {
  readonly name: Cited<string>;
  /** Head of the block. */
  readonly at: Place;
  /** As written (anything but MASTER counts as BACKUP); absent: BACKUP. It decides no election, only defaults. */
  readonly state: Cited<InitialState>;
  /** Does keepalived want MASTER at the start? True for state MASTER, and for priority 255 without a state; vrrp_strict and AH correct it. */
  readonly wantsMaster: boolean;
  /** Of its VIPs and of the adverts: that of the first address in the block. */
  readonly family: Family;
  readonly interface?: Cited<string>;
  readonly virtualRouterId?: Cited<number>;
  /** 1..255 after defaults: 100, or 255 for state MASTER without a priority. */
  readonly priority: Cited<number>;
  /** Seconds; default 1. */
  readonly advertInt: Cited<number>;
  /** Adverts that may be missed before a BACKUP takes over, 1..100; default 3. */
  readonly downTimerAdverts: Cited<number>;
  readonly version: Cited<number>;
  readonly auth?: { readonly type: Cited<'PASS' | 'AH'>; readonly pass?: Cited<string>; readonly at: Place };
  readonly vips: readonly VirtualAddress[];
  readonly excludedVips: readonly VirtualAddress[];
  /** The block head of track_script, if there is one: where a missing entry would go. */
  readonly trackScriptAt?: Place;
  readonly nopreempt: Cited<boolean>;
  /** Seconds; 0 = none. */
  readonly preemptDelay: Cited<number>;
  readonly unicastSrcIp?: Cited<string>;
  /** What adverts come from where it is written: the last of unicast_src_ip and mcast_src_ip (vrrp_parser.c vrrp_srcip_handler). */
  readonly sourceIp?: Cited<string>;
  readonly unicastPeers: readonly Cited<string>[];
  /** Some keyword asks for unicast; without peers the instance multicasts all the same. */
  readonly asksForUnicast: boolean;
  /** `unicast_fault_no_peer`: without peers it stays in FAULT instead. */
  readonly faultWithoutPeers: boolean;
  /** Adverts are taken from its unicast peers only (check_unicast_src, min_ttl, max_ttl). */
  readonly checksUnicastSource: boolean;
  /** Where its multicast adverts go: mcast_dst_ip, vrrp_mcast_group4 or 6; default 224.0.0.18 and ff02::12. */
  readonly multicastGroup: Cited<string>;
  /** With priority 255 it takes no advert at all (2.3 and later). */
  readonly ownerIgnoresAdverts: boolean;
  /** A MASTER does not answer weaker adverts (lower_prio_no_advert, vrrp_lower_prio_no_advert, always in strict mode). */
  readonly lowerPrioNoAdvert: boolean;
  /** Version 3 adverts carry the checksum of version 2, and any is taken (2.3 and later). */
  readonly v3ChecksumAsV2: boolean;
  /** old_unicast_checksum: `always` sends and expects the old one, `never` refuses it; absent: it adapts. */
  readonly oldUnicastChecksum?: 'always' | 'never';
  /** no_virtual_ipaddress: an empty list of VIPs is meant (2.3 and later). */
  readonly allowsNoVips: boolean;
  readonly strict: Cited<boolean>;
  readonly accept: Cited<boolean>;
  readonly useVmac?: Cited<boolean>;
  /** use_ipvlan; for IPv4 it needs a source address. */
  readonly ipvlan?: { readonly address: boolean; readonly at: Place };
  /** Does a failing `interface` put the instance into FAULT? False with dont_track_primary. */
  readonly tracksPrimary: Cited<boolean>;
  /** Interfaces of virtual_routes and virtual_rules: tracked with weight 0 unless no_track. */
  readonly routeInterfaces: readonly Cited<string>[];
  readonly unmodelled: readonly Unmodelled[];
}

export interface VirtualAddress {
  readonly family: Family;
  /** Canonical address without prefix. */
  readonly address: Cited<string>;
  /** Prefix length; default 32 or 128. */
  readonly prefix: Cited<number>;
  readonly dev?: Cited<string>;
  /** False with no_track: its interface may fail. */
  readonly tracked: boolean;
}

export interface SyncGroup extends Tracking {
  readonly name: Cited<string>;
  readonly members: readonly Cited<string>[];
  /** sync_group_tracking_weight (or the deprecated global_tracking): members keep their weighted scripts. */
  readonly trackingWeight: boolean;
  readonly at: Place;
}
