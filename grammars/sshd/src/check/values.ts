import { compareVersions, nearest } from '@halint/core';
import { addressProblem, badAddressOf, numericHost, type BadItem } from '../addresses.ts';
import type { ArgumentKind, NamedKind, SshdRow } from '../keywords.ts';
import { algorithms, otherReleases, unknownAlgorithms, type AlgorithmKind } from './algorithms.ts';
import { itemOf, partOf, type Argument } from './lexical.ts';
import { readDuration, readInt, readPort, readSize, readTime, scanInts } from './numbers.ts';

/** What sshd refuses in the arguments of an option. */
export interface Problem {
  /** Undefined: the whole line. */
  readonly argument?: Argument;
  readonly message: string;
  /** Words one of which may be meant. */
  readonly candidates?: readonly string[];
}

export interface Given {
  readonly row: SshdRow;
  readonly args: readonly Argument[];
  /** The text behind the keyword, quotes and comment included. */
  readonly rest: string;
  readonly openssh: string;
  /** False in a `Match` block that does not hold for everyone: some arguments are not looked at there. */
  readonly active: boolean;
}

type Check = (given: Given) => Problem | undefined;

const from = (openssh: string, version: string): boolean => compareVersions(openssh, version) >= 0;

/** Undefined when sshd takes the arguments. Missing ones are the caller's business, and so are too many. */
export function valueProblem(given: Given): Problem | undefined {
  const { argument } = given.row;
  return argument.kind === 'enum' ? enumProblem(argument, given) : CHECKS[argument.kind](given);
}

/** Number of arguments that an option takes at most. */
export function mostArguments(row: SshdRow, openssh: string): number {
  const { kind } = row.argument;
  if (kind === 'revoked') return from(openssh, '10.3') ? Infinity : 1;
  return MOST[kind] ?? 1;
}

const MOST: Partial<Record<ArgumentKind['kind'], number>> = {
  anything: Infinity,
  'channel-timeouts': Infinity,
  command: Infinity,
  criteria: Infinity,
  env: Infinity,
  files: Infinity,
  flags: Infinity,
  groups: Infinity,
  'ip-qos': 2,
  listen: 3,
  'log-verbose': Infinity,
  methods: Infinity,
  penalties: Infinity,
  'permit-listen': Infinity,
  'permit-open': Infinity,
  rekey: 2,
  rest: Infinity,
  'set-env': Infinity,
  subsystem: Infinity,
  users: Infinity,
  words: Infinity,
};

/** Lists that a comment may leave empty until 9.7. */
const EMPTY_UNTIL_9_7: ReadonlySet<string> = new Set<NamedKind>([
  ...(['channel-timeouts', 'env', 'files', 'groups', 'log-verbose', 'set-env', 'users'] as const),
]);

/** Does the option need an argument that is no comment? */
export function needsArgument(row: SshdRow, openssh: string): boolean {
  const { kind } = row.argument;
  if (kind === 'flags') return false;
  return from(openssh, '9.7') || !EMPTY_UNTIL_9_7.has(kind);
}

function enumProblem(
  kind: Extract<ArgumentKind, { readonly kind: 'enum' }>,
  { row, args }: Given,
): Problem | undefined {
  const argument = args[0];
  if (argument === undefined) return undefined;
  const value = kind.exact ? argument.value : argument.value.toLowerCase();
  const known = kind.values.map((word) => (kind.exact ? word : word.toLowerCase()));
  if (known.includes(value)) return undefined;
  const shown = kind.values.length > 6 ? `one of ${kind.values.join(', ')}` : kind.values.join('|');
  return { argument, message: `${row.word} takes ${shown}, not \`${argument.value}\``, candidates: kind.values };
}

const words = (...values: readonly string[]): Extract<ArgumentKind, { readonly kind: 'enum' }> => ({
  kind: 'enum',
  values,
  exact: false,
});
const YES_NO = words('yes', 'no');
const SWITCH = words('yes', 'no', 'true', 'false');
const WEAK = words('yes', 'no', 'true', 'false', 'no-pq-kex');
const nothing: Check = () => undefined;

/** A check of the first argument. */
function first(takes: string, holds: (value: string, openssh: string) => boolean): Check {
  return ({ row, args: [argument], openssh }) =>
    argument === undefined || holds(argument.value, openssh)
      ? undefined
      : { argument, message: `${row.word} takes ${takes}, not \`${argument.value}\`` };
}

/** A check of every argument; `none` and the like may stand alone. */
function each(takes: string, holds: (value: string, openssh: string) => boolean): Check {
  return ({ row, args, openssh }) => {
    const argument = args.find(({ value }) => !holds(value, openssh));
    return argument && { argument, message: `${row.word} takes ${takes}, not \`${argument.value}\`` };
  };
}

function isNone(value: string): boolean {
  return value.toLowerCase() === 'none';
}

/** `none` in a list must be its only item. */
function noneAlone({ row, args }: Given): Problem | undefined {
  const none = args.find(({ value }) => isNone(value));
  return none !== undefined && args.length > 1
    ? { argument: none, message: `\`${none.value}\` must stand alone in ${row.word}` }
    : undefined;
}

/** ChannelTimeout: until 9.7 the words in front of `none` were not counted. */
function noneFirst(given: Given): Problem | undefined {
  if (from(given.openssh, '9.7')) return noneAlone(given);
  const none = given.args.slice(0, -1).find(({ value }) => isNone(value));
  return none && { argument: none, message: `\`${none.value}\` must stand alone in ${given.row.word}` };
}

/** The first of these that finds something. */
function both(...checks: readonly Check[]): Check {
  return (given) => {
    for (const check of checks) {
      const problem = check(given);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** What may be meant by the first name that is not known. */
function hintFor(kind: AlgorithmKind, name: string, openssh: string): string {
  const when = otherReleases(kind, name, openssh);
  if (when !== undefined) return `: it ${when}`;
  const near = nearest(name, algorithms(kind, openssh));
  return near === undefined ? '' : `; did you mean ${near}?`;
}

function algorithmsOf(kind: AlgorithmKind, what: string): Check {
  return ({ row, args: [argument], openssh }) => {
    if (argument === undefined) return undefined;
    const unknown = unknownAlgorithms(kind, argument.value, openssh);
    if (unknown.length === 0) return undefined;
    const names = unknown.map((name) => `\`${name}\``).join(', ');
    const message = `${row.word}: OpenSSH ${openssh} has no ${what} ${names}`;
    const [first = ''] = unknown;
    return { argument: itemOf(argument, first), message: message + hintFor(kind, first, openssh) };
  };
}

const port = first('a port from 1 to 65535', isPort);

function isPort(value: string): boolean {
  return (readPort(value) ?? 0) > 0;
}

/** HOST, HOST:PORT, [HOST] and [HOST]:PORT as hpdelim() in misc.c cuts them; undefined for what it refuses. */
function hostAndPort(value: string): { readonly host: string; readonly port: string | undefined } | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^[:/][^:/]*)?)(?::(.*))?$/s.exec(value) ?? [];
  if (/^\[[^\]]*\](?:$|:)/.test(value)) return { host: bracketed ?? '', port };
  return /^[^[/:]?[^:/]*(?:$|:)/.test(value) && !value.startsWith('[') ? { host: plain ?? '', port } : undefined;
}

/** Host and port of a ListenAddress; two colons without a bracket make a bare IPv6 address, which cannot carry a port. */
export function listenTarget(value: string): { readonly host: string; readonly port: string | undefined } | undefined {
  const bare = !value.includes('[') && value.indexOf(':') !== value.lastIndexOf(':');
  return bare ? { host: value, port: undefined } : hostAndPort(value);
}

const listen: Check = ({ args: [argument, word, domain] }) => {
  if (argument === undefined) return undefined;
  const { value } = argument;
  const target = listenTarget(value);
  // No name of a host has a colon or is empty: such a one is found nowhere.
  const isHost = target !== undefined && target.host !== '' && !target.host.includes(':');
  if (target === undefined || (!isHost && numericHost(target.host) === undefined)) {
    return { argument, message: `\`${value}\` is no address` };
  }
  if (target.port !== undefined && !isPort(target.port)) {
    return { argument, message: `\`${target.port}\` is no port` };
  }
  if (word === undefined) return undefined;
  if (word.value !== 'rdomain' || domain === undefined) {
    return { argument: word, message: `ListenAddress takes one address, then \`${word.value}\` follows` };
  }
  // An empty name is none.
  return domain.value === ''
    ? undefined
    : { argument: domain, message: 'Linux has no routing domains for ListenAddress' };
};

/** IPQoS names of misc.c parse_ipqos(). */
const IP_QOS = /^(?:af[1-4][1-3]|cs[0-7]|ef|le|lowdelay|throughput|reliability|none)$/i;

function isIpQos(value: string, openssh: string): boolean {
  if (IP_QOS.test(value)) return true;
  if (/^va$/i.test(value)) return from(openssh, '10.3');
  if (from(openssh, '9.8')) return readInt(value, 255) !== undefined;
  // strtol() with base 0: a leading 0 makes the number octal, 0x hexadecimal.
  const [, digits = ''] = /^\s*\+?(0[0-7]*|0x[0-9a-f]+|[1-9]\d*)$/i.exec(value) ?? [];
  return digits !== '' && (/^0[0-7]*$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits)) <= 255;
}

/** start[:rate:full] */
function isMaxStartups(value: string): boolean {
  const [start, rate, full] = scanInts(value, 3) ?? [];
  if (start === undefined || start < 1) return false;
  if (rate === undefined) return true;
  if (full === undefined) return false;
  return start <= full && rate >= 1 && rate <= 100;
}

/** prefix4[:prefix6] */
function isNetBlock(value: string): boolean {
  const [v4, v6 = 0] = scanInts(value, 2) ?? [];
  return v4 !== undefined && v4 >= 0 && v4 <= 32 && v6 >= 0 && v6 <= 128;
}

const rekey: Check = ({ row, args: [size, time], openssh }) => {
  if (size !== undefined && size.value !== 'default') {
    const bytes = readSize(size.value, openssh);
    if (bytes === undefined)
      return { argument: size, message: `${row.word} takes default or a size, not \`${size.value}\`` };
    if (bytes !== 0n && bytes < 16n) return { argument: size, message: `${row.word} takes at least 16 bytes` };
  }
  if (time === undefined || time.value === 'none' || readTime(time.value, openssh) !== undefined) return undefined;
  return { argument: time, message: `${row.word} takes none or a time, not \`${time.value}\`` };
};

/** strtol() stops at what follows. */
function isOctal(value: string): boolean {
  const digits = /^\s*([+-]?[0-7]+)/.exec(value)?.[1];
  const mask = digits === undefined ? -1 : Number.parseInt(digits, 8);
  return mask >= 0 && mask <= 0o777;
}

const METHODS = ['none', 'publickey', 'password', 'keyboard-interactive', 'hostbased'];
const GSS_METHODS = ['gssapi-with-mic', 'gssapi-keyex'];

/** Methods that AuthenticationMethods may name: those that the build has. */
function authenticationMethods(openssh: string): readonly string[] {
  return from(openssh, '10.6') ? METHODS : [...METHODS, ...GSS_METHODS];
}

const methods: Check = ({ row, args, openssh }) => {
  const any = args.findIndex(({ value }) => value === 'any');
  if (any >= 0 && args.length > 1)
    return { argument: args[any] as Argument, message: `\`any\` must stand alone in ${row.word}` };
  if (any >= 0) return undefined;
  const known = authenticationMethods(openssh);
  for (const argument of args) {
    const wrong = argument.value.split(',').find((method) => !known.includes(method.split(':')[0] ?? ''));
    if (wrong !== undefined) {
      const message = `${row.word}: \`${wrong}\` is no authentication method`;
      return { argument, message, ...(wrong === argument.value ? { candidates: known } : {}) };
    }
  }
  return undefined;
};

function isForward(value: string, portAlone: boolean): boolean {
  if (portAlone && !value.includes(':')) return isForwardPort(value);
  const target = hostAndPort(value);
  return target?.port !== undefined && isForwardPort(target.port);
}

function isForwardPort(text: string): boolean {
  return text === '*' || isPort(text);
}

/** `any` and `none` come first; since 9.7 sshd takes other words behind them. */
function forwards(portAlone: boolean): Check {
  return ({ row, args, openssh }) => {
    const loose = from(openssh, '9.7');
    for (const [i, argument] of args.entries()) {
      const alone = argument.value === 'any' || argument.value === 'none';
      if (alone && (loose ? i > 0 : args.length > 1)) {
        return { argument, message: `\`${argument.value}\` must stand alone in ${row.word}` };
      }
      if (!alone && !isForward(argument.value, portAlone)) {
        // Until 9.7 an empty word ended the list.
        if (!loose && argument.value === '' && i > 0 && i === args.length - 1) return undefined;
        return { argument, message: `\`${argument.value}\` is no ${portAlone ? '[address:]port' : 'address:port'}` };
      }
    }
    return undefined;
  };
}

/** In a block that is not in force the command was not asked for until 10.3. */
const subsystem: Check = ({ args, active, openssh }) =>
  (args.length >= 2 && args[1]?.value !== '') || (!active && !from(openssh, '10.3'))
    ? undefined
    : { message: 'Subsystem takes a name and a command' };

const command: Check = ({ row, rest }) => {
  const text = rest.trimStart();
  if (text.startsWith('/') || isNone(text)) return undefined;
  return { message: `${row.word} takes none or an absolute path, not \`${text}\`` };
};

/** The host part of USER@HOST is what follows the last `@` since 9.9, the first before. */
const users: Check = ({ row, args, openssh }) => {
  for (const argument of args) {
    const { value } = argument;
    if (value === '') return { argument, message: `${row.word}: a pattern is empty` };
    const at = from(openssh, '9.9') ? value.lastIndexOf('@') : value.indexOf('@');
    const bad = at < 0 ? undefined : badAddressOf(value.slice(at + 1), openssh);
    if (bad !== undefined) return addressesProblem(row, argument, { ...bad, start: at + 1 + bad.start });
  }
  return undefined;
};

const addresses: Check = ({ row, args: [argument], openssh }) => {
  const bad = argument && badAddressOf(argument.value, openssh);
  return bad && addressesProblem(row, argument, bad);
};

function addressesProblem(row: SshdRow, argument: Argument, bad: BadItem): Problem {
  return { argument: partOf(argument, bad.start, bad.item), message: addressProblem(row.word, bad) };
}

const PENALTIES: Record<string, string> = {
  crash: '9.8',
  authfail: '9.8',
  invaliduser: '10.3',
  noauth: '9.8',
  'grace-exceeded': '9.8',
  refuseconnection: '9.9',
  max: '9.8',
  min: '9.8',
};

function isPenalty(value: string, openssh: string): boolean {
  const colon = value.indexOf(':');
  const [name, given] = [value.slice(0, Math.max(0, colon)), value.slice(colon + 1)];
  if (Object.hasOwn(PENALTIES, name)) {
    return from(openssh, PENALTIES[name] ?? '') && readDuration(given, openssh) !== undefined;
  }
  if (/^max-sources[46]$/.test(name)) return readInt(given) !== undefined;
  return /^overflow6?$/.test(name) && /^(?:deny-all|permissive)$/.test(given);
}

/** `yes` and `no` may come last only. */
const penalties: Check = ({ row, args, openssh }) => {
  for (const [i, argument] of args.entries()) {
    const switched = /^(?:yes|no)$/i.test(argument.value);
    if (switched && i < args.length - 1)
      return { argument, message: `\`${argument.value}\` must stand alone in ${row.word}` };
    if (!switched && !isPenalty(argument.value, openssh))
      return { argument, message: `${row.word} takes yes, no or name:value, not \`${argument.value}\`` };
  }
  return undefined;
};

function isChannelTimeout(value: string, openssh: string): boolean {
  const equals = value.indexOf('=');
  return isNone(value) || (equals > 0 && readDuration(value.slice(equals + 1), openssh) !== undefined);
}

/** PubkeyAuthOptions; max-pk-ok came with 10.6 and takes up to 255 keys. */
function isFlag(value: string, openssh: string): boolean {
  if (/^(?:none|touch-required|verify-required)$/i.test(value)) return true;
  const most = /^max-pk-ok:(.*)$/is.exec(value)?.[1];
  return most !== undefined && from(openssh, '10.6') && readInt(most, 255) !== undefined;
}

const isFilled = (value: string): boolean => value !== '';

const CHECKS: Record<NamedKind, Check> = {
  addresses,
  'agent-socket': first('none, user:PATH or shared:/PATH', (value) => /^(?:none$|user:.|shared:\/)/s.test(value)),
  anything: nothing,
  'ca-sigs': algorithmsOf('ca-sigs', 'signature algorithm'),
  'channel-timeouts': both(noneFirst, each('none or type=time', isChannelTimeout)),
  ciphers: algorithmsOf('ciphers', 'cipher'),
  command,
  criteria: nothing,
  env: each('names of variables', (value) => value !== '' && !value.includes('=')),
  files: both((given) => (from(given.openssh, '10.3') ? noneAlone(given) : undefined), each('files', isFilled)),
  flags: each('none, touch-required or verify-required', isFlag),
  groups: each('names of groups', isFilled),
  int: first('a number from 0', (value) => readInt(value) !== undefined),
  'int-or-none': first('none or a number', (value) => value === 'none' || readInt(value) !== undefined),
  'ip-qos': each('an IP traffic class', isIpQos),
  'gss-kex': algorithmsOf('gss-kex', 'GSSAPI key exchange'),
  kex: algorithmsOf('kex', 'key exchange'),
  listen,
  'log-verbose': both(noneAlone, each('patterns', isFilled)),
  macs: algorithmsOf('macs', 'MAC'),
  'max-startups': first('start or start:rate:full', isMaxStartups),
  methods,
  'net-block': first('prefix4 or prefix4:prefix6', isNetBlock),
  octal: first('an octal mask up to 0777', isOctal),
  penalties,
  'permit-listen': forwards(true),
  'permit-open': forwards(false),
  port,
  rekey,
  rdomain: ({ row }) => ({ message: `Linux has no routing domains: ${row.word} is refused` }),
  rest: ({ row, rest }) =>
    row.word === 'VersionAddendum' && rest.includes('\r') ? { message: 'a CR in VersionAddendum' } : undefined,
  revoked: both((given) => (from(given.openssh, '10.3') ? noneAlone(given) : undefined), each('files', isFilled)),
  'set-env': each('name=value', (value) => value.includes('=')),
  sigs: algorithmsOf('sigs', 'signature algorithm'),
  subsystem,
  switch: (given) => {
    if (given.row.word === 'WarnWeakCrypto') return enumProblem(WEAK, given);
    return enumProblem(from(given.openssh, '10.6') ? SWITCH : YES_NO, given);
  },
  text: nothing,
  time: first('a time such as 120 or 2m', (value, openssh) => readTime(value, openssh) !== undefined),
  'time-or-none': first('none or a time', (value, openssh) => isNone(value) || readTime(value, openssh) !== undefined),
  users,
  words: each('words', isFilled),
  'yes-no': (given) => enumProblem(YES_NO, given),
};
