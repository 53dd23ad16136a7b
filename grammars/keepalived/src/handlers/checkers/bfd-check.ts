import type { Place } from '@halint/core';
import { booleanArgument } from '../../process/arguments.ts';
import type { Handler } from '../../process/call.ts';
import { isPlaceholder } from '../../process/placeholder.ts';
import { BLOCK, open, statements, type Use } from './checker.ts';

/** check_bfd.c bfd_name_handler: any mistake costs the checker. */
const bfdName: Use = (call, checker) => {
  const { servers, tracked } = call.state;
  const [name, extra] = call.args;
  const drop = (rule: string, at: Place, message: string): void => {
    call.messages.reject(rule, at, message, { help: 'keepalived drops the checker.' });
    servers.checker = undefined;
  };
  if (name === undefined || extra !== undefined)
    return drop('vrrp/missing-argument', call.line.at, 'name of BFD_CHECK takes one name');
  if (isPlaceholder(name.text)) {
    servers.checker = undefined;
    return;
  }
  if (!tracked.bfd.has(name.text))
    return drop(
      'vrrp/script-undefined-or-unused',
      name.at,
      `bfd_instance ${name.text} is not defined above for checkers`,
    );
  if (checker.subject !== undefined || servers.real?.bfd.has(name.text) === true)
    return drop('vrrp/repeated-statement', name.at, `the real server tracks bfd_instance ${name.text} already`);
  checker.subject = name.at;
  servers.real?.bfd.add(name.text);
};

export const BFD_CHECK_HANDLERS: readonly [string, Handler][] = [
  [`${BLOCK}/BFD_CHECK`, open(false)],
  ...statements('BFD_CHECK', [
    ['name', bfdName],
    ['alpha', (call) => void booleanArgument(call)],
  ]),
];
