import type { Call, Handler } from '../../process/call.ts';
import { wanted } from '../arguments.ts';
import {
  BLOCK,
  CONNECTION,
  type End,
  ending,
  newChecker,
  onConnection,
  open,
  reachable,
  replaced,
  statements,
  type Use,
} from './checker.ts';

const helo: Use = (call, checker) => {
  if (wanted(call, 'a name') !== undefined) replaced(call, checker.places.get('helo_name'));
};

const openHost: Handler = (call) => {
  const { servers } = call.state;
  servers.host = servers.checker === undefined ? undefined : newChecker(call, true);
};

function endHost(call: Call): void {
  const { servers } = call.state;
  const { checker, host } = servers;
  servers.host = undefined;
  if (checker !== undefined && host !== undefined && reachable(call, host)) checker.parts++;
}

/** check_smtp.c smtp_check_end_handler: with hosts and nothing of its own it connects to the first host. */
const smtpEnd: End = (call, checker) => {
  const own = CONNECTION.some(([word]) => checker.places.has(word));
  if (!own && checker.parts > 0) return;
  checker.destination ??= call.state.servers.real?.address;
  reachable(call, checker);
};

export const SMTP_HANDLERS: readonly [string, Handler][] = [
  [`${BLOCK}/SMTP_CHECK`, open(false)],
  ...statements('SMTP_CHECK', CONNECTION, onConnection),
  ...statements('SMTP_CHECK', [['helo_name', helo]]),
  [`${BLOCK}/SMTP_CHECK/host`, openHost],
  ...statements('SMTP_CHECK/host', CONNECTION, onConnection),
];

export const SMTP_ENDS: readonly [string, (call: Call) => void][] = [
  [`${BLOCK}/SMTP_CHECK/host`, endHost],
  [`${BLOCK}/SMTP_CHECK`, ending(smtpEnd)],
];
