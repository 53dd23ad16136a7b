import type { Cluster, RouterMember, VirtualRouter } from '../cluster.ts';
import type { Host } from '../host.ts';
import type { UnreadHost } from './types.ts';
import { carriersOf, syncGroupOf, trackedItems, type TrackedItem } from '../tracking.ts';
import { filteredAdverts, type FilteredAdverts } from './advert-filter.ts';
import { arrives, rejection } from './adverts.ts';
import { addressOwners, bfdSessionsOf, type BfdSession } from './bfd.ts';
import { connected, groupKeys, isInEarshot, contactKeys } from './contacts.ts';
import { refusalOf, standingFault, type Refusal } from './refused.ts';
import { higherAddress, sourceAddress } from './source-address.ts';
import { tiedToHaproxy, type Tied } from './tied-scripts.ts';

/** An instance in an election, with all that never changes while events are played. */
export interface Seat {
  /** Place in its component. */
  readonly index: number;
  readonly router: VirtualRouter;
  readonly member: RouterMember;
  readonly items: readonly TrackedItem[];
  /** Interfaces whose loss is FAULT. */
  readonly carriers: readonly string[];
  /** Why its keepalived does not run at all. */
  readonly refusal: Refusal | undefined;
  /** Why it stays in FAULT for good. */
  readonly fault: string | undefined;
  /** Seats that move together with it: those of its sync group on the same host, itself included. */
  readonly group: readonly number[];
  /** The seats whose adverts concern it: the others of its router, and any on its segment that has the same virtual_router_id. */
  readonly others: readonly number[];
  /** By seat: does it take the adverts of that one (apart from the network's condition)? */
  readonly accepts: readonly boolean[];
  /** By seat: does it see the adverts of that one only to drop them? */
  readonly drops: readonly boolean[];
  /** By seat: what packet filters do with the adverts of that one that it would take; undefined: they let them pass. */
  readonly filters: readonly (FilteredAdverts | undefined)[];
  /** By seat: of two masters of equal priority, does it win (1), lose (-1), is that not known (0), or do both have ONE_ADDRESS? */
  readonly rank: readonly number[];
  /** BFD instance -> its session, where it looks at a host of the cluster. */
  readonly bfdSessions: ReadonlyMap<string, BfdSession>;
}

/** Routers that depend on each other by sync groups or one virtual_router_id: elections of different components do not touch each other. */
export interface Component {
  readonly seats: readonly Seat[];
  readonly routers: readonly RouterSeats[];
}

/** A router with its seats and, by address, those that bring it to their hosts. */
export interface RouterSeats {
  readonly router: VirtualRouter;
  readonly seats: readonly Seat[];
  readonly addresses: ReadonlyMap<string, readonly Seat[]>;
}

/** A cluster as the simulation needs it; worked out once. */
export interface Plan {
  readonly cluster: Cluster;
  readonly components: readonly Component[];
  /** Every address, and every name of an instance, in the order of the routers. */
  readonly addresses: readonly string[];
  readonly instances: readonly string[];
  /** By host: what fails with its haproxy. */
  readonly tied: ReadonlyMap<string, Tied>;
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** Files that may give hosts of the cluster, or others, a part in it. */
  readonly unread: readonly UnreadHost[];
}

export function planOf(cluster: Cluster, unread: readonly UnreadHost[] = []): Plan {
  const refusals = new Map<string, Refusal>();
  for (const host of cluster.hosts) {
    const refusal = refusalOf(host);
    if (refusal !== undefined) refusals.set(host.id, refusal);
  }
  const owners = addressOwners(cluster.hosts);
  const sessions = new Map(cluster.hosts.map((host) => [host, bfdSessionsOf(host, owners)]));
  return {
    cluster,
    components: connected(cluster.routers, ({ members }) =>
      members.flatMap((member) => [...groupKeys(member), ...contactKeys(member)]),
    ).map((routers) => componentOf(routers, refusals, sessions)),
    addresses: [...new Set(cluster.routers.flatMap(addressesOfRouter))],
    instances: [
      ...new Set(cluster.routers.flatMap(({ members }) => members.map(({ instance }) => instance.name.value))),
    ],
    tied: new Map(cluster.hosts.map((host) => [host.id, tiedToHaproxy(host)])),
    refusals,
    unread,
  };
}

/** Every address that a router brings: its VIPs, then those that move along without being advertised. */
export function addressesOfRouter(router: VirtualRouter): readonly string[] {
  const excluded = router.members.flatMap(({ instance }) => instance.excludedVips.map((vip) => vip.address.value));
  return [...new Set([...router.vips, ...excluded])];
}

function brings({ instance }: RouterMember, address: string): boolean {
  return [...instance.vips, ...instance.excludedVips].some((vip) => vip.address.value === address);
}

function componentOf(
  routers: readonly VirtualRouter[],
  refusals: ReadonlyMap<string, Refusal>,
  sessions: ReadonlyMap<Host, ReadonlyMap<string, BfdSession>>,
): Component {
  const places = routers.flatMap((router) => router.members.map((member) => ({ router, member })));
  const seats = places.map(({ router, member }, index): Seat => {
    const { host, instance } = member;
    const facts = host.keepalived;
    const group = facts === undefined ? undefined : syncGroupOf(instance, facts);
    const names = new Set(group?.members.map((name) => name.value));
    const concerns = (place: (typeof places)[number]): boolean =>
      place.router === router || isInEarshot(member, place.member);
    const where = (test: (place: (typeof places)[number], i: number) => boolean): readonly number[] =>
      places.flatMap((place, i) => (test(place, i) ? [i] : []));
    return {
      index,
      router,
      member,
      items: facts === undefined ? [] : trackedItems(instance, facts, host.facts.interfaces),
      carriers: carriersOf(instance),
      refusal: refusals.get(host.id),
      fault: standingFault(instance, host),
      group:
        group === undefined
          ? [index]
          : where((place) => place.member.host === host && names.has(place.member.instance.name.value)),
      others: where((place, i) => i !== index && concerns(place)),
      accepts: places.map((place) => concerns(place) && rejection(member, place.member) === undefined),
      drops: places.map(
        (place) => concerns(place) && arrives(member, place.member) && rejection(member, place.member) !== undefined,
      ),
      filters: places.map((place, i) =>
        i !== index && concerns(place) && arrives(member, place.member)
          ? filteredAdverts(member, place.member)
          : undefined,
      ),
      rank: places.map((place) => (concerns(place) ? rankOf(member, place.member) : 0)),
      bfdSessions: sessions.get(host) ?? new Map(),
    };
  });
  return {
    seats,
    routers: routers.map((router) => {
      const own = seats.filter((seat) => seat.router === router);
      const addresses = addressesOfRouter(router).map(
        (vip) => [vip, own.filter(({ member }) => brings(member, vip))] as const,
      );
      return { router, seats: own, addresses: new Map(addresses) };
    }),
  };
}

/** Rank of masters that send from the same address: neither yields to its equal. */
export const ONE_ADDRESS = 2;

function rankOf(own: RouterMember, other: RouterMember): number {
  if (own === other) return 0;
  const winner = higherAddress(own, other);
  if (winner !== undefined) return winner === own ? 1 : -1;
  const [a, b] = [own, other].map(({ host, instance }) => sourceAddress(host, instance));
  return a !== undefined && a === b ? ONE_ADDRESS : 0;
}
