import type { Handlers } from '../process/process.ts';
import { BFD_ENDS, BFD_HANDLERS } from './bfd.ts';
import { CHECKER_ENDS, CHECKER_HANDLERS } from './checkers.ts';
import { GLOBAL_HANDLERS } from './globals.ts';
import { INSTANCE_ENDS, INSTANCE_HANDLERS } from './instance.ts';
import { SERVER_ENDS, SERVER_HANDLERS } from './servers.ts';
import { STATIC_ENDS, STATIC_HANDLERS } from './static.ts';
import { SYNC_GROUP_ENDS, SYNC_GROUP_HANDLERS } from './sync-group.ts';
import { ITEM_ENDS, ITEM_HANDLERS } from './tracked-items.ts';

/** Every handler that does more than keep a value. */
export const HANDLERS: Handlers = {
  statements: new Map([
    ...GLOBAL_HANDLERS,
    ...INSTANCE_HANDLERS,
    ...SYNC_GROUP_HANDLERS,
    ...ITEM_HANDLERS,
    ...STATIC_HANDLERS,
    ...SERVER_HANDLERS,
    ...CHECKER_HANDLERS,
    ...BFD_HANDLERS,
  ]),
  ends: new Map([
    ...INSTANCE_ENDS,
    ...SYNC_GROUP_ENDS,
    ...ITEM_ENDS,
    ...STATIC_ENDS,
    ...SERVER_ENDS,
    ...CHECKER_ENDS,
    ...BFD_ENDS,
  ]),
};
