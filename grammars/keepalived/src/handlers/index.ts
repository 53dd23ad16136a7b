import { AUTHENTICATION_HANDLERS } from './authentication.ts';
import type { Handlers } from '../process/process.ts';
import { BFD_ENDS, BFD_HANDLERS } from './bfd.ts';
import { CHECKER_ENDS, CHECKER_HANDLERS } from './checkers/index.ts';
import { GLOBAL_HANDLERS } from './globals.ts';
import { INSTANCE_ENDS, INSTANCE_HANDLERS } from './instance.ts';
import { REAL_SERVER_ENDS, REAL_SERVER_HANDLERS } from './real-server.ts';
import { SERVER_GROUP_HANDLERS } from './server-group.ts';
import { SSL_HANDLERS } from './ssl.ts';
import { STATIC_ENDS, STATIC_HANDLERS } from './static.ts';
import { SYNC_GROUP_ENDS, SYNC_GROUP_HANDLERS } from './sync-group.ts';
import { ITEM_ENDS, ITEM_HANDLERS } from './tracked-items.ts';
import { VIRTUAL_SERVER_ENDS, VIRTUAL_SERVER_HANDLERS } from './virtual-server.ts';

/** Every handler that does more than keep a value. */
export const HANDLERS: Handlers = {
  statements: new Map([
    ...GLOBAL_HANDLERS,
    ...INSTANCE_HANDLERS,
    ...AUTHENTICATION_HANDLERS,
    ...SYNC_GROUP_HANDLERS,
    ...ITEM_HANDLERS,
    ...STATIC_HANDLERS,
    ...SSL_HANDLERS,
    ...SERVER_GROUP_HANDLERS,
    ...VIRTUAL_SERVER_HANDLERS,
    ...REAL_SERVER_HANDLERS,
    ...CHECKER_HANDLERS,
    ...BFD_HANDLERS,
  ]),
  ends: new Map([
    ...INSTANCE_ENDS,
    ...SYNC_GROUP_ENDS,
    ...ITEM_ENDS,
    ...STATIC_ENDS,
    ...VIRTUAL_SERVER_ENDS,
    ...REAL_SERVER_ENDS,
    ...CHECKER_ENDS,
    ...BFD_ENDS,
  ]),
};
