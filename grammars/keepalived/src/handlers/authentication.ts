import { invalid, need } from '../process/arguments.ts';
import type { Handler } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import { on, type Use } from './on-instance.ts';

/** Bytes of a password that go on the wire (vrrp.h VRRP_AUTH_LEN). */
const PASS_BYTES = 8;

const authPass: Use = (call, instance) => {
  const word = need(call);
  if (word === undefined) return;
  instance.authPass = word.text;
  if (isPlaceholder(word.text)) return;
  const bytes = new TextEncoder().encode(word.text).length;
  if (bytes > PASS_BYTES) {
    call.messages.complain(
      'vrrp/auth-pass-truncated',
      word.at,
      `auth_pass has ${bytes} characters: keepalived uses the first ${PASS_BYTES}`,
      {
        help: 'A password that differs only behind them counts as equal. Use at most 8 characters, the same on all hosts.',
      },
    );
  }
};

const authType: Use = (call, instance) => {
  const word = need(call);
  if (word === undefined || isPlaceholder(word.text)) return;
  if (word.text === 'AH' || word.text === 'PASS') instance.authType = word.text;
  else
    invalid(
      call,
      word.at,
      `auth_type ${word.text} is neither PASS nor AH`,
      'keepalived drops the statement: without a type nothing is authenticated.',
    );
};

export const AUTHENTICATION_HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ['vrrp_instance/authentication/auth_type', on(authType)],
  ['vrrp_instance/authentication/auth_pass', on(authPass)],
]);
