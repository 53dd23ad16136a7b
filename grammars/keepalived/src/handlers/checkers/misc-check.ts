import { splitCommand } from '../../command.ts';
import { numberArgument } from '../../process/arguments.ts';
import type { Handler } from '../../process/call.ts';
import { wanted } from '../arguments.ts';
import { BLOCK, type End, open, statements, type Use } from './checker.ts';

const miscPath: Use = (call, checker) => {
  const [command] = call.args;
  if (command === undefined || splitCommand(command.text).length === 0) return;
  checker.subject = command.at;
};

export const miscEnd: End = ({ messages, state }, checker) => {
  const { subject } = checker;
  if (subject === undefined) {
    messages.reject(
      'vrrp/virtual-server-incomplete',
      checker.at,
      'MISC_CHECK has no misc_path: keepalived drops the checker',
    );
  } else if (!state.running.has('check')) state.running.set('check', subject);
};

export const MISC_HANDLERS: readonly [string, Handler][] = [
  [`${BLOCK}/MISC_CHECK`, open(false)],
  ...statements('MISC_CHECK', [
    ['misc_path', miscPath],
    ['misc_timeout', (call) => void numberArgument(call, 'unsigned', 0, 4294)],
    ['user', (call) => void wanted(call, 'a user')],
  ]),
];
