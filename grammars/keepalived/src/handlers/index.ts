import type { Handlers } from '../process/process.ts';
import { INSTANCE_ENDS, INSTANCE_HANDLERS } from './instance.ts';
import { SYNC_GROUP_ENDS, SYNC_GROUP_HANDLERS } from './sync-group.ts';
import { ITEM_ENDS, ITEM_HANDLERS } from './tracked-items.ts';

/** Every handler that does more than keep a value. */
export const HANDLERS: Handlers = {
  statements: new Map([...INSTANCE_HANDLERS, ...SYNC_GROUP_HANDLERS, ...ITEM_HANDLERS]),
  ends: new Map([...INSTANCE_ENDS, ...SYNC_GROUP_ENDS, ...ITEM_ENDS]),
};
