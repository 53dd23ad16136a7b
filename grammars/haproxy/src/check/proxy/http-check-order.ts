import type { Args } from '../args.ts';
import { isCertain } from '../mode.ts';
import { keptByRun, type Run } from '../run.ts';
import { inheritedProtocol, protocolAt } from './unused-checks.ts';

/** A rule in the list; `implicit` is the request of `option httpchk` that no `http-check send` has replaced yet. */
type Step = 'connect' | 'send' | 'expect' | 'implicit';

/** The rules of a section as they are read. */
interface Order {
  /** The proxy has http checks on: only then are the rules held against each other. */
  on: boolean;
  /** Lines that are read. */
  line: number;
  steps: Step[];
}

const orderOf = keptByRun((run: Run): Order => ({
  on: inheritedProtocol(run) === 'http-check',
  line: run.lines.body,
  steps: [],
}));

function orderAt(run: Run, line: number): Order {
  const order = orderOf(run);
  for (; order.line < line; order.line++) {
    const protocol = protocolAt(run.lines, order.line);
    if (protocol === undefined) continue;
    order.on = protocol === 'http-check';
    if (order.on) addRequest(order);
  }
  return order;
}

/** The request of `option httpchk` goes in front, takes the place of another one, or is merged into an `http-check send`. */
function addRequest(order: Order): void {
  const { steps } = order;
  const at = steps[0] === 'connect' ? 1 : 0;
  if (steps[at] === 'send') return;
  if (steps[at] === 'implicit') steps.splice(at, 1);
  steps.unshift('implicit');
}

/** What the last rule must be for the next one, with the rule that lacks. */
function lacking(last: Step, next: Step): string | undefined {
  if (last === 'implicit') return undefined;
  if (next === 'send') return last === 'connect' ? undefined : 'connect';
  if (next === 'expect') return last === 'connect' ? 'send' : undefined;
  return last === 'expect' ? undefined : 'expect';
}

/**
 * Holds a rule against those above it: a send follows a connect, an expect a send, a connect an expect
 * (tcpcheck_add_http_rule() in src/tcpcheck.c). Comments and variables do not count.
 */
export function checkHttpOrder(args: Args, next: 'connect' | 'send' | 'expect'): boolean {
  const { run, line } = args;
  if (!isCertain(run)) return true;
  const order = orderAt(run, line);
  const { steps } = order;
  const last = steps[steps.length - 1];
  const lacks = order.on && last !== undefined ? lacking(last, next) : undefined;
  if (lacks !== undefined) {
    // The daemon drops the rules above with this one.
    order.steps = [];
    return args.bad(
      1,
      `'http-check ${next}' stands behind a${last === 'expect' ? 'n' : ''} ${last as string}: an 'http-check ${lacks}' must come between`,
    );
  }
  if (next === 'send' && steps[0] === 'implicit' && order.on) steps.shift();
  steps.push(next);
  return true;
}

/** The rule that the checks of the section begin with; undefined when it has none of its own. Asked once its lines are read. */
export function firstHttpStep(run: Run): Step | undefined {
  return orderAt(run, run.lines.count).steps[0];
}
