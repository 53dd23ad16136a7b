import type { ArgumentKind, NamedKind } from '../keywords.ts';
import { isOctalMask, readInt, readTime } from './numbers.ts';
import { addresses, forwards, listen, port } from './values/address.ts';
import { algorithmsOf } from './values/algorithm-list.ts';
import {
  both,
  each,
  enumProblem,
  first,
  from,
  isNone,
  noneAlone,
  type Check,
  type Given,
  type Problem,
} from './values/form.ts';
import { channelTimeouts, isMaxStartups, isNetBlock, penalties, rekey } from './values/limit.ts';
import { command, isFlag, methods, subsystem, users } from './values/login.ts';
import { isIpQos } from './values/ip-qos.ts';

/** Undefined when sshd takes the arguments. Missing ones are the caller's business, and so are too many. */
export function valueProblem(given: Given): Problem | undefined {
  const { argument } = given.row;
  return argument.kind === 'enum' ? enumProblem(argument, given) : CHECKS[argument.kind](given);
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

const isFilled = (value: string): boolean => value !== '';

const CHECKS: Record<NamedKind, Check> = {
  addresses,
  'agent-socket': first('none, user:PATH or shared:/PATH', (value) => /^(?:none$|user:.|shared:\/)/s.test(value)),
  anything: nothing,
  'ca-sigs': algorithmsOf('ca-sigs', 'signature algorithm'),
  'channel-timeouts': channelTimeouts,
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
  octal: first('an octal mask up to 0777', isOctalMask),
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
  time: first('a time such as 120 or 2m', (value, { openssh }) => readTime(value, openssh) !== undefined),
  'time-or-none': first(
    'none or a time',
    (value, { openssh }) => isNone(value) || readTime(value, openssh) !== undefined,
  ),
  users,
  words: each('words', isFilled),
  'yes-no': (given) => enumProblem(YES_NO, given),
};
