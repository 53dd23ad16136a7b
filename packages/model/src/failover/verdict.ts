import type { ServiceState, Verdict } from './types.ts';

const RANK: Record<Verdict, number> = { ok: 0, race: 1, unknown: 2, outage: 3, 'split-brain': 4 };

export function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce((a, b) => (RANK[b] > RANK[a] ? b : a), 'ok' as Verdict);
}

/** Of one course: addresses with the hosts that have them and can be reached, and what is served there. */
export function verdictOf(
  reachable: Readonly<Record<string, readonly string[]>>,
  services: readonly ServiceState[],
): Verdict {
  const counts = Object.values(reachable).map((hosts) => hosts.length);
  if (counts.some((count) => count > 1)) return 'split-brain';
  if (counts.some((count) => count === 0)) return 'outage';
  return services.some((service) => service.state === 'down') ? 'outage' : 'ok';
}

/** Of all courses of a component: different holders that are all well are a race. */
export function ofCourses(verdicts: readonly Verdict[], race: boolean, unsure: boolean): Verdict {
  // A holder that rests on something unknown is a guess, and so is its absence.
  if (unsure) return 'unknown';
  const found = worst(verdicts);
  return race && found === 'ok' ? 'race' : found;
}
