import type { Handler } from './call.ts';
import { booleanArgument, invalid, need, numberArgument } from './arguments.ts';
import type { Takes } from '../keywords.ts';

/** The handler of a keyword that only takes a value and keeps it. */
export function simpleHandler(takes: Takes): Handler {
  if (typeof takes === 'object') {
    return (call) => {
      if (takes.optional !== true || call.args.length > 0) numberArgument(call, takes.number, takes.low, takes.high);
    };
  }
  switch (takes) {
    case 'boolean':
      return (call) => void booleanArgument(call);
    case 'needs-boolean':
      return (call) => {
        if (need(call) !== undefined) booleanArgument(call);
      };
    case 'word':
      return (call) => void need(call);
    case 'values':
      return (call) => void call.values();
    case 'nothing':
      return () => undefined;
    case 'some':
      // set_value(), or a handler that complains itself where nothing stands.
      return (call) => {
        if (call.args.length === 0) invalid(call, call.line.at, `${call.keyword.text} needs a value`);
      };
  }
}
