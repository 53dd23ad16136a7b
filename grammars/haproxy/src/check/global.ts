import { DEVICES } from './global/devices.ts';
import { ENVIRONMENT } from './global/environment.ts';
import { LIMITS } from './global/limits.ts';
import { LUA } from './global/lua.ts';
import { PROCESS } from './global/process.ts';
import { QUIC } from './global/quic.ts';
import { SSL } from './global/ssl.ts';
import { checkStats } from './global/stats.ts';
import { THREADS } from './global/threads.ts';
import { TUNE } from './global/tune.ts';
import { checkLog } from './log.ts';
import { checkTrace } from './sections/traces.ts';
import { experimental } from './global/settings.ts';
import type { Checker } from './run.ts';

/** What is checked of the keywords of the global section. */
export const GLOBAL_CHECKS: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ...PROCESS,
  ...LIMITS,
  ...THREADS,
  ...TUNE,
  ...SSL,
  ...QUIC,
  ...LUA,
  ...DEVICES,
  ...ENVIRONMENT,
  ['stats', checkStats],
  ['trace', experimental(checkTrace)],
  ['log', checkLog],
]);
