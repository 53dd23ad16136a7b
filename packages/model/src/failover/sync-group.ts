import type { RouterMember, VirtualRouter } from '../cluster.ts';

/** An instance together with the router it stands in. */
export interface Seat {
  readonly router: VirtualRouter;
  readonly member: RouterMember;
}

/** The instances of the same host that move together with `member`, itself included; itself alone without a vrrp_sync_group. */
export function syncSeats(
  router: VirtualRouter,
  member: RouterMember,
  routers: readonly VirtualRouter[],
): readonly Seat[] {
  const group = member.host.keepalived?.syncGroups.find((each) =>
    each.members.some((name) => name.value === member.instance.name.value),
  );
  if (group === undefined) return [{ router, member }];
  const names = new Set(group.members.map((name) => name.value));
  return routers.flatMap((each) =>
    each.members
      .filter((other) => other.host === member.host && names.has(other.instance.name.value))
      .map((other) => ({ router: each, member: other })),
  );
}
