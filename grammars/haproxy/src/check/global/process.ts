import {
  ANYTHING,
  integer,
  judged,
  loose,
  maybe,
  mild,
  NOTHING,
  NUMBER,
  oneOf,
  time,
  words,
  type Form,
} from '../forms.ts';
import { refuse, type Checker, type Run } from '../run.ts';
import { isOpaque } from '../../values.ts';
import { experimental, once } from './settings.ts';

/** Words that switch something on and take nothing. */
const SWITCHES = [
  'noepoll',
  'nokqueue',
  'noevports',
  'nopoll',
  'limited-quic',
  'no-quic',
  'noktls',
  'busy-polling',
  'h2-workaround-bogus-websocket-clients',
  'insecure-fork-wanted',
  'insecure-setuid-wanted',
  'nosplice',
  'nogetaddrinfo',
  'noreuseport',
  'quiet',
  'zero-warning',
  'daemon',
  'quick-exit',
  'strict-limits',
  'prealloc-fd',
  'no-memory-trimming',
  'pp2-never-send-local',
  'debug',
] as const;

const EXTERNAL_CHECK = maybe('preserve-env');
const DUMPABLE = maybe('on', 'off', 'libs');
const MASTER_WORKER = maybe('no-exit-on-failure');
const PATH = words(1, 'a path');
/** A path whose further words are passed over. */
const LOOSE_PATH: Form = { least: 1, takes: 'a path' };

const NODE = /^[A-Za-z0-9_.-]+$/;
const NODE_NAME: Form = {
  ...words(1, 'a name'),
  first: (text) =>
    NODE.test(text) ? undefined : `takes letters, digits, dots, hyphens and underscores, not '${text}'`,
};

const CAPABILITIES = oneOf('cap_net_raw', 'cap_net_admin', 'cap_net_bind_service', 'cap_sys_admin');

/** `setcap` takes names with commas between them (src/linuxcap.c). */
const SETCAP: Form = {
  least: 1,
  takes: 'the names of capabilities',
  first: (text, run) => {
    for (const name of text.split(',')) {
      if (name === '') return undefined;
      const problem = CAPABILITIES.first?.(name, run);
      if (problem !== undefined) return problem;
    }
    return undefined;
  },
};

const DEFAULT_PATH = loose(oneOf('current', 'config', 'parent', 'origin'));

function checkDefaultPath(run: Run, line: number): void {
  judged(DEFAULT_PATH)(run, line);
  if (run.lines.value(line, 1) === 'origin' && run.lines.value(line, 2) === '')
    refuse(run, 'missing-argument', run.lines.at(line, 1), "'default-path origin' needs a directory");
}

const UNIX_BIND: ReadonlySet<string> = new Set(['prefix', 'mode', 'uid', 'gid', 'user', 'group']);

/** Pairs of a word and its value; only `prefix` looks at whether there is one. */
function checkUnixBind(run: Run, line: number): void {
  const { lines } = run;
  for (let i = 1; lines.value(line, i) !== ''; i += 2) {
    const word = lines.value(line, i);
    if (isOpaque(word) || isOpaque(lines.value(line, i + 1))) return;
    if (!UNIX_BIND.has(word)) {
      const message = `'unix-bind' takes prefix, mode, uid, gid, user and group, not '${word}'`;
      return refuse(run, 'unknown-keyword', lines.at(line, i), message);
    }
    if (word === 'prefix' && lines.value(line, i + 1) === '')
      return refuse(run, 'missing-argument', lines.at(line, i), "'unix-bind prefix' needs a path");
  }
}

/** How the process runs: its modes, its user, its files, its names. */
export const PROCESS: readonly (readonly [string, Checker])[] = [
  ...SWITCHES.map((word) => [word, judged(NOTHING)] as const),
  [
    'set-dumpable',
    judged([
      ['2.2', NOTHING],
      ['3.1', DUMPABLE],
    ]),
  ],
  ['master-worker', judged(MASTER_WORKER)],
  ['mworker-max-reloads', mild(integer(0), '2.9')],
  [
    'external-check',
    judged([
      ['2.2', NOTHING],
      ['2.9', EXTERNAL_CHECK],
    ]),
  ],
  [
    'expose-experimental-directives',
    judged([
      ['2.2', ANYTHING],
      ['3.1', NOTHING],
    ]),
  ],
  [
    'expose-deprecated-directives',
    judged([
      ['2.2', ANYTHING],
      ['3.1', NOTHING],
    ]),
  ],
  once('chroot', PATH),
  once('pidfile', PATH),
  ['description', judged({ least: 1, takes: 'a text' })],
  ['node', judged(NODE_NAME)],
  ['localpeer', judged(words(1, 'a name'))],
  once('cluster-secret', words(1, 'a secret')),
  ['log-tag', judged(words(1, 'a tag'))],
  once('log-send-hostname', ANYTHING),
  once('server-state-base', LOOSE_PATH),
  once('server-state-file', LOOSE_PATH),
  once('stats-file', LOOSE_PATH),
  ['shm-stats-file', judged(LOOSE_PATH)],
  ['shm-stats-file-max-objects', judged({ least: 1, takes: 'a number' })],
  once('user', { least: 0, most: 1 }),
  once('group', { least: 0, most: 1 }),
  ['setcap', judged(SETCAP)],
  ['default-path', checkDefaultPath],
  ['unix-bind', checkUnixBind],
  ['numa-cpu-mapping', judged(ANYTHING)],
  ['anonkey', judged(loose(integer(0, 0xffff_ffff, 'long')))],
  ['hard-stop-after', judged(loose(time()))],
  ['grace', judged(loose(time()))],
  ['force-cfg-parser-pause', experimental(judged(time('ms', 0, 65_535)))],
  ['warn-blocked-traffic-after', judged(loose(time('ms', 1, 1000)))],
  ['stress-level', judged(integer(0, 9, 'whole'))],
  once('ulimit-n', NUMBER, true),
];
