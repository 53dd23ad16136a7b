import type { Cited, Place } from '@halint/core';
import type { KeepalivedFacts, SyncGroup, Tracking, TrackUse, VrrpInstance } from './facts/keepalived.ts';

export type TrackedKind = 'script' | 'process' | 'interface' | 'file' | 'bfd';

/** A check of an instance: what it adds to or takes from the priority, or that its failure means FAULT. */
export interface TrackedItem {
  readonly kind: TrackedKind;
  readonly name: string;
  /** Effective weight: the one given where it is tracked, else the item's own. 0 = FAULT on failure. */
  readonly weight: number;
  readonly weightAt: Place | undefined;
  /** `reverse`: the sign of the weight flips; with weight 0 the item is in FAULT while it is well. */
  readonly reverse: boolean;
  /** A process that must not run (quorum_max 0): its end is what makes the item well. */
  readonly inverted: boolean;
  /** Of a file: the number in it while it does not fail (init_file, else 0, as keepalived reads a missing file). */
  readonly content: number;
  /** Where it is tracked. */
  readonly at: Place;
}

const PRIORITY_OF_AN_OWNER = 255;

/**
 * Items that can change the priority or the state of an instance, in the order in which they are tracked, those of its sync group
 * last. `present`: the interfaces of the machine where they are known; one that is not there is not tracked.
 */
export function trackedItems(
  instance: VrrpInstance,
  facts: KeepalivedFacts,
  present?: readonly string[],
): readonly TrackedItem[] {
  const group = syncGroupOf(instance, facts);
  // "Ignoring track_interface since own interface": a sync group may still track it.
  const own = itemsOf(instance, facts, instance.at).filter(
    ({ kind, name }) => kind !== 'interface' || name !== instance.interface?.value,
  );
  const kept =
    (group !== undefined && !group.trackingWeight) || instance.priority.value === PRIORITY_OF_AN_OWNER
      ? own.flatMap(withoutWeight)
      : own;
  const all = group === undefined ? kept : withGroup(kept, group, facts);
  const carriers = carriersOf(instance);
  return all.filter(
    ({ kind, name }) =>
      kind !== 'interface' ||
      (!carriers.includes(name) &&
        (present === undefined || present.includes(name) || facts.globals.dynamicInterfaces.value)),
  );
}

/** The sync group of an instance: the first that names it (vrrp_sync.c vrrp_sync_set_group). */
export function syncGroupOf(instance: VrrpInstance, facts: KeepalivedFacts): SyncGroup | undefined {
  return facts.syncGroups.find((each) => each.members.some((member) => member.value === instance.name.value));
}

/**
 * Interfaces whose loss is FAULT whatever the instance tracks: its own, those of its addresses and of its virtual routes
 * (vrrp.c vrrp_complete_instance); with dont_track_primary not its own.
 */
export function carriersOf(instance: VrrpInstance): readonly string[] {
  const own = instance.interface?.value;
  const names = [...instance.vips, ...instance.excludedVips]
    .filter((vip) => vip.tracked && vip.dev !== undefined)
    .map((vip) => vip.dev?.value);
  const others = [...names, ...instance.routeInterfaces.map((each) => each.value)].filter((name) => name !== own);
  const all = instance.tracksPrimary.value ? [own, ...others] : others;
  return [...new Set(all.filter((name) => name !== undefined))];
}

function itemsOf(tracking: Tracking, facts: KeepalivedFacts, at: Place): readonly TrackedItem[] {
  return [
    ...named('script', tracking.trackScripts, facts.scripts, at),
    ...named('process', tracking.trackProcesses, facts.processes, at),
    ...named('file', tracking.trackFiles, facts.files, at),
    ...named('bfd', tracking.trackBfds, facts.bfds, at),
    ...tracking.trackInterfaces.map((use) => item('interface', use, undefined, at)),
  ];
}

/** What a block of a kind gives to those that track it. */
interface Trackable {
  readonly name: Cited<string>;
  readonly weight: Cited<number>;
  readonly weightReverse: boolean;
  readonly initial?: Cited<number>;
  readonly quorumMax?: number;
}

function named(
  kind: TrackedKind,
  uses: readonly TrackUse[],
  blocks: readonly Trackable[],
  at: Place,
): readonly TrackedItem[] {
  return uses.flatMap((use) => {
    const block = blocks.find((each) => each.name.value === use.name.value);
    return block === undefined || !use.defined ? [] : [item(kind, use, block, at)];
  });
}

function item(kind: TrackedKind, use: TrackUse, block: Trackable | undefined, at: Place): TrackedItem {
  const weight = use.weight ?? block?.weight;
  return {
    kind,
    name: use.name.value,
    weight: weight?.value ?? 0,
    weightAt: weight?.at,
    reverse: use.reverse ?? block?.weightReverse ?? false,
    inverted: block?.quorumMax === 0,
    content: block?.initial?.value ?? 0,
    at: use.name.at ?? at,
  };
}

/**
 * In a sync group without sync_group_tracking_weight, and of an address owner, weights do not count: a file of the default weight 1 then
 * means FAULT, the rest is dropped. Processes keep their weights, and so do interfaces, in spite of what keepalived logs: they were
 * noted before (vrrp.c vrrp_complete_instance; lab: keepalived 2.2.7 counts a weighted interface of a member).
 */
function withoutWeight(each: TrackedItem): readonly TrackedItem[] {
  if (each.weight === 0 || each.kind === 'process' || each.kind === 'interface') return [each];
  return each.kind === 'file' && each.weight === 1 ? [{ ...each, weight: 0 }] : [];
}

/**
 * What a sync group tracks counts for every member; where a member tracks the same, the group's weight wins unless the member's is 0
 * (vrrp.c add_vrrp_to_track_script). With an address owner in the group weights are cleared (sync_group_tracking_init).
 */
function withGroup(own: readonly TrackedItem[], group: SyncGroup, facts: KeepalivedFacts): readonly TrackedItem[] {
  const members = new Set(group.members.map((name) => name.value));
  const hasOwner = facts.instances.some(
    (each) => members.has(each.name.value) && each.priority.value === PRIORITY_OF_AN_OWNER,
  );
  const shared = itemsOf(group, facts, group.at).map((each) => (hasOwner ? { ...each, weight: 0 } : each));
  const same = (a: TrackedItem, b: TrackedItem): boolean => a.kind === b.kind && a.name === b.name;
  const merged = own.map((each) => (each.weight === 0 ? each : (shared.find((other) => same(each, other)) ?? each)));
  return [...merged, ...shared.filter((each) => !own.some((other) => same(each, other)))];
}
