import type { VrrpInstance } from './facts/keepalived.ts';
import type { TrackedItem } from './tracking.ts';

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
const PRIORITY_OF_AN_OWNER = 255;

/** What the number in a file may add; at the lower end it means FAULT (track_file.c, vrrp_track.c process_update_vrrp_track_file_status). */
const FILE_LOWEST = -254;
const FILE_HIGHEST = 253;

/**
 * Priority of an instance while the given items fail (keepalived vrrp_track.c process_script_update_priority,
 * vrrp.c vrrp_set_effective_priority): a positive weight counts while the item is well, a negative one while it fails, 0 is
 * FAULT; the sum is clamped to 1..254, and 255 ignores all weights. `reverse` flips the sign, not the moment: weight 20 reverse
 * takes 20 while the item is well. A file that fails holds 1.
 */
export function effectivePriority(
  instance: VrrpInstance,
  items: readonly TrackedItem[],
  fails: (item: TrackedItem) => boolean,
): EffectivePriority {
  const base = instance.priority.value;
  let sum = base;
  let fault = false;
  let steps = `${base}`;
  for (const each of items) {
    const effect = effectOf(each, fails(each));
    fault ||= effect === 'fault';
    if (effect === 'fault' || effect === 0 || base === PRIORITY_OF_AN_OWNER) continue;
    sum += effect;
    steps += ` ${effect > 0 ? '+' : '-'} ${Math.abs(effect)}`;
  }
  const value = base === PRIORITY_OF_AN_OWNER ? base : Math.min(HIGHEST, Math.max(LOWEST, sum));
  const total = steps === `${base}` ? steps : `${steps} = ${sum}`;
  return { value, fault, arithmetic: value === sum ? total : `${total}, clamped to ${value}` };
}

/** What an item does to the priority at the moment. */
function effectOf(item: TrackedItem, failing: boolean): number | 'fault' {
  const sign = item.reverse ? -1 : 1;
  if (item.kind === 'file') {
    const content = failing ? 1 : item.content;
    if (item.weight === 0) return (content !== 0) !== item.reverse ? 'fault' : 0;
    const change = Math.max(FILE_LOWEST, Math.min(FILE_HIGHEST, content * item.weight * sign));
    return change === FILE_LOWEST ? 'fault' : change;
  }
  const well = failing === item.inverted;
  if (item.weight === 0) return well === item.reverse ? 'fault' : 0;
  return item.weight > 0 === well ? item.weight * sign : 0;
}
