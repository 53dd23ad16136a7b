import { Args } from '../args.ts';
import { AT, checkSample } from '../expressions.ts';
import { isCertain, lastLine } from '../mode.ts';
import { hasBackend, isDefaults } from '../places.ts';
import { refusedSince, type Checker } from '../run.ts';
import { mayHaveCondition } from './switching.ts';

const WORDS = ['on', 'match', 'store-request', 'store-response'];
const ALL = [...WORDS, 'store'];

/** Without `table` a rule uses the table of its own section: there must be one. */
export function needsTable(args: Args, what: string): void {
  const { run } = args;
  if (isDefaults(run) || !isCertain(run) || lastLine(run.lines, 'stick-table') >= 0) return;
  args.bad(0, `${what} needs 'table': this ${run.lines.kind} has no stick-table of its own`, 'missing-argument');
}

/** `stick …`: in a frontend the daemon warns and reads no further. */
export const checkStick: Checker = (run, line) => {
  if (!hasBackend(run)) return;
  const args = new Args(run, line);
  if (!args.among(1, args.get(1) === 'store' ? ALL : WORDS, 'what to stick')) return;
  if (!args.needs(2, `'stick ${args.get(1)}' needs an expression`)) return;
  if (args.open && args.count < 3) return;
  const places = args.get(1) === 'store-response' ? AT.beStoreRule : AT.beSetServer;
  const before = run.findings.length;
  let next = checkSample(run, line, args.place(2), places);
  if (refusedSince(run, before)) return;
  if (args.get(next) === 'table') {
    if (!args.needs(next + 1, "'table' needs a name")) return;
    next += 2;
  } else if (!args.unknown(next) && /^(?:if|unless)?$/.test(args.get(next))) needsTable(args, `'stick ${args.get(1)}'`);
  mayHaveCondition(args, next, places);
};
