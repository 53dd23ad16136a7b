import { strtol } from '../../quantity/index.ts';
import type { Args } from '../args.ts';
import { AT, checkSample, type Places } from '../expressions.ts';
import { hasFrontend, isDefaults } from '../places.ts';
import { needsTable } from '../proxy/stick.ts';
import { refuse, refusedSince, since } from '../run.ts';
import type { ActionChecker } from './headers.ts';
import type { RuleSet } from './sets.ts';

const REFUSED = -1;
/** Counters of a session (MAX_SESS_STKCTR). */
const COUNTERS = 3;

/** Is there a counter of that number? Since 2.7 tune.stick-counters says how many there are. */
function checkCounter(args: Args, index: number, counter: number, fixed = false): boolean {
  const settable = !fixed && since(args.run, '2.7');
  const most = settable ? args.run.context.counters : COUNTERS;
  if (!(counter >= most)) return true;
  const range = most > 0 ? `counters are numbered 0 to ${most - 1}, not ${counter}` : 'there are no stick counters';
  const help = settable ? { help: "'tune.stick-counters' in global sets how many there are." } : {};
  refuse(args.run, 'invalid-argument', args.at(index), range, help);
  return false;
}

/** track-sc0 … KEY [table NAME]. */
export const checkTrack: ActionChecker = (args, index, set) => {
  const { run, line } = args;
  const number = args.get(index).slice('track-sc'.length);
  if (!/^\d*$/.test(number)) {
    args.bad(index, `'track-sc' is followed by the number of a counter, not by '${number}'`);
    return REFUSED;
  }
  if (!checkCounter(args, index, Number(number))) return REFUSED;
  if (!args.needs(index + 1, `'${args.get(index)}' needs an expression`)) return args.open ? index + 1 : REFUSED;
  const before = run.findings.length;
  const next = checkSample(run, line, args.place(index + 1), set.places(run));
  if (refusedSince(run, before)) return REFUSED;
  const word = args.get(next);
  if (word === 'table') return args.needs(next + 1, "'table' needs a name") || args.open ? next + 2 : REFUSED;
  if (!args.unknown(next) && (word === '' || word === 'if' || word === 'unless'))
    needsTable(args, `'${args.get(index)}'`);
  return next;
};

/** Words in the brackets of sc-… : `(SC)` behind a counter's digit, `(IDX,SC)` without one. */
function checkNumbers(args: Args, index: number, digits: string): boolean {
  const word = args.get(index);
  const bare = word.replace(/\(.*$/, '');
  const old = digits.includes(bare.slice(-1));
  const inside = word.slice(bare.length);
  if (old && inside === '') return true;
  const parts = (old ? /^\(([^,)]*)\)/ : /^\([\t-\r ]*[+-]?\d*,([^,)]*)\)/).exec(inside);
  const counter = parts === null ? undefined : strtol(parts[1] === '' ? '0' : (parts[1] as string), 10);
  if (counter === undefined)
    return args.bad(
      index,
      `'${bare}' takes ${old ? '(<counter>)' : '(<index>,<counter>)'} in brackets, found '${word}'`,
    );
  return checkCounter(args, index, counter, bare === 'sc-add-gpc' && !since(args.run, '3.2'));
}

export const checkIncrement: ActionChecker = (args, index) => (checkNumbers(args, index, '01') ? index + 1 : REFUSED);

/** Where the value of sc-set-gpt and sc-add-gpc is taken: one side only (parse_set_gpt in src/stick_table.c). */
const VALUE_PLACES: Readonly<Record<string, Places>> = {
  'tcp-request connection': AT.feConn,
  'tcp-request session': AT.feSession,
  'tcp-request content': AT.feContent,
  'tcp-response content': AT.beResponseContent,
  'http-request': AT.feRequest,
  'http-response': AT.beResponse,
  'http-after-response': AT.beResponse,
};

function checkValue(args: Args, index: number, set: RuleSet): number {
  // strtol() reads a missing word as 0.
  if (args.get(index) === '') return index;
  if (strtol(args.get(index), 10) !== undefined) return index + 1;
  return checkSample(args.run, args.line, args.place(index), VALUE_PLACES[set.name] ?? AT.feConn);
}

export const checkSetTag: ActionChecker = (args, index, set) =>
  checkNumbers(args, index, '0') ? checkValue(args, index + 1, set) : REFUSED;

export const checkAddCounter: ActionChecker = (args, index, set) =>
  checkNumbers(args, index, '') ? checkValue(args, index + 1, set) : REFUSED;

/** Numbers below 0 are refused since 3.2. */
function isSlot(text: string, positive: boolean): boolean {
  const id = strtol(text, 10);
  return id !== undefined && (id >= 0 || !positive);
}

/** capture EXPRESSION len N | id N. */
export const checkCaptureAction: ActionChecker = (args, index, set) => {
  const { run, line } = args;
  if (set.name.startsWith('tcp')) return checkTcpCapture(args, index, set);
  const words = ['len', 'id'];
  for (let i = index + 1; i <= index + 3; i++) {
    const word = args.get(i);
    if (args.unknown(i)) return i;
    if (word === '' || word === 'if' || word === 'unless') {
      args.missing(`'${set.name} capture' needs an expression and 'len' or 'id' with a number`);
      return REFUSED;
    }
  }
  const places = set.response ? AT.feResponse : AT.feRequest;
  const next = checkSample(run, line, args.place(index + 1), places);
  if (!args.among(next, set.response ? ['id'] : words, 'how to capture')) return args.unknown(next) ? next : REFUSED;
  const id = args.get(next) === 'id';
  if (!id && !hasFrontend(run)) {
    args.bad(next, "a backend captures into slots of its frontend: use 'id' and 'declare capture'");
    return REFUSED;
  }
  if (args.unknown(next + 1)) return next + 1;
  const number = args.get(next + 1);
  const fits = id ? number === '' || isSlot(number, since(run, '3.2')) : (Number.parseInt(number, 10) || 0) > 0;
  if (fits) return number === '' ? next + 1 : next + 2;
  args.bad(
    number === '' ? next : next + 1,
    id ? `'${number}' is not the number of a slot` : `a capture has a length above 0, not '${number}'`,
  );
  return REFUSED;
};

function checkTcpCapture(args: Args, index: number, set: RuleSet): number {
  const { run, line } = args;
  if (!hasFrontend(run) || set.name !== 'tcp-request content') {
    args.bad(index, "'capture' is an action of tcp-request content in a frontend", 'misplaced-keyword');
    return REFUSED;
  }
  if (!args.needs(index + 1, "'capture' needs an expression")) return args.open ? index + 1 : REFUSED;
  const next = checkSample(run, line, args.place(index + 1), AT.feContent | (isDefaults(run) ? AT.beContent : 0));
  if (args.unknown(next) || (args.get(next) === 'len' && args.unknown(next + 1))) return next;
  if (args.get(next) === 'len' && (Number.parseInt(args.get(next + 1), 10) || 0) > 0) return next + 2;
  args.bad(Math.min(next, args.count - 1), "'capture' needs 'len' and a number above 0 behind the expression");
  return REFUSED;
}
