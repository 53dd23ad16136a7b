import { nearest } from '@halint/core';
import { parseFileLimit, parseListenStream, splitWords } from '@halint/model';
import { EXIT_STATUSES, SIGNALS } from './statuses.ts';

/** Why systemd passes over a value. */
export interface ValueFault {
  readonly message: string;
  /** What to write instead, where one thing is meant. */
  readonly meant?: string;
  /** It does not pass over the line: it loads the unit not at all. */
  readonly fatal?: true;
}

type Check = (value: string, key: string) => ValueFault | undefined;

/** As `systemd-analyze verify` of 252 judges them, test/around/systemd-values.test.ts; `notify-reload` came with 253. */
const BY_NAME: Readonly<Record<string, Check>> = {
  LimitNOFILE: limit,
  Restart: oneOf(['no', 'always', 'on-success', 'on-failure', 'on-abnormal', 'on-abort', 'on-watchdog']),
  RestartSec: seconds,
  RestartPreventExitStatus: statuses,
  RestartForceExitStatus: statuses,
  SuccessExitStatus: statuses,
  Type: oneOf(['simple', 'exec', 'forking', 'oneshot', 'dbus', 'notify', 'notify-reload', 'idle']),
  User: user,
  Environment: environment,
  ListenStream: stream,
  ListenDatagram: stream,
  ListenSequentialPacket: stream,
  BindIPv6Only: (value) =>
    isBoolean(value) ? undefined : oneOf(['default', 'both', 'ipv6-only'])(value, 'BindIPv6Only'),
  DynamicUser: (value, key) => {
    const fault = boolean(value, key);
    return fault === undefined ? undefined : { ...fault, fatal: true };
  },
};

/** `usage`: what the table says that the directive takes. An empty value is the reset of a list where it is anything. */
export function valueFault(key: string, value: string, usage: string): ValueFault | undefined {
  const check = BY_NAME[key] ?? (usage === 'BOOLEAN' ? boolean : undefined);
  return check?.(value, key);
}

const said = (key: string, value: string, why: string): string => `${key}=${shown(value)}: ${why}`;

function shown(value: string): string {
  return value.length > 60 ? `${value.slice(0, 57)}...` : value;
}

function oneOf(words: readonly string[]): Check {
  return (value, key) => {
    if (words.includes(value)) return undefined;
    const meant = words.find((word) => word === value.toLowerCase()) ?? nearest(value, words);
    const why = meant === undefined ? `it takes ${words.join(', ')}` : `did you mean ${meant}?`;
    return { message: said(key, value, why), ...(meant === undefined ? {} : { meant }) };
  };
}

function isBoolean(value: string): boolean {
  return /^(?:1|yes|y|true|t|on|0|no|n|false|f|off)$/i.test(value);
}

function boolean(value: string, key: string): ValueFault | undefined {
  return isBoolean(value) ? undefined : { message: said(key, value, 'it takes yes or no') };
}

function limit(value: string, key: string): ValueFault | undefined {
  const found = parseFileLimit(value);
  if (found === 'soft-above-hard')
    return { message: said(key, value, 'the soft limit, in front of the colon, is above the hard one') };
  if (found !== 'unreadable') return undefined;
  return { message: said(key, value, 'it takes a number, SOFT:HARD or infinity, without K, M or blanks') };
}

const UNITS =
  'seconds|second|sec|s|minutes|minute|min|months|month|M|msec|ms|m|hours|hour|hr|h|days|day|d|weeks|week|w|years|year|y|usec|us|µs|μs|nsec|ns';
const SPAN = new RegExp(`^\\s*\\+?(?:\\d+(?:\\.\\d+)?|\\.\\d+)\\s*(?:(?:${UNITS})(?![A-Za-zµμ])|(?=\\s|$))\\s*`);

/** parse_time() of systemd: numbers with units behind each other, or infinity. */
function seconds(value: string, key: string): ValueFault | undefined {
  let rest = value.trim();
  if (rest === 'infinity') return undefined;
  let isSpan = rest !== '';
  while (isSpan && rest !== '') {
    const found = SPAN.exec(rest)?.[0] ?? '';
    isSpan = found !== '';
    rest = rest.slice(found.length);
  }
  return isSpan ? undefined : { message: said(key, value, 'it takes a time such as 5, 500ms or 1min 30s') };
}

/** Other words of the line count all the same. */
function statuses(value: string, key: string): ValueFault | undefined {
  const wrong = value.split(/\s+/).find((word) => word !== '' && !isStatus(word));
  return wrong === undefined
    ? undefined
    : { message: said(key, wrong, 'it takes exit statuses (0 to 255), their names and signals, with blanks between') };
}

function isStatus(word: string): boolean {
  if (/^\d+$/.test(word)) return Number(word) <= 255;
  return (
    EXIT_STATUSES.has(word) || SIGNALS.has(word.replace(/^SIG/, '')) || /^(?:SIG)?RTM(?:IN\+|AX-)\d{1,2}$/.test(word)
  );
}

/** Specifiers may stand for any name. */
function user(value: string, key: string): ValueFault | undefined {
  if (value.includes('%')) return undefined;
  const isName = !/[:/]|^\.{1,2}$|^-?\d+$/.test(value);
  const isNumber = /^\d+$/.test(value) && Number(value) < 4294967295 && Number(value) !== 65535;
  return isName || isNumber
    ? undefined
    : { message: said(key, value, 'it is no name or number of a user'), fatal: true };
}

/** Each word is an assignment of its own. A value may be a secret: only names are shown. */
function environment(value: string, key: string): ValueFault | undefined {
  if (!isClosed(value)) return { message: `${key}=: a quote is not closed` };
  const wrong = splitWords(value).find((word) => !/^[A-Za-z_]\w*=/.test(word) && !/%/.test(word.split('=')[0] ?? ''));
  if (wrong === undefined) return undefined;
  const [name = ''] = wrong.split('=');
  return {
    message: wrong.includes('=')
      ? `${key}=: \`${shown(name)}\` is no name of a variable`
      : `${key}=: a word is no NAME=value; a value with blanks takes quotes around all of it`,
  };
}

function isClosed(value: string): boolean {
  let quote = '';
  for (let i = 0; i < value.length; i++) {
    const char = value[i] ?? '';
    if (char === '\\') i++;
    else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
  }
  return quote === '';
}

function stream(value: string, key: string): ValueFault | undefined {
  const parsed = parseListenStream(value);
  return parsed.kind === 'refused' ? { message: said(key, value, parsed.why) } : undefined;
}
