import type { Call, Handler } from '../process/call.ts';
import type { Instance } from '../process/state.ts';

/** What a statement does to the instance it stands in. */
export type Use = (call: Call, instance: Instance) => void;

/** A handler of a statement of the instance being read; the first place of each keyword is kept for later complaints. */
export const on =
  (use: Use): Handler =>
  (call) => {
    const { instance } = call.state;
    if (instance === undefined) return;
    if (!instance.places.has(call.keyword.text)) instance.places.set(call.keyword.text, call.line.at);
    use(call, instance);
  };
