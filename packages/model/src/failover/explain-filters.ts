import type { Place } from '@halint/core';
import { filterReason } from './advert-filter.ts';
import type { Plan, Seat } from './plan.ts';

/** Takes a line that decides what is told. */
export type Cite = (place: Place | undefined) => void;

/** What packet filters do to the adverts of a seat on their way to another. */
export function filterReasons(
  to: Seat,
  from: Seat,
  cite: Cite,
  effect: 'dropped' | 'until-takeover',
): readonly string[] {
  const filter = to.filters[from.index];
  if (filter?.effect !== effect) return [];
  cite((filter.host === to.member.host ? to : from).member.instance.interface?.at);
  return [filterReason(filter, to.member, from.member)];
}

/** What keeps a host from hearing its peers until it has been MASTER once: it takes over at each start of the host. */
export function waitSentences({ components }: Plan, cite: Cite): readonly string[] {
  return components.flatMap(({ seats }) =>
    seats.flatMap((to) =>
      to.others.flatMap((j) => {
        const from = seats[j];
        return from === undefined ? [] : filterReasons(to, from, cite, 'until-takeover');
      }),
    ),
  );
}
