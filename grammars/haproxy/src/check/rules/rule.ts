import { compareVersions, inVersions } from '@halint/core';
import { actionRows } from '../../vocabulary.ts';
import type { ActionRow } from '../../keywords/row.ts';
import { ACTIONS } from '../../keywords/actions.ts';
import { Args } from '../args.ts';
import { checkCondition } from '../expressions.ts';
import { exposed } from '../global/settings.ts';
import { isHttp } from '../mode.ts';
import { hasFrontend } from '../places.ts';
import { listed, refuse, refusedSince, since, suggestion, warn, type Run } from '../run.ts';
import { judgeSample } from '../../sample/check.ts';
import { ACTION_CHECKS } from './actions.ts';
import { informOfLua } from './lua.ts';
import { HTTP_REQUEST, type RuleSet } from './sets.ts';

export { HTTP_REQUEST };

/** A rule that was read. */
export interface Rule {
  readonly conditional: boolean;
  /** Ends the rules of its set: what follows is never reached when it has no condition. */
  readonly final: boolean;
}

/** Actions that end the rules of their set (ACT_FLAG_FINAL). */
const FINAL: ReadonlySet<string> = new Set(['allow', 'deny', 'tarpit', 'return', 'auth', 'redirect']);

/** Actions that need expose-experimental-directives (KWF_EXPERIMENTAL in src/http_act.c, tcp_parse_attach_srv()). */
const EXPERIMENTAL_ACTIONS: ReadonlySet<string> = new Set(['attach-srv', 'normalize-uri']);

/** Judges the action at word `index` with its arguments and condition; undefined when the line is refused or not known. */
export function checkRule(args: Args, index: number, set: RuleSet): Rule | undefined {
  const { run, line } = args;
  const word = args.get(index);
  if (args.unknown(index)) return undefined;
  if (word === '') {
    args.missing(`'${set.name}' needs an action`);
    return undefined;
  }
  if (word.startsWith('lua.')) {
    informOfLua(args, index, 'action');
    return undefined;
  }
  const row = rowOf(run, word, set);
  if (row === undefined) {
    unknownAction(args, index, word, set);
    return undefined;
  }
  if (EXPERIMENTAL_ACTIONS.has(row.word) && !exposed(run, line, 'experimental')) {
    refuse(run, 'misplaced-keyword', args.at(index), `'${set.name} ${row.word}' is experimental`, {
      help: "Allow it with 'expose-experimental-directives' above in the global section.",
    });
    return undefined;
  }
  const check = ACTION_CHECKS.get(row.word);
  const before = run.findings.length;
  const next = check === undefined ? index + 1 : check(args, index, set);
  // The daemon reads no further than the first mistake.
  if (next < 0 || args.unknown(next) || refusedSince(run, before)) return undefined;
  const after = args.get(next);
  const conditional = after === 'if' || after === 'unless';
  const reads = conditional && checkCondition(run, line, args.place(next), set.places(run));
  if (!reads && set.name === 'tcp-request content') checkTrackLevel(args, index, row.word);
  if (!conditional && after !== '') {
    args.bad(next, `'${set.name} ${word}' takes only 'if' or 'unless' here, not '${after}'`, 'unexpected-argument');
    return undefined;
  }
  const final = set.http && FINAL.has(row.word);
  return { conditional: conditional || (row.word === 'redirect' && mayGoOn(args, index)), final };
}

/** Counting what needs no content comes too late for requests that are no HTTP (check_trk_action() in src/action.c, since 2.4). */
function checkTrackLevel(args: Args, index: number, action: string): void {
  const { run } = args;
  if (!action.startsWith('track-sc') || !since(run, '2.4') || !hasFrontend(run) || isHttp(run) !== true) return;
  const { opaque, from } = judgeSample(args.get(index + 1), run.version);
  if (opaque || /L6REQ|HRQ/.test(from)) return;
  const message = `'${args.get(index)}' needs nothing of the request: 'tcp-request session' counts invalid requests too`;
  warn(run, 'misplaced-rule', args.at(index), message);
}

/** A redirection reads its own condition, and one that ignores empty targets goes on (2.6). */
function mayGoOn(args: Args, index: number): boolean {
  for (let i = index + 1; i < args.count; i++) if (/^(?:if|unless|ignore-empty)$/.test(args.get(i))) return true;
  return args.open;
}

const rows = new Map<string, ActionRow | undefined>();

/** The row of an action in a set of rules at the run's version. */
function rowOf(run: Run, word: string, set: RuleSet): ActionRow | undefined {
  const bracket = word.indexOf('(');
  const bare = bracket < 0 ? word : word.slice(0, bracket);
  const key = `${run.version} ${set.name} ${bare}`;
  if (rows.has(key)) return rows.get(key);
  if (rows.size > 5000) rows.clear();
  const row = actionRows(word).find(
    (each) => each.in.includes(set.name) && inVersions(run.version, each.since, each.until),
  );
  rows.set(key, row);
  return row;
}

function unknownAction(args: Args, index: number, word: string, set: RuleSet): void {
  const { run } = args;
  const at = args.at(index);
  const all = actionRows(word);
  const here = all.find((row) => row.in.includes(set.name));
  if (here !== undefined) {
    const early = here.since !== undefined && compareVersions(run.version, here.since) < 0;
    const when = early ? `came with haproxy ${here.since}` : `went with haproxy ${here.until ?? ''}`;
    return refuse(run, 'unknown-keyword', at, `'${set.name} ${word}' ${when}, the target is ${run.version}`);
  }
  const other = all.find((row) => inVersions(run.version, row.since, row.until));
  if (other !== undefined)
    return refuse(run, 'misplaced-keyword', at, `'${word}' is an action of ${listed(other.in)}, not of ${set.name}`);
  const known = ACTIONS.filter((row) => row.in.includes(set.name) && inVersions(run.version, row.since, row.until));
  const { near, extra } = suggestion(
    at,
    word,
    known.map((row) => row.word),
  );
  refuse(run, 'unknown-keyword', at, `'${set.name}' has no action '${word}'${near}`, extra);
}
