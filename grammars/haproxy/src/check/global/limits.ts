import { atoi } from '../../quantity/index.ts';
import { isOpaque } from '../../values.ts';
import { integer, judged, loose, NUMBER, optional, size, time, words } from '../forms.ts';
import { warn, type Checker, type Run } from '../run.ts';
import { once } from './settings.ts';

const ID = new Map([once('uid', words(1, 'a number'), true), once('gid', words(1, 'a number'), true)]);

/** `uid abc`: a warning, and the line has no effect (cfg_parse_global). */
function checkId(run: Run, line: number): void {
  const { lines } = run;
  const text = lines.value(line, 1);
  if (
    !isOpaque(text) &&
    text !== '' &&
    (!/^[+-]?\d+$/.test(text) || Math.abs(Number(text)) > 0x7fff_ffff) &&
    lines.value(line, 2) === ''
  ) {
    const keyword = lines.keywords[line] as string;
    const name = keyword === 'uid' ? 'user' : 'group';
    return warn(run, 'invalid-argument', lines.at(line, 1), `'${keyword}' takes a number, not '${text}'`, {
      help: `'${name}' takes the name.`,
    });
  }
  ID.get(lines.keywords[line] as string)?.(run, line);
}

/** A percentage that is subtracted from 100 as an unsigned number: below 0 it wraps. */
const PERCENT = integer(0, 100);

/** How much the process may use or do. A buffer holds the error pages that haproxy comes with: 337 bytes, 353 in 2.2. */
export const LIMITS: readonly (readonly [string, Checker])[] = [
  ['uid', checkId],
  ['gid', checkId],
  once(
    'maxconn',
    [
      ['2.2', NUMBER],
      ['2.7', integer(-Infinity, Infinity, 'whole')],
    ],
    true,
  ),
  once('maxconnrate', NUMBER, true),
  once('maxsessrate', NUMBER, true),
  once('maxsslrate', NUMBER, true),
  once('maxpipes', NUMBER, true),
  once('fd-hard-limit', NUMBER, true),
  ['maxcomprate', judged(NUMBER)],
  ['maxzlibmem', judged(NUMBER)],
  ['maxcompcpuusage', judged(PERCENT)],
  ['maxsslconn', judged(integer(0))],
  once('spread-checks', integer(0, 50), true),
  ['max-spread-checks', judged(time())],
  [
    'close-spread-time',
    judged({ ...loose(time()), first: (text, run) => (text === 'infinite' ? undefined : time().first?.(text, run)) }),
  ],
  once('tune.runqueue-depth', NUMBER, true),
  once(
    'tune.maxpollevents',
    [
      ['2.2', NUMBER],
      ['3.1', integer(-Infinity, 1_000_000, 'long')],
    ],
    true,
  ),
  once('tune.maxaccept', integer(-Infinity, 0x7fff_ffff, 'long'), true),
  ['tune.max-rules-at-once', judged(integer(0))],
  ['tune.max-checks-per-thread', judged(optional(NUMBER))],
  [
    'tune.recv_enough',
    judged([
      ['2.2', NUMBER],
      ['3.1', size(0, 0x7fff_ffff)],
    ]),
  ],
  [
    'tune.bufsize',
    judged([
      ['2.2', integer(353)],
      ['2.3', integer(337)],
      ['3.1', size(337, 0x7fff_ffff - 16)],
    ]),
  ],
  ['tune.bufsize.small', judged(size(1, 0xffff_ffff))],
  ['tune.bufsize.large', judged(size(1, 0xffff_ffff))],
  ['tune.cli.max-payload-size', judged(size(0, 0xffff_ffff))],
  ['tune.maxrewrite', judged(integer(0))],
  ['tune.idletimer', judged(time('ms', 0, 65_535))],
  ...['rcvbuf.client', 'rcvbuf.server', 'sndbuf.client', 'sndbuf.server'].map((word) =>
    once(
      `tune.${word}`,
      [
        ['2.2', NUMBER],
        ['3.1', size(0, 0xffff_ffff)],
      ],
      true,
    ),
  ),
  ...['rcvbuf.frontend', 'rcvbuf.backend', 'sndbuf.frontend', 'sndbuf.backend'].map((word) =>
    once(
      `tune.${word}`,
      [
        ['2.2', integer(1)],
        ['3.1', size(1, 0xffff_ffff)],
      ],
      true,
    ),
  ),
  once('tune.notsent-lowat.client', size(0, 0xffff_ffff), true),
  once('tune.notsent-lowat.server', size(0, 0xffff_ffff), true),
  [
    'tune.pipesize',
    judged([
      ['2.2', NUMBER],
      ['3.1', size(0, 0xffff_ffff)],
    ]),
  ],
  ['tune.http.cookielen', judged(NUMBER)],
  ['tune.http.logurilen', judged(NUMBER)],
  ['tune.http.maxhdr', judged(integer(1, 32_767))],
  ['tune.comp.maxlevel', judged(integer(1, 9))],
  [
    'tune.pattern.cache-size',
    judged([
      ['2.2', loose(integer(0))],
      ['3.1', integer(0)],
    ]),
  ],
  ['tune.glitches.kill.cpu-usage', judged(PERCENT)],
  ['tune.zlib.memlevel', judged(integer(1, 9))],
  ['tune.zlib.windowsize', judged(integer(8, 15))],
  [
    'tune.buffers.limit',
    judged([
      ['2.2', NUMBER],
      ['2.9', optional(integer(0))],
    ]),
  ],
  [
    'tune.buffers.reserve',
    judged([
      ['2.2', NUMBER],
      ['2.9', optional(integer(0))],
    ]),
  ],
  ['tune.events.max-events-at-once', judged(integer(1, 10_000))],
  ['tune.fail-alloc', judged(optional(integer(0, 100)))],
  ['tune.memory.hot-size', judged(integer(1, Infinity, 'long'))],
  ['tune.peers.max-updates-at-once', judged(integer(1))],
  ['tune.pool-high-fd-ratio', judged(integer(0, 100))],
  ['tune.pool-low-fd-ratio', judged(integer(0, 100))],
  ['tune.ring.queues', judged(optional(integer(0, 16)))],
  ['tune.renice.runtime', judged(optional(integer(-20, 19, 'whole')))],
  ['tune.renice.startup', judged(optional(integer(-20, 19, 'whole')))],
  [
    'tune.stick-counters',
    judged([
      ['2.2', loose(optional(integer(0, Infinity, 'whole')))],
      ['3.3', loose(optional(integer(0, 100, 'whole')))],
    ]),
  ],
  [
    'tune.streams-elasticity',
    judged({
      ...words(1, '0 or a percentage from 100'),
      first: (text) =>
        /^0+$/.test(text) || (/^\+?\d+$/.test(text) && atoi(text) >= 100)
          ? undefined
          : `takes 0 or a percentage from 100, not '${text}'`,
    }),
  ],
  ...['check', 'global', 'proc', 'reqres', 'sess', 'txn'].map(
    (scope) => [`tune.vars.${scope}-max-size`, judged(loose(optional(integer(-Infinity, Infinity, 'whole'))))] as const,
  ),
];
