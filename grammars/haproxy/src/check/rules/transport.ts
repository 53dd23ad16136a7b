import { judgeTime, readSize, sizeFault, strtol } from '../../quantity/index.ts';
import type { Args } from '../args.ts';
import { AT, checkSample } from '../expressions.ts';
import { atRequest, hasBackend, hasFrontend, isDefaults } from '../places.ts';
import { listed, since } from '../run.ts';
import type { ActionChecker } from './headers.ts';
import { informOfLua } from './lua.ts';

const REFUSED = -1;

/** An expression behind the action, evaluated where requests are. */
export const checkRequestSample: ActionChecker = (args, index) => {
  if (!args.needs(index + 1, `'${args.get(index)}' needs an expression`)) return args.open ? index + 1 : REFUSED;
  return checkSample(args.run, args.line, args.place(index + 1), atRequest(args.run));
};

/** set-src, set-dst and their ports take one word of expression (tcp_parse_set_src_dst counts only one). */
export const checkAddress: ActionChecker = (args, index) => {
  if (!args.needs(index + 1, `'${args.get(index)}' needs an expression`)) return args.open ? index + 1 : REFUSED;
  checkSample(args.run, args.line, args.place(index + 1), atRequest(args.run));
  return index + 2;
};

/** set-mark, set-tos and their kin: an integer, since 3.0 also an expression. */
export const checkMark: ActionChecker = (args, index) => {
  if (!args.needs(index + 1, `'${args.get(index)}' needs an integer`)) return args.open ? index + 1 : REFUSED;
  if (strtol(args.get(index + 1), 0) !== undefined) return index + 2;
  if (since(args.run, '2.9')) return checkSample(args.run, args.line, args.place(index + 1), atRequest(args.run));
  args.bad(index + 1, `'${args.get(index + 1)}' is not an integer`);
  return REFUSED;
};

/** silent-drop [rst-ttl N]: since 2.8. */
export const checkSilentDrop: ActionChecker = (args, index) => {
  if (args.get(index + 1) !== 'rst-ttl' || !since(args.run, '2.7')) return index + 1;
  if (!args.needs(index + 2, "'rst-ttl' needs a number from 1 to 255")) return args.open ? index + 2 : REFUSED;
  const ttl = strtol(args.get(index + 2), 0);
  if (ttl !== undefined && ttl >= 1 && ttl <= 255) return index + 3;
  args.bad(index + 2, `'rst-ttl' is from 1 to 255, not '${args.get(index + 2)}'`);
  return REFUSED;
};

/** expect-proxy layer4 and expect-netscaler-cip layer4, in connection rules only. */
export const checkExpectProxy: ActionChecker = (args, index) =>
  args.among(index + 1, ['layer4'], 'where the header is expected')
    ? index + 2
    : args.unknown(index + 1)
      ? index + 1
      : REFUSED;

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug', 'silent'];

export const checkLogLevel: ActionChecker = (args, index) =>
  args.among(index + 1, LEVELS, 'a log level') ? index + 2 : args.unknown(index + 1) ? index + 1 : REFUSED;

/** Any word: atoi() makes a number of it, and keeps it within its range. */
export const checkNice: ActionChecker = (args, index) =>
  args.needs(index + 1, "'set-nice' needs an integer") ? index + 2 : args.open ? index + 1 : REFUSED;

function timeoutsOf(args: Args): readonly string[] {
  if (since(args.run, '3.3')) return ['client', 'connect', 'queue', 'server', 'tarpit', 'tunnel'];
  return since(args.run, '2.9') ? ['client', 'server', 'tunnel'] : ['server', 'tunnel'];
}

/** set-timeout NAME TIME|EXPRESSION: the proxy needs the side that the timeout belongs to. */
export const checkSetTimeout: ActionChecker = (args, index, set) => {
  const { run, line } = args;
  if (!args.needs(index + 2, "'set-timeout' needs the name of a timeout and a time"))
    return args.open ? index + 2 : REFUSED;
  if (!args.among(index + 1, timeoutsOf(args), 'a timeout that can be set')) return REFUSED;
  const name = args.get(index + 1);
  const sided = name === 'tarpit' || (name === 'client' ? hasFrontend(run) : hasBackend(run));
  if (!sided) {
    args.bad(index + 1, `a ${run.lines.kind} has no 'timeout ${name}' to set`);
    return REFUSED;
  }
  return checkDuration(args, index + 2, set.places(run), line);
};

/** A time above 0, or an expression. */
function checkDuration(args: Args, index: number, places: number, line: number): number {
  const { run } = args;
  const text = args.get(index);
  const { value, fault } = judgeTime(text, run.version, 'ms');
  if (fault !== undefined && !/^\d+(?:us|ms|[smhd])?$/.test(text)) {
    checkSample(run, line, args.place(index), places);
    return index + 1;
  }
  if (fault === undefined && value > 0) return index + 1;
  args.bad(index, fault ?? 'a time of 0 is not allowed here');
  return REFUSED;
}

export const checkPause: ActionChecker = (args, index, set) => {
  if (!args.needs(index + 1, "'pause' needs a time")) return args.open ? index + 1 : REFUSED;
  return checkDuration(args, index + 1, set.places(args.run), args.line);
};

/** set-retries N|EXPRESSION: 0 to 100, in a backend or listen. */
export const checkSetRetries: ActionChecker = (args, index) => {
  const { run, line } = args;
  if (!args.needs(index + 1, "'set-retries' needs an integer or an expression")) return args.open ? index + 1 : REFUSED;
  if (!hasBackend(run) || isDefaults(run)) {
    args.bad(index, "'set-retries' is valid in backend and listen only", 'misplaced-keyword');
    return REFUSED;
  }
  const value = strtol(args.get(index + 1), 0);
  if (value === undefined) return checkSample(run, line, args.place(index + 1), atRequest(run));
  if (value >= 0 && value <= 100) return index + 2;
  args.bad(index + 1, `'set-retries' is from 0 to 100, not ${value}`);
  return REFUSED;
};

/** wait-for-body time T [at-least SIZE]. */
export const checkWaitForBody: ActionChecker = (args, index) => {
  let timed = false;
  let i = index + 1;
  for (; i < args.count; i += 2) {
    const word = args.get(i);
    if (word === 'use-large-buffer' && since(args.run, '3.3')) {
      i--;
      continue;
    }
    if (word !== 'time' && word !== 'at-least') break;
    if (!args.needs(i + 1, `'${word}' needs a value`)) return args.open ? i + 1 : REFUSED;
    const value = args.get(i + 1);
    const fault = word === 'time' ? judgeTime(value, args.run.version, 'ms').fault : sizeFault(value);
    if (fault !== undefined) {
      args.bad(i + 1, fault);
      return REFUSED;
    }
    timed ||= word === 'time';
  }
  return timed || args.open || args.missing("'wait-for-body' needs 'time' and a time") ? i : REFUSED;
};

/** set-bandwidth-limit NAME [limit …] [period …]. */
export const checkBandwidth: ActionChecker = (args, index, set) => {
  const { run, line } = args;
  if (!args.needs(index + 1, "'set-bandwidth-limit' needs the name of a filter"))
    return args.open ? index + 1 : REFUSED;
  let i = index + 2;
  while (i < args.count) {
    const word = args.get(i);
    if (word !== 'limit' && word !== 'period') break;
    if (!args.needs(i + 1, `'${word}' needs a value`)) return args.open ? i + 1 : REFUSED;
    const value = args.get(i + 1);
    const plain =
      word === 'limit' ? readSize(value) !== undefined : judgeTime(value, run.version, 'ms').fault === undefined;
    i = plain ? i + 2 : checkSample(run, line, args.place(i + 1), set.places(run));
  }
  return i;
};

/** do-resolve(VARIABLE,RESOLVERS[,ipv4|ipv6]) EXPRESSION. */
export const checkResolve: ActionChecker = (args, index) => {
  const word = args.get(index);
  const parts = /^do-resolve\(([^,]*),([^,)]*)((?:,[^,)]*)*)\)/.exec(word);
  const wrong = (parts?.[3] ?? '')
    .split(',')
    .slice(1)
    .find((part) => !'ipv4'.startsWith(part) && !'ipv6'.startsWith(part));
  if (parts === null || wrong !== undefined) {
    args.bad(index, `'do-resolve' takes (<variable>,<resolvers>[,ipv4|ipv6]), found '${word}'`);
    return REFUSED;
  }
  if (!args.needs(index + 1, "'do-resolve' needs an expression")) return args.open ? index + 1 : REFUSED;
  return checkSample(args.run, args.line, args.place(index + 1), atRequest(args.run));
};

/** switch-mode http [proto h1|h2], where clients are. */
export const checkSwitchMode: ActionChecker = (args, index) => {
  if (!hasFrontend(args.run)) {
    args.bad(index, "'switch-mode' is valid in a frontend only", 'misplaced-keyword');
    return REFUSED;
  }
  if (!args.among(index + 1, ['http'], 'a mode to switch to')) return args.unknown(index + 1) ? index + 1 : REFUSED;
  if (args.get(index + 2) !== 'proto') return index + 2;
  const known = args.among(index + 3, ['h1', 'h2', 'fcgi', 'none', 'spop', 'quic'], 'a protocol');
  return known ? index + 4 : args.unknown(index + 3) ? index + 3 : REFUSED;
};

const SERVICES: readonly string[] = ['prometheus-exporter'];

/** use-service NAME: services of Lua scripts are not known, and a build may lack the others. */
export const checkService: ActionChecker = (args, index, set) => {
  if (!args.needs(index + 1, "'use-service' needs the name of a service")) return args.open ? index + 1 : REFUSED;
  const name = args.get(index + 1);
  if (name.startsWith('lua.')) informOfLua(args, index + 1, 'service');
  if (name.startsWith('lua.') || (SERVICES.includes(name) && set.http)) return index + 2;
  args.bad(
    index + 1,
    `${set.name} has no service '${name}': ${listed(SERVICES)} serves http-request, Lua scripts may bring others`,
  );
  return REFUSED;
};

/** attach-srv SERVER [name EXPRESSION]. */
export const checkAttach: ActionChecker = (args, index) => {
  if (!args.needs(index + 1, "'attach-srv' needs a server")) return args.open ? index + 1 : REFUSED;
  if (args.get(index + 2) !== 'name') return index + 2;
  if (!args.needs(index + 3, "'name' needs an expression")) return REFUSED;
  return checkSample(args.run, args.line, args.place(index + 3), AT.feSession);
};
