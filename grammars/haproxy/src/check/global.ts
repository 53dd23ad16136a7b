import { counted } from './count.ts';
import { checkLog } from './log.ts';
import type { Checker } from './run.ts';

/** What is checked of the keywords of the global section. */
export const GLOBAL_CHECKS: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['maxconn', counted(1)],
  ['daemon', counted(0)],
  ['chroot', counted(1)],
  ['log', checkLog],
]);
