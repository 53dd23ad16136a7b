import type { Args } from '../args.ts';
import { since } from '../run.ts';
import { checkAddCounter, checkCaptureAction, checkIncrement, checkSetTag, checkTrack } from './counters.ts';
import {
  checkDeleteHeader,
  checkDeleteHeadersBin,
  checkHeadersBin,
  checkMap,
  checkReplaceHeader,
  checkReplaceLine,
  checkSetHeader,
  checkSetLine,
  checkSetStatus,
  type ActionChecker,
} from './headers.ts';
import { checkRedirection } from './redirect.ts';
import { checkReply, errorCodes } from './reply.ts';
import type { RuleSet } from './sets.ts';
import * as transport from './transport.ts';
import { setVariable, unsetVariable } from './variables.ts';

const REFUSED = -1;

/** deny, tarpit and return with their reply; `deny_status` is the old way to write `status`. */
function reply(status: (set: RuleSet) => number): ActionChecker {
  return (args, index, set) => {
    const next = args.get(index + 1);
    if (next === '' || next === 'if' || next === 'unless') return index + 1;
    if (next === 'deny_status' && !args.get(index).startsWith('return'))
      return checkDenyStatus(args, index, set, status(set));
    return checkReply(args, index + 1, status(set), set.places(args.run))?.next ?? REFUSED;
  };
}

function checkDenyStatus(args: Args, index: number, set: RuleSet, status: number): number {
  if (!args.needs(index + 2, "'deny_status' needs a status")) return args.open ? index + 2 : REFUSED;
  const code = Number.parseInt(args.get(index + 2), 10) || 0;
  if (code < 200 || code > 599) {
    args.bad(index + 2, `a status is from 200 to 599, not '${args.get(index + 2)}'`);
    return REFUSED;
  }
  const after = args.get(index + 3);
  if (after === '' || after === 'if' || after === 'unless') {
    if (args.unknown(index + 3) || errorCodes(args.run).includes(code)) return index + 3;
    args.bad(index + 2, `haproxy has no error page for status ${code}: add a body with 'string' or 'file'`);
    return REFUSED;
  }
  return checkReply(args, index + 3, code || status, set.places(args.run))?.next ?? REFUSED;
}

const checkCache: ActionChecker = (args, index) => {
  const name = args.get(index + 1);
  if (args.unknown(index + 1)) return index + 1;
  if (name !== '' && name !== 'if' && name !== 'unless') return index + 2;
  args.missing(`'${args.get(index)}' needs the name of a cache`);
  return REFUSED;
};

const checkAuth: ActionChecker = (args, index) => {
  if (args.get(index + 1) !== 'realm') return index + 1;
  return args.needs(index + 2, "'realm' needs a name") ? index + 3 : args.open ? index + 2 : REFUSED;
};

const checkStrictMode: ActionChecker = (args, index) => {
  const word = args.get(index + 1);
  if (/^(?:on|off)$/i.test(word)) return index + 2;
  return args.among(index + 1, ['on', 'off'], 'a way to be strict') || args.unknown(index + 1) ? index + 1 : REFUSED;
};

const checkSpoeGroup: ActionChecker = (args, index) =>
  args.needs(index + 2, "'send-spoe-group' needs an engine and a group") ? index + 3 : args.open ? index + 2 : REFUSED;

const checkRedirectAction: ActionChecker = (args, index, set) => {
  const read = checkRedirection(args, index + 1, set.places(args.run), true, set.response);
  // The redirection reads its condition itself, to the end of the line.
  return read === undefined ? REFUSED : args.count;
};

const NORMALIZERS: Readonly<Record<string, string>> = {
  'path-merge-slashes': '',
  'path-strip-dot': '',
  'path-strip-dotdot': 'full',
  'query-sort-by-name': '',
  'percent-to-uppercase': 'strict',
  'percent-decode-unreserved': 'strict',
  'fragment-strip': '',
  'fragment-encode': '',
};
const OLD_NORMALIZERS = Object.keys(NORMALIZERS).filter((word) => !word.startsWith('fragment'));

/** normalize-uri: the two for fragments came with 2.6. */
const checkNormalize: ActionChecker = (args, index) => {
  const known = since(args.run, '2.5') ? Object.keys(NORMALIZERS) : OLD_NORMALIZERS;
  if (!args.among(index + 1, known, 'a normalizer')) return args.unknown(index + 1) ? index + 1 : REFUSED;
  const more = NORMALIZERS[args.get(index + 1)] as string;
  return more !== '' && args.get(index + 2) === more ? index + 3 : index + 2;
};

const checkSetVariable: ActionChecker = (args, index, set) => {
  const places = set.places(args.run);
  return setVariable(args, index, places, places);
};

/** What is judged of an action behind its name; an action without a row here takes no argument. */
export const ACTION_CHECKS: ReadonlyMap<string, ActionChecker> = new Map<string, ActionChecker>([
  ['add-acl', checkMap],
  ['add-header', checkSetHeader],
  ['add-headers-bin', checkHeadersBin],
  ['attach-srv', transport.checkAttach],
  ['auth', checkAuth],
  ['cache-store', checkCache],
  ['cache-use', checkCache],
  ['capture', checkCaptureAction],
  ['del-acl', checkMap],
  ['del-header', checkDeleteHeader],
  ['del-headers-bin', checkDeleteHeadersBin],
  ['del-map', checkMap],
  ['deny', reply((set) => (set.response ? 502 : 403))],
  ['do-resolve', transport.checkResolve],
  ['early-hint', checkSetHeader],
  ['expect-netscaler-cip', transport.checkExpectProxy],
  ['expect-proxy', transport.checkExpectProxy],
  ['normalize-uri', checkNormalize],
  ['ot-group', checkSpoeGroup],
  ['pause', transport.checkPause],
  ['redirect', checkRedirectAction],
  ['replace-header', checkReplaceHeader],
  ['replace-path', checkReplaceLine],
  ['replace-pathq', checkReplaceLine],
  ['replace-uri', checkReplaceLine],
  ['replace-value', checkReplaceHeader],
  ['return', reply(() => 200)],
  ['sc-add-gpc', checkAddCounter],
  ['sc-inc-gpc', checkIncrement],
  ['sc-inc-gpc0', checkIncrement],
  ['sc-inc-gpc1', checkIncrement],
  ['sc-set-gpt', checkSetTag],
  ['sc-set-gpt0', checkSetTag],
  ['send-spoe-group', checkSpoeGroup],
  ['set-bandwidth-limit', transport.checkBandwidth],
  ['set-bc-mark', transport.checkMark],
  ['set-bc-tos', transport.checkMark],
  ['set-dst', transport.checkAddress],
  ['set-dst-port', transport.checkAddress],
  ['set-fc-mark', transport.checkMark],
  ['set-fc-tos', transport.checkMark],
  ['set-header', checkSetHeader],
  ['set-headers-bin', checkHeadersBin],
  ['set-log-level', transport.checkLogLevel],
  ['set-map', checkMap],
  ['set-mark', transport.checkMark],
  ['set-method', checkSetLine],
  ['set-nice', transport.checkNice],
  ['set-path', checkSetLine],
  ['set-pathq', checkSetLine],
  ['set-priority-class', transport.checkRequestSample],
  ['set-priority-offset', transport.checkRequestSample],
  ['set-query', checkSetLine],
  ['set-retries', transport.checkSetRetries],
  ['set-src', transport.checkAddress],
  ['set-src-port', transport.checkAddress],
  ['set-status', checkSetStatus],
  ['set-timeout', transport.checkSetTimeout],
  ['set-tos', transport.checkMark],
  ['set-uri', checkSetLine],
  ['set-var', checkSetVariable],
  ['set-var-fmt', checkSetVariable],
  ['silent-drop', transport.checkSilentDrop],
  ['strict-mode', checkStrictMode],
  ['switch-mode', transport.checkSwitchMode],
  ['tarpit', reply(() => 500)],
  ['track-sc', checkTrack],
  ['track-sc0', checkTrack],
  ['track-sc1', checkTrack],
  ['track-sc2', checkTrack],
  ['unset-var', unsetVariable],
  ['use-service', transport.checkService],
  ['wait-for-body', transport.checkWaitForBody],
]);
