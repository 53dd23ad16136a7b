import { invalid, numberArgument } from '../../process/arguments.ts';
import type { Handler } from '../../process/call.ts';
import { wanted } from '../arguments.ts';
import { atLeast23 } from '../versions.ts';
import { connecting, type End, reachable, statements, type Use } from './checker.ts';

/** lib/parser.c read_hex_str; a wildcard X stands for four bits of a reply. */
const hex =
  (digits: RegExp): Use =>
  (call) => {
    const text = call.args.map((word) => word.text).join(' ');
    const last =
      text
        .trim()
        .split(/[ \t]+/)
        .pop() ?? '';
    // Until 2.2 a last byte of ff was taken for a mistake.
    const misread = /ff$/i.test(last) && last.length % 2 === 0 && !atLeast23(call.version);
    if (call.args.length > 0 && (last === '' || !digits.test(text) || misread))
      invalid(call, call.line.at, `${call.keyword.text} takes bytes in hexadecimal digits`);
  };

const payload: Use = (call, checker) => {
  if (wanted(call, 'bytes') !== undefined) hex(/^[\da-f \t]*$/i)(call, checker);
};

const replyLength =
  (which: 'shortest' | 'longest'): Use =>
  (call, checker) => {
    checker[which] = numberArgument(call, 'unsigned', 0, 65_535) ?? checker[which];
  };

export const udpEnd: End = (call, checker) => {
  if (reachable(call, checker) && checker.shortest > checker.longest) {
    call.messages.complain(
      'vrrp/incompatible-statements',
      checker.places.get('min_reply_length') ?? checker.at,
      `min_reply_length ${checker.shortest} is above max_reply_length ${checker.longest}: the check always fails`,
    );
  }
};

export const UDP_HANDLERS: readonly [string, Handler][] = [
  ...connecting('UDP_CHECK'),
  ...statements('UDP_CHECK', [
    ['payload', payload],
    ['require_reply', hex(/^[\da-fx \t]*$/i)],
    ['min_reply_length', replyLength('shortest')],
    ['max_reply_length', replyLength('longest')],
  ]),
];
