import { effectivePriority, type EffectivePriority } from '../priority.ts';
import type { TrackedItem } from '../tracking.ts';
import { bfdIsDown } from './bfd.ts';
import { isCut, machineOf, type Conditions } from './conditions.ts';
import type { Component, Seat } from './plan.ts';

/** What an instance may be under the present conditions: elections decide only between master and backup. */
export type Mode = 'runs' | 'fault' | 'off' | 'killed';

/** The seats of a component under the present conditions; the same for every course of its elections. */
export interface Standing {
  readonly priorities: readonly EffectivePriority[];
  readonly modes: readonly Mode[];
  /** By seat: its host runs, and with it the conversations that connection tracking knows. */
  readonly up: readonly boolean[];
  /** By seat, then by seat: do the adverts of the second come to the first, and does it take them? Some only once it has spoken (course.ts hears). */
  readonly hears: readonly (readonly boolean[])[];
  /** By seat, then by seat: do the adverts of the second come to the first, which drops them? */
  readonly drops: readonly (readonly boolean[])[];
}

export function standingOf({ seats }: Component, conditions: Conditions): Standing {
  const priorities = seats.map((seat) => priorityOf(seat, conditions));
  const faulty = seats.map((seat, i) => seat.fault !== undefined || priorities[i]?.fault === true);
  const modes = seats.map((seat): Mode => {
    const { up, keepalived } = machineOf(conditions, seat.member.host.id);
    if (!up || keepalived === 'stopped' || seat.refusal !== undefined) return 'off';
    if (keepalived === 'killed') return 'killed';
    // A member in FAULT takes its whole sync group along (vrrp_sync.c vrrp_sync_fault).
    return seat.group.some((i) => faulty[i]) ? 'fault' : 'runs';
  });
  const onNetwork = seats.map((seat) => isOnNetwork(seat, conditions));
  const arrives = seats.map((to, i) =>
    seats.map(
      (from, j) =>
        to.others.includes(from.index) &&
        onNetwork[i] === true &&
        onNetwork[j] === true &&
        !isCut(conditions, from.member.host.id, to.member.host.id) &&
        to.filters[j]?.effect !== 'dropped',
    ),
  );
  const those = (of: (seat: Seat) => readonly boolean[]): readonly (readonly boolean[])[] =>
    seats.map((to, i) => seats.map((_, j) => arrives[i]?.[j] === true && of(to)[j] === true));
  const up = seats.map(({ member }) => machineOf(conditions, member.host.id).up);
  return { priorities, modes, up, hears: those((seat) => seat.accepts), drops: those((seat) => seat.drops) };
}

function isOnNetwork({ member: { host, instance } }: Seat, conditions: Conditions): boolean {
  const { up, interfacesDown } = machineOf(conditions, host.id);
  return up && (instance.interface === undefined || !interfacesDown.has(instance.interface.value));
}

/** Does an item of a seat fail: is its interface or BFD session down, or its script, process or file bad? */
export function itemFails({ member, bfdSessions }: Seat, { kind, name }: TrackedItem, conditions: Conditions): boolean {
  const { id } = member.host;
  if (kind === 'bfd') return bfdIsDown(id, bfdSessions.get(name), conditions);
  const { interfacesDown, failing } = machineOf(conditions, id);
  return (kind === 'interface' ? interfacesDown : failing).has(name);
}

function priorityOf(seat: Seat, conditions: Conditions): EffectivePriority {
  const { interfacesDown } = machineOf(conditions, seat.member.host.id);
  const fails = (item: TrackedItem): boolean => itemFails(seat, item, conditions);
  const priority = effectivePriority(seat.member.instance, seat.items, fails);
  return seat.carriers.some((name) => interfacesDown.has(name)) ? { ...priority, fault: true } : priority;
}
