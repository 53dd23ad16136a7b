import type { Call, Handler } from '../../process/call.ts';
import { BFD_CHECK_HANDLERS } from './bfd-check.ts';
import { BLOCK, connecting, ending, needsSubject, reachable } from './checker.ts';
import { DNS_HANDLERS } from './dns-check.ts';
import { FILE_HANDLERS } from './file-check.ts';
import { HTTP_ENDS, HTTP_HANDLERS } from './http-get.ts';
import { MISC_HANDLERS, miscEnd } from './misc-check.ts';
import { SMTP_ENDS, SMTP_HANDLERS } from './smtp-check.ts';
import { UDP_HANDLERS, udpEnd } from './udp-check.ts';

export const CHECKER_HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ...HTTP_HANDLERS,
  ...SMTP_HANDLERS,
  ...connecting('TCP_CHECK'),
  ...connecting('PING_CHECK'),
  ...UDP_HANDLERS,
  ...DNS_HANDLERS,
  ...MISC_HANDLERS,
  ...FILE_HANDLERS,
  ...BFD_CHECK_HANDLERS,
]);

/** Of checkers that are dropped only where they cannot connect. */
const connects = ending((call, checker) => void reachable(call, checker));

export const CHECKER_ENDS: ReadonlyMap<string, (call: Call) => void> = new Map([
  ...HTTP_ENDS,
  ...SMTP_ENDS,
  [`${BLOCK}/TCP_CHECK`, connects],
  [`${BLOCK}/PING_CHECK`, connects],
  [`${BLOCK}/DNS_CHECK`, connects],
  [`${BLOCK}/UDP_CHECK`, ending(udpEnd)],
  [`${BLOCK}/MISC_CHECK`, ending(miscEnd)],
  [`${BLOCK}/FILE_CHECK`, ending(needsSubject('track_file that counts'))],
  [`${BLOCK}/BFD_CHECK`, ending(needsSubject('name'))],
]);
