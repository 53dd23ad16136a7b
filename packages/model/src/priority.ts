import type { Cited, Place } from '@halint/core';
import type { KeepalivedFacts, TrackUse, VrrpInstance } from './facts/keepalived.ts';

/** A check of an instance: what it adds to or takes from the priority, or that its failure means FAULT. */
export interface TrackedItem {
  readonly kind: 'script' | 'process' | 'interface';
  readonly name: string;
  /** Effective weight: the one given where it is tracked, else the item's own. 0 = FAULT on failure. */
  readonly weight: number;
  readonly weightAt: Place | undefined;
  /** `reverse`: the sign of the weight flips; with weight 0 the item is in FAULT while it is well. */
  readonly reverse: boolean;
  /** Where it is tracked. */
  readonly at: Place;
}

/** Result of an election's arithmetic for one instance. `fault`: it takes no part in the election. */
export interface EffectivePriority {
  /** 1..255; meaningless in FAULT. */
  readonly value: number;
  readonly fault: boolean;
  /** `110 - 10 = 100`, with a clamp where there was one. */
  readonly arithmetic: string;
}

const LOWEST = 1;
const HIGHEST = 254;

/** Items that can change the priority or the state of an instance, in the order in which they are tracked. */
export function trackedItems(instance: VrrpInstance, facts: KeepalivedFacts): readonly TrackedItem[] {
  const group = facts.syncGroups.find((each) => each.members.some((member) => member.value === instance.name.value));
  // Members of a sync group lose their weighted items (keepalived vrrp_track.c: "ignoring tracked script with weights due to SYNC group").
  const weighted = group === undefined || group.trackingWeight;
  const scripts = new Map(facts.scripts.map((script) => [script.name.value, script]));
  const processes = new Map(facts.processes.map((process) => [process.name.value, process]));
  const items = [
    ...instance.trackScripts.flatMap((use) => {
      const script = scripts.get(use.name.value);
      return script === undefined ? [] : [item('script', use, script.weight, script.weightReverse, instance)];
    }),
    ...instance.trackProcesses.flatMap((use) => {
      const process = processes.get(use.name.value);
      return process === undefined ? [] : [item('process', use, process.weight, process.weightReverse, instance)];
    }),
    ...instance.trackInterfaces.map((use) => item('interface', use, undefined, false, instance)),
  ];
  if (weighted) return items;
  return items.flatMap((each) =>
    each.weight === 0 ? [each] : each.kind === 'interface' ? [{ ...each, weight: 0 }] : [],
  );
}

function item(
  kind: TrackedItem['kind'],
  use: TrackUse,
  own: Cited<number> | undefined,
  ownReverse: boolean,
  instance: VrrpInstance,
): TrackedItem {
  const weight = use.weight ?? own;
  return {
    kind,
    name: use.name.value,
    weight: weight?.value ?? 0,
    weightAt: weight?.at,
    reverse: use.reverse ?? ownReverse,
    at: use.name.at ?? instance.at,
  };
}

/**
 * Priority of an instance while the given items fail (keepalived vrrp_track.c process_script_update_priority,
 * vrrp.c vrrp_set_effective_priority): a positive weight counts while the item is well, a negative one while it fails, 0 is
 * FAULT; the sum is clamped to 1..254, and 255 ignores all weights. `reverse` flips the sign, not the moment: weight 20 reverse
 * takes 20 while the item is well.
 */
export function effectivePriority(
  instance: VrrpInstance,
  items: readonly TrackedItem[],
  fails: (item: TrackedItem) => boolean,
): EffectivePriority {
  const base = instance.priority.value;
  let sum = base;
  let fault = false;
  const steps: string[] = [`${base}`];
  for (const each of items) {
    const failing = fails(each);
    if (each.weight === 0) {
      fault ||= failing !== each.reverse;
      continue;
    }
    if (base === 255 || each.weight > 0 === failing) continue;
    const change = each.reverse ? -each.weight : each.weight;
    sum += change;
    steps.push(`${change > 0 ? '+' : '-'} ${Math.abs(change)}`);
  }
  const value = base === 255 ? 255 : Math.min(HIGHEST, Math.max(LOWEST, sum));
  const total = steps.length > 1 ? `${steps.join(' ')} = ${sum}` : steps.join('');
  return { value, fault, arithmetic: value === sum ? total : `${total}, clamped to ${value}` };
}
