import { Args } from '../args.ts';
import { AT, checkCondition, checkFormat, type Places } from '../expressions.ts';
import { note } from '../rules/order.ts';
import { since, type Checker } from '../run.ts';

function isCondition(word: string): boolean {
  return word === 'if' || word === 'unless';
}

/** Refuses a line whose word at `index` is not if or unless. */
export function needsCondition(args: Args, index: number, places: Places): boolean {
  const word = args.get(index);
  if (isCondition(word)) {
    checkCondition(args.run, args.line, args.place(index), places);
    return true;
  }
  if (args.unknown(index)) return true;
  const message = `'${args.head(index)}' needs 'if' or 'unless' and a condition`;
  return word === '' ? args.missing(message) : args.bad(index, `${message}, found '${word}'`);
}

/** What may stand at `index`: nothing, or if or unless with a condition. */
export function mayHaveCondition(args: Args, index: number, places: Places): boolean {
  const word = args.get(index);
  if (word === '') return true;
  if (isCondition(word)) {
    checkCondition(args.run, args.line, args.place(index), places);
    return true;
  }
  return args.bad(
    index,
    `'${args.head(index)}' takes only 'if' or 'unless' here, not '${word}'`,
    'unexpected-argument',
  );
}

export const checkUseBackend: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.needs(1, "'use_backend' needs the name of a backend")) return;
  // A name with a percent sign is a log-format string (check_config_validity).
  if (args.get(1).includes('%')) checkFormat(run, line, args.place(1), AT.feRequest);
  if (mayHaveCondition(args, 2, AT.feSetBackend)) note(run, 'use_backend');
};

export const checkDefaultBackend: Checker = (run, line) => {
  const args = new Args(run, line);
  if (args.needs(1, "'default_backend' needs the name of a backend")) args.ends(2);
};

export const checkUseServer: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.needs(1, "'use-server' needs the name of a server")) return;
  if (args.get(1).includes('%')) checkFormat(run, line, args.place(1), AT.feRequest);
  if (needsCondition(args, 2, AT.beSetServer)) note(run, 'use-server');
};

export const checkForcePersist: Checker = (run, line) => {
  needsCondition(new Args(run, line), 1, AT.beContent);
};

export const checkForceSwitch: Checker = (run, line) => {
  if (since(run, '3.3')) needsCondition(new Args(run, line), 1, AT.feContent);
};

export const checkMonitor: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.among(1, ['fail'], 'what can be monitored')) return;
  if (needsCondition(args, 2, AT.feRequest)) note(run, 'monitor fail', args);
};
