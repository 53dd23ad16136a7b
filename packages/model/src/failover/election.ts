import { append, compareVersions, largest, smallest } from '@halint/core';
import { advertInterval } from './adverts.ts';
import { copyCourse, hears, keyOf, priorityIn, type Course, type MemberState } from './course.ts';
import { ONE_ADDRESS, type Component, type Seat } from './plan.ts';
import type { Standing } from './standing.ts';

/** Changes of state that an election may need per seat; one that goes on for ever is reported by its last states, as a race. */
const ROUNDS_PER_SEAT = 8;
/** More courses than this and the model keeps those that show every candidate: the verdict is a race anyway. */
const MOST_COURSES = 16;
/** Seconds: timers that end closer together than this may end in either order, as processes are scheduled. */
const BLUR = 0.02;
/** Seconds: the same for sync groups, where the last adverts of several instances, each at its own time, started the timers. */
const BLUR_OF_GROUPS = 0.1;
const PRIORITY_OF_AN_OWNER = 255;

/** Lets a component settle under the present conditions. Ties of timing give several courses. */
export function settle(component: Component, standing: Standing, courses: readonly Course[]): readonly Course[] {
  const election = new Election(component, standing);
  let current = distinct(courses.map((course) => election.forced(course)));
  const most = ROUNDS_PER_SEAT * (1 + component.seats.length);
  for (let round = 0; round < most; round++) {
    const next = current.map((course) => election.advance(course));
    if (next.every((outcome) => outcome === undefined)) break;
    const outcomes = bounded(distinct(next.flatMap((outcome, i) => outcome ?? [current[i] as Course])));
    // Going round in circles: what comes next is as likely as what is.
    current = round === most - 1 ? distinct([...current, ...outcomes]) : outcomes;
  }
  return distinct(current.map((course) => election.rest(course)));
}

class Election {
  readonly #seats: readonly Seat[];
  readonly #standing: Standing;

  constructor({ seats }: Component, standing: Standing) {
    this.#seats = seats;
    this.#standing = standing;
  }

  /** States that follow from the conditions alone: not running, FAULT, back from either. */
  forced(before: Course): Course {
    const course = copyCourse(before);
    for (const [i, seat] of this.#seats.entries()) {
      if (this.#standing.up[i] !== true) course.spoken[i] = false;
      const state = before.states[i] as MemberState;
      const wanted = this.#wanted(i, state);
      if (wanted === state) continue;
      if (wanted === 'backup') {
        course.fresh[i] = state === 'off' || state === 'ghost';
        if (course.fresh[i] && this.#becomesMasterAtOnce(seat, before)) {
          course.states[i] = 'master';
          this.#speak(course, i);
          continue;
        }
      } else if (state === 'master' && wanted !== 'ghost') this.#sayGoodbye(seat, course);
      this.#enter(course, i, wanted);
    }
    return course;
  }

  #wanted(i: number, state: MemberState): MemberState {
    switch (this.#standing.modes[i] ?? 'off') {
      case 'runs':
        return state === 'master' ? 'master' : 'backup';
      case 'fault':
        return 'fault';
      case 'killed':
        return state === 'master' || state === 'ghost' ? 'ghost' : 'off';
      case 'off':
        return 'off';
    }
  }

  /**
   * An address owner that starts out as MASTER asks nobody (vrrp_scheduler.c vrrp_init_state); in a sync group all must be that. Two that
   * start together are a race: the one that hears the other in time stands by.
   */
  #becomesMasterAtOnce(seat: Seat, before: Course): boolean {
    const starts = (i: number): boolean =>
      before.states[i] !== 'master' && this.#isOwner(i) && this.#seats[i]?.member.instance.wantsMaster === true;
    const rivals = seat.others.some(
      (i) => before.states[i] !== 'backup' && starts(i) && this.#standing.modes[i] === 'runs',
    );
    return !rivals && seat.group.every(starts);
  }

  #isOwner(i: number): boolean {
    return this.#seats[i]?.member.instance.priority.value === PRIORITY_OF_AN_OWNER;
  }

  /** Priority 0, by a master that stops or goes to FAULT: those that hear it wait for their skew only. */
  #sayGoodbye(seat: Seat, course: Course): void {
    for (const i of seat.others)
      if (course.states[i] === 'backup' && this.#hears(course, i, seat.index)) course.hurried[i] = true;
  }

  #enter(course: Course, i: number, state: MemberState): void {
    course.states[i] = state;
    course.hurried[i] = false;
    if (state === 'master') this.#speak(course, i);
    else course.delays[i] = 'none';
    if (state === 'fault' || state === 'off') course.adopted[i] = -1;
    if (state === 'off') course.reduced[i] = false;
  }

  #speak(course: Course, i: number): void {
    if (this.#seats[i]?.filters.some((filter) => filter?.effect === 'until-takeover') === true) course.spoken[i] = true;
  }

  /** One change of state, or several where a race decides; undefined when the course is settled. */
  advance(course: Course): readonly Course[] | undefined {
    this.#runDelays(course);
    return this.#yielding(course) ?? this.#takeover(course) ?? this.#starvation(course);
  }

  /** A preempt_delay begins with the first advert of a weaker master and ends with one of a stronger (vrrp.c vrrp_state_backup). */
  #runDelays(course: Course): void {
    for (const [i, seat] of this.#seats.entries()) {
      if (course.states[i] !== 'backup' || seat.member.instance.preemptDelay.value === 0) continue;
      const heard = seat.others.filter((j) => course.states[j] === 'master' && this.#hears(course, i, j));
      if (heard.some((j) => this.#priority(course, j) >= this.#priority(course, i))) course.delays[i] = 'none';
      else if (heard.length > 0 && course.delays[i] === 'none') course.delays[i] = 'runs';
    }
  }

  /**
   * A master that hears a better one becomes BACKUP (vrrp.c vrrp_state_master_rx): higher priority, or equal and higher address. Its
   * sync group goes with it. Which advert comes first does not matter, but where sync groups cross: then the first decides.
   */
  #yielding(course: Course): readonly Course[] | undefined {
    const outcomes: Course[] = [];
    for (const [i, seat] of this.#seats.entries()) {
      if (course.states[i] !== 'master') continue;
      for (const j of seat.others) if (course.states[j] === 'master') append(outcomes, this.#meeting(course, i, j));
    }
    return outcomes.length === 0 ? undefined : distinct(outcomes);
  }

  /** What may come of a master that hears another. */
  #meeting(course: Course, i: number, j: number): readonly Course[] {
    if (!this.#hears(course, i, j)) return [];
    const [own, theirs] = [this.#priority(course, i), this.#priority(course, j)];
    if (theirs < own) return [];
    if (theirs > own) return [this.#leave(course, i)];
    return (own === PRIORITY_OF_AN_OWNER ? this.#ownersMeet(course, i, j) : this.#equalsMeet(course, i, j)) ?? [];
  }

  #equalsMeet(course: Course, i: number, j: number): readonly Course[] | undefined {
    const rank = this.#seats[i]?.rank[j];
    if (rank === -1) return [this.#leave(course, i)];
    return rank === 0
      ? [this.#leave(course, i), ...(this.#hears(course, j, i) ? [this.#leave(course, j)] : [])]
      : undefined;
  }

  /**
   * Two address owners. Up to 2.2 whoever hears the other gives up its ownership, for as long as it runs, and yields, whatever the
   * address: the one that stood already hears the one that starts. From 2.3 the higher address stays, unless the other does not fall silent.
   */
  #ownersMeet(course: Course, i: number, j: number): readonly Course[] | undefined {
    const seat = this.#seats[i];
    if (seat === undefined) return undefined;
    if (compareVersions(seat.member.host.targets.keepalived, '2.3') >= 0) {
      if (seat.rank[j] === 1 && !this.#hears(course, j, i)) return [this.#leave(course, i)];
      return this.#equalsMeet(course, i, j);
    }
    // An advert from the own address only makes it warn.
    if (seat.rank[j] === ONE_ADDRESS) return undefined;
    const yields = (each: number): Course => {
      const next = this.#leave(course, each);
      next.reduced[each] = true;
      return next;
    };
    if (course.fresh[j] === true && course.fresh[i] !== true) return [yields(i)];
    if (course.fresh[i] === true && course.fresh[j] !== true && this.#hears(course, j, i)) return [yields(j)];
    return [yields(i), ...(this.#hears(course, j, i) ? [yields(j)] : [])];
  }

  /**
   * The BACKUP whose timer ends first becomes MASTER. One that ends hardly later may be first as well: a race, where it would then stay.
   * The members of a sync group become MASTER together, once the timers of all have ended (vrrp_sync.c vrrp_sync_can_goto_master).
   */
  #takeover(course: Course): readonly Course[] | undefined {
    const may = this.#seats.map((_, i) => this.#mayBeMaster(course, i));
    const ready = this.#seats.filter(
      (seat) => course.states[seat.index] === 'backup' && seat.group.every((i) => may[i]),
    );
    if (ready.length === 0) return undefined;
    const waits = ready.map((seat) => largest(seat.group.map((i) => this.#wait(course, i))));
    const firstWait = smallest(waits);
    const first = ready[waits.indexOf(firstWait)] as Seat;
    const rivals = ready.filter(
      (seat, i) =>
        seat === first ||
        ((waits[i] as number) - firstWait < this.#blur(course, first, seat) &&
          this.#collides(first, seat) &&
          !this.#preempts(course, first, seat)),
    );
    return distinct(rivals.map((seat) => this.#move(course, seat.group, 'backup', 'master')));
  }

  /** How close the timers of two seats may end to end in either order; farther apart where each is first in some instance of its group. */
  #blur(course: Course, first: Seat, second: Seat): number {
    const crosses = first.group.some((i) =>
      second.group.some(
        (j) => this.#seats[i]?.others.includes(j) === true && this.#wait(course, j) < this.#wait(course, i),
      ),
    );
    return crosses ? BLUR_OF_GROUPS : BLUR;
  }

  /** Do two seats, with their sync groups, contend for anything? */
  #collides(a: Seat, b: Seat): boolean {
    return a.group.some((i) => b.group.some((j) => this.#seats[i]?.others.includes(j) === true));
  }

  /** Would the first take the address from the second anyhow? Then it does not matter which is earlier. */
  #preempts(course: Course, first: Seat, second: Seat): boolean {
    return first.group.every((i) => {
      const { member, others } = this.#seats[i] as Seat;
      if (member.instance.nopreempt.value || member.instance.preemptDelay.value > 0) return false;
      const rival = second.group.find((j) => others.includes(j));
      return (
        rival === undefined ||
        (this.#hears(course, rival, i) && this.#priority(course, i) > this.#priority(course, rival))
      );
    });
  }

  /**
   * A master that drops the adverts of another puts off its own each time (vrrp_scheduler.c vrrp_dispatcher_read starts its timer anew), and
   * may fall silent. A BACKUP that relies on it then takes over, or does not, as the timers fall: a race where it would stay.
   */
  #starvation(course: Course): readonly Course[] | undefined {
    for (const { index, group, others } of this.#seats) {
      if (course.states[index] !== 'backup' || course.starved[index] === true) continue;
      const masters = others.filter((j) => course.states[j] === 'master' && this.#hears(course, index, j));
      if (
        masters.length === 0 ||
        !masters.every((j) => this.#isDrownedOut(course, j) && this.#yieldsTo(course, j, index))
      )
        continue;
      const stays = copyCourse(course);
      stays.starved[index] = true;
      const withGroup = group.every((i) => i === index || this.#mayBeMaster(course, i));
      return withGroup ? [this.#move(stays, group, 'backup', 'master'), stays] : [stays];
    }
    return undefined;
  }

  #isDrownedOut(course: Course, j: number): boolean {
    const { member, others } = this.#seats[j] as Seat;
    if (member.instance.lowerPrioNoAdvert) return false;
    return others.some(
      (k) =>
        course.states[k] === 'master' &&
        this.#standing.drops[j]?.[k] === true &&
        advertInterval((this.#seats[k] as Seat).member.instance) <= advertInterval(member.instance),
    );
  }

  /** Would a master become BACKUP if the other became one, too? */
  #yieldsTo(course: Course, master: number, other: number): boolean {
    if (!this.#hears(course, master, other)) return false;
    const [own, theirs] = [this.#priority(course, master), this.#priority(course, other)];
    return theirs > own || (theirs === own && (this.#seats[master]?.rank[other] ?? 0) <= 0);
  }

  #mayBeMaster(course: Course, i: number): boolean {
    return course.states[i] === 'master' || (course.states[i] === 'backup' && this.#timerRunsOut(course, i));
  }

  /** A BACKUP accepts an advert whose priority is not below its own, and any with nopreempt or while a preempt_delay runs (vrrp.c vrrp_state_backup). */
  #timerRunsOut(course: Course, i: number): boolean {
    const { others, member } = this.#seats[i] as Seat;
    const takesAny =
      member.instance.nopreempt.value || (member.instance.preemptDelay.value > 0 && course.delays[i] !== 'over');
    return !others.some(
      (j) =>
        course.states[j] === 'master' &&
        this.#hears(course, i, j) &&
        (takesAny || this.#priority(course, j) >= this.#priority(course, i)),
    );
  }

  /** Seconds until the timer of a BACKUP ends: down_timer_adverts * advert_int + skew (RFC 3768 6.1, RFC 9568 6.1); after priority 0 the skew alone. */
  #wait(course: Course, i: number): number {
    const { instance, host } = (this.#seats[i] as Seat).member;
    if (course.states[i] === 'master') return 0;
    const delay = course.fresh[i] === true ? (host.keepalived?.globals.startupDelay.value ?? 0) : 0;
    if (course.fresh[i] === true && this.#isOwner(i) && instance.wantsMaster) return delay;
    const interval = advertInterval(this.#seats[course.adopted[i] as number]?.member.instance ?? instance);
    const rest = 256 - this.#priority(course, i);
    const skew = instance.version.value === 3 ? (rest * interval) / 256 : rest / 256;
    return delay + (course.hurried[i] === true ? skew : instance.downTimerAdverts.value * interval + skew);
  }

  /** What a settled course remembers: the interval of the master that is heard, by version 3. */
  rest(course: Course): Course {
    const settled = copyCourse(course);
    for (const [i, seat] of this.#seats.entries()) {
      settled.hurried[i] = false;
      settled.fresh[i] = false;
      settled.starved[i] = false;
      if (settled.states[i] !== 'backup' || seat.member.instance.version.value !== 3) continue;
      const heard = seat.others.find((j) => settled.states[j] === 'master' && this.#hears(course, i, j));
      if (heard !== undefined) settled.adopted[i] = heard;
    }
    return settled;
  }

  #leave(course: Course, i: number): Course {
    return this.#move(course, (this.#seats[i] as Seat).group, 'master', 'backup');
  }

  #move(course: Course, seats: readonly number[], from: MemberState, to: MemberState): Course {
    const next = copyCourse(course);
    for (const i of seats) if (course.states[i] === from) this.#enter(next, i, to);
    return next;
  }

  #hears(course: Course, to: number, from: number): boolean {
    return hears(course, this.#standing, this.#seats[to] as Seat, from);
  }

  #priority(course: Course, i: number): number {
    return priorityIn(course, this.#standing, i).value;
  }
}

/** At most MOST_COURSES of them; first those that show a state which none before them shows, so that no candidate is lost. */
function bounded(courses: readonly Course[]): readonly Course[] {
  if (courses.length <= MOST_COURSES) return courses;
  const seen = new Set<string>();
  const telling: Course[] = [];
  const others: Course[] = [];
  for (const course of courses) {
    const shown = course.states.map((state, i) => `${i}=${state}`);
    (shown.some((each) => !seen.has(each)) ? telling : others).push(course);
    for (const each of shown) seen.add(each);
  }
  return [...telling, ...others].slice(0, Math.max(MOST_COURSES, telling.length));
}

function distinct(courses: readonly Course[]): readonly Course[] {
  if (courses.length < 2) return courses;
  return [...new Map(courses.map((course) => [keyOf(course), course])).values()];
}
