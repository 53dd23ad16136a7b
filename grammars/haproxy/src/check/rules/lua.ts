import type { Args } from '../args.ts';
import { inform } from '../run.ts';

/** What a Lua script registers is not known without the script: the line may be right. */
export function informOfLua(args: Args, index: number, what: 'action' | 'service' | 'filter'): void {
  const message = `the ${what} '${args.get(index)}' comes from a Lua script, which is not read`;
  inform(args.run, 'lua-not-read', args.at(index), message, 'the Lua script');
}
