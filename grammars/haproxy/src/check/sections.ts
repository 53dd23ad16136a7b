import { ACME, checkAcme } from './sections/acme.ts';
import { CACHE, checkCache } from './sections/cache.ts';
import { CRT_STORE } from './sections/crt-store.ts';
import { checkApp, FCGI } from './sections/fcgi.ts';
import { HTTP_ERRORS } from './sections/http-errors.ts';
import { checkLogForward, LOG_FORWARD } from './sections/log-forward.ts';
import { LOG_PROFILE } from './sections/log-profile.ts';
import { MAILERS } from './sections/mailers.ts';
import { NAMESPACES } from './sections/namespaces.ts';
import { PEERS } from './sections/peers.ts';
import { checkProgram, PROGRAM } from './sections/program.ts';
import { checkResolvers, RESOLVERS } from './sections/resolvers.ts';
import { checkRing, RING } from './sections/ring.ts';
import { checkUserlist, USERLIST } from './sections/userlist.ts';
import type { Checker, Run } from './run.ts';
import { TRACES } from './sections/traces.ts';

/** What is checked of the keywords of the sections that are neither global nor proxies, by kind of section. */
export const SECTION_CHECKS: ReadonlyMap<string, ReadonlyMap<string, Checker>> = new Map([
  ['resolvers', RESOLVERS],
  ['mailers', MAILERS],
  ['userlist', USERLIST],
  ['cache', CACHE],
  ['ring', RING],
  ['http-errors', HTTP_ERRORS],
  ['fcgi-app', FCGI],
  ['program', PROGRAM],
  ['log-forward', LOG_FORWARD],
  ['log-profile', LOG_PROFILE],
  ['crt-store', CRT_STORE],
  ['acme', ACME],
  ['peers', PEERS],
  ['traces', TRACES],
  ['namespace_list', NAMESPACES],
]);

/** What a section as a whole lacks or contradicts. */
export const WHOLE_CHECKS: ReadonlyMap<string, (run: Run) => void> = new Map([
  ['cache', checkCache],
  ['fcgi-app', checkApp],
  ['program', checkProgram],
  ['ring', checkRing],
  ['userlist', checkUserlist],
  ['acme', checkAcme],
  ['resolvers', checkResolvers],
  ['log-forward', checkLogForward],
]);
