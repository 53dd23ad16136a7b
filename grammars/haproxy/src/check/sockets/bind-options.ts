import { atoi } from '../../quantity/index.ts';
import { isOpaque } from '../../values.ts';
import {
  guid,
  mux,
  needed,
  number,
  octal,
  oneOf,
  protocols,
  strictId,
  time,
  tlsVersion,
  type ArgumentCheck,
} from './option-values.ts';
import { refuse, since, warn, type Run } from '../run.ts';
import { processFault, threadFault, threadsOf } from './thread-set.ts';

function invalid(run: Run, line: number, index: number, message: string): void {
  refuse(run, 'invalid-argument', run.lines.at(line, index + 1), message);
}

/** A check of an argument that must be there; the text of a fault, or undefined. */
function judged(judge: (value: string, run: Run) => string | undefined): ArgumentCheck {
  return (run, line, index) => {
    const value = run.lines.value(line, index + 1);
    if (value === '') return needed(run, line, index);
    const fault = isOpaque(value) ? undefined : judge(value, run);
    if (fault !== undefined) invalid(run, line, index, fault);
  };
}

/** Segment sizes of either sign (bind_parse_mss()). */
const mss = judged((value) => {
  const size = Math.abs(atoi(value));
  return size >= 1 && size <= 65_535 ? undefined : `'mss' takes 1 to 65535, or the same below 0, not '${value}'`;
});

/** The magic number counts as 32 bits without a sign: only 0 is refused. */
const magic = judged((value) =>
  atoi(value) === 0 ? `'accept-netscaler-cip' takes a number above 0, not '${value}'` : undefined,
);

const shards = judged((value, run) => {
  if (value === 'by-thread' || (value === 'by-group' && since(run, '2.7'))) return undefined;
  const most = threadsOf(run.version);
  const count = atoi(value);
  return count >= 1 && count <= most ? undefined : `'shards' takes 1 to ${most} or by-thread, not '${value}'`;
});

/** Nothing behind `thread` leaves the threads as they are since 2.7. */
const thread: ArgumentCheck = (run, line, index) => {
  const value = run.lines.value(line, index + 1);
  if (isOpaque(value) || (value === '' && since(run, '2.7'))) return;
  if (value === '') return needed(run, line, index);
  const fault = threadFault(value, run.version);
  if (fault !== undefined) invalid(run, line, index, fault);
};

/** Threads of a process, `process[/threads]`: one process since 2.5, a warning in 2.5 and 2.6. */
const processes: ArgumentCheck = (run, line, index) => {
  const value = run.lines.value(line, index + 1);
  if (since(run, '2.7')) {
    return refuse(
      run,
      'removed-or-deprecated-keyword',
      run.lines.at(line, index),
      "'process' was removed in haproxy 2.7",
      {
        help: "Use 'thread' instead.",
      },
    );
  }
  if (value === '') return needed(run, line, index);
  if (isOpaque(value)) return;
  const slash = value.indexOf('/');
  const most = since(run, '2.5') ? 1 : 64;
  const fault =
    processFault(slash < 0 ? value : value.slice(0, slash), most) ??
    (slash < 0 ? undefined : processFault(value.slice(slash + 1), 64));
  if (fault !== undefined) invalid(run, line, index, fault);
  else if (since(run, '2.5')) {
    warn(run, 'removed-or-deprecated-keyword', run.lines.at(line, index), "'process' is deprecated since haproxy 2.5", {
      help: "Use 'thread' instead.",
    });
  }
};

/** Largest error number (SSL_MAX_VFY_ERROR_CODE) and its names since 2.7. */
const MOST_ERRORS = 94;

const ignoredErrors = judged((value, run) => {
  if (value === 'all') return undefined;
  const names = since(run, '2.7');
  const most = since(run, '2.6') ? MOST_ERRORS : 63;
  for (const part of value.split(',')) {
    if (names && (part === '' || /^X509_V_ERR_[A-Z0-9_]+$/.test(part))) continue;
    const id = atoi(part);
    if (id < 1 || id > most || (names && !/^\d/.test(part)))
      return `'${part}' is no error of certificates: write all or 1 to ${most}`;
  }
  return undefined;
});

const WINDOW_UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** `cubic(1m)`: a window of 10k to 4g; since 3.1 it may be left out (bind_parse_quic_cc_algo()). */
const congestion = judged((value, run) => {
  const late = since(run, '3.1');
  const name = (late ? /^[^(]*/ : /^(?:newreno|cubic|nocc|[^(]*)/).exec(value)?.[0] ?? '';
  const known = late ? ['newreno', 'cubic', 'bbr', 'nocc'] : ['newreno', 'cubic', 'nocc'];
  if (!known.includes(name)) return `'${name}' is no congestion algorithm: ${known.join(', ')} are`;
  const rest = value.slice(name.length);
  if (!rest.startsWith('(') || (late && rest.startsWith('()'))) return undefined;
  const match = /^\((0x[\da-f]+|\d*)([kmg]?)(\)|,\))?/i.exec(rest);
  const close = match?.[3];
  if (match === null || close === undefined || (close === ',)' && !late))
    return `'${value}' has no window in brackets, such as (1m)`;
  if (match[1] === '') return late && close === ',)' ? undefined : `'${value}' has no window in brackets, such as (1m)`;
  const size = Number(match[1]) * (WINDOW_UNITS[match[2] ?? ''] ?? Number.NaN);
  return size >= 10_240 && size <= 4 * 1024 ** 3
    ? undefined
    : `the window ${match[1] ?? ''}${match[2] ?? ''} is not within 10k and 4g`;
});

const verify = oneOf('none', 'optional', 'required');

/** What is checked of the arguments of bind options. */
export const BIND_ARGUMENTS: ReadonlyMap<string, ArgumentCheck> = new Map<string, ArgumentCheck>([
  ['accept-netscaler-cip', magic],
  ['alpn', protocols],
  ['backlog', number(0)],
  ['ca-file', needed],
  ['ca-ignore-err', ignoredErrors],
  ['ca-sign-file', needed],
  ['ca-sign-pass', needed],
  ['ca-verify-file', needed],
  ['cc', needed],
  ['ciphers', needed],
  ['ciphersuites', needed],
  ['client-sigalgs', needed],
  ['crl-file', needed],
  ['crt', needed],
  ['crt-ignore-err', ignoredErrors],
  ['crt-list', needed],
  ['curves', needed],
  ['default-crt', needed],
  ['ecdhe', needed],
  ['ech', needed],
  ['expose-fd', oneOf('listeners')],
  ['gid', needed],
  ['group', needed],
  ['guid-prefix', guid],
  ['id', strictId],
  ['idle-ping', time()],
  ['interface', needed],
  ['ktls', needed],
  ['label', needed],
  ['level', oneOf('user', 'operator', 'admin')],
  ['maxconn', number(0)],
  ['mode', octal],
  ['mss', mss],
  ['name', needed],
  ['namespace', needed],
  ['nbconn', number(1)],
  ['nice', number(-1024, 1024)],
  ['npn', protocols],
  ['process', processes],
  ['proto', mux],
  ['quic-cc-algo', congestion],
  ['quic-socket', oneOf('connection', 'listener')],
  ['severity-output', oneOf('none', 'number', 'string')],
  ['shards', shards],
  ['sigalgs', needed],
  ['ssl-max-ver', tlsVersion],
  ['ssl-min-ver', tlsVersion],
  ['tcp-md5sig', needed],
  ['tcp-ss', number(0, 2)],
  ['tcp-ut', time()],
  ['thread', thread],
  ['tls-ticket-keys', needed],
  ['uid', needed],
  ['user', needed],
  ['verify', verify],
]);
