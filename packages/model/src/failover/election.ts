import type { RouterMember, VirtualRouter } from '../cluster.ts';
import { syncSeats, type Seat } from './sync-group.ts';
import {
  copyWorld,
  hears,
  higherAddress,
  machineOf,
  memberKey,
  priorityIn,
  stateOf,
  type MemberState,
  type World,
} from './world.ts';

/** Changes of state that an election may need per instance; one that never settles is reported by its last state. */
const ROUNDS_PER_MEMBER = 8;
/** More courses than this and the model keeps those that show every candidate: the verdict is a race anyway. */
const MOST_WORLDS = 16;

/** Lets every router of a world settle. Ties of timing give several worlds. */
export function settle(worlds: readonly World[], routers: readonly VirtualRouter[]): readonly World[] {
  let current: readonly World[] = worlds;
  const most = ROUNDS_PER_MEMBER * (1 + routers.reduce((sum, router) => sum + router.members.length, 0));
  for (let round = 0; round < most; round++) {
    let changed = false;
    const next: World[] = [];
    for (const world of current) {
      const outcome = advance(world, routers);
      changed ||= outcome !== undefined;
      next.push(...(outcome ?? [world]));
    }
    current = bounded(distinct(next));
    if (!changed) break;
  }
  return current;
}

/** One change of state, or several where a race decides; undefined when the world is settled. */
function advance(world: World, routers: readonly VirtualRouter[]): readonly World[] | undefined {
  const compelled = forced(world, routers);
  if (compelled !== undefined) return [compelled];
  for (const router of routers) {
    const outcome = yielding(world, router, routers) ?? takeover(world, router, routers);
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}

/** States that follow from the machines alone: not running, FAULT, back from FAULT. Elections do not change them. */
function forced(world: World, routers: readonly VirtualRouter[]): World | undefined {
  const changes = routers.flatMap((router) =>
    router.members.flatMap((member) => {
      const wanted = compelledState(world, { router, member }, routers);
      return wanted === stateOf(world, router, member.host.id) ? [] : [{ router, member, wanted }];
    }),
  );
  if (changes.length === 0) return undefined;
  const next = copyWorld(world);
  for (const { router, member, wanted } of changes) setState(next, { router, member }, wanted);
  return next;
}

function compelledState(world: World, seat: Seat, routers: readonly VirtualRouter[]): MemberState {
  const machine = machineOf(world, seat.member.host.id);
  const state = stateOf(world, seat.router, seat.member.host.id);
  if (!machine.up || machine.keepalived === 'stopped') return 'off';
  if (machine.keepalived === 'killed') return state === 'master' || state === 'ghost' ? 'ghost' : 'off';
  if (faulty(world, seat, routers)) return 'fault';
  return state === 'master' ? 'master' : 'backup';
}

/** FAULT by its own checks, or because another member of its sync group is in FAULT. */
function faulty(world: World, { router, member }: Seat, routers: readonly VirtualRouter[]): boolean {
  return syncSeats(router, member, routers).some((seat) => priorityIn(world, seat.member).fault);
}

/**
 * A master that hears a better one becomes BACKUP (vrrp.c vrrp_state_master_rx): higher priority, or equal and higher address.
 * Its sync group goes with it.
 */
function yielding(
  world: World,
  router: VirtualRouter,
  routers: readonly VirtualRouter[],
): readonly World[] | undefined {
  const leave = (member: RouterMember): World => moved(world, syncSeats(router, member, routers), 'master', 'backup');
  const masters = router.members.filter(({ host }) => stateOf(world, router, host.id) === 'master');
  for (const member of masters) {
    for (const other of masters) {
      if (other === member || !hears(world, member, other)) continue;
      const [own, theirs] = [priorityIn(world, member).value, priorityIn(world, other).value];
      if (theirs < own) continue;
      if (theirs > own) return [leave(member)];
      const winner = higherAddress(member, other);
      if (winner === other) return [leave(member)];
      if (winner === undefined) return [leave(member), leave(other)];
    }
  }
  return undefined;
}

/**
 * The BACKUP whose timer ends first becomes MASTER; equal timers are a race. The members of a sync group become MASTER together,
 * once the timers of all have ended (keepalived vrrp_sync.c vrrp_sync_can_goto_master).
 */
function takeover(
  world: World,
  router: VirtualRouter,
  routers: readonly VirtualRouter[],
): readonly World[] | undefined {
  const seatsOf = (member: RouterMember): readonly Seat[] => syncSeats(router, member, routers);
  const ready = router.members.filter(
    (member) =>
      stateOf(world, router, member.host.id) === 'backup' && seatsOf(member).every((seat) => mayBeMaster(world, seat)),
  );
  if (ready.length === 0) return undefined;
  const waits = ready.map((member) => Math.max(...seatsOf(member).map((seat) => masterDownTime(world, seat.member))));
  const first = Math.min(...waits);
  const earliest = ready.filter((_, i) => (waits[i] as number) - first < 1e-9);
  return earliest.map((member) => moved(world, seatsOf(member), 'backup', 'master'));
}

function mayBeMaster(world: World, { router, member }: Seat): boolean {
  const state = stateOf(world, router, member.host.id);
  return state === 'master' || (state === 'backup' && timerRunsOut(world, router, member));
}

/** A BACKUP accepts an advert whose priority is not below its own, and any with nopreempt or while a preempt_delay runs (vrrp.c vrrp_state_backup). */
function timerRunsOut(world: World, router: VirtualRouter, member: RouterMember): boolean {
  const own = priorityIn(world, member).value;
  for (const other of router.members) {
    if (other === member || stateOf(world, router, other.host.id) !== 'master' || !hears(world, member, other))
      continue;
    if (member.instance.nopreempt.value || priorityIn(world, other).value >= own) return false;
    if (member.instance.preemptDelay.value > 0 && !world.delayed.has(`over ${memberKey(router, member.host.id)}`)) {
      world.delayed.add(memberKey(router, member.host.id));
      return false;
    }
  }
  return true;
}

/** 3 * advert_int + skew, in seconds (RFC 3768 6.1, RFC 9568 6.1); priority 255 does not wait. */
function masterDownTime(world: World, member: RouterMember): number {
  const { value } = priorityIn(world, member);
  if (value === 255) return 0;
  const interval = member.instance.advertInt.value;
  const skew = member.instance.version.value === 3 ? ((256 - value) * interval) / 256 : (256 - value) / 256;
  return 3 * interval + skew;
}

/** A copy of the world in which those of the seats that are in one state are in another. */
function moved(world: World, seats: readonly Seat[], from: MemberState, to: MemberState): World {
  const next = copyWorld(world);
  for (const seat of seats) {
    if (stateOf(world, seat.router, seat.member.host.id) === from) setState(next, seat, to);
  }
  return next;
}

function setState(world: World, { router, member }: Seat, state: MemberState): void {
  const key = memberKey(router, member.host.id);
  world.states.set(key, state);
  if (state !== 'backup') world.delayed.delete(key);
}

/** At most MOST_WORLDS of them; first those that show a state which none before them shows, so that no candidate is lost. */
function bounded(worlds: readonly World[]): readonly World[] {
  if (worlds.length <= MOST_WORLDS) return worlds;
  const seen = new Set<string>();
  const telling: World[] = [];
  const others: World[] = [];
  for (const world of worlds) {
    const shown = [...world.states].map(([key, state]) => `${key}=${state}`);
    (shown.some((each) => !seen.has(each)) ? telling : others).push(world);
    for (const each of shown) seen.add(each);
  }
  return [...telling, ...others].slice(0, Math.max(MOST_WORLDS, telling.length));
}

function distinct(worlds: readonly World[]): readonly World[] {
  const byKey = new Map(
    worlds.map((world) => [
      [...world.states]
        .map(([key, state]) => `${key}=${state}`)
        .sort()
        .join(),
      world,
    ]),
  );
  return [...byKey.values()];
}
