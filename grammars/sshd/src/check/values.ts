import { compareVersions, parseIp } from '@halint/core';
import type { ArgumentKind, NamedKind, SshdRow } from '../keywords.ts';
import { unknownAlgorithms, type AlgorithmKind } from './algorithms.ts';
import type { Argument } from './lexical.ts';
import { cidrHasHostBits } from './match.ts';
import { readInt, readPort, readTime } from './numbers.ts';

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
}

type Check = (given: Given) => Problem | undefined;

/** Undefined when sshd takes the arguments. Missing ones are the caller's business, and so are too many. */
export function valueProblem(given: Given): Problem | undefined {
  const { argument } = given.row;
  return argument.kind === 'enum' ? enumProblem(argument, given) : CHECKS[argument.kind](given);
}

/** Number of arguments that an option takes at most. */
export function mostArguments(row: SshdRow, openssh: string): number {
  const { kind } = row.argument;
  if (kind === 'revoked') return compareVersions(openssh, '10.0') >= 0 ? Infinity : 1;
  return MOST[kind] ?? 1;
}

const MOST: Partial<Record<ArgumentKind['kind'], number>> = {
  anything: Infinity,
  'channel-timeouts': Infinity,
  command: Infinity,
  criteria: Infinity,
  env: Infinity,
  flags: Infinity,
  'ip-qos': 2,
  listen: 3,
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

const YES_NO = { kind: 'enum', values: ['yes', 'no'], exact: false } as const;
const nothing: Check = () => undefined;

/** A check of the first argument. */
function first(takes: string, holds: (value: string) => boolean): Check {
  return ({ row, args: [argument] }) =>
    argument === undefined || holds(argument.value)
      ? undefined
      : { argument, message: `${row.word} takes ${takes}, not \`${argument.value}\`` };
}

/** A check of every argument; `none` and the like may stand alone. */
function each(takes: string, holds: (value: string) => boolean, alone: readonly string[] = []): Check {
  return ({ row, args }) => {
    if (args.length === 1 && alone.includes((args[0] as Argument).value.toLowerCase())) return undefined;
    const argument = args.find(({ value }) => !holds(value));
    return argument && { argument, message: `${row.word} takes ${takes}, not \`${argument.value}\`` };
  };
}

function isNone(value: string): boolean {
  return value.toLowerCase() === 'none';
}

function algorithmsOf(kind: AlgorithmKind, what: string): Check {
  return ({ row, args: [argument], openssh }) => {
    if (argument === undefined) return undefined;
    const unknown = unknownAlgorithms(kind, argument.value, openssh);
    if (unknown.length === 0) return undefined;
    const names = unknown.map((name) => `\`${name}\``).join(', ');
    return { argument, message: `${row.word}: OpenSSH ${openssh} has no ${what} ${names}` };
  };
}

const port = first('a port from 1 to 65535', isPort);

function isPort(value: string): boolean {
  return (readPort(value) ?? 0) > 0;
}

const listen: Check = ({ args: [argument, word, domain] }) => {
  if (argument === undefined) return undefined;
  const { value } = argument;
  // Two colons without a bracket make a bare IPv6 address; it cannot carry a port.
  const bare = !value.includes('[') && value.indexOf(':') !== value.lastIndexOf(':');
  const written = bare ? /^[0-9a-f:.]+(?:%.*)?$/i.exec(value) : /^(?:\[[^\]]*\]|[\w.*%-]*)(?::(.*))?$/s.exec(value);
  if (written === null || (bare && !value.includes('%') && parseIp(value) === undefined)) {
    return { argument, message: `\`${value}\` is no address` };
  }
  if (written[1] !== undefined && !isPort(written[1])) return { argument, message: `\`${written[1]}\` is no port` };
  if (word === undefined) return undefined;
  if (word.value !== 'rdomain' || domain === undefined) {
    return { argument: word, message: `ListenAddress takes one address, then \`${word.value}\` follows` };
  }
  return { argument: domain, message: 'Linux has no routing domains for ListenAddress' };
};

/** IPQoS names of misc.c parse_ipqos(). */
const IP_QOS = /^(?:af[1-4][1-3]|cs[0-7]|ef|le|lowdelay|throughput|reliability|none)$/i;

function isIpQos(value: string): boolean {
  if (IP_QOS.test(value)) return true;
  // strtol() with base 0: a leading 0 makes the number octal.
  if (/^0[0-7]*$/.test(value)) return Number.parseInt(value, 8) <= 255;
  return /^(?:0x[0-9a-f]+|[1-9]\d*)$/i.test(value) && Number(value) <= 255;
}

/** start[:rate:full]; the numbers are read by sscanf(), which stops at what follows. */
function isMaxStartups(value: string): boolean {
  const [, start, rate, full] = /^\s*([+-]?\d+)(?::\s*([+-]?\d+))?(?::\s*([+-]?\d+))?/.exec(value)?.map(Number) ?? [];
  if (start === undefined || start < 1) return false;
  if (rate === undefined || Number.isNaN(rate)) return true;
  if (full === undefined || Number.isNaN(full)) return false;
  return start <= full && rate >= 1 && rate <= 100;
}

/** prefix4[:prefix6]; sscanf() stops at what follows. */
function isNetBlock(value: string): boolean {
  const [, v4, v6] = /^\s*([+-]?\d+)(?::\s*([+-]?\d+))?/.exec(value) ?? [];
  return v4 !== undefined && readInt(v4, 32) !== undefined && (v6 === undefined || readInt(v6, 128) !== undefined);
}

const rekey: Check = ({ row, args: [size, time] }) => {
  if (size !== undefined && size.value.toLowerCase() !== 'default') {
    const written = /^[+-]?(\d+)(?:\.\d*)?([bkmgtpe]?)$/i.exec(size.value);
    if (written === null)
      return { argument: size, message: `${row.word} takes default or a size, not \`${size.value}\`` };
    const small = (written[2] === '' || written[2]?.toLowerCase() === 'b') && Number(written[1]) < 16;
    if (small && Number(written[1]) !== 0) return { argument: size, message: `${row.word} takes at least 16 bytes` };
  }
  if (time === undefined || isNone(time.value) || readTime(time.value) !== undefined) return undefined;
  return { argument: time, message: `${row.word} takes none or a time, not \`${time.value}\`` };
};

/** strtol() stops at what follows. */
function isOctal(value: string): boolean {
  const digits = /^[0-7]+/.exec(value)?.[0];
  return digits !== undefined && Number.parseInt(digits, 8) <= 0o777;
}

const METHODS = /^(?:none|publickey|password|keyboard-interactive|hostbased|gssapi-with-mic|gssapi-keyex)(?::.*)?$/;

const methods: Check = ({ row, args }) => {
  const any = args.find(({ value }) => value === 'any');
  if (any !== undefined && args.length > 1)
    return { argument: any, message: `\`any\` must stand alone in ${row.word}` };
  if (any !== undefined) return undefined;
  const argument = args.find(({ value }) => !value.split(',').every((method) => METHODS.test(method)));
  return argument && { argument, message: `\`${argument.value}\` names no list of authentication methods` };
};

function isForward(value: string, portAlone: boolean): boolean {
  if (portAlone && !value.includes(':')) return isForwardPort(value);
  const written = /^(?:\[[^\]]*\]|[^:/]*)(?::(.*))?$/s.exec(value);
  return written?.[1] !== undefined && isForwardPort(written[1]);
}

function isForwardPort(text: string): boolean {
  return text === '*' || isPort(text);
}

function forwards(portAlone: boolean): Check {
  return ({ row, args }) => {
    const alone = args[0]?.value;
    if (alone === 'any' || alone === 'none') {
      const argument = args[1];
      return argument && { argument, message: `\`${alone}\` must stand alone in ${row.word}` };
    }
    const argument = args.find(({ value }) => !isForward(value, portAlone));
    return (
      argument && { argument, message: `\`${argument.value}\` is no ${portAlone ? '[address:]port' : 'address:port'}` }
    );
  };
}

const subsystem: Check = ({ args }) =>
  args.length >= 2 ? undefined : { message: 'Subsystem takes a name and a command' };

const command: Check = ({ row, rest }) => {
  const text = rest.trimStart();
  if (text.startsWith('/') || isNone(text)) return undefined;
  return { message: `${row.word} takes none or an absolute path, not \`${text}\`` };
};

const users: Check = ({ row, args }) => {
  const argument = args.find(({ value }) => {
    const at = value.lastIndexOf('@');
    return (
      value === '' ||
      (at >= 0 &&
        value
          .slice(at + 1)
          .split(',')
          .some(cidrHasHostBits))
    );
  });
  return argument && { argument, message: `${row.word}: \`${argument.value}\` has bits behind its prefix` };
};

function isPenalty(value: string): boolean {
  if (/^(?:yes|no)$/i.test(value)) return true;
  const [name, given] = [value.slice(0, value.indexOf(':')), value.slice(value.indexOf(':') + 1)];
  if (/^(?:crash|authfail|invaliduser|noauth|grace-exceeded|refuseconnection|max|min)$/.test(name)) {
    return readTime(given) !== undefined;
  }
  if (/^max-sources[46]$/.test(name)) return readInt(given) !== undefined;
  return /^overflow6?$/.test(name) && /^(?:deny-all|permissive)$/i.test(given);
}

function isChannelTimeout(value: string): boolean {
  const equals = value.indexOf('=');
  return equals > 0 && readTime(value.slice(equals + 1)) !== undefined;
}

const CHECKS: Record<NamedKind, Check> = {
  anything: nothing,
  'channel-timeouts': each('none or type=time', isChannelTimeout, ['none']),
  ciphers: algorithmsOf('ciphers', 'cipher'),
  command,
  criteria: nothing,
  env: each('names of variables', (value) => value !== '' && !value.includes('=')),
  flags: each('none, touch-required or verify-required', (value) =>
    /^(?:none|touch-required|verify-required)$/i.test(value),
  ),
  int: first('a number from 0', (value) => readInt(value) !== undefined),
  'int-or-none': first('none or a number', (value) => value === 'none' || readInt(value) !== undefined),
  'ip-qos': each('an IP traffic class', isIpQos),
  'gss-kex': algorithmsOf('gss-kex', 'GSSAPI key exchange'),
  kex: algorithmsOf('kex', 'key exchange'),
  listen,
  macs: algorithmsOf('macs', 'MAC'),
  'max-startups': first('start or start:rate:full', isMaxStartups),
  methods,
  'net-block': first('prefix4 or prefix4:prefix6', isNetBlock),
  octal: first('an octal mask up to 0777', isOctal),
  penalties: each('yes, no or name:value', isPenalty),
  'permit-listen': forwards(true),
  'permit-open': forwards(false),
  port,
  rekey,
  rdomain: ({ row }) => ({ message: `Linux has no routing domains: ${row.word} is refused` }),
  rest: ({ row, rest }) =>
    row.word === 'VersionAddendum' && rest.includes('\r') ? { message: 'a CR in VersionAddendum' } : undefined,
  revoked: nothing,
  'set-env': each('name=value', (value) => value.includes('=')),
  sigs: algorithmsOf('sigs', 'signature algorithm'),
  subsystem,
  text: nothing,
  time: first('a time such as 120 or 2m', (value) => readTime(value) !== undefined),
  'time-or-none': first('none or a time', (value) => isNone(value) || readTime(value) !== undefined),
  users,
  words: nothing,
  'yes-no': (given) => enumProblem(YES_NO, given),
};

/** Literal address of a ListenAddress argument, brackets and port removed; undefined for names and `*`. */
export function literalOf(value: string): string | undefined {
  return parseIp(value)?.address ?? parseIp(/^\[([^\]]*)\]/.exec(value)?.[1] ?? value.split(':')[0] ?? '')?.address;
}
