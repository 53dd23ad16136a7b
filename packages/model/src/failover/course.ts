import type { EffectivePriority } from '../priority.ts';
import type { Component, Seat } from './plan.ts';
import type { Standing } from './standing.ts';

/**
 * State of an instance. `off`: keepalived does not run. `ghost`: it was killed while MASTER, the address stayed behind.
 */
export type MemberState = 'master' | 'backup' | 'fault' | 'off' | 'ghost';

/** preempt_delay of a BACKUP that hears a weaker master: it runs, or it is over and the next adverts are ignored. */
export type Delay = 'none' | 'runs' | 'over';

/** One possible course of a component's elections, by seat: where a race decides, there are several. */
export interface Course {
  readonly states: MemberState[];
  readonly delays: Delay[];
  /** The last master said goodbye (priority 0): only the skew is waited for. */
  readonly hurried: boolean[];
  /** keepalived has just started. */
  readonly fresh: boolean[];
  /** That its master may fall silent has been thought of. */
  readonly starved: boolean[];
  /** An address owner (255) that gave up its ownership to another: its priority stays 254 as long as keepalived runs. */
  readonly reduced: boolean[];
  /** It has been MASTER since its host started: connection tracking lets replies in. Kept only where a packet filter waits for that. */
  readonly spoken: boolean[];
  /** Seat whose advert interval is in force, by version 3; -1 is the own one. */
  readonly adopted: number[];
}

export function newCourse({ seats }: Component): Course {
  return {
    states: seats.map(() => 'off'),
    delays: seats.map(() => 'none'),
    hurried: seats.map(() => false),
    fresh: seats.map(() => false),
    starved: seats.map(() => false),
    reduced: seats.map(() => false),
    spoken: seats.map(() => false),
    adopted: seats.map(() => -1),
  };
}

export function copyCourse({ states, delays, hurried, fresh, starved, reduced, spoken, adopted }: Course): Course {
  return {
    states: [...states],
    delays: [...delays],
    hurried: [...hurried],
    fresh: [...fresh],
    starved: [...starved],
    reduced: [...reduced],
    spoken: [...spoken],
    adopted: [...adopted],
  };
}

export function keyOf({ states, delays, starved, reduced, spoken }: Course): string {
  return `${states.join()} ${delays.join()} ${starved.join()} ${reduced.join()} ${spoken.join()}`;
}

/** Priority of a seat in a course, with its arithmetic. */
export function priorityIn({ reduced }: Course, { priorities }: Standing, seat: number): EffectivePriority {
  const own = priorities[seat] ?? { value: 0, fault: true, arithmetic: '' };
  if (reduced[seat] !== true) return own;
  const value = own.value - 1;
  return { ...own, value, arithmetic: `${value} (${own.value} until it met another owner)` };
}

/** Does a seat get and take the adverts of another now? */
export function hears({ spoken }: Course, standing: Standing, to: Seat, from: number): boolean {
  if (standing.hears[to.index]?.[from] !== true) return false;
  return to.filters[from]?.effect !== 'until-takeover' || spoken[to.index] === true;
}

export function hasAddress(state: MemberState | undefined): boolean {
  return state === 'master' || state === 'ghost';
}
