import type { Family, Place } from '@halint/core';
import type { Logical, Value } from '../stream/logical.ts';
import type { Process } from './keyword-tree.ts';
import { Servers } from './servers.ts';

/** An item that instances may track: a script, process, file or BFD session. */
export interface Tracked {
  readonly name: string;
  readonly at: Place;
  readonly kind: 'script' | 'process' | 'file' | 'bfd';
  weight: number;
  /** An instance tracks it, not only a sync group. */
  used: boolean;
}

/** A use of an item, or of an interface, with the weight in force. */
export interface TrackedUse {
  readonly name: string;
  readonly at: Place;
  readonly weight: number;
}

/** An address of an instance. */
export interface Vip {
  readonly address: string;
  readonly prefix: number;
  readonly family: Family;
  readonly at: Place;
  readonly excluded: boolean;
  /** Interface behind `dev`. */
  readonly device: string | undefined;
}

/** An option with its last value. */
export interface Option {
  readonly keyword: string;
  readonly value: number | boolean;
  readonly at: Place;
}

/** What keepalived keeps of a vrrp_instance, as far as its own checks ask (vrrp.h vrrp_t). */
export class Instance {
  readonly name: string;
  /** Its head. */
  readonly at: Place;
  /** First statement of a keyword: where a complaint about it stands. */
  readonly places = new Map<string, Place>();
  state: 'MASTER' | 'BACKUP' | undefined;
  priority = 0;
  vrid = 0;
  version = 0;
  family: Family | undefined;
  interface: string | undefined;
  advertInt = 1;
  authType: 'AH' | 'PASS' | undefined;
  authPass = '';
  strict: boolean | undefined;
  accept: boolean | undefined;
  nopreempt = false;
  preemptDelay = 0;
  unicast = false;
  unicastFault = false;
  sourceAddress: string | undefined;
  mcastDestination = false;
  ttl: number | undefined;
  vmac = false;
  /** use_vmac has a MAC address of its own. */
  macGiven = false;
  /** Name of the interface that use_vmac or use_ipvlan makes. */
  madeInterface: string | undefined;
  vmacXmitBase = false;
  ipvlan = false;
  ipvlanAddress = false;
  ownerIgnoresAdverts: boolean | undefined;
  noVips = false;
  readonly vips: Vip[] = [];
  readonly peers: { readonly address: string; readonly at: Place }[] = [];
  readonly tracked: Record<Tracked['kind'], TrackedUse[]> = { script: [], process: [], file: [], bfd: [] };
  readonly interfaces: TrackedUse[] = [];
  /** Options that strict mode has values of its own for. */
  readonly options = new Map<string, Option>();
  /** Scripts of notify keywords: their place. */
  readonly scripts = new Map<string, Place>();
  /** Name of the sync group that it belongs to. */
  group: SyncGroup | undefined;

  constructor(name: string, at: Place) {
    this.name = name;
    this.at = at;
  }
}

export class SyncGroup {
  readonly name: string;
  readonly at: Place;
  members: readonly Value[] | undefined;
  /** The members that exist. */
  readonly instances: Instance[] = [];
  trackingWeight = false;
  readonly scripts = new Map<string, Place>();
  readonly tracked: Record<Tracked['kind'], TrackedUse[]> = { script: [], process: [], file: [], bfd: [] };
  readonly interfaces: TrackedUse[] = [];

  constructor(name: string, at: Place) {
    this.name = name;
    this.at = at;
  }
}

/** What the handlers have collected so far; the checks behind the last line read it. */
export class State {
  /** Blocks whose object is not there: their statements are known and do nothing (keyword_t ptr). */
  readonly #void = new Set<string>();
  strict = false;
  vrrpVersion = 2;
  scriptSecurity = false;
  /** Options of global_defs that instances start with. */
  readonly options = new Map<string, Option>();
  /** Scripts that would run, for the complaint about security: the first of each kind. */
  readonly running = new Map<'vrrp' | 'check' | 'start', Place>();
  readonly tracked: Record<Tracked['kind'], Map<string, Tracked>> = {
    script: new Map(),
    process: new Map(),
    file: new Map(),
    bfd: new Map(),
  };
  readonly instances: Instance[] = [];
  readonly syncGroups: SyncGroup[] = [];
  readonly trackGroups = new Map<string, Place>();
  readonly servers = new Servers();
  /** Statements that count once: the place of the first. */
  readonly given = new Map<string, Place>();
  instance: Instance | undefined;
  syncGroup: SyncGroup | undefined;

  /** bfd_instance means something else in each process. */
  readonly process: Process;

  /** Children start with the settings that the parent read. */
  constructor(process: Process, parent?: State) {
    this.process = process;
    if (parent === undefined) return;
    this.strict = parent.strict;
    this.vrrpVersion = parent.vrrpVersion;
    this.scriptSecurity = parent.scriptSecurity;
    for (const [keyword, option] of parent.options) this.options.set(keyword, option);
    for (const [kind, at] of parent.running) this.running.set(kind, at);
  }
  /** The block being read where no class above stands for it: what its statements said, by keyword. */
  block = new Map<string, Logical>();

  heeds(path: string): boolean {
    return path === 'root' || !this.#void.has(path.split('/')[0] ?? path);
  }

  /** Statements of the block are passed over until it is closed. */
  void(word: string): void {
    this.#void.add(word);
  }

  close(path: string): void {
    this.#void.delete(path);
  }
}
