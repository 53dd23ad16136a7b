import type { Cited, Place } from '@halint/core';
import type { RouterMember, VirtualRouter, VrrpInstance } from '@halint/model';

/** Where a value is set, or, when it is a default, the head of the instance that lacks it. */
export function placeOf(value: Cited<unknown> | undefined, fallback: Place): Place {
  return value?.at ?? fallback;
}

/** A value for people, with a word when no file sets it. */
export function shown(value: Cited<string | number>): string {
  return value.at === undefined ? `${value.value} (default)` : `${value.value}`;
}

/** `ha0 and ha1`, `ha0, ha1 and ha2`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1] as string}`;
}

/** Pairs of a router's first member with each member that differs from it by `key`. */
export function differing(
  router: VirtualRouter,
  key: (instance: VrrpInstance, member: RouterMember) => string | undefined,
): readonly [RouterMember, RouterMember][] {
  const [first, ...others] = router.members;
  if (first === undefined) return [];
  const expected = key(first.instance, first);
  return others.filter((member) => key(member.instance, member) !== expected).map((member) => [first, member]);
}

/** How people name a virtual router: its addresses. */
export function routerName(router: VirtualRouter): string {
  return router.vips.length === 0 ? `virtual router ${router.id}` : `VIP ${router.vips.join(', ')}`;
}
