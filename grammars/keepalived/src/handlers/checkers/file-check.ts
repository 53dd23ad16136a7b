import { need, readInt } from '../../process/arguments.ts';
import type { Handler } from '../../process/call.ts';
import { isPlaceholder } from '../../process/placeholder.ts';
import { INT, notOneOf, outOfRange, wanted } from '../arguments.ts';
import { BLOCK, open, statements, type Use } from './checker.ts';

const trackFile: Use = (call, checker) => {
  const value = need(call);
  if (value === undefined || isPlaceholder(value.text)) return;
  if (call.state.tracked.file.has(value.text)) checker.subject = value.at;
  else {
    call.messages.reject(
      'vrrp/script-undefined-or-unused',
      value.at,
      `track_file ${value.text} is not defined above: keepalived drops the statement`,
    );
  }
};

const fileWeight: Use = (call) => {
  const value = wanted(call, 'a number');
  if (value === undefined) return;
  if (readInt(value.text, -INT, INT) === undefined) return outOfRange(call, value, -INT, INT);
  const option = call.args[1];
  if (option !== undefined && option.text !== 'reverse' && option.text !== 'noreverse')
    notOneOf(call, option, ['reverse', 'noreverse']);
};

export const FILE_HANDLERS: readonly [string, Handler][] = [
  [`${BLOCK}/FILE_CHECK`, open(false)],
  ...statements('FILE_CHECK', [
    ['track_file', trackFile],
    ['weight', fileWeight],
  ]),
];
