import type { Cited, Family, Place } from '@halint/core';

/** What keepalived.conf (with its includes, as evaluated for one host) says. */
export interface KeepalivedFacts {
  readonly globals: KeepalivedGlobals;
  readonly scripts: readonly VrrpScript[];
  readonly processes: readonly TrackProcess[];
  readonly instances: readonly VrrpInstance[];
  readonly syncGroups: readonly SyncGroup[];
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
  readonly at: Place;
}

export interface TrackUse {
  readonly name: Cited<string>;
  /** Weight given where it is tracked: it wins over the item's own. */
  readonly weight?: Cited<number>;
  /** `reverse` or `noreverse` given where it is tracked; absent: the item's own. */
  readonly reverse?: boolean;
}

export type InitialState = 'MASTER' | 'BACKUP';

export interface VrrpInstance {
  readonly name: Cited<string>;
  /** Head of the block. */
  readonly at: Place;
  /** As written (anything but MASTER counts as BACKUP); absent: BACKUP. It decides no election, only defaults. */
  readonly state: Cited<InitialState>;
  readonly interface?: Cited<string>;
  readonly virtualRouterId?: Cited<number>;
  /** 1..255 after defaults: 100, or 255 for state MASTER without a priority. */
  readonly priority: Cited<number>;
  /** Seconds; default 1. */
  readonly advertInt: Cited<number>;
  readonly version: Cited<number>;
  readonly auth?: { readonly type: Cited<'PASS' | 'AH'>; readonly pass?: Cited<string>; readonly at: Place };
  readonly vips: readonly VirtualAddress[];
  readonly excludedVips: readonly VirtualAddress[];
  readonly trackScripts: readonly TrackUse[];
  readonly trackProcesses: readonly TrackUse[];
  readonly trackInterfaces: readonly TrackUse[];
  /** The block head of track_script, if there is one: where a missing entry would go. */
  readonly trackScriptAt?: Place;
  readonly nopreempt: Cited<boolean>;
  /** Seconds; 0 = none. */
  readonly preemptDelay: Cited<number>;
  readonly unicastSrcIp?: Cited<string>;
  readonly unicastPeers: readonly Cited<string>[];
  readonly strict: Cited<boolean>;
  readonly accept: Cited<boolean>;
  readonly useVmac?: Cited<boolean>;
  /** Does a failing `interface` put the instance into FAULT? False with dont_track_primary. */
  readonly tracksPrimary: Cited<boolean>;
  readonly unmodelled: readonly Unmodelled[];
}

export interface VirtualAddress {
  readonly family: Family;
  /** Canonical address without prefix. */
  readonly address: Cited<string>;
  /** Prefix length; default 32 or 128. */
  readonly prefix: Cited<number>;
  readonly dev?: Cited<string>;
}

export interface SyncGroup {
  readonly name: Cited<string>;
  readonly members: readonly Cited<string>[];
  /** sync_group_tracking_weight (or the deprecated global_tracking): members keep their weighted scripts. */
  readonly trackingWeight: boolean;
  readonly at: Place;
}
