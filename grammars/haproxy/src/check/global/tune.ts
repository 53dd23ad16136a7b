import {
  ANYTHING,
  integer,
  judged,
  loose,
  NOTHING,
  NUMBER,
  ON_OFF,
  oneOf,
  optional,
  size,
  time,
  words,
  type Form,
} from '../forms.ts';
import type { Checker } from '../run.ts';
import { experimental } from './settings.ts';

/** A comma-delimited list of words; `empty`: whether the list may be missing. */
function list(choice: readonly string[], empty: boolean): Form {
  const one = oneOf(...choice);
  return {
    least: empty ? 0 : 1,
    most: 1,
    takes: `a list of ${choice.join(', ')}`,
    first: (text, run) => {
      if (text === '') return undefined;
      const parts = text.split(',');
      if (parts[parts.length - 1] === '') parts.pop();
      for (const part of parts) {
        const problem = one.first?.(part, run);
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
  };
}

const STREAMS_AT_ONCE = optional(integer(0));

/** Settings that choose a behaviour: of the scheduler, of HTTP, of Lua, of forwarding. */
export const TUNE: readonly (readonly [string, Checker])[] = [
  ['tune.disable-fast-forward', experimental(judged(NOTHING), '3.3')],
  ['tune.disable-zero-copy-forwarding', judged(NOTHING)],
  ['tune.fd.edge-triggered', experimental(judged(ON_OFF))],
  ...[
    'tune.applet.zero-copy-forwarding',
    'tune.h1.zero-copy-fwd-recv',
    'tune.h1.zero-copy-fwd-send',
    'tune.h2.zero-copy-fwd-send',
    'tune.pt.zero-copy-forwarding',
    'tune.sched.low-latency',
    'tune.lua.log.loggers',
    'httpclient.resolvers.disabled',
    'profiling.memory',
    'debug.counters',
  ].map((word) => [word, judged(ON_OFF)] as const),
  [
    'profiling.tasks',
    judged([
      ['2.2', oneOf('on', 'auto', 'off')],
      ['3.3', loose(oneOf('on', 'auto', 'off', 'lock', 'no-lock', 'memory', 'no-memory'))],
    ]),
  ],
  [
    'tune.idle-pool.shared',
    judged([
      ['2.2', ON_OFF],
      ['3.3', oneOf('full', 'on', 'off')],
    ]),
  ],
  [
    'tune.listener.multi-queue',
    judged([
      ['2.2', ON_OFF],
      ['2.7', oneOf('on', 'fair', 'off')],
    ]),
  ],
  ['tune.listener.default-shards', judged(oneOf('by-process', 'by-group', 'by-thread'))],
  ['tune.takeover-other-tg-connections', judged(oneOf('none', 'restricted', 'full'))],
  ['tune.epoll.mask-events', judged(list(['err', 'hup', 'rdhup'], true))],
  ['tune.defaults.purge', judged({ least: 0, most: 1 })],
  ['dns-accept-family', judged(list(['ipv4', 'ipv6', 'auto'], false))],
  ['tune.h2.header-table-size', judged(integer(4096, 65_536))],
  ['tune.h2.max-frame-size', judged(integer(16_384, 16_777_215))],
  ...[
    'tune.h1.be.glitches-threshold',
    'tune.h1.fe.glitches-threshold',
    'tune.h2.be.glitches-threshold',
    'tune.h2.fe.glitches-threshold',
    'tune.h2.initial-window-size',
    'tune.h2.be.initial-window-size',
    'tune.h2.fe.initial-window-size',
    'tune.h2.max-concurrent-streams',
    'tune.h2.be.max-concurrent-streams',
    'tune.h2.fe.max-total-streams',
  ].map((word) => [word, judged(STREAMS_AT_ONCE)] as const),
  [
    'tune.h2.fe.max-concurrent-streams',
    judged([
      ['2.2', STREAMS_AT_ONCE],
      ['3.3', loose(STREAMS_AT_ONCE)],
    ]),
  ],
  ...['tune.h2.be.max-frames-at-once', 'tune.h2.fe.max-frames-at-once', 'tune.h2.fe.max-rst-at-once'].map(
    (word) => [word, judged(optional(NUMBER))] as const,
  ),
  ['tune.h2.log-errors', judged(oneOf('none', 'connection', 'stream'))],
  ['tune.h2.be.rxbuf', judged(size(0, 0xffff_ffff))],
  ['tune.h2.fe.rxbuf', judged(size(0, 0xffff_ffff))],
  ['h1-accept-payload-with-any-method', judged(NOTHING)],
  ['h1-do-not-close-on-insecure-transfer-encoding', judged(NOTHING)],
  ['h1-case-adjust-file', judged(words(1, 'a file'))],
  ['harden.reject-privileged-ports.tcp', judged(loose(ON_OFF))],
  ['harden.reject-privileged-ports.quic', judged(loose(ON_OFF))],
  ['httpclient.resolvers.id', judged({ least: 0, most: 1 })],
  ['httpclient.resolvers.prefer', judged(oneOf('ipv4', 'ipv6'))],
  ['httpclient.retries', judged(NUMBER)],
  ['httpclient.ssl.ca-file', judged({ least: 0, most: 1 })],
  ['httpclient.timeout.connect', judged(time())],
  ['httpclient.ssl.verify', judged(oneOf('none', 'required'))],
  ['acme.scheduler', judged(oneOf('auto', 'off'))],
  ['jwt.decrypt_alg_list', judged(ANYTHING)],
  ['jwt.decrypt_enc_list', judged(ANYTHING)],
];
