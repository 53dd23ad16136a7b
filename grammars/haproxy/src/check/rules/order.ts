import type { Args } from '../args.ts';
import { keptByRun, since, warn, type Run } from '../run.ts';

/** Rules in the order in which haproxy processes them, whatever their order in the file (warnif_misplaced_* in src/cfgparse-listen.c). */
const ORDER = [
  'quic-initial',
  'tcp-request connection',
  'tcp-request session',
  'tcp-request content',
  'monitor fail',
  'http-request',
  'redirect',
  'use_backend',
  'use-server',
] as const;

const RANK: ReadonlyMap<string, number> = new Map(ORDER.map((rule, i) => [rule, i]));
/** Rules of the answer: only this pair is warned of, since 3.2. */
const ANSWER = 1 << ORDER.length;

const seen = keptByRun((_: Run) => ({ bits: 0 }));

/** Takes note of a rule, and warns when a rule above it is processed after it. */
export function note(run: Run, rule: string, args?: Args): void {
  const noted = seen(run);
  const before = noted.bits;
  const rank = RANK.get(rule);
  if (args !== undefined && before !== 0) {
    const later = rank === undefined ? undefined : firstLater(before, rank);
    if (later !== undefined) misplaced(args, rule, later);
    else if (rule === 'tcp-response content' && (before & ANSWER) !== 0 && since(run, '3.1'))
      misplaced(args, rule, 'http-response');
  }
  const bit = rank === undefined ? (rule === 'http-response' ? ANSWER : 0) : 1 << rank;
  noted.bits = before | bit;
}

function firstLater(before: number, rank: number): string | undefined {
  for (let i = rank + 1; i < ORDER.length; i++) if ((before & (1 << i)) !== 0) return ORDER[i];
  return undefined;
}

function misplaced(args: Args, rule: string, later: string): void {
  warn(
    args.run,
    'misplaced-rule',
    args.at(0),
    `this '${rule}' rule stands below a '${later}' rule, but haproxy processes it before`,
    { help: `Move it above the first '${later}' rule, so that the file shows what happens.` },
  );
}
