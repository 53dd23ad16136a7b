import { badAddressOf } from '../../addresses.ts';
import type { Argument } from '../lexical.ts';
import { readInt } from '../numbers.ts';
import { addressesProblem } from './address.ts';
import { from, isNone, type Check } from './form.ts';

const METHODS = ['none', 'publickey', 'password', 'keyboard-interactive', 'hostbased'];
const GSS_METHODS = ['gssapi-with-mic', 'gssapi-keyex'];

/** Methods that AuthenticationMethods may name: those that the build has. */
function authenticationMethods(openssh: string): readonly string[] {
  return from(openssh, '10.6') ? METHODS : [...METHODS, ...GSS_METHODS];
}

export const methods: Check = ({ row, args, openssh }) => {
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

/** The host part of USER@HOST is what follows the last `@` since 9.9, the first before. */
export const users: Check = ({ row, args, openssh }) => {
  for (const argument of args) {
    const { value } = argument;
    if (value === '') return { argument, message: `${row.word}: a pattern is empty` };
    const at = from(openssh, '9.9') ? value.lastIndexOf('@') : value.indexOf('@');
    const bad = at < 0 ? undefined : badAddressOf(value.slice(at + 1), openssh);
    if (bad !== undefined) return addressesProblem(row, argument, { ...bad, start: at + 1 + bad.start });
  }
  return undefined;
};

/** PubkeyAuthOptions; max-pk-ok came with 10.6 and takes up to 255 keys. */
export function isFlag(value: string, openssh: string): boolean {
  if (/^(?:none|touch-required|verify-required)$/i.test(value)) return true;
  const most = /^max-pk-ok:(.*)$/is.exec(value)?.[1];
  return most !== undefined && from(openssh, '10.6') && readInt(most, 255) !== undefined;
}

/** In a block that is not in force the command was not asked for until 10.3. */
export const subsystem: Check = ({ args, active, openssh }) =>
  (args.length >= 2 && args[1]?.value !== '') || (!active && !from(openssh, '10.3'))
    ? undefined
    : { message: 'Subsystem takes a name and a command' };

export const command: Check = ({ row, rest }) => {
  const text = rest.trimStart();
  if (text.startsWith('/') || isNone(text)) return undefined;
  return { message: `${row.word} takes none or an absolute path, not \`${text}\`` };
};
