import type { RouterMember, VirtualRouter } from '../cluster.ts';
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

/** More rounds than any settled election needs; a pair that never settles is reported by its last state. */
const MOST_ROUNDS = 64;
/** More courses than this and the model stops telling them apart: the verdict is a race anyway. */
const MOST_WORLDS = 16;

/** Lets every router of a world settle. Ties of timing give several worlds. */
export function settle(worlds: readonly World[], routers: readonly VirtualRouter[]): readonly World[] {
  let current: readonly World[] = worlds;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let changed = false;
    const next: World[] = [];
    for (const world of current) {
      const outcome = advance(world, routers);
      changed ||= outcome !== undefined;
      next.push(...(outcome ?? [world]));
    }
    current = distinct(next).slice(0, MOST_WORLDS);
    if (!changed) break;
  }
  return current;
}

/** One change of state, or several where a race decides; undefined when the world is settled. */
function advance(world: World, routers: readonly VirtualRouter[]): readonly World[] | undefined {
  for (const router of routers) {
    const outcome = forced(world, router, routers) ?? yielding(world, router) ?? takeover(world, router);
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}

/** States that follow from the machine alone: not running, FAULT, back from FAULT. */
function forced(world: World, router: VirtualRouter, routers: readonly VirtualRouter[]): readonly World[] | undefined {
  for (const member of router.members) {
    const machine = machineOf(world, member.host.id);
    const state = stateOf(world, router, member.host.id);
    let wanted: MemberState = state;
    if (!machine.up || machine.keepalived === 'stopped') wanted = 'off';
    else if (machine.keepalived === 'killed') wanted = state === 'master' || state === 'ghost' ? 'ghost' : 'off';
    else if (faulty(world, member, routers)) wanted = 'fault';
    else if (state === 'off' || state === 'fault' || state === 'ghost') wanted = 'backup';
    if (wanted !== state) return [withState(world, router, member, wanted)];
  }
  return undefined;
}

/** FAULT by its own checks, or because another member of its sync group is in FAULT. */
function faulty(world: World, member: RouterMember, routers: readonly VirtualRouter[]): boolean {
  if (priorityIn(world, member).fault) return true;
  const group = member.host.keepalived?.syncGroups.find((each) =>
    each.members.some((name) => name.value === member.instance.name.value),
  );
  if (group === undefined) return false;
  const names = new Set(group.members.map((name) => name.value));
  return routers.some((router) =>
    router.members.some(
      (other) => other.host === member.host && names.has(other.instance.name.value) && priorityIn(world, other).fault,
    ),
  );
}

/** A master that hears a better one becomes BACKUP (vrrp.c vrrp_state_master_rx): higher priority, or equal and higher address. */
function yielding(world: World, router: VirtualRouter): readonly World[] | undefined {
  const masters = router.members.filter(({ host }) => stateOf(world, router, host.id) === 'master');
  for (const member of masters) {
    for (const other of masters) {
      if (other === member || !hears(world, member, other)) continue;
      const [own, theirs] = [priorityIn(world, member).value, priorityIn(world, other).value];
      if (theirs < own) continue;
      if (theirs > own) return [withState(world, router, member, 'backup')];
      const winner = higherAddress(member, other);
      if (winner === other) return [withState(world, router, member, 'backup')];
      if (winner === undefined)
        return [withState(world, router, member, 'backup'), withState(world, router, other, 'backup')];
    }
  }
  return undefined;
}

/** The BACKUP whose timer ends first becomes MASTER; equal timers are a race. */
function takeover(world: World, router: VirtualRouter): readonly World[] | undefined {
  const ready = router.members.filter(
    (member) => stateOf(world, router, member.host.id) === 'backup' && timerRunsOut(world, router, member),
  );
  if (ready.length === 0) return undefined;
  const waits = ready.map((member) => masterDownTime(world, member));
  const first = Math.min(...waits);
  const earliest = ready.filter((_, i) => (waits[i] as number) - first < 1e-9);
  return earliest.map((member) => withState(world, router, member, 'master'));
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

function withState(world: World, router: VirtualRouter, member: RouterMember, state: MemberState): World {
  const next = copyWorld(world);
  next.states.set(memberKey(router, member.host.id), state);
  if (state !== 'backup') next.delayed.delete(memberKey(router, member.host.id));
  return next;
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
