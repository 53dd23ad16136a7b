import { atoi, atol, judgeTime, strtol } from '../../quantity/index.ts';
import { badSign, isOpaque } from '../../values.ts';
import { Args } from '../args.ts';
import { checkFormat, AT } from '../expressions.ts';
import { hasBackend, hasFrontend, isDefaults } from '../places.ts';
import { isCompiled, noteFormat } from './formats.ts';
import { since, type Checker, type Run } from '../run.ts';

/** A keyword with at least and at most so many words. */
const counted =
  (least: number, most: number, message = ''): Checker =>
  (run, line) => {
    const args = new Args(run, line);
    if (least > 0 && !args.needs(least, message || `'${args.keyword}' needs a value`)) return;
    args.ends(most + 1);
  };

const MANY = 64;

/** One of the words, and nothing behind it up to `most` words. */
const choice =
  (words: readonly string[], what: string, most = MANY): Checker =>
  (run, line) => {
    const args = new Args(run, line);
    if (args.among(1, words, what)) args.ends(most + 1);
  };

/** An integer read to its last sign (strtol and strtoul with base 0); what follows is not looked at. */
const integer =
  (index: number): Checker =>
  (run, line) => {
    const args = new Args(run, line);
    if (!args.needs(index, `'${args.keyword}' needs an integer`)) return;
    if (strtol(args.get(index), 0) === undefined) args.bad(index, `'${args.get(index)}' is not an integer`);
  };

const keepAliveTime: Checker = (run, line) => {
  const args = new Args(run, line);
  if (args.needs(1, `'${args.keyword}' needs a time`)) checkTime(args, 1, 's');
};

/** Judges a time; false when the line is refused for it. */
export function checkTime(args: Args, index: number, unit: 'ms' | 's'): boolean {
  if (args.unknown(index)) return true;
  const { fault, warning } = judgeTime(args.get(index), args.run.version, unit);
  if (warning !== undefined) args.warn(index, warning, 'invalid-argument');
  return fault === undefined || args.bad(index, fault);
}

const checkRateLimit: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.among(1, ['sessions'], 'what is limited')) return;
  if (!args.needs(2, "'rate-limit sessions' needs a number of sessions per second")) return;
  if (strtol(args.get(2), 0) === undefined) args.bad(2, `'${args.get(2)}' is not an integer`);
  else if (!hasFrontend(run)) args.warn(0, "'rate-limit' has no effect in a backend");
};

const checkId: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.ends(2) || !args.needs(1, "'id' needs an integer")) return;
  if (atoi(args.get(1)) <= 0) args.bad(1, `'id' must be above 0, not '${args.get(1)}'`);
};

const checkGuid: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.needs(1, "'guid' needs a text")) return;
  const sign = badSign(args.get(1));
  if (args.get(1).length > 127) args.bad(1, 'a guid has at most 127 signs');
  else if (sign !== undefined) args.bad(1, `'${sign}' is not allowed in a guid`, 'invalid-name');
};

const checkHashBalanceFactor: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.needs(1, "'hash-balance-factor' needs an integer")) return;
  const factor = atol(args.get(1));
  if (factor !== 0 && factor <= 100) args.bad(1, `'hash-balance-factor' must be 0 or above 100, not '${args.get(1)}'`);
};

const HASH_FUNCTIONS = ['sdbm', 'djb2', 'wt6', 'crc32'] as const;
/** 'none' came with 2.8 (cfgparse-listen.c). */
const HASH_FUNCTIONS_NEW = [...HASH_FUNCTIONS, 'none'];

const checkHashType: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.among(1, ['consistent', 'map-based'], 'a hash type') || args.get(2) === '') return;
  const functions = since(run, '2.8') ? HASH_FUNCTIONS_NEW : HASH_FUNCTIONS;
  if (args.among(2, functions, 'a hash function') && args.get(3) !== '') args.among(3, ['avalanche'], 'a modifier');
};

const checkPersist: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.needs(1, "'persist' needs a method: rdp-cookie")) return;
  const method = args.get(1);
  if (!method.startsWith('rdp-cookie')) {
    args.among(1, ['rdp-cookie'], 'a method of persistence');
    return;
  }
  const rest = method.slice('rdp-cookie'.length);
  if (rest === '') return;
  if (/^\([^)]+\)/.test(rest)) args.ends(2);
  else args.bad(1, "'rdp-cookie(name)' needs the name of a cookie in brackets");
};

const RETRY_ON =
  'conn-failure empty-response response-timeout 401 403 404 408 425 500 501 502 503 504 0rtt-rejected junk-response all-retryable-errors none'.split(
    ' ',
  );

const checkRetryOn: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.needs(1, "'retry-on' needs at least one reason to retry")) return;
  const known = retryWords(run);
  for (let i = 1; i < args.count; i++) {
    if (!args.among(i, known, 'a reason to retry')) return;
    if (args.get(i) === 'none' && (i > 1 || args.count > 2)) {
      args.bad(i, "'none' stands alone behind 'retry-on'");
      return;
    }
  }
};

/** 401 and 403 came with 2.4, 421 and 429 with 3.2. */
function retryWords(run: Run): readonly string[] {
  if (!since(run, '2.3')) return RETRY_ON.filter((word) => word !== '401' && word !== '403');
  return since(run, '3.1') ? [...RETRY_ON, '421', '429'] : RETRY_ON;
}

const checkDeclare: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.among(1, ['capture'], 'what can be declared')) return;
  if (!args.among(2, ['request', 'response'], 'a direction')) return;
  if (!args.among(3, ['len'], 'the word for the length')) return;
  if (!args.needs(4, "'declare capture' needs a length")) return;
  const length = strtol(args.get(4), 10);
  if (length === undefined || length <= 0) args.bad(4, `a capture has a length above 0, not '${args.get(4)}'`);
};

const checkCapture: Checker = (run, line) => {
  const args = new Args(run, line);
  const what = args.get(1);
  if (args.unknown(1) || args.unknown(2)) return;
  const header = (what === 'request' || what === 'response') && args.get(2) === 'header';
  if (what !== 'cookie' && !header) {
    const message = "'capture' is followed by cookie, request header or response header";
    if (what === '') args.missing(message);
    else args.bad(what === 'request' || what === 'response' ? Math.min(2, args.count - 1) : 1, message);
    return;
  }
  if (isDefaults(run)) {
    args.bad(0, `'capture ${what}' is not allowed in defaults`, 'misplaced-keyword');
    return;
  }
  if (what === 'cookie') {
    // The daemon looks at the fourth word alone, even behind an empty one.
    if (args.ends(6) && run.lines.value(line, args.place(4)) === '')
      args.needs(4, "'capture cookie' needs a name, len and a length");
    return;
  }
  if (!args.ends(6)) return;
  if (args.needs(5, `'capture ${what} header' needs a name, len and a length`) && args.get(4) !== 'len')
    args.bad(4, `'capture ${what} header' needs 'len' behind the name, found '${args.get(4)}'`);
};

/** One format string, and no second word: a blank in it must be escaped or quoted. */
const format =
  (places: number): Checker =>
  (run, line) => {
    const args = new Args(run, line);
    if (!args.needs(1, `'${args.keyword}' needs a format`)) return;
    if (args.count > 2) {
      args.bad(2, `'${args.keyword}' takes one format: put it in quotes when it has blanks`, 'unexpected-argument');
      return;
    }
    noteFormat(args, args.keyword);
    if (!args.unknown(1) && isCompiled(run, line)) checkFormat(run, line, args.place(1), places);
  };

const LOG_STEPS = ['accept', 'request', 'connect', 'response', 'close'];

const checkLogSteps: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!hasFrontend(run)) return args.warn(0, "'log-steps' has no effect in a backend");
  const steps = args.get(1);
  if (steps === '' || steps === 'all' || isOpaque(steps)) return;
  const wrong = steps.split(',').find((step) => !LOG_STEPS.includes(step) && !/^(?:tcp|http|quic)-/.test(step));
  if (wrong !== undefined && wrong !== '')
    args.bad(1, `'${wrong}' is not a step of a log: ${LOG_STEPS.join(', ')} are`);
};

const checkNameHeader: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.needs(1, "'http-send-name-header' needs the name of a header")) return;
  if (since(run, '3.3') && /^(?:host|content-length|transfer-encoding|connection)$/i.test(args.get(1)))
    args.bad(1, `haproxy writes the header '${args.get(1)}' itself`);
};

const MAIL = ['from', 'mailers', 'myhostname', 'level', 'to'];
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

const checkEmailAlert: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.among(1, MAIL, 'a setting of email-alert')) return;
  if (args.get(1) === 'level') args.among(2, LEVELS, 'a level');
  else if (since(run, '3.2')) args.needs(2, `'email-alert ${args.get(1)}' needs a value`);
};

const checkExternalCheck: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.among(1, ['command', 'path'], 'a setting of external-check')) return;
  if (args.ends(3)) args.needs(2, `'external-check ${args.get(1)}' needs a value`);
};

/** Misplaced where only one side of a proxy takes the keyword, and the daemon stops there instead of going on with a warning. */
const onlyIn =
  (fits: (run: Run) => boolean, where: string, next: Checker): Checker =>
  (run, line) => {
    if (fits(run)) next(run, line);
    else
      new Args(run, line).bad(
        0,
        `'${run.lines.keywords[line] as string}' is valid in ${where} only`,
        'misplaced-keyword',
      );
  };

const checkHashPreserve = choice(['always', 'maxconn', 'maxqueue'], 'a time to keep the affinity');

const checkBindProcess: Checker = (run, line) => {
  const args = new Args(run, line);
  const most = since(run, '2.5') ? 1 : 64;
  for (let i = 1; i < args.count && args.get(i) !== 'all'; i++) {
    const parts = /^(?:odd|even|(\d+)(?:-(\d*))?)$/.exec(args.get(i));
    const fits =
      parts !== null && [parts[1], parts[2]].every((end) => !end || (Number(end) >= 1 && Number(end) <= most));
    if (!fits)
      return void args.bad(
        i,
        `'${args.get(i)}' is not a process: write all, odd, even, a number up to ${most} or a range`,
      );
  }
};

const checkGrace: Checker = (run, line) => {
  const args = new Args(run, line);
  if (args.needs(1, "'grace' needs a time") && checkTime(args, 1, 'ms')) args.ends(2);
};

/** Keywords that are judged by their own words alone. */
export const SIMPLE_CHECKS: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['backlog', counted(1, 1)],
  ['bind-process', checkBindProcess],
  ['capture', checkCapture],
  ['clitcpka-cnt', integer(1)],
  ['clitcpka-idle', keepAliveTime],
  ['clitcpka-intvl', keepAliveTime],
  ['declare', checkDeclare],
  ['description', counted(1, MANY, "'description' needs a text")],
  ['disabled', counted(0, 0)],
  ['dynamic-cookie-key', counted(1, MANY, "'dynamic-cookie-key' needs a key")],
  ['email-alert', checkEmailAlert],
  ['enabled', counted(0, 0)],
  ['error-log-format', format(AT.log)],
  ['external-check', checkExternalCheck],
  ['fullconn', counted(1, 1)],
  ['grace', checkGrace],
  ['guid', checkGuid],
  ['hash-balance-factor', checkHashBalanceFactor],
  ['hash-preserve-affinity', onlyIn(hasBackend, 'backend and listen', checkHashPreserve)],
  ['hash-type', checkHashType],
  ['http-reuse', choice(['never', 'safe', 'aggressive', 'always'], 'a way to reuse connections', 1)],
  ['http-send-name-header', checkNameHeader],
  ['id', checkId],
  ['load-server-state-from-file', choice(['global', 'local', 'none'], 'a source of server states')],
  ['log-format', format(AT.log)],
  ['log-format-sd', format(AT.log)],
  ['log-steps', checkLogSteps],
  ['log-tag', counted(1, MANY, "'log-tag' needs a tag")],
  ['max-keep-alive-queue', integer(1)],
  ['max-session-srv-conns', counted(1, MANY)],
  ['maxconn', counted(1, 1)],
  ['monitor-uri', counted(1, 1, "'monitor-uri' needs a path")],
  ['persist', checkPersist],
  ['rate-limit', checkRateLimit],
  ['retries', counted(1, 1)],
  ['retry-on', onlyIn(hasBackend, 'backend and listen', checkRetryOn)],
  ['server-state-file-name', counted(0, 1)],
  ['srvtcpka-cnt', integer(1)],
  ['srvtcpka-idle', keepAliveTime],
  ['srvtcpka-intvl', keepAliveTime],
  ['transparent', counted(0, 0)],
  ['unique-id-format', format(AT.feRequest | AT.log)],
  ['unique-id-header', counted(1, MANY, "'unique-id-header' needs the name of a header")],
  ['use-fcgi-app', counted(1, MANY, "'use-fcgi-app' needs the name of an fcgi-app")],
]);
