import type { Component } from './plan.ts';

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
    adopted: seats.map(() => -1),
  };
}

export function copyCourse({ states, delays, hurried, fresh, starved, adopted }: Course): Course {
  return {
    states: [...states],
    delays: [...delays],
    hurried: [...hurried],
    fresh: [...fresh],
    starved: [...starved],
    adopted: [...adopted],
  };
}

export function keyOf({ states, delays, starved }: Course): string {
  return `${states.join()} ${delays.join()} ${starved.join()}`;
}

export function hasAddress(state: MemberState | undefined): boolean {
  return state === 'master' || state === 'ghost';
}
